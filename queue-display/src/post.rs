//! What this display is to show: by its own options, else as the hub says, else as most displays hang.
//!
//! A display that has not heard from its hub yet already hangs in a hall; it begins with a hall board in the hall's two
//! most spoken languages and changes when it is told. It is made when the hub tells something, not whenever somebody looks.

use crate::{languages::Languages, layout::READ_FROM_M};
use std::collections::BTreeMap;
use wire::display::{Arrow, DisplayFace, DisplayHome, DisplayVoice, Flash};
use words::Lang;

/// A screen nobody has measured.
pub const DIAGONAL_INCH: f64 = 43.0;
/// Counters that may have an arrow of their own.
const ARROWS_MAX: usize = 256;

/// What whoever started the program has said; it stands above what the hub says.
#[derive(Debug, Clone, Default)]
pub struct Orders {
    /// The face.
    pub face: Option<DisplayFace>,
    /// The counter it hangs above.
    pub counter: Option<String>,
    /// The languages.
    pub languages: Option<Languages>,
    /// The screen's diagonal.
    pub diagonal_inch: Option<f64>,
    /// Languages of the voice, after the visitor's own.
    pub voice: Option<Languages>,
}

/// What this display is to show.
#[derive(Debug, Clone, PartialEq)]
pub struct Post {
    /// The face.
    pub face: Face,
    /// The languages.
    pub languages: Languages,
    /// The screen's diagonal.
    pub diagonal_inch: f64,
    /// From how far it is read.
    pub read_from_m: f64,
    /// Where counters lie.
    pub arrows: BTreeMap<String, Arrow>,
    /// Whether the whole screen lights up for a call.
    pub flash: Flash,
    /// How it speaks; nothing if it does not.
    pub voice: Option<DisplayVoice>,
}

/// What a display shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Face {
    /// Current calls, the last ones, who is next.
    Hall,
    /// One counter's number.
    Counter(String),
    /// Who waits where.
    Lobby,
    /// Current calls beside what the hall announces.
    Information,
}

impl Post {
    /// What holds now.
    pub fn of(orders: &Orders, home: Option<&DisplayHome>) -> Post {
        let told = home.map(|home| &home.post);
        let counter = orders.counter.as_deref().or_else(|| told.and_then(|told| told.counter.as_deref()));
        let face = orders.face.or_else(|| told.map(|told| told.face)).unwrap_or_default();
        let diagonal = orders.diagonal_inch.or_else(|| told.and_then(|told| told.diagonal_inch).map(f64::from));
        let read_from = told.and_then(|told| told.read_from_m).map(f64::from);
        Post {
            face: match (face, counter) {
                (DisplayFace::Counter, Some(counter)) => Face::Counter(counter.to_owned()),
                // A counter nobody has named: every call is better than none.
                (DisplayFace::Counter, None) | (DisplayFace::Hall, _) => Face::Hall,
                (DisplayFace::Lobby, _) => Face::Lobby,
                (DisplayFace::Information, _) => Face::Information,
            },
            languages: orders
                .languages
                .clone()
                .or_else(|| told.and_then(|told| Languages::of(known(&told.languages))))
                .unwrap_or_default(),
            diagonal_inch: diagonal.filter(|inch| (5.0..=150.0).contains(inch)).unwrap_or(DIAGONAL_INCH),
            read_from_m: read_from.filter(|m| (1.0..=50.0).contains(m)).unwrap_or(READ_FROM_M),
            arrows: told.map(|told| &told.arrows).into_iter().flatten().take(ARROWS_MAX).map(own).collect(),
            flash: told.map(|told| told.flash).unwrap_or_default(),
            voice: voice(orders, told.and_then(|told| told.voice.as_ref())),
        }
    }

    /// Which way a counter lies.
    pub fn arrow(&self, counter: &str) -> Arrow {
        self.arrows.get(counter).copied().unwrap_or_default()
    }
}

/// How this display speaks; `None` if it does not.
fn voice(orders: &Orders, told: Option<&DisplayVoice>) -> Option<DisplayVoice> {
    let ordered = |languages: &Languages| DisplayVoice {
        languages: languages.all().map(|lang| lang.tag().to_owned()).collect(),
        hours: told.map(|told| told.hours.clone()).unwrap_or_default(),
    };
    orders.voice.as_ref().map(ordered).or_else(|| told.cloned())
}

fn own((counter, arrow): (&String, &Arrow)) -> (String, Arrow) {
    (counter.clone(), *arrow)
}

/// A language a newer hub knows and this program does not is left out.
fn known(tags: &[String]) -> impl Iterator<Item = Lang> + '_ {
    tags.iter().filter_map(|tag| tag.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use wire::display::DisplayPost;

    fn told(post: DisplayPost) -> DisplayHome {
        DisplayHome { post, ..DisplayHome::default() }
    }

    #[test]
    fn what_was_ordered_stands_above_what_the_hub_says() {
        let home = told(DisplayPost {
            face: DisplayFace::Lobby,
            languages: vec!["tlh".to_owned(), "kaa".to_owned(), "ru".to_owned()],
            diagonal_inch: Some(65),
            read_from_m: Some(4),
            ..DisplayPost::default()
        });
        let post = Post::of(&Orders::default(), Some(&home));
        assert_eq!((post.face, post.diagonal_inch, post.read_from_m), (Face::Lobby, 65.0, 4.0));
        assert_eq!(post.languages, "kaa,ru".parse().unwrap());
        let orders = Orders {
            face: Some(DisplayFace::Counter),
            counter: Some("5".to_owned()),
            languages: Some("en".parse().unwrap()),
            diagonal_inch: Some(32.0),
            voice: None,
        };
        let post = Post::of(&orders, Some(&home));
        assert_eq!((post.face, post.diagonal_inch), (Face::Counter("5".to_owned()), 32.0));
        assert_eq!(post.languages, "en".parse().unwrap());
    }

    #[test]
    fn nonsense_is_as_good_as_nothing() {
        let home = told(DisplayPost {
            face: DisplayFace::Counter,
            languages: vec!["xx".to_owned()],
            diagonal_inch: Some(4_000),
            read_from_m: Some(0),
            ..DisplayPost::default()
        });
        assert_eq!(Post::of(&Orders::default(), Some(&home)), Post::of(&Orders::default(), None));
    }
}
