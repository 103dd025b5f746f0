//! What is said of changes is true: the stability policy that people read, the compiler, and the surface of the crate agree
//! with each change that is found between two documents.

#![allow(clippy::panic, reason = "a test that cannot go on can only stop")]

#[path = "changes/cases.rs"]
mod cases;
#[path = "changes/document.rs"]
mod document;
#[path = "changes/pairs.rs"]
mod pairs;
#[path = "changes/policy.rs"]
mod policy;
#[path = "changes/random_edits.rs"]
mod random_edits;
