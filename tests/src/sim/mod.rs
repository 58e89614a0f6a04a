//! Simulated halls.

pub mod disk;
