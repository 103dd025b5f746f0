//! `lint`: problems of a document, after the errors of `generate`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::ValueEnum;

use super::{input, terminal};
use crate::diagnostics::{Code, Diagnostics, Style};
use crate::lint::{self, Findings, Fixed, Rule, Sources};
use crate::mode::Mode;
use crate::read;
use crate::source::Source;

/// The file beside a document that says where its parts come from.
pub const SOURCES: &str = "README.md";

/// What `sdk-generator lint` takes.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The document.
    #[arg(value_name = "FILE", required_unless_present = "rules")]
    file: Option<PathBuf>,
    /// How it is checked and reported.
    #[command(flatten)]
    options: Options,
}

/// What the linter takes wherever the document comes from.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub struct Options {
    /// Overlays of the document.
    #[command(flatten)]
    overlays: input::Overlays,
    /// Mend what can be mended by editing single scalars; comments and layout stay as they are.
    #[arg(long, conflicts_with = "overlay")]
    fix: bool,
    /// How findings are printed.
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,
    /// Print the rules instead.
    #[arg(long, conflicts_with_all = ["file", "overlay", "fix", "format"])]
    rules: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// With the line in question, and a count of each rule.
    Human,
    /// One JSON object a line, on standard output; everything else goes to standard error.
    Json,
}

/// A document and what belongs to it.
#[derive(Debug)]
pub struct Job {
    /// Where it is.
    pub path: PathBuf,
    /// The document.
    pub source: Source,
    /// Where its parts come from.
    pub sources: Option<Sources>,
    /// How strictly `generate` takes it.
    pub mode: Mode,
}

/// What there is to say of a document, causes before effects.
struct Outcome {
    /// What `generate` refuses, for which much else may be found.
    refused: Diagnostics,
    findings: Findings,
}

impl Job {
    /// Reads a third-party document, which may have a table of sources beside it.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    pub fn third_party(path: &Path) -> anyhow::Result<Self> {
        let source = input::read(path)?.renamed(path.display().to_string());
        let sources = fs::read_to_string(path.with_file_name(SOURCES)).ok().and_then(|text| Sources::read(&text));
        Ok(Self { path: path.to_owned(), source, sources, mode: Mode::Lenient })
    }

    /// Returns the same document with another text.
    fn with_text(self, text: String) -> anyhow::Result<Self> {
        input::write(&self.path, &text)?;
        let name = self.source.name().to_owned();
        Ok(Self { source: input::read(&self.path)?.renamed(name), ..self })
    }

    fn lint(&self) -> Outcome {
        let refused = input::try_model(&self.source, self.mode).err().unwrap_or_default().errors();
        // The rules look at as much of a document as can be read.
        let document = read::read(&self.source, Mode::Lenient, &mut Diagnostics::new());
        let findings = document.map(|document| lint::lint(&self.source, &document, self.sources.as_ref()));
        Outcome { refused, findings: findings.unwrap_or_default() }
    }
}

/// Checks a document.
///
/// # Errors
///
/// When it cannot be read, or cannot be mended.
pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    match &arguments.file {
        Some(file) => run_on(Job::third_party(file)?, &arguments.options),
        None => print_rules(),
    }
}

/// Checks a document that was read.
///
/// # Errors
///
/// When it cannot be mended.
pub fn run_on(mut job: Job, options: &Options) -> anyhow::Result<ExitCode> {
    if options.rules {
        return print_rules();
    }
    job.source = options.overlays.of(job.source)?;
    let mut outcome = job.lint();
    if options.fix {
        let fixed = lint::fix(&job.source, &outcome.findings.fixes).with_context(|| job.source.name().to_owned())?;
        if !fixed.done.is_empty() {
            report(options.format, &done(job.source.name(), &fixed))?;
            job = job.with_text(fixed.text)?;
            outcome = job.lint();
        }
    }
    terminal::print(&outcome.message(&job.source, options.format, terminal::style(&io::stdout())))?;
    Ok(if outcome.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

impl Outcome {
    fn is_empty(&self) -> bool {
        self.refused.is_empty() && self.findings.diagnostics.is_empty()
    }

    fn message(&self, source: &Source, format: Format, style: Style) -> String {
        let Self { refused, findings: Findings { diagnostics, .. } } = self;
        match format {
            Format::Human if self.is_empty() => format!("{}: nothing to mend\n", source.name()),
            Format::Human => {
                let refusal = match refused.is_empty() {
                    true => String::new(),
                    false => format!("`generate` refuses {}:\n\n{}\n", source.name(), refused.render(source, style)),
                };
                refusal + &diagnostics.render(source, style) + &counts(diagnostics)
            }
            Format::Json => refused.to_json_lines(source) + &diagnostics.to_json_lines(source),
        }
    }
}

/// Returns what goes beside the findings.
fn report(format: Format, text: &str) -> io::Result<()> {
    match format {
        Format::Human => terminal::print(text),
        Format::Json => terminal::write(&mut io::stderr(), text),
    }
}

/// Returns how often each rule is broken, most often first.
fn counts(diagnostics: &Diagnostics) -> String {
    let mut counts: BTreeMap<Rule, usize> = BTreeMap::new();
    // An example that several schemas share may be told several times, but is printed once.
    let distinct: BTreeSet<_> = diagnostics.iter().collect();
    for diagnostic in distinct {
        if let Code::Lint(id) = diagnostic.code()
            && let Some(rule) = Rule::by_id(id)
        {
            *counts.entry(rule).or_default() += 1;
        }
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let lines = counts.iter().map(|(rule, count)| {
        let fix = rule.about().fix.map(|fix| format!("; `--fix` {fix}")).unwrap_or_default();
        format!("{count:>6}  {rule}: {}{fix}\n", rule.about().says)
    });
    lines.collect()
}

fn done(name: &str, fixed: &Fixed) -> String {
    let lines = fixed
        .done
        .iter()
        .map(|done| format!("fixed {name}:{}: {} is {} now [{}]\n", done.place, done.before, done.after, done.rule));
    lines.collect()
}

fn print_rules() -> anyhow::Result<ExitCode> {
    terminal::print(&rules())?;
    Ok(ExitCode::SUCCESS)
}

/// Returns all rules as a Markdown table.
fn rules() -> String {
    let mut text = "| rule | severity | asks that | `--fix` |\n|---|---|---|---|\n".to_owned();
    for about in Rule::ALL {
        let fix = about.fix.unwrap_or_default();
        let severity = about.severity.as_str();
        // Writing to a string does not fail.
        let _ = writeln!(text, "| `{}` | {severity} | {} | {fix} |", about.id, about.says);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &str, mode: Mode, format: Format) -> (Outcome, String) {
        let source = Source::new("shop.yaml", text);
        let job = Job { path: PathBuf::new(), source, sources: None, mode };
        let outcome = job.lint();
        let text = outcome.message(&job.source, format, Style::Plain);
        (outcome, text)
    }

    const SHOP: &str = "openapi: 3.0.3
info: {title: Shop, version: '1'}
paths:
  /orders:
    get:
      operationId: listOrders
      responses:
        '200':
          description: Orders.
          content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}
components:
  schemas:
    Order:
      type: object
      properties:
        total: {type: strin}
";

    #[test]
    fn what_generate_refuses_comes_first() {
        let (outcome, text) = message(SHOP, Mode::Strict, Format::Human);
        assert!(outcome.refused.has_errors());
        assert!(text.starts_with("`generate` refuses shop.yaml:\n\nerror"), "{text}");
        let finding = text.find("property-description").expect("the rules look at it all the same");
        assert!(text.find("strin").is_some_and(|cause| cause < finding), "{text}");
        let (_, json) = message(SHOP, Mode::Strict, Format::Json);
        let lines: Vec<serde_json::Value> =
            json.lines().map(|line| serde_json::from_str(line).expect("it is JSON")).collect();
        assert_eq!(lines[0]["severity"], "error");
        assert!(lines.iter().any(|line| line["code"] == "property-description"));
    }

    #[test]
    fn of_what_generate_takes_only_the_rules_speak() {
        let (outcome, text) = message(&SHOP.replace("strin}", "string}"), Mode::Strict, Format::Human);
        assert!(outcome.refused.is_empty() && !text.contains("refuses"), "{text}");
        // In third-party documents it is left out, and no reason to refuse them.
        assert!(message(SHOP, Mode::Lenient, Format::Human).0.refused.is_empty());
        let (outcome, text) = message("paths: [", Mode::Strict, Format::Human);
        assert!(outcome.findings.diagnostics.is_empty() && text.contains("error[syntax]"), "{text}");
    }
}
