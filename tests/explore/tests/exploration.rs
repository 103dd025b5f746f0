//! Every sequence up to the default depth, with all premises on.

use std::fs;
use std::path::Path;
use std::time::Instant;

use explore::{DEPTH, Premises, cost, explore};

/// Finds each line of what was printed in the texts that quote it.
fn assert_quoted(printed: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for page in ["docs/outcomes.md"] {
        let text = fs::read_to_string(root.join(page)).expect("the page is there");
        for line in printed.lines() {
            assert!(text.contains(line), "{page} does not say what `cargo xtask explore` prints:\n{printed}");
        }
    }
}

#[test]
fn what_the_client_says_is_true_in_every_sequence() {
    let began = Instant::now();
    let found = explore(DEPTH, Premises::ALL, &|_, _, _| {});
    println!("depth {DEPTH}: {}, in {} s", found.figures, began.elapsed().as_secs());
    assert!(found.findings().is_empty(), "{:#?}", found.findings());
    assert!(found.figures.sequences >= 1_000_000, "{}", found.figures);
    // A client that says nothing but `Unknown` is never wrong: each thing it can say must have been said.
    for (outcome, count) in [
        ("Ok", found.figures.ok),
        ("NotSent", found.figures.not_sent),
        ("Rejected", found.figures.rejected),
        ("Accepted", found.figures.accepted),
    ] {
        assert!(count > 0, "no call ended {outcome}: {}", found.figures);
    }
    assert_quoted(found.figures.to_string().lines().next().unwrap_or_default());
}

#[test]
fn the_rules_cost_little() {
    let cost = cost::count(100_000, 1);
    println!("{cost}");
    assert!(cost.unknown() < 1_000, "{cost}");
    assert!(cost.extra_requests() < 30, "{cost}");
    assert_quoted(&cost.to_string());
}
