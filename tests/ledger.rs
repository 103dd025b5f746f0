//! What became of every keyword of the project's own document: none is passed over.

use insta::Settings;
use sdk_generator::ledger::Ledger;
use sdk_tests::{DOCUMENT, document, options};

#[test]
fn every_keyword_of_the_document_is_accounted_for() {
    let ledger = sdk_generator::generate(&document(), &options()).ledger;
    assert!(ledger.skipped.is_empty(), "left out: {:#?}", ledger.skipped);
    let Ledger { generated, checked, documentation, unused, skipped, total, repaired, unknown } = ledger;
    assert_eq!((skipped.len(), repaired, unknown), (0, 0, 0), "left out, mended, unknown");
    assert_eq!(generated + checked + documentation + unused, total);
    let told = format!(
        "generated      {generated}\nchecked        {checked}\ndocumentation  {documentation}\nunused         {unused}\n\
         total          {total}\n"
    );
    let mut settings = Settings::clone_current();
    settings.set_snapshot_path("snapshots/ledger");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_description(DOCUMENT);
    settings.bind(|| insta::assert_snapshot!("keywords", told));
}
