//! `cargo xtask soak`: the soak of the tests, with as many calls as one likes.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};
use sdk_tests::soak::{Plan, SEED, run};

/// Make very many calls with faults on simulated time, and hold each of them against the simulator's ledger.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask soak", bin_name = "cargo xtask soak")]
struct Arguments {
    /// How many calls.
    #[arg(long, default_value_t = 1_000_000)]
    calls: u64,
    /// The seed of the random numbers.
    #[arg(long, default_value_t = SEED)]
    seed: u64,
    /// How many calls at a time.
    #[arg(long, default_value_t = 64)]
    concurrency: usize,
}

fn main() -> anyhow::Result<ExitCode> {
    let Arguments { calls, seed, concurrency } = Arguments::parse();
    // Draws to standard error, and nothing at all where that is no terminal.
    let bar = ProgressBar::new(calls).with_style(ProgressStyle::with_template(
        "{wide_bar} {human_pos} of {human_len} calls, {per_sec}, {eta} to go",
    )?);
    let began = Instant::now();
    let figures = run(Plan { calls, concurrency, seed }, &|ended| bar.set_position(ended));
    bar.finish_and_clear();
    let took = began.elapsed().max(Duration::from_millis(1));
    let per_second = u128::from(figures.calls) * 1000 / took.as_millis();
    println!("seed {seed}, {concurrency} at a time, {} s, {per_second} calls/s\n\n{figures}", took.as_secs());
    Ok(if figures.is_sound() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
