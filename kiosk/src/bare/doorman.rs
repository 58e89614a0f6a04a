//! Who may speak to the kiosk: the touchscreen, one finger at a time, and a keypad that is known by name.
//!
//! Slint ends the program at Ctrl+Alt+Backspace and at Ctrl+Alt+Delete, so a keyboard that a visitor plugs in is a way out. A
//! whitelist closes it twice: an unknown keyboard is not heard, and a known one is heard only for the keys of a keypad, among
//! which are no Ctrl, no Alt, no letters, but the digits of a PIN. One finger speaks at a time, because Slint 1.18 makes a pinch of two: when
//! the second lands it releases the first where it is, which presses the button under it, and when one of them lifts it
//! presses under the other. So a palm that rests on the glass would press what it covers. The first finger goes on
//! as if it were alone. Deliberately absent: typing; text comes from the screen's own keys.

use serde::Deserialize;
use std::collections::BTreeSet;

/// Linux's numbers of the keys a keypad has: Tab, Shift (for Backtab), Enter, Space, arrows, Home, End, PageUp, PageDown,
/// plus and minus, F1 to F12, and the digits of a technician's PIN in both places.
pub const KEYPAD_CODES: [u32; 51] = [
    15, 42, 54, 28, 96, 57, 103, 105, 106, 108, 102, 107, 104, 109, 12, 13, 74, 78, 55, 59, 60, 61, 62, 63, 64, 65, 66,
    67, 68, 87, 88, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 71, 72, 73, 75, 76, 77, 79, 80, 81, 82,
];

/// A device, as it calls itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Device {
    /// Its name in the system, which no other has at the same time.
    pub place: String,
    /// What it is called.
    pub name: String,
    /// Who made it.
    pub vendor: u32,
    /// What it is.
    pub product: u32,
}

/// What a device says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// A finger lands; the number tells fingers apart.
    Down(u32),
    /// It moves.
    Motion(u32),
    /// It lifts, or is taken back.
    Up(u32),
    /// What the fingers did belongs together; says nothing by itself.
    Frame,
    /// A key goes down.
    Press(u32),
    /// It comes up.
    Release(u32),
    /// A mouse or a pad, whatever it does.
    Pointer,
    /// A device came.
    Came,
    /// It went.
    Went,
    /// Anything else: pens, gestures, lids.
    Other,
}

/// Whether it is heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is.
    Speaks,
    /// It is not.
    Silent,
}

/// A device that may use keys or a pointer: `vendor:product` in hexadecimal digits, or its exact name.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Allow {
    /// By number.
    Number(u32, u32),
    /// By name.
    Name(String),
}

/// An entry that names no device.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an allowed device is vendor:product in hexadecimal digits, as lsusb shows them, or a name")]
pub struct NotADevice;

impl TryFrom<String> for Allow {
    type Error = NotADevice;
    fn try_from(text: String) -> Result<Self, NotADevice> {
        let number = |digits: &str| u32::from_str_radix(digits, 16).ok().filter(|_| digits.len() == 4);
        match text.split_once(':').map(|(vendor, product)| (number(vendor), number(product))) {
            Some((Some(vendor), Some(product))) => Ok(Allow::Number(vendor, product)),
            Some(_) | None if text.trim().is_empty() => Err(NotADevice),
            Some(_) | None => Ok(Allow::Name(text)),
        }
    }
}

impl Allow {
    fn means(&self, device: &Device) -> bool {
        match self {
            Allow::Number(vendor, product) => (*vendor, *product) == (device.vendor, device.product),
            Allow::Name(name) => *name == device.name,
        }
    }
}

/// Stands at the door.
#[derive(Debug, Clone)]
pub struct Doorman {
    allowed: Vec<Allow>,
    /// The finger that speaks: its device and its number.
    finger: Option<(String, u32)>,
    /// Keyboards that have been turned away, so that each is told once.
    refused: BTreeSet<Device>,
}

/// So many refused devices are remembered; a visitor has no more pockets.
const REFUSED_MAX: usize = 64;

impl Doorman {
    /// Lets in touchscreens, and these.
    pub fn new(allowed: Vec<Allow>) -> Doorman {
        Doorman { allowed, finger: None, refused: BTreeSet::new() }
    }

    /// Whether this is heard.
    pub fn speaks(&mut self, device: &Device, what: What) -> Verdict {
        match what {
            What::Came | What::Frame => Verdict::Speaks,
            What::Went => {
                self.finger.take_if(|(place, _)| *place == device.place);
                self.refused.remove(device);
                Verdict::Speaks
            }
            What::Down(finger) => {
                if self.finger.is_some() {
                    return Verdict::Silent;
                }
                self.finger = Some((device.place.clone(), finger));
                Verdict::Speaks
            }
            What::Motion(finger) => self.is_speaking(device, finger),
            What::Up(finger) => {
                let verdict = self.is_speaking(device, finger);
                if verdict == Verdict::Speaks {
                    self.finger = None;
                }
                verdict
            }
            What::Press(code) | What::Release(code) if KEYPAD_CODES.contains(&code) => self.is_allowed(device),
            What::Pointer => self.is_allowed(device),
            What::Press(_) | What::Release(_) | What::Other => Verdict::Silent,
        }
    }

    fn is_speaking(&self, device: &Device, finger: u32) -> Verdict {
        match &self.finger {
            Some((place, speaking)) if *place == device.place && *speaking == finger => Verdict::Speaks,
            Some(_) | None => Verdict::Silent,
        }
    }

    fn is_allowed(&mut self, device: &Device) -> Verdict {
        if self.allowed.iter().any(|allow| allow.means(device)) {
            return Verdict::Speaks;
        }
        if self.refused.len() < REFUSED_MAX && self.refused.insert(device.clone()) {
            let Device { name, vendor, product, .. } = device;
            tracing::warn!(name, "a device is not heard: `{name}` ({vendor:04x}:{product:04x}) is not allowed");
        }
        Verdict::Silent
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn device(place: &str, name: &str, vendor: u32, product: u32) -> Device {
        Device { place: place.to_owned(), name: name.to_owned(), vendor, product }
    }

    fn touch() -> Device {
        device("event1", "Touch panel", 0x0eef, 0x0001)
    }

    fn doorman() -> Doorman {
        let allowed = ["046d:c31c", "Keypad of the kiosk"];
        Doorman::new(allowed.map(|text| Allow::try_from(text.to_owned()).unwrap()).to_vec())
    }

    const CTRL: u32 = 29;
    const ALT: u32 = 56;
    const BACKSPACE: u32 = 14;
    const DELETE: u32 = 111;
    const SYSRQ: u32 = 99;
    const A: u32 = 30;
    const TAB: u32 = 15;

    #[test]
    fn a_keyboard_from_a_pocket_is_not_heard() {
        let mut door = doorman();
        let keyboard = device("event7", "Keyboard", 0x1234, 0x5678);
        assert_eq!(door.speaks(&keyboard, What::Came), Verdict::Speaks);
        for code in [CTRL, ALT, BACKSPACE, DELETE, SYSRQ, A, TAB] {
            for what in [What::Press(code), What::Release(code)] {
                assert_eq!(door.speaks(&keyboard, what), Verdict::Silent, "{what:?}");
            }
        }
        assert_eq!(door.speaks(&keyboard, What::Pointer), Verdict::Silent, "nor its trackball");
    }

    #[test]
    fn a_known_keypad_is_heard_but_cannot_end_the_program() {
        let mut door = doorman();
        for keypad in [device("e", "Whatever", 0x046d, 0xc31c), device("f", "Keypad of the kiosk", 1, 2)] {
            assert_eq!(door.speaks(&keypad, What::Press(TAB)), Verdict::Speaks);
            assert_eq!(door.speaks(&keypad, What::Release(TAB)), Verdict::Speaks);
            for code in [CTRL, 97, ALT, 100, BACKSPACE, DELETE, SYSRQ, 125, 126, A] {
                assert_eq!(door.speaks(&keypad, What::Press(code)), Verdict::Silent, "{code}");
            }
        }
        let almost = device("g", "keypad of the kiosk", 0x046d, 0xc31d);
        assert_eq!(door.speaks(&almost, What::Press(TAB)), Verdict::Silent);
    }

    #[test]
    fn every_key_of_the_standard_map_is_a_key_of_a_keypad() {
        let codes: BTreeSet<u32> = KEYPAD_CODES.into_iter().collect();
        assert_eq!(codes.len(), KEYPAD_CODES.len(), "each once");
        // Tab, Shift and Tab, Enter, arrows, F1 to F4, minus, plus: what `keys` hears without configuration; 1 and 0.
        for code in [15, 42, 54, 28, 103, 105, 106, 108, 59, 60, 61, 62, 12, 13, 74, 78, 2, 11, 79, 82] {
            assert!(codes.contains(&code), "{code}");
        }
    }

    #[test]
    fn a_second_finger_and_a_palm_say_nothing() {
        let (mut door, panel) = (doorman(), touch());
        assert_eq!(door.speaks(&panel, What::Down(0)), Verdict::Speaks);
        for finger in 1..10 {
            assert_eq!(door.speaks(&panel, What::Down(finger)), Verdict::Silent);
            assert_eq!(door.speaks(&panel, What::Motion(finger)), Verdict::Silent);
        }
        assert_eq!(door.speaks(&panel, What::Motion(0)), Verdict::Speaks);
        assert_eq!(door.speaks(&panel, What::Up(0)), Verdict::Speaks);
        for finger in 1..10 {
            assert_eq!(door.speaks(&panel, What::Motion(finger)), Verdict::Silent, "it began while another spoke");
            assert_eq!(door.speaks(&panel, What::Up(finger)), Verdict::Silent);
        }
        assert_eq!(door.speaks(&panel, What::Down(4)), Verdict::Speaks);
    }

    #[test]
    fn a_panel_that_is_unplugged_under_a_finger_leaves_no_finger_behind() {
        let (mut door, panel, other) = (doorman(), touch(), device("event2", "Other panel", 1, 1));
        assert_eq!(door.speaks(&panel, What::Down(0)), Verdict::Speaks);
        assert_eq!(door.speaks(&other, What::Went), Verdict::Speaks);
        assert_eq!(door.speaks(&other, What::Down(0)), Verdict::Silent);
        assert_eq!(door.speaks(&panel, What::Went), Verdict::Speaks);
        assert_eq!(door.speaks(&other, What::Down(0)), Verdict::Speaks);
    }

    #[test]
    fn what_is_allowed_is_a_number_or_a_name() {
        let read = |text: &str| Allow::try_from(text.to_owned());
        assert_eq!(read("046D:c31c"), Ok(Allow::Number(0x046d, 0xc31c)));
        assert_eq!(read("Pad: the second"), Ok(Allow::Name("Pad: the second".to_owned())));
        assert_eq!(read(" "), Err(NotADevice));
    }

    proptest! {
        /// Whatever fingers do, the window sees the life of one after the other, each whole.
        #[test]
        fn one_finger_at_a_time(events in prop::collection::vec((0..3u32, 0..4u32, 0..2usize), 0..200)) {
            let panels = [touch(), device("event2", "Other panel", 1, 1)];
            let (mut door, mut down) = (doorman(), None);
            for (kind, finger, panel) in events {
                let what = [What::Down(finger), What::Motion(finger), What::Up(finger)][kind as usize];
                if door.speaks(&panels[panel], what) == Verdict::Speaks {
                    match what {
                        What::Down(_) => {
                            prop_assert_eq!(down, None);
                            down = Some((panel, finger));
                        }
                        What::Up(_) => prop_assert_eq!(down.take(), Some((panel, finger))),
                        _ => prop_assert_eq!(down, Some((panel, finger))),
                    }
                }
            }
        }
    }
}
