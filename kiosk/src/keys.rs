//! The keys of a kiosk: what they are called, and which key of a USB keypad is which.
//!
//! A kiosk is operated by touch, by up to ten keys wired to its pins, by a USB keypad that types ordinary keys, or by two
//! switches (`next` and `select`). All of them end in the same ten [`Key`]s. The tenth is
//! the technician's: it asks for a PIN, and belongs inside the cabinet or on a keyboard that is carried along. Which typed key means which is a table, so
//! a keypad that types something else is a line of configuration. Deliberately absent: letters; a keypad does not type.

use serde::Deserialize;
use std::collections::BTreeMap;

/// A key of the kiosk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Key {
    /// To the control before.
    Previous,
    /// To the control after.
    Next,
    /// Presses the control.
    Select,
    /// Begins and ends the audio mode.
    Headphones,
    /// Says it again.
    Repeat,
    /// Speaks slower.
    Slower,
    /// Speaks faster.
    Faster,
    /// Speaks louder.
    Louder,
    /// Speaks softer.
    Softer,
    /// Asks for the technician's PIN, as the held corner does.
    Service,
}

impl Key {
    /// Every key.
    pub const ALL: [Key; 10] = [
        Key::Previous,
        Key::Next,
        Key::Select,
        Key::Headphones,
        Key::Repeat,
        Key::Slower,
        Key::Faster,
        Key::Louder,
        Key::Softer,
        Key::Service,
    ];

    /// As it is called in configurations and logs.
    pub const fn name(self) -> &'static str {
        match self {
            Key::Previous => "previous",
            Key::Next => "next",
            Key::Select => "select",
            Key::Headphones => "headphones",
            Key::Repeat => "repeat",
            Key::Slower => "slower",
            Key::Faster => "faster",
            Key::Louder => "louder",
            Key::Softer => "softer",
            Key::Service => "service",
        }
    }
}

/// What a keyboard types, as the window gets it: one character, those of named keys from Unicode's private range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub struct Typed(char);

impl Typed {
    /// The character of a key event.
    pub fn of(text: &str) -> Option<Typed> {
        let mut characters = text.chars();
        characters.next().filter(|_| characters.next().is_none()).map(Typed)
    }

    /// As the window types it.
    pub const fn character(self) -> char {
        self.0
    }
}

impl TryFrom<String> for Typed {
    type Error = String;
    fn try_from(name: String) -> Result<Self, String> {
        if let Some((_, key)) = NAMED.iter().find(|(known, _)| *known == name) {
            return Ok(Typed(char::from(*key)));
        }
        Typed::of(&name).filter(|typed| !typed.0.is_control() && !typed.0.is_whitespace()).ok_or_else(|| {
            let names: Vec<&str> = NAMED.iter().map(|(name, _)| *name).collect();
            format!("there is no key `{name}`: a key is one character or one of {}", names.join(", "))
        })
    }
}

use slint::platform::Key as Named;

const NAMED: [(&str, Named); 24] = [
    ("Tab", Named::Tab),
    ("Backtab", Named::Backtab),
    ("Return", Named::Return),
    ("Space", Named::Space),
    ("Left", Named::LeftArrow),
    ("Right", Named::RightArrow),
    ("Up", Named::UpArrow),
    ("Down", Named::DownArrow),
    ("Home", Named::Home),
    ("End", Named::End),
    ("PageUp", Named::PageUp),
    ("PageDown", Named::PageDown),
    ("F1", Named::F1),
    ("F2", Named::F2),
    ("F3", Named::F3),
    ("F4", Named::F4),
    ("F5", Named::F5),
    ("F6", Named::F6),
    ("F7", Named::F7),
    ("F8", Named::F8),
    ("F9", Named::F9),
    ("F10", Named::F10),
    ("F11", Named::F11),
    ("F12", Named::F12),
];

/// Which typed key is which key of the kiosk.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "BTreeMap<Key, Vec<Typed>>")]
pub struct KeyMap(BTreeMap<Typed, Key>);

impl KeyMap {
    /// What was pressed, if it is a key of the kiosk.
    pub fn key(&self, text: &str) -> Option<Key> {
        self.0.get(&Typed::of(text)?).copied()
    }
}

/// What a keypad types that nobody has set up.
impl Default for KeyMap {
    fn default() -> Self {
        let table: [(Key, &[Named], &str); 10] = [
            (Key::Previous, &[Named::Backtab, Named::LeftArrow, Named::UpArrow], ""),
            (Key::Next, &[Named::Tab, Named::RightArrow, Named::DownArrow], ""),
            (Key::Select, &[Named::Return], ""),
            (Key::Headphones, &[Named::F1], ""),
            (Key::Repeat, &[Named::F2], ""),
            (Key::Slower, &[Named::F3], ""),
            (Key::Faster, &[Named::F4], ""),
            (Key::Louder, &[], "+"),
            (Key::Softer, &[], "-"),
            (Key::Service, &[Named::F12], ""),
        ];
        let typed = |named: &[Named], signs: &str| {
            let named: Vec<char> = named.iter().map(|key| char::from(*key)).collect();
            named.into_iter().chain(signs.chars()).map(Typed).collect::<Vec<_>>()
        };
        let typed =
            table.into_iter().flat_map(|(key, named, signs)| typed(named, signs).into_iter().zip([key].repeat(9)));
        KeyMap(typed.collect())
    }
}

/// A key that is named replaces what it is by default; the others stay, but for keys that were given away.
impl TryFrom<BTreeMap<Key, Vec<Typed>>> for KeyMap {
    type Error = String;
    fn try_from(written: BTreeMap<Key, Vec<Typed>>) -> Result<Self, String> {
        let mut map = KeyMap::default();
        map.0.retain(|_, key| !written.contains_key(key));
        let mut given: BTreeMap<Typed, Key> = BTreeMap::new();
        for (key, typed) in written.into_iter().flat_map(|(key, all)| all.into_iter().map(move |typed| (key, typed))) {
            match given.insert(typed, key) {
                Some(other) if other != key => {
                    return Err(format!("one typed key is both `{}` and `{}`", other.name(), key.name()));
                }
                Some(_) | None => {}
            }
        }
        map.0.extend(given);
        Ok(map)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &str) -> Result<KeyMap, String> {
        toml::from_str(lines).map_err(|error| error.message().to_owned())
    }

    fn typed(key: Named) -> String {
        char::from(key).to_string()
    }

    #[test]
    fn a_keypad_that_nobody_set_up_has_every_key() {
        let map = KeyMap::default();
        for key in Key::ALL {
            assert!(map.0.values().any(|found| *found == key), "{key:?}");
        }
        assert_eq!(map.key(&typed(Named::Tab)), Some(Key::Next));
        assert_eq!(map.key(&typed(Named::Backtab)), Some(Key::Previous));
        assert_eq!(map.key("+"), Some(Key::Louder));
        for other in ["a", "", "++", "ў"] {
            assert_eq!(map.key(other), None, "{other}");
        }
    }

    #[test]
    fn a_line_replaces_one_key_and_takes_what_another_had() {
        let map = read("select = ['Space', 'F1']\nlouder = ['*']").unwrap();
        assert_eq!(map.key(" "), Some(Key::Select));
        assert_eq!(map.key(&typed(Named::F1)), Some(Key::Select), "it was the headphones");
        assert_eq!(map.key(&typed(Named::Return)), None, "it was select, and is not named");
        assert_eq!((map.key("+"), map.key("*")), (None, Some(Key::Louder)));
        assert_eq!(map.key(&typed(Named::Tab)), Some(Key::Next));
    }

    #[test]
    fn what_is_no_key_is_refused_with_what_would_be() {
        let wrong = read("next = ['Tabb']").unwrap_err();
        assert!(wrong.contains("no key `Tabb`") && wrong.contains("Backtab"), "{wrong}");
        let wrong = read("nxt = ['Tab']").unwrap_err();
        assert!(wrong.contains("unknown variant `nxt`") && wrong.contains("`previous`"), "{wrong}");
        let wrong = read("next = ['F9']\nselect = ['F9']").unwrap_err();
        assert!(wrong.contains("both `next` and `select`"), "{wrong}");
    }
}
