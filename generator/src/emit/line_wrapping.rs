//! Breaks long lines of documentation where CommonMark allows it.

/// The maximum length of a line, without its indentation of up to eight columns and the comment mark.
const WIDTH: usize = 108;

/// Breaks the long lines of a text in CommonMark without a change of its meaning: code, tables, headings, quotes and
/// definitions of links are not changed.
pub(super) fn wrap(text: &str) -> String {
    let (mut lines, mut fence) = (Vec::new(), None);
    for line in text.lines() {
        let start = line.trim_start();
        let mark = ["```", "~~~"].into_iter().find(|mark| start.starts_with(mark));
        if mark.is_some() && (fence.is_none() || fence == mark) {
            fence = if fence.is_none() { mark } else { None };
            lines.push(line.to_owned());
        } else if fence.is_some() || line.chars().count() <= WIDTH || !is_prose(line, start) {
            lines.push(line.to_owned());
        } else {
            break_line(line, start, &mut lines);
        }
    }
    lines.join("\n")
}

/// Returns whether a line is text of a paragraph or of a list item.
fn is_prose(line: &str, start: &str) -> bool {
    let indent = line.len() - start.len();
    let is_definition = start.starts_with('[') && start.contains("]:");
    indent < 4 && !start.starts_with(['|', '#', '>', '<']) && !is_definition
}

fn break_line(line: &str, start: &str, lines: &mut Vec<String>) {
    // A continuation line of a list item is indented like the text of the item.
    let indent = " ".repeat(line.len() - start.len() + marker(start));
    let (mut rest, mut margin) = (line, "");
    while margin.len() + rest.chars().count() > WIDTH {
        let most = WIDTH - margin.len();
        let end = rest.char_indices().nth(most + 1).map_or(rest.len(), |(end, _)| end);
        let blanks = |text: &str| text.match_indices(' ').map(|(at, _)| at).collect::<Vec<_>>();
        let (before, behind): (Vec<_>, Vec<_>) =
            blanks(rest).into_iter().filter(|at| can_break(rest, *at, indent.len())).partition(|at| *at < end);
        let Some(at) = before.last().or(behind.first()) else { break };
        lines.push(format!("{margin}{}", &rest[..*at]));
        (rest, margin) = (&rest[at + 1..], &indent);
    }
    lines.push(format!("{margin}{rest}"));
}

/// Returns the length of the marker of a list item, such as `- ` or `12. `.
fn marker(start: &str) -> usize {
    let digits = start.bytes().take_while(u8::is_ascii_digit).count();
    let is_item = match start.get(digits..) {
        Some(rest) if digits > 0 => rest.starts_with(". ") || rest.starts_with(") "),
        _ => start.starts_with("- ") || start.starts_with("* ") || start.starts_with("+ "),
    };
    if is_item { digits.max(1) + 1 + usize::from(digits > 0) } else { 0 }
}

/// Returns whether a line can be broken at a blank: the blank is single, and the next word does not begin another block.
fn can_break(rest: &str, at: usize, indent: usize) -> bool {
    let next = rest[at + 1..].chars().next();
    let begins_word = |c: char| c.is_alphabetic() || matches!(c, '(' | '"');
    at > indent && !rest[..at].ends_with([' ', '\\']) && next.is_some_and(begins_word)
}

#[cfg(test)]
mod tests {
    use super::{WIDTH, wrap};

    #[test]
    fn long_lines_of_prose_are_broken_and_say_the_same() {
        let words = "word ".repeat(60);
        for (start, indent) in [("", ""), ("- ", "  "), ("12. ", "    "), ("  * ", "    ")] {
            let line = format!("{start}{}", words.trim_end());
            let wrapped = wrap(&line);
            assert!(wrapped.lines().count() > 2 && wrapped.lines().all(|line| line.len() <= WIDTH), "{wrapped}");
            assert!(wrapped.lines().skip(1).all(|line| line.starts_with(&format!("{indent}word"))), "{wrapped}");
            assert_eq!(wrapped.split_whitespace().collect::<Vec<_>>(), line.split_whitespace().collect::<Vec<_>>());
            assert_eq!(wrap(&wrapped), wrapped);
        }
    }

    #[test]
    fn what_would_mean_something_else_stays() {
        let long = "a ".repeat(100);
        for text in [
            format!("```\n{long}\n~~~\n{long}\n```"),
            format!("| {long}|"),
            format!("# {long}"),
            format!("> {long}"),
            format!("    {long}"),
            format!("[a]: b \"{long}\""),
            "1. - # > | ` ".repeat(20).trim_end().to_owned(),
            "x".repeat(300),
        ] {
            assert_eq!(wrap(&text), text);
        }
        // The last word that can begin a line does.
        let (head, tail) = ("a".repeat(60), "- b 1. c `d e` [f](g)".repeat(6));
        let wrapped = wrap(&format!("{head} {tail}"));
        assert!(wrapped.lines().count() > 1, "{wrapped}");
        assert!(wrapped.lines().skip(1).all(|line| line.starts_with(char::is_alphabetic)), "{wrapped}");
    }
}
