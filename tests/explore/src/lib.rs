//! Drives the real client through every sequence of events up to a bound, against a reference service.
//!
//! The client, its transport and its clock run on simulated time, polled by hand. Whatever the world does is a choice; a
//! sequence is one list of choices, and the exploration makes every list with at most a given number of choices that
//! differ from the default. At the end of each sequence, when the last late copy has arrived, what the client has said is
//! held against the ledger of the service.
//!
//! The reference service is written from the documentation of the API alone. Where that leaves something open, it is a
//! choice. What a client cannot find out is a [premise](Premise), and each can be switched off.

/// A sequence makes and drops hundreds of small things: this takes a fifth off its time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

mod caller;
mod clock;
pub mod cost;
mod early_refusals;
mod enumerate;
mod executor;
mod judge;
mod network;
mod premises;
mod processing;
mod random;
mod reply;
mod service;
mod tape;
mod world;

/// The default of how many choices of a sequence differ from the default.
pub const DEPTH: u32 = 3;

pub use enumerate::{Exploration, Finding, Progress, explore, replay, smallest, wander};
pub use judge::Figures;
pub use premises::{Premise, Premises};
