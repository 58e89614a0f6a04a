//! The bare screen: no desktop, no window manager, the kiosk draws straight to the display and reads the devices itself.
//!
//! Three things a desktop does are done here: waiting for a screen that is not on yet ([`screen::wait`]), closing the doors
//! a keyboard opens, and letting only one finger speak ([`Doorman`]). All of it is plain values, tested everywhere; only
//! the last step, between libinput and the doorman, needs the feature `bare`. Deliberately absent: rotation and
//! calibration, which are the display server's words in the environment and in a udev rule.

mod doorman;
#[cfg(feature = "bare")]
mod input;

#[cfg(feature = "bare")]
mod start;

pub use doorman::{Allow, Device, Doorman, KEYPAD_CODES, NotADevice, Verdict, What};
#[cfg(feature = "bare")]
pub use start::begin;
