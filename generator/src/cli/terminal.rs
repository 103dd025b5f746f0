//! Output of the commands.

use std::ffi::OsString;
use std::io::{self, ErrorKind, IsTerminal, Write};

use crate::diagnostics::Style;

/// Prints to standard output.
///
/// # Errors
///
/// As [`write()`].
pub fn print(text: &str) -> io::Result<()> {
    write(&mut io::stdout(), text)
}

/// Writes all of it. Ignores EPIPE, since readers such as `head` close the pipe early.
///
/// # Errors
///
/// When it cannot be written for another reason.
pub fn write(to: &mut dyn Write, text: &str) -> io::Result<()> {
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
#[must_use]
pub fn width() -> usize {
    let of_terminal =
        terminal_size::terminal_size_of(io::stdout()).map(|(terminal_size::Width(columns), _)| usize::from(columns));
    let of_environment = || std::env::var("COLUMNS").ok()?.parse().ok();
    of_terminal.or_else(of_environment).unwrap_or(USUAL_WIDTH).max(LEAST_WIDTH)
}

/// Returns how problems are shown there: in color, where a person sees them who has not asked for none.
#[must_use]
pub fn style(to: &impl IsTerminal) -> Style {
    match to.is_terminal() && takes_escapes(|name| std::env::var_os(name)) {
        true => Style::Colored,
        false => Style::Plain,
    }
}

/// Returns whether the environment allows colors: `NO_COLOR` has no text, and the terminal is not one that shows escape sequences
/// as they are.
fn takes_escapes(variable: impl Fn(&str) -> Option<OsString>) -> bool {
    let has_no_color = variable("NO_COLOR").is_some_and(|text| !text.is_empty());
    !has_no_color && !is_dumb(variable)
}

/// Returns whether the terminal has no escape sequences.
fn is_dumb(variable: impl Fn(&str) -> Option<OsString>) -> bool {
    variable("TERM").is_some_and(|terminal| terminal == "dumb")
}

/// Returns whether a bar that is drawn again and again can be shown on standard error.
pub(super) fn shows_progress() -> bool {
    io::stderr().is_terminal() && !is_dumb(|name| std::env::var_os(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colors_are_for_terminals_that_take_them() {
        let takes = |name: &'static str, text: &'static str| {
            takes_escapes(move |asked| (asked == name).then(|| OsString::from(text)))
        };
        assert!(takes("TERM", "xterm") && takes("NO_COLOR", "") && takes("OTHER", "1"));
        assert!(!takes("TERM", "dumb") && !takes("NO_COLOR", "1"));
    }
}
