#![doc = include_str!("../README.md")]

pub mod body;
pub mod calendar;
mod canonical;
pub mod cases;
pub mod code;
pub mod container;
pub mod envelope;
mod hash;
pub mod line;
mod manifest;
pub mod number;
pub mod receipt;
pub mod seal;
pub mod sign;
pub mod status;
pub mod tail;
pub mod term;

pub use canonical::canonical;
pub use code::Code;
pub use envelope::Envelope;
pub use hash::Hash;
pub use status::CaseStatus;
