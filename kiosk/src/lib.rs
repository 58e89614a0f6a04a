#![doc = include_str!("../README.md")]

pub mod session;
pub mod store;
