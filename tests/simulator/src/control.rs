//! The endpoints below `/_simulator`, for a simulator in a process of its own.

use std::time::Duration;

use http::{Method, StatusCode};
use serde::Deserialize;

use crate::exchange::Incoming;
use crate::faults::{CATALOGUE, Order};
use crate::lock;
use crate::log;
use crate::simulated_response::SimulatedResponse;
use crate::state::State;

const HELP: &str = "\
GET  /_simulator/ledger    what moved
GET  /_simulator/requests  what was asked
GET  /_simulator/counters  responses by status, faults by name
POST /_simulator/faults    {\"fault\": \"delay\", \"milliseconds\": 500, \"on\": \"operation\", \"times\": 1}
POST /_simulator/clock     {\"advanceSeconds\": 3600}
POST /_simulator/reset     forget everything but tokens

A fault can also be ordered by the request it is meant for, in the header Simulator-Fault: the same JSON without `on`
and `times`, or only its name. `on` is `operation` or `token`. The faults, and what each needs beside its name:
";

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Step {
    advance_seconds: u64,
}

pub(crate) fn respond(state: &State, incoming: &Incoming) -> SimulatedResponse {
    let name = incoming.path.trim_start_matches("/_simulator");
    match (&incoming.method, name.trim_matches('/')) {
        (&Method::GET, "") => SimulatedResponse::new(StatusCode::OK, "text/plain", help()),
        (&Method::GET, "ledger") => list(lock(&state.books).ledger.to_json()),
        (&Method::GET, "requests") => list(log::to_json(&lock(&state.log).requests)),
        (&Method::GET, "counters") => list(lock(&state.log).counters()),
        (&Method::POST, "faults") => done(add_faults(state, &incoming.body)),
        (&Method::POST, "clock") => done(advance(state, &incoming.body)),
        (&Method::POST, "reset") => {
            state.reset();
            done(Ok(()))
        }
        _ => SimulatedResponse::new(StatusCode::NOT_FOUND, "text/plain", help()),
    }
}

/// Returns the help, with every fault of the catalogue.
fn help() -> String {
    let mut help = HELP.to_owned();
    for described in CATALOGUE {
        let arguments: String = described.arguments.iter().map(|argument| format!(", {argument}")).collect();
        help.push_str(&format!("\n{}{arguments}\n   {}\n", described.name, described.text));
    }
    help
}

fn add_faults(state: &State, body: &[u8]) -> Result<(), String> {
    let order: Order = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    let (target, fault, times) = order.read()?;
    for _ in 0..times.min(10_000) {
        state.push_fault(target, fault.clone());
    }
    Ok(())
}

fn advance(state: &State, body: &[u8]) -> Result<(), String> {
    let step: Step = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    let step = Duration::from_secs(step.advance_seconds);
    state.options.clock.advance(step);
    Ok(())
}

fn list(json: String) -> SimulatedResponse {
    SimulatedResponse::new(StatusCode::OK, "application/json", json)
}

fn done(result: Result<(), String>) -> SimulatedResponse {
    match result {
        Ok(()) => SimulatedResponse::new(StatusCode::NO_CONTENT, "text/plain", ""),
        Err(message) => SimulatedResponse::sentence(StatusCode::BAD_REQUEST, &message),
    }
}
