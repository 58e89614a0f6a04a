#![doc = include_str!("../README.md")]

pub mod alerts;
pub mod announce;
pub mod board;
pub mod clock;
pub mod languages;
pub mod layout;
pub mod lines;
pub mod network;
pub mod post;
pub mod program;
pub mod view;
pub mod voice;
pub mod window;

/// What the Slint compiler makes of `ui/board.slint`.
#[expect(
    unreachable_pub,
    unused_qualifications,
    clippy::todo,
    clippy::unwrap_used,
    reason = "made by a compiler, read by nobody"
)]
pub mod ui {
    slint::include_modules!();
}
