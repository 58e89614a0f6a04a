#![doc = include_str!("../README.md")]

#[cfg(feature = "admission")]
pub mod admission;
pub mod applications;
#[cfg(feature = "admission")]
mod base32;
pub mod board;
#[cfg(feature = "client")]
pub mod client;
#[cfg(feature = "client")]
mod client_applications;
#[cfg(feature = "client")]
pub mod client_stream;
pub mod counters;
pub mod display;
pub mod fleet;
pub mod forms;
pub mod hall;
pub mod kiosk;
pub mod layout;
pub mod problem;
pub mod seen;
pub mod services;
pub mod sessions;
pub mod tickets;
