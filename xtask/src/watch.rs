//! `cargo xtask watch`: the published crate follows the document, and shows what each edit means to users.

use std::io::{self, Write};
use std::ops::ControlFlow;
use std::path::Path;
use std::process::ExitCode;
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use anyhow::Context;
use notify::event::ModifyKind;
use notify::{Event, EventKind, RecursiveMode, Watcher};
use sdk_generator::diagnostics::Style;
use sdk_generator::output::Change;
use sdk_generator::surface::qualified;
use similar::{ChangeTag, TextDiff};

use crate::generate::{self, DOCUMENT, Refreshed};
use sdk_generator::cli::terminal;

/// An editor saves in several steps; when nothing has happened for so long, it is done.
const QUIET: Duration = Duration::from_millis(100);

/// What the files of a document end in.
const ENDINGS: &[&str] = &["yaml", "yml", "json"];

pub(crate) fn run(root: &Path) -> anyhow::Result<ExitCode> {
    let style = terminal::style(&io::stdout());
    eprintln!("watching {DOCUMENT} and the files beside it; end with Ctrl-C");
    // A blank line sets the reports apart.
    follow(root, style, |report| match writeln!(io::stdout(), "{report}") {
        Ok(()) => ControlFlow::Continue(()),
        // Nobody reads on.
        Err(_) => ControlFlow::Break(()),
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Makes the crate now and after each save, and hands over what is to be said of it, until that breaks.
fn follow(root: &Path, style: Style, mut tell: impl FnMut(String) -> ControlFlow<()>) -> anyhow::Result<()> {
    let folder = root.join(DOCUMENT).parent().context("the document has no folder")?.to_owned();
    let (sender, events) = mpsc::channel();
    let mut watcher = notify::recommended_watcher(move |event| {
        // The other end is gone when nobody watches any more.
        let _ = sender.send(event);
    })?;
    let watched = watcher.watch(&folder, RecursiveMode::Recursive);
    watched.with_context(|| format!("{} cannot be watched", folder.display()))?;
    // What is saved while this is made waits among the events.
    while tell(step(root, style)).is_continue() {
        saved(&events)?;
    }
    Ok(())
}

/// Waits for a save, to its end.
fn saved(events: &Receiver<notify::Result<Event>>) -> anyhow::Result<()> {
    loop {
        let event = events.recv().context("the files are watched no longer")?;
        if is_save(&event.context("the files cannot be watched")?) {
            break;
        }
    }
    while events.recv_timeout(QUIET).is_ok() {}
    Ok(())
}

/// Returns whether a file of a document says something else now. Reading one is an event, too, and must not lead to the
/// next.
fn is_save(event: &Event) -> bool {
    let is_change = match event.kind {
        EventKind::Create(_) | EventKind::Remove(_) | EventKind::Any => true,
        EventKind::Modify(what) => !matches!(what, ModifyKind::Metadata(_)),
        EventKind::Access(_) | EventKind::Other => false,
    };
    let has_ending = |path: &Path| path.extension().is_some_and(|ending| ENDINGS.iter().any(|known| ending == *known));
    is_change && event.paths.iter().any(|path| has_ending(path))
}

/// Makes the crate, and says what that came to; an error is no reason to stop, since the next save may mend it.
fn step(root: &Path, style: Style) -> String {
    match generate::refresh(root, style) {
        Ok(refreshed) => message(&refreshed, style),
        Err(error) => format!("error: {error:#}\n"),
    }
}

fn message(refreshed: &Refreshed, style: Style) -> String {
    let Refreshed { problems, written } = refreshed;
    let Some(written) = written else { return format!("{problems}\nnothing was written\n") };
    let files = if written.files.is_empty() { "nothing changed\n" } else { &written.files };
    let surface = match &written.surface {
        Some(change) => self::surface(change, style),
        None if written.files.is_empty() => String::new(),
        None => "\nthe public items are the same; `cargo xtask diff` tells what it means on the wire\n".to_owned(),
    };
    format!("{problems}{files}{surface}")
}

/// Returns the lines that are gone and new among the public items.
fn surface(change: &Change, style: Style) -> String {
    let (old, new) = match change {
        Change::Added { new } => ("", new.as_str()),
        Change::Changed { old, new } => (old.as_str(), new.as_str()),
        _ => return String::new(),
    };
    // Below its item, a line does not say what it belongs to.
    let [old, new] = [old, new].map(|text| qualified(text).map(|line| line + "\n").collect::<String>());
    let (mut lines, mut gone, mut more) = (String::new(), 0_usize, 0_usize);
    for change in TextDiff::from_lines(&old, &new).iter_all_changes() {
        let line = change.value().trim_end();
        let (sign, color, count) = match change.tag() {
            ChangeTag::Equal => continue,
            _ if line.is_empty() => continue,
            ChangeTag::Delete => ('-', 31, &mut gone),
            ChangeTag::Insert => ('+', 32, &mut more),
        };
        *count += 1;
        match style {
            Style::Colored => lines.push_str(&format!("\u{1b}[{color}m{sign}{line}\u{1b}[0m\n")),
            Style::Plain => lines.push_str(&format!("{sign}{line}\n")),
        }
    }
    let risk = if gone > 0 { ": this may break users" } else { "" };
    format!("\n{lines}\npublic items: +{more} -{gone}{risk}\n")
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::sync::Mutex;
    use std::thread;

    use notify::event::{AccessKind, CreateKind, DataChange, MetadataKind};
    use tempfile::TempDir;

    use super::*;

    const SHOP: &str = "\
openapi: 3.0.3
info: {title: Shop, version: '1'}
servers: [{url: 'https://shop.example', description: Production}]
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
        total: {type: string}
";

    /// Returns a repository with a document and a runtime, as far as this command knows it.
    fn repository() -> TempDir {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("spec")).unwrap();
        fs::create_dir_all(root.path().join("generator/runtime/src")).unwrap();
        fs::write(root.path().join("generator/runtime/src/lib.rs"), "pub struct Error;").unwrap();
        // What declares types and calls is that of the real one.
        for (from, to) in [("model/macros.rs", "types.rs"), ("calls/macros.rs", "calls.rs")] {
            let sources = Path::new("generator/runtime/src");
            fs::copy(crate::root().join(sources).join(from), root.path().join(sources).join(to)).unwrap();
        }
        save(root.path(), SHOP);
        root
    }

    fn save(root: &Path, text: &str) {
        fs::write(root.join(DOCUMENT), text).unwrap();
    }

    fn with_note() -> String {
        SHOP.replace("        total:", "        note: {type: string}\n        total:")
    }

    #[test]
    fn a_step_says_what_a_save_means() {
        let repository = repository();
        let root = repository.path();
        let first = step(root, Style::Plain);
        assert!(first.contains("added   generated/src/models/order.rs\n"), "{first}");
        assert!(first.contains("\n+field   Order::total                     Option<String>\n"), "{first}");
        assert_eq!(step(root, Style::Plain), "nothing changed\n");

        save(root, &with_note());
        let more = step(root, Style::Plain);
        assert!(more.contains("changed generated/src/models/order.rs\n"), "{more}");
        assert!(
            more.ends_with("\n\n+field   Order::note                      Option<String>\n\npublic items: +1 -0\n"),
            "{more}"
        );

        save(root, SHOP);
        let colored = step(root, Style::Colored);
        assert!(
            colored.contains("\u{1b}[31m-field   Order::note                      Option<String>\u{1b}[0m\n"),
            "{colored}"
        );
        assert!(colored.ends_with("public items: +0 -1: this may break users\n"), "{colored}");

        save(root, &SHOP.replace("description: Orders.", "description: All orders."));
        assert!(!step(root, Style::Plain).contains("public items:"));
    }

    #[test]
    fn a_document_with_errors_is_no_end() {
        let repository = repository();
        let root = repository.path();
        step(root, Style::Plain);
        let made = fs::read_to_string(root.join("generated/src/models/order.rs")).unwrap();
        for (text, said) in
            [("paths: [", "error"), (&SHOP.replace("type: string", "type: strin"), "spec/zuora-payments.yaml:17")]
        {
            save(root, text);
            let message = step(root, Style::Plain);
            assert!(message.contains(said) && message.ends_with("\nnothing was written\n"), "{message}");
            assert_eq!(fs::read_to_string(root.join("generated/src/models/order.rs")).unwrap(), made);
        }
        fs::remove_file(root.join(DOCUMENT)).unwrap();
        assert!(step(root, Style::Plain).contains("cannot be read"));
        save(root, SHOP);
        assert_eq!(step(root, Style::Plain), "nothing changed\n");
    }

    #[test]
    fn only_saves_of_documents_count() {
        let event = |kind, path: &str| is_save(&Event::new(kind).add_path(path.into()));
        let data = EventKind::Modify(ModifyKind::Data(DataChange::Any));
        assert!(event(data, "spec/a.yaml") && event(EventKind::Create(CreateKind::File), "spec/b.json"));
        assert!(!event(data, "spec/README.md") && !event(data, "spec/.a.yaml.swp"));
        assert!(!event(EventKind::Access(AccessKind::Read), "spec/a.yaml"));
        assert!(!event(EventKind::Modify(ModifyKind::Metadata(MetadataKind::AccessTime)), "spec/a.yaml"));
    }

    /// Waits for reports, however long they take, and for nothing else.
    #[test]
    fn a_save_is_followed() {
        let repository = repository();
        let root = repository.path().to_owned();
        let (reports, message) = mpsc::channel();
        let reports = Mutex::new(reports);
        let watching = thread::spawn(move || {
            follow(&root, Style::Plain, |report| match reports.lock().unwrap().send(report) {
                Ok(()) => ControlFlow::Continue(()),
                Err(_) => ControlFlow::Break(()),
            })
        });
        let next = || message.recv_timeout(Duration::from_secs(60)).expect("a save leads to a report");
        assert!(next().contains("+field   Order::total"));
        save(repository.path(), "paths: [");
        // A save may be seen in two parts, the first of which is an empty file: what counts is what is said in the end.
        while !next().contains("nothing was written") {}
        save(repository.path(), &with_note());
        while !next().contains("+field   Order::note") {}
        drop(message);
        save(repository.path(), SHOP);
        watching.join().unwrap().unwrap();
    }
}
