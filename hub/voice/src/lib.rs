#![doc = include_str!("../README.md")]

pub mod aplay;
mod chime;
pub mod clip;
pub mod loudness;
pub mod make;
pub mod mix;
pub mod numbers;
pub mod pack;
pub mod plan;
pub mod script;
pub mod sentence;
pub mod setting;
pub mod sound;
pub mod speaker;
pub mod stretch;
pub mod tongue;
pub mod turns;
pub mod wav;

pub use clip::{ClipId, Part};
pub use plan::{Say, plan};
pub use speaker::{Now, Speaker};
pub use tongue::Tongue;
