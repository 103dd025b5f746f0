//! Tens of thousands of calls in bad weather.

use std::time::Instant;

use sdk_tests::soak::{Plan, SEED, run};

/// The issue asks for 20,000; `cargo xtask soak` makes as many as one likes.
#[test]
fn no_call_is_lost_and_none_acts_twice() {
    let seed = std::env::var("SOAK_SEED").map_or(SEED, |seed| seed.parse().expect("SOAK_SEED is a number"));
    let began = Instant::now();
    let figures = run(Plan { calls: 20_000, concurrency: 64, seed }, &|_| {});
    println!("seed {seed}, {} s\n\n{figures}", began.elapsed().as_secs());
    assert!(figures.is_sound(), "see above; again with SOAK_SEED={seed}");
}
