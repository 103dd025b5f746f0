//! What a call of the SDK costs, against code that a careful engineer would write by hand for the same call over hyper or
//! reqwest, with serde and amounts as `f64`.
//!
//! ```text
//! cargo bench -p zuora-payments
//! cargo bench -p zuora-payments -- --quick
//! ```
//!
//! Where valgrind is installed, the instructions of a call are counted as well.
//!
//! Times are CPU time of this process, the kernel's part included: the server is another process. All contenders take turns in
//! every round, and ratios are medians over rounds, so that a busy machine disturbs all of them alike. Nothing is asserted: a
//! target that is missed is marked.

#![allow(missing_docs, reason = "benchmarks are not an interface")]
#![allow(clippy::float_arithmetic, reason = "times and their ratios, not money")]

mod call;
mod hand;
mod instructions;
mod memory;
mod models;
mod ours;
mod reqwest_call;
mod rounds;
mod server;
mod table;

use std::collections::BTreeMap;
use std::env;
use std::hint::black_box;

use sdk_runtime::codegen::{decode, encode};
use serde_json::value::RawValue;
use zuora_payments::{CreatePaymentRequest, Payment};

use crate::call::run;
use crate::instructions::instructions;
use crate::rounds::{Effort, allocations, cpu_time, peak};
use crate::table::{Row, Table, Unit};

/// The largest examples the repository has of a response and of a request.
const RESPONSE: &str = include_str!("../../../tests/wire/payment-response-02-200-external.json");
const REQUEST: &str = include_str!("../../../tests/wire/payment-request-01-external-invoice-and-debitmemo-items.json");

/// How many calls are under way at the same time where it is not one.
const AT_ONCE: usize = 64;

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.first().map(String::as_str) {
        Some(server::ARGUMENT) => return server::serve(RESPONSE),
        Some(instructions::ARGUMENT) => return instructions::make_calls(&arguments[1..]),
        _ => {}
    }
    let effort = if arguments.iter().any(|argument| argument == "--quick") { Effort::QUICK } else { Effort::FULL };
    let server = server::Server::start();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime can be made");
    let mut table = Table::default();
    codec(effort, &mut table);
    in_memory(&runtime, effort, &mut table);
    loopback(&runtime, &server.url(), effort, &mut table);
    print!("{table}");
}

/// Measures reading and writing alone.
fn codec(effort: Effort, table: &mut Table) {
    decoding("decode the largest response", RESPONSE, effort, table);
    let members: BTreeMap<&str, &RawValue> = serde_json::from_str(RESPONSE).expect("the example is an object");
    let sorted = serde_json::to_string(&members).expect("members can be written");
    decoding("  its members sorted, no white space", &sorted, effort, table);

    let ours: CreatePaymentRequest = decode(REQUEST.as_bytes()).expect("the example can be read");
    let theirs: models::CreatePaymentRequest = serde_json::from_str(REQUEST).expect("the example can be read");
    let mut contenders: [&mut dyn FnMut(); 2] = [&mut || drop(black_box(encode(black_box(&ours)))), &mut || {
        drop(black_box(serde_json::to_vec(black_box(&theirs)).expect("it can be written")))
    }];
    let times = cpu_time(effort.codec, &mut contenders);
    table.add(Row::new("encode the largest request", Unit::Nanoseconds, times).target(0.95));
    table.add(Row::new("  allocations", Unit::Count, allocations(1, &mut contenders)));
}

fn decoding(name: &'static str, response: &str, effort: Effort, table: &mut Table) {
    let response = response.as_bytes();
    let ours = || decode::<Payment>(black_box(response)).expect("the example can be read");
    let theirs = || serde_json::from_slice::<models::Payment>(black_box(response)).expect("the example can be read");
    let mut contenders: [&mut dyn FnMut(); 2] = [&mut || drop(black_box(ours())), &mut || drop(black_box(theirs()))];
    let times = cpu_time(effort.codec, &mut contenders);
    table.add(Row::new(name, Unit::Nanoseconds, times).target(0.9));
    table.add(Row::new("  allocations", Unit::Count, allocations(1, &mut contenders)));
}

/// Calls over a transport that responds at once from memory: what the SDK itself adds.
fn in_memory(runtime: &tokio::runtime::Runtime, effort: Effort, table: &mut Table) {
    let ours = ours::over(memory::Memory::new(RESPONSE));
    let hand = hand::Hand::in_memory(memory::Memory::new(RESPONSE));
    let (mut ours, mut hand) = (|| run(runtime, &ours, 1, 1), || run(runtime, &hand, 1, 1));
    let mut calls: [&mut dyn FnMut(); 2] = [&mut ours, &mut hand];
    table.add(Row::new("call in memory", Unit::Nanoseconds, cpu_time(effort.memory, &mut calls)));
    table.add(Row::new("  allocations", Unit::Count, allocations(1, &mut calls)));
    if let Some(counted) = instructions(instructions::IN_MEMORY, 2) {
        table.add(Row::new("  instructions", Unit::Count, counted));
    }
}

/// Calls over a connection to another process.
fn loopback(runtime: &tokio::runtime::Runtime, url: &str, effort: Effort, table: &mut Table) {
    let (ours, hand, reqwest) = (ours::to(url), hand::Hand::to(url), reqwest_call::Reqwest::to(url));
    let mut measure = |name, calls, at_once, effort| {
        let mut runs: [&mut dyn FnMut(); 3] =
            [&mut || run(runtime, &ours, calls, at_once), &mut || run(runtime, &hand, calls, at_once), &mut || {
                run(runtime, &reqwest, calls, at_once)
            }];
        table.add(Row::new(name, Unit::Nanoseconds, cpu_time(effort, &mut runs).per(calls)).target(1.05));
        table.add(Row::new("  allocations", Unit::Count, allocations(calls, &mut runs)).target(1.06));
        if let Some(counted) = (at_once == 1).then(|| instructions(url, 3)).flatten() {
            table.add(Row::new("  instructions", Unit::Count, counted));
        }
    };
    measure("call over loopback, one by one", 20, 1, effort.one_by_one);
    measure("call over loopback, 64 at once", 4 * AT_ONCE, AT_ONCE, effort.at_once);

    let mut fresh: [&mut dyn FnMut(); 3] = [
        &mut || run(runtime, &ours::to(url), AT_ONCE, AT_ONCE),
        &mut || run(runtime, &hand::Hand::to(url), AT_ONCE, AT_ONCE),
        &mut || run(runtime, &reqwest_call::Reqwest::to(url), AT_ONCE, AT_ONCE),
    ];
    table.add(Row::new("peak memory, new client, 64 at once", Unit::Bytes, peak(&mut fresh)));
}
