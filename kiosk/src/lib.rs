#![doc = include_str!("../README.md")]

pub mod book;
pub mod figures;
pub mod paper;
pub mod printer;
pub mod session;
pub mod store;
pub mod ui;
