#![doc = include_str!("../README.md")]

pub mod autopilot;
pub mod book;
pub mod clock;
pub mod driver;
pub mod face;
pub mod figures;
pub mod net;
pub mod options;
pub mod paper;
pub mod printer;
pub mod program;
pub mod session;
pub mod signing;
pub mod store;
pub mod ui;
