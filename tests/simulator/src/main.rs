//! The simulator in a process of its own: `zuora-simulator --port 8080`.

use std::io;
use std::time::Duration;

use clap::{Parser, ValueEnum};
use zuora_simulator::{CLIENT_ID, CLIENT_SECRET, CodeSpelling, ConflictStyle, DeclineStyle, ReplayStyle, Simulator};

/// A Zuora of three operations on loopback, for any HTTP client.
///
/// Faults are ordered with POST /_simulator/faults, or by a request's own header Simulator-Fault; GET /_simulator lists
/// them.
#[derive(Debug, Parser)]
struct Options {
    /// Port to listen on; 0 takes any free one
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Client id that gets tokens (36 characters)
    #[arg(long, default_value = CLIENT_ID)]
    client_id: String,
    /// Client secret that gets tokens (at most 42 characters)
    #[arg(long, default_value = CLIENT_SECRET)]
    client_secret: String,
    /// Seconds a token is good for
    #[arg(long, default_value_t = 3600)]
    token_life: u64,
    /// Refuse token requests that have an Authorization header
    #[arg(long)]
    strict_token_requests: bool,
    /// Version in force for requests without Zuora-Version
    #[arg(long, default_value = "186.0")]
    tenant_version: String,
    /// How codes in reasons are spelled
    #[arg(long, value_enum, default_value = "text")]
    codes: Spelling,
    /// How resultCode is spelled
    #[arg(long, value_enum, default_value = "number")]
    result_codes: Spelling,
    /// Tell declined authorizations by status too, where the version asks for statuses
    #[arg(long)]
    decline_by_version: bool,
    /// Repeat successful responses under 409
    #[arg(long)]
    replay_as_conflict: bool,
    /// How 409 looks under a key that is in progress
    #[arg(long, value_enum, default_value = "sentence")]
    conflicts: Conflict,
    /// Tell 400 and 403 of sessions, and other 403, as {code, message}
    #[arg(long)]
    plain_failures: bool,
    /// Calls allowed in a minute
    #[arg(long, default_value_t = 50_000)]
    calls_per_minute: u32,
    /// Calls below /v1 allowed at the same time
    #[arg(long, default_value_t = 40)]
    calls_at_once: u32,
    /// Seconds the Date of responses is ahead of the clock; negative when behind
    #[arg(long, default_value_t = 0, allow_negative_numbers = true)]
    clock_skew: i64,
    /// Keep no log of requests, so that memory does not grow with them
    #[arg(long)]
    no_log: bool,
    /// Make up the same identifiers in each run
    #[arg(long)]
    seed: Option<u64>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Spelling {
    Text,
    Number,
}

impl From<Spelling> for CodeSpelling {
    fn from(spelling: Spelling) -> Self {
        match spelling {
            Spelling::Text => Self::Text,
            Spelling::Number => Self::Number,
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Conflict {
    Sentence,
    Coded,
    CodeOnly,
}

impl From<Conflict> for ConflictStyle {
    fn from(conflict: Conflict) -> Self {
        match conflict {
            Conflict::Sentence => Self::Sentence,
            Conflict::Coded => Self::Coded,
            Conflict::CodeOnly => Self::CodeOnly,
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let options = Options::parse();
    let declines = match options.decline_by_version {
        true => DeclineStyle::ByVersion,
        false => DeclineStyle::Documented,
    };
    let replays = match options.replay_as_conflict {
        true => ReplayStyle::Conflict,
        false => ReplayStyle::AsItWas,
    };
    let mut builder = Simulator::builder()
        .port(options.port)
        .client(options.client_id, options.client_secret)
        .token_life(Duration::from_secs(options.token_life))
        .strict_token_requests(options.strict_token_requests)
        .plain_failures(options.plain_failures)
        .tenant_version(options.tenant_version)
        .codes(options.codes.into())
        .result_codes(options.result_codes.into())
        .declines(declines)
        .replays(replays)
        .conflicts(options.conflicts.into())
        .calls_per_minute(options.calls_per_minute)
        .calls_at_once(options.calls_at_once)
        .clock_skew(options.clock_skew)
        .log(!options.no_log);
    if let Some(seed) = options.seed {
        builder = builder.seed(seed);
    }
    let simulator = builder.start().await?;
    println!("listening on {}", simulator.base_url());
    println!("client id     {}", simulator.client_id());
    println!("client secret {}", simulator.client_secret());
    println!("see {}/_simulator", simulator.base_url());
    tokio::signal::ctrl_c().await?;
    simulator.stop().await;
    Ok(())
}
