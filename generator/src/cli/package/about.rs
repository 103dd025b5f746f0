//! What a crate says of itself: what the user asks for, and otherwise what the document says.

use pulldown_cmark::{Event, Parser, Tag, TagEnd};
use semver::Version;

use super::names;
use crate::document::Info;

/// The version of a crate whose document has none that Cargo takes.
const FIRST_VERSION: &str = "0.1.0";

/// A description has no more characters, as far as words allow.
const LONGEST_DESCRIPTION: usize = 300;

/// Names of licenses that documents write in words.
const LICENSES: [(&str, &str); 8] = [
    ("apache 2", "Apache-2.0"),
    ("apache 2.0", "Apache-2.0"),
    ("apache license 2.0", "Apache-2.0"),
    ("apache license, version 2.0", "Apache-2.0"),
    ("apache-2.0", "Apache-2.0"),
    ("mit", "MIT"),
    ("mit license", "MIT"),
    ("bsd-3-clause", "BSD-3-Clause"),
];

/// What the user has asked for.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Wishes {
    /// The name of the crate. [default: the one in its Cargo.toml, or the title of the document, made valid]
    #[arg(long, alias = "crate", value_name = "NAME", value_parser = names::check_name)]
    pub(super) name: Option<String>,
    /// The version of the crate. [default: that of a new crate is the version of the document, or 0.1.0]
    #[arg(long, value_name = "VERSION", value_parser = check_version)]
    pub(super) crate_version: Option<String>,
    /// The description of the crate. [default: that of a new crate is the beginning of the document's]
    #[arg(long, value_name = "TEXT")]
    pub(super) description: Option<String>,
    /// The license of the crate, as an SPDX expression. [default: that of a new crate is the license of the document]
    #[arg(long, value_name = "SPDX")]
    pub(super) license: Option<String>,
}

/// One fact about a crate.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Fact {
    /// What the user asks for.
    pub(super) asked: Option<String>,
    /// What the document says.
    pub(super) found: Option<String>,
}

impl Fact {
    /// Returns what holds for a new crate.
    pub(super) fn text(&self) -> Option<&str> {
        self.asked.as_deref().or(self.found.as_deref())
    }
}

/// What a crate says of itself.
#[derive(Debug)]
pub(super) struct About {
    pub(super) version: Fact,
    pub(super) description: Fact,
    pub(super) license: Fact,
}

impl About {
    pub(super) fn new(wishes: &Wishes, info: &Info) -> Self {
        let version = info.version.as_deref().and_then(version).unwrap_or_else(|| FIRST_VERSION.to_owned());
        Self {
            version: Fact { asked: wishes.crate_version.clone(), found: Some(version) },
            description: Fact { asked: wishes.description.clone(), found: description(info) },
            license: Fact { asked: wishes.license.clone(), found: license(info) },
        }
    }

    /// Returns the facts by their keys in a manifest, in the order in which they stand there.
    pub(super) fn facts(&self) -> [(&'static str, &Fact); 3] {
        [("version", &self.version), ("description", &self.description), ("license", &self.license)]
    }
}

/// Refuses a version that Cargo does not take.
fn check_version(text: &str) -> Result<String, String> {
    Version::parse(text).map(|version| version.to_string()).map_err(|error| format!("{error}; write it like 1.2.3"))
}

/// Returns the version of a document as Cargo takes it: with three numbers.
fn version(text: &str) -> Option<String> {
    let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
    let complete = ["", ".0", ".0.0"].into_iter().map(|more| format!("{text}{more}"));
    complete.filter_map(|text| Version::parse(&text).ok()).map(|version| version.to_string()).next()
}

/// Returns the license of a document as an SPDX expression, if it is known to be one.
fn license(info: &Info) -> Option<String> {
    let known = |name: &str| {
        let name = name.trim().to_ascii_lowercase();
        LICENSES.iter().find(|(known, _)| *known == name).map(|(_, expression)| *expression)
    };
    let choice = |names: &String| Some(names.split(" OR ").map(known).collect::<Option<Vec<_>>>()?.join(" OR "));
    info.license_identifier.clone().or_else(|| info.license.as_ref().and_then(choice))
}

/// Returns what the API is, in one line.
fn description(info: &Info) -> Option<String> {
    let text = info
        .summary
        .clone()
        .or_else(|| first_paragraph(info.description.as_deref()?))
        .or_else(|| info.title.clone())?;
    let mut line = String::new();
    for word in text.split_whitespace() {
        if line.chars().count() + word.chars().count() > LONGEST_DESCRIPTION {
            line.push_str(" ...");
            break;
        }
        line.extend([if line.is_empty() { "" } else { " " }, word]);
    }
    Some(line.chars().filter(|letter| !letter.is_control()).collect())
}

/// Returns the text of the first paragraph of Markdown.
fn first_paragraph(markdown: &str) -> Option<String> {
    let (mut text, mut is_inside) = (String::new(), false);
    for event in Parser::new(markdown) {
        match event {
            Event::Start(Tag::Paragraph) => is_inside = true,
            Event::End(TagEnd::Paragraph) if !text.trim().is_empty() => return Some(text),
            Event::End(TagEnd::Paragraph) => is_inside = false,
            Event::Text(words) | Event::Code(words) if is_inside => text.push_str(&words),
            Event::SoftBreak | Event::HardBreak => text.push(' '),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_documents_become_those_of_crates() {
        for (text, expected) in [
            ("1.0.27", Some("1.0.27")),
            ("v2", Some("2.0.0")),
            ("1.1", Some("1.1.0")),
            ("1.0.0-rc.1", Some("1.0.0-rc.1")),
            ("2024-06-26", None),
            ("latest", None),
        ] {
            assert_eq!(version(text).as_deref(), expected, "{text}");
        }
        assert!(check_version("1.2").is_err() && check_version("1.2.3").is_ok());
    }

    #[test]
    fn a_description_is_the_first_paragraph_in_one_line() {
        let of = |description: &str| {
            let info =
                Info { description: Some(description.to_owned()), title: Some("Shop".to_owned()), ..Info::default() };
            super::description(&info).unwrap()
        };
        assert_eq!(
            of("# Shop\n\nSells `books`,\nand [more](https://shop.example).\n\nSince 1999."),
            "Sells books, and more."
        );
        assert_eq!(of("# Shop\n"), "Shop");
        let long = of(&"word ".repeat(200));
        assert!(long.ends_with(" ...") && long.chars().count() < 310, "{long}");
        let info = Info { summary: Some("Sells books".to_owned()), ..Info::default() };
        assert_eq!(super::description(&info).as_deref(), Some("Sells books"));
    }

    #[test]
    fn a_license_is_taken_where_it_is_known() {
        let named = |name: &str| license(&Info { license: Some(name.to_owned()), ..Info::default() });
        assert_eq!(named("Apache 2.0").as_deref(), Some("Apache-2.0"));
        assert_eq!(named("MIT OR Apache-2.0").as_deref(), Some("MIT OR Apache-2.0"));
        assert_eq!(named("Our terms"), None);
        assert_eq!(named("MIT OR our terms"), None);
        let info =
            Info { license_identifier: Some("MIT".to_owned()), license: Some("x".to_owned()), ..Info::default() };
        assert_eq!(license(&info).as_deref(), Some("MIT"));
    }
}
