//! `cargo xtask soak`: any number of random calls or random bodies.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};
use sdk_tests::bodies;
use sdk_tests::soak::{Plan, SEED, run};

/// Make very many calls with faults on simulated time, and hold each of them against the simulator's ledger; or read very many responses
/// whose bodies were changed at random.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask soak", bin_name = "cargo xtask soak")]
struct Arguments {
    /// How many calls.
    #[arg(long, default_value_t = 1_000_000)]
    calls: u64,
    /// How many bodies to change and read instead.
    #[arg(long)]
    bodies: Option<u64>,
    /// The seed of the random numbers.
    #[arg(long, default_value_t = SEED)]
    seed: u64,
    /// How many calls at a time.
    #[arg(long, default_value_t = 64)]
    concurrency: usize,
}

fn main() -> anyhow::Result<ExitCode> {
    let Arguments { calls, bodies, seed, concurrency } = Arguments::parse();
    if let Some(bodies) = bodies {
        return read_bodies(bodies, seed);
    }
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

fn read_bodies(count: u64, seed: u64) -> anyhow::Result<ExitCode> {
    let template = "{wide_bar} {human_pos} of {human_len} bodies, {per_sec}, {eta} to go";
    let bar = ProgressBar::new(count).with_style(ProgressStyle::with_template(template)?);
    let began = Instant::now();
    let measure = |run: &mut dyn FnMut()| allocation_counter::measure(run).bytes_max;
    let figures = bodies::run(count, seed, &measure, &|ended| bar.set_position(ended));
    bar.finish_and_clear();
    println!("seed {seed}, {} s\n\n{figures}", began.elapsed().as_secs());
    Ok(if figures.is_sound() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
