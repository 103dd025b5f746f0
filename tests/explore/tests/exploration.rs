//! Every sequence up to the default depth, with all premises on.

use std::time::Instant;

use explore::{DEPTH, Premises, cost, explore};

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
}

#[test]
fn the_rules_cost_little() {
    let cost = cost::count(20_000, 1);
    println!("{cost}");
    assert!(cost.unknown() < 1_000, "{cost}");
    assert!(cost.extra_requests() < 30, "{cost}");
}
