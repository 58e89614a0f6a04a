//! What a queue display learns from its hub besides the board: which face it wears, who is next, what is announced.
//!
//! The manager decides it in the hall's configuration, so that a display is exchanged by hanging up another one. What
//! changes with every call comes by the board's stream; this is asked for every few seconds. Deliberately absent:
//! names of services, which the catalogue says, and anything about a person.

use crate::{layout::Wording, services::HallNow};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

/// `GET /api/v1/display` with a display's token.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DisplayHome {
    /// The display's id in the hall's configuration.
    pub device: String,
    /// The hub's epoch.
    pub epoch: u32,
    /// What it shows and says, and where it hangs.
    pub post: DisplayPost,
    /// The hall as a whole, at most a second old.
    pub now: HallNow,
    /// Who is next, by category, in the order of the catalogue; a category nobody waits for is left out.
    #[serde(default)]
    pub next: Vec<NextInLine>,
    /// Every counter of the hall, in its order.
    #[serde(default)]
    pub counters: Vec<CounterNow>,
    /// What is announced now, alerts first.
    #[serde(default)]
    pub notices: Vec<Notice>,
}

/// What a display shows and says, and where it hangs.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DisplayPost {
    /// Its face.
    #[serde(default)]
    pub face: DisplayFace,
    /// The counter it hangs above: of the face `counter`, and of that only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counter: Option<String>,
    /// Its languages, the first always shown, the others in turn beside it; empty for the hall's own.
    #[serde(default)]
    pub languages: Vec<String>,
    /// The screen's diagonal in inches; absent if nobody has measured it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub diagonal_inch: Option<u16>,
    /// From how far its numbers are read, metres; absent for ten.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_from_m: Option<u8>,
    /// Which way a counter lies for who stands before this display; a counter not named here has a plain arrow.
    #[serde(default)]
    pub arrows: BTreeMap<String, Arrow>,
    /// How it speaks; absent if it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voice: Option<DisplayVoice>,
    /// Whether the whole screen lights up for a call, for those who do not hear.
    #[serde(default)]
    pub flash: Flash,
}

/// What a display shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum DisplayFace {
    /// One counter's number above its window.
    Counter,
    /// Who waits where, and how long it takes.
    Lobby,
    /// Current calls, and beside them what the hall announces.
    Information,
    /// Current calls, the last ones, who is next, a strip of information. Also what a newer hub's face is to an old
    /// display: a call is never hidden.
    #[default]
    #[serde(other)]
    Hall,
}

/// Where a counter lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Arrow {
    /// To the left.
    Left,
    /// Straight on, or up the stairs.
    Up,
    /// Back, or down the stairs.
    Down,
    /// To the right, or just "there".
    #[default]
    #[serde(other)]
    Right,
}

/// Whether the whole screen lights up for a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Flash {
    /// The whole screen, twice, slower than can harm.
    Screen,
    /// Only the call's row does.
    #[default]
    #[serde(other)]
    Row,
}

/// How a display speaks.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DisplayVoice {
    /// Languages of every call, after the visitor's own; empty for the visitor's own alone.
    #[serde(default)]
    pub languages: Vec<String>,
    /// Loudness over the day, rising moments; empty for as recorded.
    #[serde(default)]
    pub hours: Vec<LoudFrom>,
}

/// From a moment of the day on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LoudFrom {
    /// Minutes since midnight in the hall.
    pub from_min: u16,
    /// Decibels against the recording, -60 to 12.
    pub db: i8,
}

/// Who is next in a category.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NextInLine {
    /// The category's letter.
    pub category: String,
    /// Numbers in the order they would be called, at most [`NEXT_MAX`].
    pub numbers: Vec<String>,
}

/// Numbers told of one category.
pub const NEXT_MAX: usize = 4;

/// Notices a display is told of; the least urgent are left out beyond.
pub const NOTICES_MAX: usize = 32;
/// Characters of a notice's line, in one language.
pub const NOTICE_TITLE_CHARS_MAX: usize = 120;
/// Characters of what there is to say besides, in one language.
pub const NOTICE_TEXT_CHARS_MAX: usize = 600;

/// A counter now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CounterNow {
    /// The counter.
    pub counter: String,
    /// What it does.
    pub state: CounterState,
}

/// What a counter does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
// The answer to a counter's action has this name already, and the description of the API has one name for one thing.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = CounterNowState))]
#[serde(rename_all = "kebab-case")]
pub enum CounterState {
    /// Nobody sits there.
    Closed,
    /// A break.
    Paused,
    /// A clerk is there; whom they call or serve the board says.
    Open,
    /// A state that this program is too old to know.
    #[serde(other)]
    Unknown,
}

/// Something the hall announces.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Notice {
    /// Its id in the hall's configuration, or the identity under which a manager posted it.
    pub id: String,
    /// How urgent it is.
    #[serde(default)]
    pub severity: Severity,
    /// A line.
    pub title: Wording,
    /// What there is to say besides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<Wording>,
}

/// How urgent a notice is, by the words of CAP 1.2, the most urgent first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Every screen and the voice; calls stay.
    Extreme,
    /// Every screen and the voice; calls stay.
    Severe,
    /// A banner on every screen.
    Moderate,
    /// Good to know.
    #[default]
    #[serde(other)]
    Minor,
}

/// `POST /api/v1/notices`: announce something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PostNotice {
    /// Identity of the request, and of the notice.
    pub command_id: Uuid,
    /// How urgent it is: a code of [`Severity`]. One that is unknown is refused here and harmless in an answer.
    #[cfg_attr(feature = "openapi", schema(pattern = "^(extreme|severe|moderate|minor)$", example = "minor"))]
    pub severity: String,
    /// A line, at most 120 characters in each language.
    pub title: Wording,
    /// What there is to say besides, at most 600 characters in each language.
    #[serde(default)]
    pub text: Option<Wording>,
    /// Until when it is shown, RFC 3339; absent until it is withdrawn.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    pub until: Option<String>,
}

/// `GET /api/v1/notices`: what is announced now, the most urgent first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NoticesNow {
    /// All of it: also what displays are not told because there is too much.
    pub notices: Vec<NoticeNow>,
}

/// Something that is announced now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NoticeNow {
    /// As displays are told.
    pub notice: Notice,
    /// Until when it is shown, RFC 3339; absent until it is withdrawn, or until the hall's file says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    pub until: Option<String>,
    /// Where it comes from.
    pub source: NoticeSource,
}

/// Where a notice comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum NoticeSource {
    /// The hall's file: always so, and not to be withdrawn.
    File,
    /// A manager.
    Manager,
}

/// The notice that was posted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NoticePosted {
    /// Its identity: to withdraw it by.
    pub id: Uuid,
}

impl Notice {
    /// Whether its line and its text say something in every language, and no more than a screen holds.
    pub fn is_well_formed(&self) -> bool {
        self.title.fits(NOTICE_TITLE_CHARS_MAX)
            && self.text.as_ref().is_none_or(|text| text.fits(NOTICE_TEXT_CHARS_MAX))
    }
}

impl Severity {
    /// All of them, the most urgent first.
    pub const ALL: [Severity; 4] = [Severity::Extreme, Severity::Severe, Severity::Moderate, Severity::Minor];

    /// The severity of a code; none is none.
    pub fn of(code: &str) -> Option<Severity> {
        Severity::ALL.into_iter().find(|severity| severity.code() == code)
    }

    /// Whether every screen and the voice say it.
    pub const fn is_alert(self) -> bool {
        matches!(self, Severity::Extreme | Severity::Severe)
    }

    /// Its code.
    pub const fn code(self) -> &'static str {
        match self {
            Severity::Extreme => "extreme",
            Severity::Severe => "severe",
            Severity::Moderate => "moderate",
            Severity::Minor => "minor",
        }
    }
}
