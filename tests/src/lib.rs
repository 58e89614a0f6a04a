#![doc = include_str!("../README.md")]

pub mod sentences;
pub mod tidy;
pub mod tree;
