//! The ledger of the document: every keyword is accounted for.

use std::fmt::Write as _;

use sdk_generator::Options;
use sdk_generator::ledger::Ledger;
use sdk_generator::mode::Mode;
use sdk_tests::fixture::snapshot;
use sdk_tests::{document, options, source};

/// Totals are printed, and not in the snapshot: they change with every field, and two branches merge to a wrong sum.
#[test]
fn every_keyword_of_the_document_is_accounted_for() {
    let ledger = sdk_generator::generate(&document(), &options()).ledger;
    let listed = unsupported(&ledger);
    let Ledger { generated, checked, documentation, unused, skipped, total, repaired, unknown, .. } = ledger;
    println!(
        "generated {generated}, checked {checked}, documentation {documentation}, unused {unused}, \
         skipped {}, total {total}",
        skipped.len()
    );
    assert_eq!((repaired, unknown), (0, 0), "mended, unknown");
    assert_eq!(generated + checked + documentation + unused + skipped.len(), total);
    let sentence = "The keywords of the published document that no code is made of: skipped, or in unused components.";
    snapshot("ledger", sentence).bind(|| insta::assert_snapshot!("keywords", listed));
}

/// Returns each of a document's keywords and components that no code is made of.
fn unsupported(ledger: &Ledger) -> String {
    let mut listed = String::new();
    for skipped in &ledger.skipped {
        writeln!(listed, "skipped {}: {}", skipped.pointer, skipped.reason).expect("text takes every text");
    }
    for component in &ledger.unused_components {
        writeln!(listed, "unused {component}").expect("text takes every text");
    }
    if listed.is_empty() { "none\n".to_owned() } else { listed }
}

#[test]
fn what_is_left_out_is_listed_with_its_place() {
    let lenient = Options { mode: Mode::Lenient, ..options() };
    let listed = |name: &str| {
        let source = source(&format!("tests/fixtures/rejected/{name}.yaml"));
        unsupported(&sdk_generator::generate(&source, &lenient).ledger)
    };
    assert_eq!(listed("schema-unused"), "unused #/components/schemas/Leftover\n");
    let skipped = listed("schema-not");
    assert!(skipped.starts_with("skipped #/components/schemas/Order/properties/note/not: "), "{skipped}");
}
