//! The API as its users see it: a real hall on a real socket, asked by kiosks, clerks, managers, displays and strangers.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod admission;
mod applications;
mod bad_input;
mod board;
mod counters;
mod crowd;
mod display;
mod door;
mod fence;
mod fleet;
mod forms;
mod hall;
mod notices;
#[path = "../office/mod.rs"]
mod office;
mod openapi;
mod permits;
mod restored;
mod services;
mod sessions;
mod tickets;
