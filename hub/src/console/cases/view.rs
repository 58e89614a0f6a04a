//! What the pages of a filed application show, laid out by their templates.
//!
//! Where it stands is shown to whoever may ask; what is written only in masks, until a clerk decides to see everything.

use crate::{
    config::Config,
    console::{page::Page, words_of},
};
use applications::{Known, Seen};
use askama::Template;
use forms::Line;
use hhx::CaseStatus;
use jiff::{Timestamp, tz::Offset};
use queue::{ids::ServiceCode, time::Time};
use words::Lang;

/// Applications of the ticket that is being served, and the way to another one.
#[derive(Template)]
#[template(path = "cases.html")]
pub struct CasesPage<'a> {
    /// Its frame.
    pub page: &'a Page,
    /// The counter.
    pub counter: String,
    /// What was typed.
    pub asked: String,
    /// Why nothing was found, as a sentence.
    pub notice: Option<String>,
    /// What came with the ticket; nothing if nobody is served.
    pub filed: Option<Vec<FiledRow>>,
}

/// One application in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FiledRow {
    /// Its page.
    pub way: String,
    /// Its number.
    pub number: String,
    /// Its service.
    pub service: String,
    /// How it stands, in a word.
    pub status: String,
}

/// One application.
#[derive(Template)]
#[template(path = "case.html")]
pub struct CasePage<'a> {
    /// Its frame.
    pub page: &'a Page,
    /// Its own address.
    pub here: String,
    /// The counter.
    pub counter: String,
    /// Where it stands.
    pub standing: Standing,
    /// What is written.
    pub content: Content,
    /// Why something was not done, as a sentence.
    pub notice: Option<String>,
    /// What was done, as a sentence.
    pub said: Option<String>,
    /// What was typed to be added.
    pub typed: String,
    /// What may be done with it.
    pub may: Vec<May>,
    /// The answer, if it was fetched.
    pub answer: Option<AnswerView>,
}

/// Where an application stands.
#[derive(Debug, Clone)]
pub struct Standing {
    /// The hall's number.
    pub number: String,
    /// The service.
    pub service: String,
    /// How it stands, in a word.
    pub status: String,
    /// The same as the protocol says it.
    pub word: &'static str,
    /// The office's number and its day.
    pub registered: Option<String>,
    /// The day an answer is due.
    pub due: Option<String>,
    /// The steps so far.
    pub steps: Vec<StepRow>,
}

/// A step.
#[derive(Debug, Clone)]
pub struct StepRow {
    /// In a word.
    pub what: String,
    /// On which day.
    pub when: String,
}

/// What is written, as far as it is shown.
#[derive(Debug, Clone)]
pub enum Content {
    /// Not readable here, and why.
    Closed(String),
    /// In masks.
    Masked(Vec<Line>),
    /// Everything.
    Whole {
        /// The fields.
        lines: Vec<Line>,
        /// The files.
        papers: Vec<PaperRow>,
    },
}

/// A file that can be opened.
#[derive(Debug, Clone)]
pub struct PaperRow {
    /// Its place, from 1.
    pub nth: usize,
    /// What it is called.
    pub name: String,
}

/// What may be done with an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum May {
    /// Everything that is written may be shown.
    See,
    /// More may be added.
    Add,
    /// The answer may be fetched.
    Fetch,
    /// The answer may be handed over.
    HandOver,
}

/// The office's answer, opened.
#[derive(Clone)]
pub struct AnswerView {
    /// Its number among what goes out.
    pub reg_no: String,
    /// The outcome, in a word.
    pub outcome: String,
    /// What the office writes.
    pub text: String,
    /// Its papers.
    pub papers: Vec<PaperRow>,
}

impl Standing {
    /// In a language.
    pub fn of(seen: &Seen, config: &Config, lang: Lang) -> Standing {
        let registered = seen.registered.as_ref().map(|(number, date)| {
            let date = forms::plain::day_shown(*date);
            words::fill(lang, "console.cases.registered-of", &[("number", number), ("date", &date)])
        });
        let step = |(status, at): &(CaseStatus, Timestamp)| StepRow {
            what: status_word(lang, *status),
            when: day(config, *at),
        };
        Standing {
            number: seen.number.clone(),
            service: service_name(config, &seen.service, lang),
            status: status_word(lang, seen.status),
            word: seen.status.word(),
            registered,
            due: seen.due.map(forms::plain::day_shown),
            steps: seen.steps.iter().map(step).collect(),
        }
    }
}

impl FiledRow {
    /// In a language, at a counter.
    pub fn of(known: &Known, config: &Config, (lang, counter): (Lang, &str)) -> FiledRow {
        FiledRow {
            way: format!("/counters/{counter}/cases/{}", known.case_id),
            number: known.seen.number.clone(),
            service: service_name(config, &known.seen.service, lang),
            status: status_word(lang, known.seen.status),
        }
    }
}

impl CasePage<'_> {
    fn may(&self, what: May) -> bool {
        self.may.contains(&what)
    }

    fn see(&self) -> bool {
        self.may(May::See)
    }

    fn add(&self) -> bool {
        self.may(May::Add)
    }

    fn fetch(&self) -> bool {
        self.may(May::Fetch)
    }

    fn hand_over(&self) -> bool {
        self.may(May::HandOver)
    }
}

/// A status in a word that citizens read.
pub fn status_word(lang: Lang, status: CaseStatus) -> String {
    words_of::coded(lang, "office.status", status.word())
}

/// A moment on the hall's own clock, as `21.03.2026 10:45`.
pub fn when(config: &Config, at: Timestamp) -> String {
    format!("{} {}", day(config, at), words_of::clock(Time(at.as_millisecond()), config.rules()))
}

/// The day of a moment in the hall.
fn day(config: &Config, at: Timestamp) -> String {
    let offset = config.rules().utc_offset_min.checked_mul(60).and_then(|s| Offset::from_seconds(s).ok());
    offset.map_or_else(String::new, |offset| forms::plain::day_shown(offset.to_datetime(at).date()))
}

fn service_name(config: &Config, code: &str, lang: Lang) -> String {
    code.parse::<ServiceCode>().map_or_else(|_| code.to_owned(), |code| config.service_name(&code, lang).to_owned())
}
