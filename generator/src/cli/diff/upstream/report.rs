//! The report of the differences.

use std::fmt::Write as _;

use crate::compare::{Difference, Effect, Verdict};
use serde::Serialize;

use super::super::report::code;
use crate::cli::diff::accepted::Accepted;

/// One difference with its place.
#[derive(Debug)]
pub struct Line {
    /// The difference.
    pub difference: Difference,
    /// What identifies it in the file of accepted changes.
    pub fingerprint: String,
    /// Why it is accepted, if it is.
    pub accepted: Option<String>,
    place: String,
}

/// All differences between two documents.
#[derive(Debug)]
pub struct Report {
    /// How our document is called.
    pub ours: String,
    /// How the other one is called.
    pub theirs: String,
    /// The most serious first.
    pub lines: Vec<Line>,
    /// What is accepted and is no difference, or no longer the same.
    pub stale: Vec<String>,
    /// How the file is called in which differences are accepted.
    pub accepted_in: String,
}

/// The groups of a report, each with what it means to take over what the other document says.
const GROUPS: [(Effect, &str); 4] = [
    (Effect::Breaking, "to say the same would break clients, or nobody knows"),
    (Effect::Behavior, "to say the same would give what works another meaning"),
    (Effect::Compatible, "to say the same would make more possible"),
    (Effect::None, "nothing that a client sees"),
];

impl Line {
    /// Creates the line of a difference.
    #[must_use]
    pub fn new(difference: Difference, place: String, accepted: &Accepted) -> Self {
        let fingerprint = difference.fingerprint();
        let accepted = accepted.reason_of_upstream(&fingerprint);
        Self { difference, fingerprint, accepted, place }
    }

    /// Returns what is otherwise, in a line, where values are written as `value` does.
    pub fn sentence(&self, value: impl Fn(&str) -> String) -> String {
        let Difference { subject, keyword, ours, theirs, .. } = &self.difference;
        let values = match (ours, theirs) {
            (Some(ours), Some(theirs)) => format!("ours {}, theirs {}", value(ours), value(theirs)),
            (Some(ours), None) => format!("only ours: {}", value(ours)),
            (None, theirs) => format!("only theirs: {}", value(theirs.as_deref().unwrap_or_default())),
        };
        format!("{subject}, {keyword}: {values}")
    }

    /// Returns what it would mean, in words.
    fn meaning(&self) -> String {
        match (self.difference.rule, self.difference.verdict()) {
            (Some(rule), Some(Verdict { wire, rust, .. })) => format!("wire {wire}, Rust {rust}: {}", rule.what()),
            _ => "no rule of the policy says what it means".to_owned(),
        }
    }

    /// Returns where it is met, unless that goes without saying.
    fn users(&self) -> Option<String> {
        let Difference { subject, users, .. } = &self.difference;
        (users.len() > 1 || users.first() != Some(subject)).then(|| users.join(", "))
    }

    /// Returns the line and what is to be known of it, the name of each thing before it.
    fn facts(&self) -> Vec<(&'static str, String)> {
        let items = &self.difference.items;
        let facts = [
            ("means", Some(self.meaning())),
            ("in Rust", (!items.is_empty()).then(|| items.join(", "))),
            ("used by", self.users()),
            ("at", Some(self.place.clone())),
            ("accepted", self.accepted.clone()),
        ];
        facts.into_iter().filter_map(|(name, text)| Some((name, text?))).collect()
    }
}

impl Report {
    /// Returns whether nothing is left that a reviewer has to look at.
    pub fn is_settled(&self) -> bool {
        self.open().next().is_none() && self.stale.is_empty()
    }

    /// Returns what nobody has accepted.
    pub fn open(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(|line| line.accepted.is_none())
    }

    fn summary(&self) -> String {
        let (open, all) = (self.open().count(), self.lines.len());
        let count = match open {
            0 => "no differences".to_owned(),
            1 => "1 difference".to_owned(),
            open => format!("{open} differences"),
        };
        let accepted = match all - open {
            0 => String::new(),
            accepted => format!(", beside {accepted} accepted"),
        };
        format!("{count} between {} and {}{accepted}", self.ours, self.theirs)
    }

    /// Returns the report for a terminal of this width.
    pub fn text(&self, width: usize, all: bool) -> String {
        let mut text = wrapped(&self.summary(), "", "", width);
        for (effect, what) in GROUPS {
            let is_told = |line: &&Line| line.difference.effect() == effect && (all || line.accepted.is_none());
            let lines: Vec<_> = self.lines.iter().filter(is_told).collect();
            if lines.is_empty() {
                continue;
            }
            text.push('\n');
            text += &wrapped(&format!("{effect}: {what}"), "", "  ", width);
            for line in lines {
                let margin = " ".repeat(4);
                text +=
                    &wrapped(&format!("{}  {}", line.fingerprint, line.sentence(str::to_owned)), "  ", &margin, width);
                for (name, fact) in line.facts() {
                    text += &wrapped(&format!("{name:<8} {fact}"), &margin, &" ".repeat(13), width);
                }
            }
        }
        if self.open().next().is_some() {
            let accept = format!(
                "accept with a reason in {} what is otherwise on purpose, by its fingerprint",
                self.accepted_in
            );
            text += &format!("\n{}", wrapped(&accept, "", "", width));
        }
        for stale in &self.stale {
            text += &format!("\n{}", wrapped(&self.stale_line(stale), "", "  ", width));
        }
        text
    }

    /// Returns the report as Markdown.
    pub fn markdown(&self) -> String {
        let mut text = format!("### {}\n", code_names(&self.summary(), [&self.ours, &self.theirs]));
        for line in self.open() {
            let sentence = format!("\n- {} {}\n", code(&line.fingerprint), line.sentence(code));
            text += &sentence;
            for (name, fact) in line.facts() {
                // Writing to a string does not fail.
                let _ = writeln!(text, "  - {name}: {}", code(&fact));
            }
        }
        for stale in &self.stale {
            let _ = write!(text, "\n{}\n", code(&self.stale_line(stale)));
        }
        text
    }

    fn stale_line(&self, stale: &str) -> String {
        let file = &self.accepted_in;
        format!("{file}: {stale} is accepted and is no difference, or no longer the same one: remove it")
    }

    /// Returns the report as JSON.
    ///
    /// # Errors
    ///
    /// When it cannot be written as JSON.
    pub fn json(&self) -> anyhow::Result<String> {
        let differences = self.lines.iter().map(JsonLine::new).collect();
        let report = JsonReport { ours: &self.ours, theirs: &self.theirs, differences, stale: &self.stale };
        Ok(serde_json::to_string_pretty(&report)? + "\n")
    }
}

/// Returns a sentence in which names of files are code.
fn code_names(sentence: &str, names: [&String; 2]) -> String {
    names.into_iter().fold(sentence.to_owned(), |sentence, name| sentence.replacen(name.as_str(), &code(name), 1))
}

/// Returns a text in lines that are no longer than a width, the first behind one margin and the others behind another.
/// Words that are too long for a line are cut.
fn wrapped(text: &str, first: &str, rest: &str, width: usize) -> String {
    let mut lines = String::new();
    let (mut line, mut margin) = (first.to_owned(), first.chars().count());
    let mut length = margin;
    let mut end = |line: &mut String, margin: &mut usize| {
        lines.push_str(line.trim_end());
        lines.push('\n');
        *line = rest.to_owned();
        *margin = rest.chars().count();
    };
    for word in text.split_inclusive(' ') {
        let letters = word.trim_end().chars().count();
        if length + letters > width && length > margin {
            end(&mut line, &mut margin);
            length = margin;
        }
        for letter in word.chars() {
            if length >= width && letter != ' ' {
                end(&mut line, &mut margin);
                length = margin;
            }
            line.push(letter);
            length += 1;
        }
    }
    end(&mut line, &mut margin);
    lines
}

#[derive(Serialize)]
struct JsonReport<'a> {
    ours: &'a str,
    theirs: &'a str,
    differences: Vec<JsonLine<'a>>,
    stale: &'a [String],
}

#[derive(Serialize)]
struct JsonLine<'a> {
    fingerprint: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<&'static str>,
    goes: &'static str,
    subject: &'a str,
    keyword: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    ours: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    theirs: Option<&'a str>,
    sentence: String,
    effect: &'static str,
    items: &'a [String],
    users: &'a [String],
    place: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    accepted: Option<&'a str>,
}

impl<'a> JsonLine<'a> {
    fn new(line: &'a Line) -> Self {
        let Line { difference, fingerprint, accepted, place } = line;
        Self {
            fingerprint,
            rule: difference.rule.map(|rule| rule.id()),
            goes: difference.way.as_str(),
            subject: &difference.subject,
            keyword: &difference.keyword,
            ours: difference.ours.as_deref(),
            theirs: difference.theirs.as_deref(),
            sentence: line.sentence(str::to_owned),
            effect: difference.effect().as_str(),
            items: &difference.items,
            users: &difference.users,
            place,
            accepted: accepted.as_deref(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::wrapped;

    #[test]
    fn no_line_is_longer_than_the_width() {
        let text = "a word, another word, and one that is muchtoolongforanyline of them";
        for width in 12..40 {
            let lines = wrapped(text, "  ", "      ", width);
            assert!(lines.lines().all(|line| line.chars().count() <= width), "{width}:\n{lines}");
            let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            assert_eq!(letters(&lines), letters(text));
        }
        assert_eq!(wrapped("one two three", "", "  ", 8), "one two\n  three\n");
    }
}
