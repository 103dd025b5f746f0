//! What commands print.

use std::io::{self, ErrorKind, IsTerminal, Write};

use sdk_generator::diagnostics::Style;

/// Prints to standard output.
pub(crate) fn print(text: &str) -> io::Result<()> {
    write(&mut io::stdout(), text)
}

/// Writes all of it. Whoever has read enough may close the pipe, as `head` does: that is no failure, and takes none away.
pub(crate) fn write(to: &mut dyn Write, text: &str) -> io::Result<()> {
    match to.write_all(text.as_bytes()).and_then(|()| to.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// How problems are shown there: in color, where a person sees them who has not asked for none.
pub(crate) fn style(to: &impl IsTerminal) -> Style {
    match to.is_terminal() && std::env::var_os("NO_COLOR").is_none() {
        true => Style::Colored,
        false => Style::Plain,
    }
}
