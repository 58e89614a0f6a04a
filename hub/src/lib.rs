//! The hall hub: the journal that records, and everything that reads it.

pub mod config;
pub mod console;
pub mod journal;
