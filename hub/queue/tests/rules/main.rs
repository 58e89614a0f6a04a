//! The rules one by one: each test is one idea, with the reason in its name.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "../common/mod.rs"]
mod common;

mod calls;
mod codes;
mod counters;
mod day;
mod estimates;
mod life;
mod next;
mod opening;
mod paper;
mod serving;
mod shapes;
mod transfers;
mod turns;
mod undo;
mod why;
