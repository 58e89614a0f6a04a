//! Who comes, when and for what: a day of a hall from a seed, pressed into the minutes of a run.
//!
//! Pure, so that the same seed is the same day. The hours are those of an office: a rush at nine, a quiet noon, a
//! second rush at two, nobody after five.

use crate::chance::Chance;
use hub::config::{Config, ConfigError};
use std::{fmt::Write, path::Path, time::Duration};

/// Counters, kiosks and displays of a hall, and how many visitors it has.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    /// Visitors.
    pub tickets: usize,
    /// Counters, each with a clerk.
    pub counters: usize,
    /// Kiosks.
    pub kiosks: usize,
    /// Displays.
    pub displays: usize,
}

/// How long the run is and how much faster than a hall.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// The run.
    pub run: Duration,
    /// Seconds of the hall in one second of the run.
    pub speed: f64,
}

/// Somebody who comes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visitor {
    /// Since the run began.
    pub at: Duration,
    /// What for.
    pub service: String,
    /// In which language.
    pub language: &'static str,
    /// A declared reason to go first.
    pub class: Option<&'static str>,
}

/// Arrivals of each half hour from nine to half past five, in relation to each other.
const HALF_HOURS: [u64; 17] = [7, 11, 12, 9, 6, 4, 3, 2, 3, 5, 9, 11, 9, 6, 3, 1, 0];
/// Letters of the catalogue, and their share of counters and of visitors, in hundredths.
const LETTERS: [(char, usize); 6] = [('A', 26), ('M', 22), ('K', 18), ('O', 14), ('T', 10), ('E', 10)];
/// Of a hundred visitors.
const LANGUAGES: [(&str, u64); 5] = [("uz-Latn", 52), ("uz-Cyrl", 22), ("ru", 16), ("kaa", 6), ("en", 4)];
/// Of a hundred visitors; everyone else is ordinary.
const CLASSES: [(&str, u64); 4] = [("disability-1-2", 3), ("pregnant", 2), ("infant", 3), ("elderly", 5)];
/// Clerks are busy for so many of a hundred minutes, over the day.
const BUSY: f64 = 0.8;

/// The hall's name for a counter, kiosk or display.
pub fn name(kind: &str, nth: usize) -> String {
    format!("{kind}-{}", nth + 1)
}

/// A PIN that is not too easy to guess.
pub fn pin(nth: usize) -> String {
    format!("{}", 704_182 + nth * 1_013)
}

/// The hall's file: every counter has one letter for itself and helps out with the next two.
pub fn hall_file(size: Size) -> String {
    let mut text = String::from(concat!(
        "[hall]\nid = \"worst-day\"\nlanguages = [\"uz-Latn\", \"uz-Cyrl\", \"ru\", \"kaa\", \"en\"]\n",
        "utc_offset = \"+05:00\"\nlisten = \"127.0.0.1:0\"\nhours = \"always\"\n\n",
        "[hall.name]\nuz-Latn = \"Katta zal\"\nuz-Cyrl = \"Катта зал\"\nru = \"Большой зал\"\nkaa = \"Úlken zal\"\n",
        "en = \"A large hall\"\n\n[defaults]\ntarget_wait_min = 20\nexpected_min = 3\n",
    ));
    for nth in 0..size.counters {
        let own = letter_of(nth, size.counters);
        let help = [1, 2].map(|step| LETTERS[(own + step) % LETTERS.len()].0);
        let (counter, letter, [first, second]) = (nth + 1, LETTERS[own].0, help);
        let _ = write!(
            text,
            "\n[[counter]]\nid = \"{counter}\"\nprimary = [\"{letter}\"]\nsecondary = [\"{first}\", \"{second}\"]\n\
             \n[[staff]]\nid = \"{id}\"\nname = \"{id}\"\nrole = \"clerk\"\ncounter = \"{counter}\"\npin = \"{pin}\"\n",
            id = name("clerk", nth),
            pin = pin(nth),
        );
    }
    let manager = pin(size.counters);
    let _ =
        write!(text, "\n[[staff]]\nid = \"manager\"\nname = \"manager\"\nrole = \"manager\"\npin = \"{manager}\"\n");
    for nth in 0..size.kiosks {
        let _ = write!(text, "\n[[kiosk]]\nid = \"{}\"\nlane = {}\n", name("kiosk", nth), nth + 1);
    }
    for nth in 0..size.displays {
        let _ = write!(text, "\n[[display]]\nid = \"{}\"\n", name("display", nth));
    }
    text
}

/// The hall of a file.
pub fn hall(size: Size) -> Result<Config, ConfigError> {
    Config::parse(&hall_file(size), Path::new("worst-day.toml"))
}

/// Everybody who comes, in the order of their coming.
pub fn visitors(config: &Config, size: Size, pace: Pace, seed: u64) -> Vec<Visitor> {
    let mut chance = Chance::new(seed);
    let mut visitors: Vec<Visitor> = (0..size.tickets)
        .map(|_| {
            let half_hour = weighted(&mut chance, HALF_HOURS.iter().copied());
            let share = half_hour as f64 + chance.between(0, 1_000_000) as f64 / 1e6;
            let at = pace.run.mul_f64(share / HALF_HOURS.len() as f64);
            Visitor {
                at,
                service: service(config, &mut chance),
                language: LANGUAGES[weighted(&mut chance, LANGUAGES.iter().map(|(_, share)| *share))].0,
                class: class(&mut chance),
            }
        })
        .collect();
    visitors.sort_by_key(|visitor| visitor.at);
    visitors
}

/// How long a visitor keeps a counter, on average: as long as the clerks can afford.
pub fn at_the_counter(size: Size, pace: Pace) -> Duration {
    pace.run.mul_f64(BUSY * size.counters as f64 / size.tickets.max(1) as f64)
}

/// Some service of the hall, by the shares of its letters.
pub fn service(config: &Config, chance: &mut Chance) -> String {
    let share = |letter: char| LETTERS.iter().find(|(of, _)| *of == letter).map_or(0, |(_, share)| *share as u64);
    let categories = config.categories();
    let category = &categories[weighted(chance, categories.iter().map(|category| share(category.prefix.letter())))];
    category.services[chance.place(category.services.len())].to_string()
}

fn class(chance: &mut Chance) -> Option<&'static str> {
    let declared: u64 = CLASSES.iter().map(|(_, share)| share).sum();
    let shares = CLASSES.iter().map(|(_, share)| *share).chain([100 - declared]);
    CLASSES.get(weighted(chance, shares)).map(|(class, _)| *class)
}

/// Which letter a counter has for itself.
fn letter_of(nth: usize, counters: usize) -> usize {
    let hundredth = nth * 100 / counters.max(1);
    let mut until = 0;
    LETTERS
        .iter()
        .position(|(_, share)| {
            until += share;
            hundredth < until
        })
        .unwrap_or(0)
}

/// A place among shares.
fn weighted(chance: &mut Chance, shares: impl Iterator<Item = u64> + Clone) -> usize {
    let mut left = chance.between(0, shares.clone().sum::<u64>().max(1));
    for (at, share) in shares.enumerate() {
        if left < share {
            return at;
        }
        left -= share;
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    const NATION: Size = Size { tickets: 10_000, counters: 60, kiosks: 20, displays: 40 };
    const TEN_MINUTES: Pace = Pace { run: Duration::from_secs(600), speed: 20.0 };

    #[test]
    fn the_largest_hall_is_a_hall() {
        let config = hall(NATION).unwrap();
        assert_eq!((config.counters().len(), config.kiosks().len(), config.displays().len()), (60, 20, 40));
        assert_eq!(config.staff().len(), 61);
        let pins: BTreeSet<_> = config.staff().iter().filter_map(|entry| entry.pin.clone()).collect();
        assert_eq!(pins.len(), 61, "each has a PIN of their own");
        for (letter, share) in LETTERS {
            let own = (0..60).filter(|nth| LETTERS[letter_of(*nth, 60)].0 == letter).count();
            assert!(own.abs_diff(60 * share / 100) <= 1, "{letter}: {own} counters");
        }
        hall(Size { tickets: 60, counters: 2, kiosks: 1, displays: 1 }).unwrap();
    }

    #[test]
    fn the_same_seed_is_the_same_day_with_two_rushes() {
        let config = hall(NATION).unwrap();
        let day = visitors(&config, NATION, TEN_MINUTES, 7);
        assert_eq!(day, visitors(&config, NATION, TEN_MINUTES, 7));
        assert_ne!(day, visitors(&config, NATION, TEN_MINUTES, 8));
        assert_eq!(day.len(), NATION.tickets);
        assert!(day.is_sorted_by_key(|visitor| visitor.at));
        let between = |from: f64, to: f64| {
            let within = |visitor: &&Visitor| (from..to).contains(&(visitor.at.as_secs_f64() / 600.0 * 8.5 + 9.0));
            day.iter().filter(within).count()
        };
        assert!(between(9.0, 11.0) > 3_000 && between(14.0, 16.0) > 3_000, "the rushes");
        assert!(between(12.0, 13.0) < 1_000, "noon");
        assert!(day.iter().all(|visitor| config.rules().services.keys().any(|code| code.as_str() == visitor.service)));
        let declared = day.iter().filter(|visitor| visitor.class.is_some()).count();
        assert!((1_100..1_500).contains(&declared), "{declared}");
    }

    #[test]
    fn clerks_can_serve_everyone() {
        let each = at_the_counter(NATION, TEN_MINUTES);
        assert_eq!(each, Duration::from_micros(2_880_000));
    }
}
