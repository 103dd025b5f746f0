//! Output of the commands.

use std::io::{self, ErrorKind, IsTerminal, Write};

use sdk_generator::diagnostics::Style;

/// Prints to standard output.
pub(crate) fn print(text: &str) -> io::Result<()> {
    write(&mut io::stdout(), text)
}

/// Writes all of it. Ignores EPIPE, since readers such as `head` close the pipe early.
pub(crate) fn write(to: &mut dyn Write, text: &str) -> io::Result<()> {
    match to.write_all(text.as_bytes()).and_then(|()| to.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// How many columns a line may have where nobody says how many there are.
const USUAL_WIDTH: usize = 100;
/// With fewer columns, lines are not made any narrower.
const LEAST_WIDTH: usize = 40;

/// Returns how many columns a line on standard output may have: those of the terminal, or as many as the environment
/// says.
pub(crate) fn width() -> usize {
    let of_terminal =
        terminal_size::terminal_size_of(io::stdout()).map(|(terminal_size::Width(columns), _)| usize::from(columns));
    let of_environment = || std::env::var("COLUMNS").ok()?.parse().ok();
    of_terminal.or_else(of_environment).unwrap_or(USUAL_WIDTH).max(LEAST_WIDTH)
}

/// Returns how problems are shown there: in color, where a person sees them who has not asked for none.
pub(crate) fn style(to: &impl IsTerminal) -> Style {
    match to.is_terminal() && std::env::var_os("NO_COLOR").is_none() {
        true => Style::Colored,
        false => Style::Plain,
    }
}
