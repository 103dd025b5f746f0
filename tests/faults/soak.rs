//! Tens of thousands of calls with random faults, and thousands of responses with random bodies.

use std::time::Instant;

use sdk_tests::bodies;
use sdk_tests::soak::{Plan, SEED, run};

/// `cargo xtask soak` makes as many as one likes.
#[test]
fn no_call_is_lost_and_none_acts_twice() {
    let seed = std::env::var("SOAK_SEED").map_or(SEED, |seed| seed.parse().expect("SOAK_SEED is a number"));
    let began = Instant::now();
    let figures = run(Plan { calls: 20_000, concurrency: 64, seed }, &|_| {});
    println!("seed {seed}, {} s\n\n{figures}", began.elapsed().as_secs());
    assert!(figures.is_sound(), "see above; again with SOAK_SEED={seed}");
}

/// `cargo xtask soak --bodies` changes as many as one likes, and holds the memory that each takes against its size.
#[test]
fn no_changed_body_is_taken_for_something_else() {
    let unmeasured = |read: &mut dyn FnMut()| {
        read();
        0
    };
    let figures = bodies::run(5_000, SEED, &unmeasured, &|_| {});
    assert!(figures.is_sound(), "{figures}");
}
