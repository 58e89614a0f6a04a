//! A report: every part of the kiosk and what is to be said of it, dated, for the hub and for paper.

use super::fault_code;
use crate::{keys::Key, session::Fault};
use jiff::Timestamp;
use uuid::Uuid;
use wire::fleet::{CODE_BYTES_MAX, Part, PartTest, SelfTest, TestResult};
use words::Lang;

/// What is to be said of a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It works.
    Passed,
    /// It works, and something should be looked after.
    PassedWith(String),
    /// It does not, and why, in a code for whoever repairs it.
    Failed(String),
    /// This kiosk has none.
    NotPresent,
}

/// What is read of one part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Its name.
    pub part: &'static str,
    /// Whether it works.
    pub said: &'static str,
    /// Why not, or what else there is to say.
    pub why: Option<String>,
}

/// What a self-test found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// When; nothing from a kiosk that does not know what time it is.
    pub at: Option<Timestamp>,
    /// Every part once.
    pub parts: Vec<(Part, Verdict)>,
}

impl Verdict {
    pub(super) fn failed(code: &str, figure: impl std::fmt::Display) -> Verdict {
        let mut code = format!("{code}-{figure}");
        code.truncate(CODE_BYTES_MAX);
        Verdict::Failed(code)
    }

    /// As the hub has it.
    pub fn result(&self) -> TestResult {
        match self {
            Verdict::Passed | Verdict::PassedWith(_) => TestResult::Passed,
            Verdict::Failed(_) => TestResult::Failed,
            Verdict::NotPresent => TestResult::NotPresent,
        }
    }

    /// Why, if there is something to be said.
    pub fn code(&self) -> Option<&str> {
        match self {
            Verdict::Passed | Verdict::NotPresent => None,
            Verdict::PassedWith(code) | Verdict::Failed(code) => Some(code),
        }
    }
}

impl Report {
    /// As the hub takes it.
    pub fn to_hub(&self, command_id: Uuid) -> SelfTest {
        let part = |(part, verdict): &(Part, Verdict)| PartTest {
            part: *part,
            result: verdict.result(),
            code: verdict.code().map(str::to_owned),
        };
        SelfTest { command_id, at: self.at.map(|at| at.to_string()), parts: self.parts.iter().map(part).collect() }
    }

    /// As it is read. What a kiosk does not have is left out.
    pub fn findings(&self, lang: Lang) -> Vec<Finding> {
        let there = self.parts.iter().filter(|(_, verdict)| *verdict != Verdict::NotPresent);
        let finding = |(part, verdict): &(Part, Verdict)| Finding {
            part: part_name(*part, lang),
            said: result_name(verdict.result(), lang),
            why: verdict.code().map(|code| why(code, lang)),
        };
        there.map(finding).collect()
    }

    /// Whether a visitor can be left alone with this kiosk.
    pub fn result(&self) -> TestResult {
        let failed = self.parts.iter().any(|(_, verdict)| matches!(verdict, Verdict::Failed(_)));
        if failed { TestResult::Failed } else { TestResult::Passed }
    }
}

/// A part's name.
pub fn part_name(part: Part, lang: Lang) -> &'static str {
    words::say(lang, part_key(part))
}

/// Whether something works, in words.
pub fn result_name(result: TestResult, lang: Lang) -> &'static str {
    words::say(lang, result_key(result))
}

/// A reason as a sentence. One that a younger program wrote stays the code it is.
pub fn why(code: &str, lang: Lang) -> String {
    let fault = [Fault::PaperOut, Fault::CoverOpen, Fault::Jam, Fault::Broken, Fault::Silent];
    if let Some(fault) = fault.into_iter().find(|fault| fault_code(*fault) == code) {
        return words::say(lang, fault.key()).to_owned();
    }
    if let Some(key) = Key::ALL.into_iter().find(|key| code.strip_prefix("no-") == Some(key.name())) {
        return words::fill(lang, "kiosk.service.no-key", &[("key", key_name(key, lang))]);
    }
    let (name, figure) = match code.rsplit_once('-') {
        Some((name, figure)) if figure.bytes().all(|b| b.is_ascii_digit()) => (name, figure),
        Some(_) | None => (code, ""),
    };
    let sentence = words::lookup(lang, &format!("kiosk.why.{name}"));
    sentence.map_or_else(|| code.to_owned(), |sentence| words::filled(sentence, &[("n", figure)]))
}

/// What a key is called.
pub fn key_name(key: Key, lang: Lang) -> &'static str {
    words::lookup(lang, &format!("kiosk.key.{}", key.name())).unwrap_or(key.name())
}

const fn part_key(part: Part) -> &'static str {
    match part {
        Part::Printer => "hall.part.printer",
        Part::Touch => "hall.part.touch",
        Part::Speaker => "hall.part.speaker",
        Part::Keys => "hall.part.keys",
        Part::Network => "hall.part.network",
        Part::Clock => "hall.part.clock",
        Part::Storage => "hall.part.storage",
        Part::Presence => "hall.part.presence",
        Part::Lamp => "hall.part.lamp",
        Part::Tamper => "hall.part.tamper",
        Part::Relay => "hall.part.relay",
    }
}

const fn result_key(result: TestResult) -> &'static str {
    match result {
        TestResult::Passed => "hall.test.passed",
        TestResult::Failed => "hall.test.failed",
        TestResult::NotPresent => "hall.test.not-present",
    }
}
