//! `cargo xtask diff`: the effect of a change of the document on the wire, on Rust and on the version.

pub(crate) mod accepted;
#[cfg(test)]
mod history;
pub(crate) mod report;
pub(crate) mod sides;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::bail;
use clap::ValueEnum;
use sdk_generator::compare::{self, Effect};

use crate::upstream::{Format, Job};
use crate::version::Version;
use crate::{spec, terminal, upstream};
use accepted::{ACCEPTED, Accepted};
use report::{Line, Report};
use sides::Side;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// What to compare with: a revision or a file. With `--upstream`, the file that is compared instead of our document.
    /// [default: where this branch left `main`]
    #[arg(value_name = "BASE")]
    base: Option<String>,
    /// What is compared, instead of the document as it stands: a revision or a file.
    #[arg(value_name = "NEW")]
    new: Option<String>,
    /// Compare with another document of the same service, which has names and schemas of its own: operations are matched by
    /// method and path, schemas by where they stand. Fails on what is otherwise and not accepted.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["new", "deny"])]
    upstream: Option<PathBuf>,
    #[command(flatten)]
    overlays: spec::Overlays,
    /// With `--upstream`: tell of what is accepted, too.
    #[arg(long, requires = "upstream")]
    all: bool,
    /// With `--upstream`: write the part of that document that is compared, without its prose, and compare nothing.
    #[arg(long, value_name = "TO", requires = "upstream", conflicts_with_all = ["base", "all"])]
    extract: Option<PathBuf>,
    /// How the changes are printed.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
    /// Fail when something is changed that costs this much, or more, and is not accepted.
    #[arg(long, value_name = "EFFECT")]
    deny: Option<Denied>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Denied {
    /// What worked is refused.
    Breaking,
    /// What worked means something else.
    Behavior,
    /// Anything that is more than words.
    Compatible,
}

impl From<Denied> for Effect {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::Breaking => Self::Breaking,
            Denied::Behavior => Self::Behavior,
            Denied::Compatible => Self::Compatible,
        }
    }
}

pub(crate) fn run(root: &Path, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let Arguments { base, upstream, overlays, all, extract, format, .. } = arguments;
    match (upstream, extract) {
        (Some(theirs), Some(to)) => upstream::extract(root, theirs, overlays, to),
        (Some(theirs), None) => {
            let ours = base.as_ref().map(Path::new);
            upstream::run(root, &Job { ours, theirs, overlays, format: *format, all: *all })
        }
        (None, _) => revisions(root, arguments),
    }
}

fn revisions(root: &Path, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let (old, new) = sides(root, arguments)?;
    let accepted = Accepted::read(&root.join(ACCEPTED))?;
    // What follows is counted from what there was, which `release --since` does, too.
    let version = match &old.revision {
        Some(revision) => Version::at(root, revision)?,
        None => Version::of(root)?,
    };
    let mut report = report(&old, &new, &accepted, version);
    if !arguments.is_ours() {
        report.stale.clear();
        report.version = None;
    }
    let text = match arguments.format {
        Format::Text => report.text(),
        Format::Markdown => report.markdown(),
        Format::Json => report.json()?,
    };
    terminal::print(&text)?;
    match arguments.deny.and_then(|denied| report.denial(denied.into())) {
        Some(denial) => bail!(denial),
        None => Ok(ExitCode::SUCCESS),
    }
}

impl Arguments {
    /// Tells whether it is our document that is compared: to any other nothing need have happened that was accepted,
    /// and it has no version.
    fn is_ours(&self) -> bool {
        !self.new.as_ref().is_some_and(|name| Path::new(name).is_file())
    }
}

/// Returns the two documents.
fn sides(root: &Path, arguments: &Arguments) -> anyhow::Result<(Side, Side)> {
    let old = match &arguments.base {
        Some(base) => Side::at(root, base, &arguments.overlays)?,
        None => Side::at_merge_base(root, &arguments.overlays)?,
    };
    let new = match &arguments.new {
        Some(new) => Side::at(root, new, &arguments.overlays)?,
        None => Side::own(root, &arguments.overlays)?,
    };
    Ok((old, new))
}

/// Returns everything that differs between two states of a document, and what it means.
pub(crate) fn report(old: &Side, new: &Side, accepted: &Accepted, version: Version) -> Report {
    let changes = compare::revisions(&old.api, &new.api);
    let lines = Line::all(changes, old, new, accepted);
    let stale = accepted.stale(&lines);
    Report { old: old.shown.clone(), new: new.shown.clone(), lines, stale, version: Some(version) }
}

#[cfg(test)]
mod tests {
    use sdk_generator::source::Source;

    use super::*;

    const BEFORE: &str = "openapi: 3.0.3
info: {title: T, version: '1'}
paths:
  /orders:
    post:
      operationId: createOrder
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}
      responses:
        '200':
          description: done
          content: {application/json: {schema: {$ref: '#/components/schemas/Receipt'}}}
components:
  schemas:
    Order:
      type: object
      required: [amount]
      properties:
        amount: {type: number, description: How much.}
        note: {type: string, maxLength: 20}
    Receipt:
      type: object
      properties:
        id: {type: string}
";

    fn of(after: &str, accepted: &str) -> Report {
        let side = |shown: &str, text: &str| Side::of_source(shown, Source::new(shown, text)).unwrap();
        let (old, new) = (side("before.yaml", BEFORE), side("after.yaml", after));
        report(&old, &new, &Accepted::parse(accepted).unwrap(), Version::parse("0.3.1").unwrap())
    }

    #[test]
    fn a_change_is_one_line_with_its_place_and_three_verdicts() {
        let report = of(&BEFORE.replace("required: [amount]", "required: [amount, note]"), "");
        let text = report.text();
        let line = text.lines().find(|line| line.contains("Order.note")).unwrap();
        for part in [
            "breaking    breaking    contract",
            "field-required",
            "Order::note",
            "after.yaml:21:9",
            "#/components/schemas/Order/properties/note",
        ] {
            assert!(line.contains(part), "{part} is not in {line}");
        }
        assert!(text.contains("1 change from before.yaml to after.yaml: 1 breaking"), "{text}");
        assert!(text.contains("0.3.1 → 0.4.0 (major, which is the second number below 1.0)"), "{text}");
        assert_eq!(
            report.denial(Effect::Breaking).unwrap(),
            "1 denied: accept each by its fingerprint, with a reason, in spec/accepted-changes.toml"
        );
    }

    #[test]
    fn what_is_accepted_with_a_reason_is_not_denied_and_what_is_stale_is() {
        let after = BEFORE.replace("maxLength: 20", "maxLength: 10");
        let fingerprint = of(&after, "").lines[0].fingerprint.clone();
        let entry = |fingerprint: &str| {
            format!(
                "[[change]]\nfingerprint = \"{fingerprint}\"\nwhat = \"shorter notes\"\nreason = \"nobody writes so much\"\n"
            )
        };
        let report = of(&after, &entry(&fingerprint));
        assert_eq!(report.denial(Effect::Breaking), None, "{}", report.text());
        assert!(report.text().contains("accepted: nobody writes so much"), "{}", report.text());
        let report = of(&after, &(entry(&fingerprint) + &entry("0000000000")));
        assert_eq!(
            report.denial(Effect::Breaking).unwrap(),
            "1 accepted and not happened: remove what is stale from spec/accepted-changes.toml"
        );
        assert!(report.text().contains("0000000000"), "{}", report.text());
        assert!(Accepted::parse(&entry("x").replace("nobody writes so much", " ")).is_err());
        assert!(Accepted::parse(&(entry("x") + &entry("x"))).is_err());
    }

    #[test]
    fn only_of_our_document_something_can_be_stale() {
        let is_ours = |base: Option<&str>, new: Option<&str>| {
            let (base, new) = (base.map(str::to_owned), new.map(str::to_owned));
            let (upstream, extract) = (None, None);
            Arguments {
                base,
                new,
                upstream,
                overlays: spec::Overlays::default(),
                all: false,
                extract,
                format: Format::Text,
                deny: None,
            }
            .is_ours()
        };
        assert!(is_ours(None, None) && is_ours(Some("HEAD~1"), Some("HEAD")) && is_ours(Some("Cargo.toml"), None));
        assert!(!is_ours(Some("Cargo.toml"), Some("Cargo.toml")));
    }

    #[test]
    fn nothing_is_said_of_documents_that_mean_the_same() {
        let report = of(&BEFORE.replace("description: How much.", "description: 'How much.'"), "");
        assert_eq!(report.text(), "no changes from before.yaml to after.yaml\n");
        assert_eq!(report.denial(Effect::Compatible), None);
    }

    #[test]
    fn markdown_and_json_tell_the_same() {
        let report = of(&BEFORE.replace("id: {type: string}", "id: {type: string}\n        at: {type: string}"), "");
        let (markdown, json) = (report.markdown(), report.json().unwrap());
        assert!(markdown.contains("| none") || markdown.contains("compatible"), "{markdown}");
        assert!(markdown.contains("`Receipt::at`"), "{markdown}");
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(json["changes"][0]["rule"], "field-added");
        assert_eq!(json["changes"][0]["line"], 26);
        assert_eq!(json["version"]["next"], "0.3.2");
    }

    #[test]
    fn what_a_document_says_is_no_markdown() {
        let note = "note: {type: string, maxLength: 20";
        let of = |pattern: &str| of(&BEFORE.replace(note, &format!("{note}, pattern: '{pattern}'")), "").markdown();
        let markdown = of("^<a>`$");
        assert!(markdown.contains("| `Order.note`: "), "{markdown}");
        assert!(markdown.contains(" → `` pattern ^<a>`$ `` |"), "{markdown}");
        // With the bars that divide cells, and no other.
        let markdown = of(r"^a\|b$");
        assert!(markdown.contains(" → <code>pattern &#94;a&#92;&#124;b&#36;</code> |"), "{markdown}");
        assert!(markdown.lines().filter(|line| line.starts_with('|')).all(|line| line.matches('|').count() == 8));
    }

    #[test]
    fn a_comment_is_no_longer_than_it_may_be() {
        let fields = |count: usize| -> String {
            (0..count).map(|number| format!("        field{number}: {{type: string}}\n")).collect()
        };
        let markdown = of(&(BEFORE.to_owned() + &fields(1000)), "").markdown();
        assert!((50_000..65_536).contains(&markdown.len()), "{}", markdown.len());
        let listed = markdown.matches("| `Receipt.field").count();
        let left = format!("with {} more: `cargo xtask diff` lists them all.\n", 1000 - listed);
        assert!(markdown.ends_with(&left), "{left}");
        assert!(!of(&(BEFORE.to_owned() + &fields(10)), "").markdown().contains("too long"));
    }
}
