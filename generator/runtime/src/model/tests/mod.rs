//! The model at work, on hand-written models of the form the generator writes.

mod bridge;
mod debug;
mod drift;
mod models;
mod read;
mod validate;
