//! What the Slint compiler made of `ui/`: the window, the paper, and the globals between them and Rust.
#![expect(
    unused_qualifications,
    unreachable_pub,
    clippy::todo,
    clippy::unwrap_used,
    reason = "the code is generated and follows the rules of its generator"
)]

slint::include_modules!();
