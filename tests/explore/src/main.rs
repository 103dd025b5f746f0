//! `cargo xtask explore`: explores to any depth, and measures what the rules cost.

use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;
use explore::{DEPTH, Exploration, Premise, Premises, cost, explore, replay, wander};
use indicatif::{ProgressBar, ProgressStyle};

/// Drive the client through every sequence of events up to a bound, and hold what it says against the service's ledger.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask explore", bin_name = "cargo xtask explore")]
struct Arguments {
    /// How many choices of a sequence differ from the default at most.
    #[arg(long, default_value_t = DEPTH)]
    depth: u32,
    /// Tell one sequence step by step.
    #[arg(long, value_name = "ID")]
    replay: Option<String>,
    /// Leave out a premise; can be given more than once.
    #[arg(long, value_name = "PREMISE", value_parser = premise)]
    without: Vec<Premise>,
    /// How many calls of the mixture to count the cost of.
    #[arg(long, default_value_t = 100_000)]
    calls: u64,
    /// Make so many sequences at random instead, of any depth.
    #[arg(long, value_name = "SEQUENCES")]
    random: Option<u64>,
    /// The seed of the mixture and of random sequences.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

fn premise(name: &str) -> Result<Premise, String> {
    let names = || Premise::ALL.map(Premise::name).join(", ");
    Premise::ALL.into_iter().find(|premise| premise.name() == name).ok_or_else(|| format!("one of {}", names()))
}

fn main() -> anyhow::Result<ExitCode> {
    let arguments = Arguments::parse();
    let premises = arguments.without.iter().fold(Premises::ALL, |premises, premise| premises.without(*premise));
    if let Some(id) = &arguments.replay {
        println!("{}", replay(id, premises)?.join("\n"));
        return Ok(ExitCode::SUCCESS);
    }
    let found = run(&arguments, premises)?;
    for (finding, count) in found.findings() {
        println!("{count} times, for example {}: {}", finding.id, finding.what);
    }
    println!("\n{}", cost::count(arguments.calls, arguments.seed));
    Ok(if found.violations == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn run(arguments: &Arguments, premises: Premises) -> anyhow::Result<Exploration> {
    let Arguments { depth, seed, .. } = *arguments;
    // Draws to standard error, and nothing at all where that is no terminal.
    let style = ProgressStyle::with_template("{wide_bar} {pos} of {len} parts, {msg} sequences, {elapsed}")?;
    let bar = ProgressBar::new(0).with_style(style);
    let began = Instant::now();
    let progress = |sequences: u64, done: usize, parts: usize| {
        bar.set_length(parts as u64);
        bar.set_position(done as u64);
        bar.set_message(sequences.to_string());
    };
    let (how, found) = match arguments.random {
        Some(sequences) => (format!("at random, seed {seed}"), wander(sequences, seed, premises, &progress)),
        None => (format!("depth {depth}"), explore(depth, premises, &progress)),
    };
    bar.finish_and_clear();
    println!("{how}, {} s", began.elapsed().as_secs());
    println!("{}\n{} violations", found.figures, found.violations);
    Ok(found)
}
