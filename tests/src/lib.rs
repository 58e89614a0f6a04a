#![doc = include_str!("../README.md")]

pub mod audit;
pub mod bench;
pub mod chance;
pub mod crashes;
pub mod figures;
pub mod hall;
pub mod keepalive;
pub mod load;
pub mod powercut;
pub mod screen;
pub mod sentences;
pub mod sim;
pub mod tidy;
pub mod tree;
pub mod worst_day;
pub mod writer;
