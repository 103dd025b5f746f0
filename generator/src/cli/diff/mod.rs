//! `diff`: the effect of a change of a document on the wire, on Rust and on the version.

pub mod accepted;
mod options;
pub mod report;
pub mod sides;
pub mod upstream;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, bail};

use super::exit::Finding;
use super::terminal;
use super::version::Version;
use crate::compare;
use accepted::Accepted;
pub use options::{Denied, Format, Options};
use report::{Line, Report};
use sides::Side;

/// What `sdk-generator diff` takes.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The document before the change. With `--upstream`, the one that is compared with that of the service.
    #[arg(value_name = "OLD")]
    old: PathBuf,
    /// The document after the change.
    #[arg(value_name = "NEW", required_unless_present = "upstream")]
    new: Option<PathBuf>,
    /// A TOML file with the changes that are accepted, each by its fingerprint and with a reason.
    #[arg(long, value_name = "FILE")]
    accepted: Option<PathBuf>,
    /// How documents are compared and reported.
    #[command(flatten)]
    options: Options,
}

/// Compares two files.
///
/// # Errors
///
/// When a document cannot be read or has errors, or a change is denied.
pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let Arguments { old, new, accepted, options } = arguments;
    let accepted = accepted.as_ref().map_or_else(|| Ok(Accepted::default()), |path| Accepted::read(path))?;
    if let Some(theirs) = &options.upstream {
        let ours = upstream::Ours::of(old, old.display().to_string())?;
        return upstream::run(&ours, theirs, options, &accepted);
    }
    let new = new.as_ref().context("a second document is missing")?;
    for path in [old, new] {
        if !path.exists() && !path.to_string_lossy().contains("://") {
            let name = path.display();
            let save = format!("to compare with a revision of git, save its file: `git show {name}:FILE > old.yaml`");
            bail!("`{name}` is no file; {save}");
        }
    }
    let (old, new) = (Side::of_file(old, &options.overlays)?, Side::of_file(new, &options.overlays)?);
    finish(&report(&old, &new, &accepted, None), options)
}

/// Prints a report, and fails for what is denied.
///
/// # Errors
///
/// When a change is denied.
pub fn finish(report: &Report, options: &Options) -> anyhow::Result<ExitCode> {
    let text = match options.format {
        Format::Text => report.text(),
        Format::Markdown => report.markdown(),
        Format::Json => report.json()?,
    };
    terminal::print(&text)?;
    match options.deny.and_then(|denied| report.denial(denied.into())) {
        Some(denial) => bail!(Finding(denial)),
        None => Ok(ExitCode::SUCCESS),
    }
}

/// Returns everything that differs between two states of a document, and what it means.
/// `version` is that of the crate before the change, where that is known.
#[must_use]
pub fn report(old: &Side, new: &Side, accepted: &Accepted, version: Option<Version>) -> Report {
    let changes = compare::revisions(&old.api, &new.api);
    let lines = Line::all(changes, old, new, accepted);
    // Where nothing has changed at all, nothing is stale: what was accepted stays until the next change takes it out.
    let stale = match lines.is_empty() {
        true => Vec::new(),
        false => accepted.stale(|fingerprint| lines.iter().any(|line| line.fingerprint == fingerprint)),
    };
    let accepted_in = accepted.file().to_owned();
    Report { old: old.shown.clone(), new: new.shown.clone(), lines, stale, accepted_in, version }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::Effect;
    use crate::mode::Mode;
    use crate::source::Source;

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
        let side =
            |shown: &str, text: &str| Side::new(shown.to_owned(), Source::new(shown, text), Mode::Strict).unwrap();
        let (old, new) = (side("before.yaml", BEFORE), side("after.yaml", after));
        report(&old, &new, &Accepted::parse(accepted).unwrap(), Version::parse("0.3.1").ok())
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
            "1 denied: accept each by its fingerprint, with a reason, in the file of `--accepted`"
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
            "1 accepted and not happened: remove what is stale from the file of `--accepted`"
        );
        assert!(report.text().contains("0000000000"), "{}", report.text());
        assert!(Accepted::parse(&entry("x").replace("nobody writes so much", " ")).is_err());
        assert!(Accepted::parse(&(entry("x") + &entry("x"))).is_err());
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
        let left = format!("with {} more: `--format text` lists them all.\n", 1000 - listed);
        assert!(markdown.ends_with(&left), "{left}");
        assert!(!of(&(BEFORE.to_owned() + &fields(10)), "").markdown().contains("too long"));
    }
}
