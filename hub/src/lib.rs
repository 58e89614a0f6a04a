//! The hall hub: journal, people, HTTP, console.

pub mod console;
