//! `cargo xtask lint`: what a maintainer would mind in our document, or in any other.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::ValueEnum;
use sdk_generator::diagnostics::{Code, Diagnostics};
use sdk_generator::lint::{self, Findings, Fixed, Rule, Sources};
use sdk_generator::read::{self, Unsupported};
use sdk_generator::source::Source;

use crate::generate::DOCUMENT;
use crate::{spec, terminal};

/// What says where the parts of a document come from; it stands beside the document.
const SOURCES: &str = "README.md";

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Another document than ours.
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// Mend what can be mended by editing single scalars; comments and layout stay as they are.
    #[arg(long)]
    fix: bool,
    /// How findings are printed.
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,
    /// Print the rules instead.
    #[arg(long, conflicts_with_all = ["file", "fix", "format"])]
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
struct Job {
    path: PathBuf,
    source: Source,
    sources: Option<Sources>,
}

impl Job {
    /// Our document, whose sources have to be told.
    fn own(root: &Path) -> anyhow::Result<Self> {
        let path = root.join(DOCUMENT);
        let source = spec::read(&path)?.renamed(DOCUMENT);
        let beside = path.with_file_name(SOURCES);
        let text = fs::read_to_string(&beside).with_context(|| format!("{} cannot be read", beside.display()))?;
        let sources = Sources::read(&text);
        let sources = sources
            .with_context(|| format!("{} has no table of sources: its first column is `part`", beside.display()))?;
        Ok(Self { path, source, sources: Some(sources) })
    }

    /// Somebody else's, which may have such a table.
    fn foreign(path: &Path) -> anyhow::Result<Self> {
        let source = spec::read(path)?.renamed(path.display().to_string());
        let sources = fs::read_to_string(path.with_file_name(SOURCES)).ok().and_then(|text| Sources::read(&text));
        Ok(Self { path: path.to_owned(), source, sources })
    }

    /// The same document with another text.
    fn with_text(self, text: String) -> anyhow::Result<Self> {
        spec::write(&self.path, &text)?;
        let name = self.source.name().to_owned();
        Ok(Self { source: spec::read(&self.path)?.renamed(name), ..self })
    }

    /// The findings, or what keeps the document from being read.
    fn lint(&self) -> Result<Findings, Diagnostics> {
        let mut diagnostics = Diagnostics::new();
        // What only `generate` minds is no business of a linter: it tells that itself.
        match read::read(&self.source, Unsupported::Skip, &mut diagnostics) {
            Some(document) => Ok(lint::lint(&self.source, &document, self.sources.as_ref())),
            None => Err(diagnostics),
        }
    }
}

pub(crate) fn run(root: &Path, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    if arguments.rules {
        terminal::print(&rules())?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut job = match &arguments.file {
        Some(path) => Job::foreign(path)?,
        None => Job::own(root)?,
    };
    let mut outcome = job.lint();
    if let (true, Ok(findings)) = (arguments.fix, &outcome) {
        let fixed = lint::fix(&job.source, &findings.fixes).with_context(|| job.source.name().to_owned())?;
        if !fixed.done.is_empty() {
            report(arguments.format, &done(job.source.name(), &fixed))?;
            job = job.with_text(fixed.text)?;
            outcome = job.lint();
        }
    }
    let diagnostics = outcome.map_or_else(|unread| unread, |findings| findings.diagnostics);
    print(&diagnostics, &job.source, arguments.format)?;
    Ok(if diagnostics.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn print(diagnostics: &Diagnostics, source: &Source, format: Format) -> io::Result<()> {
    let text = match format {
        Format::Human if diagnostics.is_empty() => format!("{}: nothing to mend\n", source.name()),
        Format::Human => diagnostics.render(source, terminal::style(&io::stdout())) + &counts(diagnostics),
        Format::Json => diagnostics.to_json_lines(source),
    };
    terminal::print(&text)
}

/// What goes beside the findings.
fn report(format: Format, text: &str) -> io::Result<()> {
    match format {
        Format::Human => terminal::print(text),
        Format::Json => terminal::write(&mut io::stderr(), text),
    }
}

/// How often each rule is broken, most often first.
fn counts(diagnostics: &Diagnostics) -> String {
    let mut counts: BTreeMap<Rule, usize> = BTreeMap::new();
    // An example that several schemas share may be told several times, but is printed once.
    let distinct: BTreeSet<_> = diagnostics.iter().collect();
    for diagnostic in distinct {
        if let Code::Lint(rule) = diagnostic.code() {
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

/// All rules as a Markdown table.
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
