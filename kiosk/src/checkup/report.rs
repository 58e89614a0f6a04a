//! A report: every part of the kiosk and what is to be said of it, dated, for the hub and for paper.

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

/// What a self-test found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// When, by the kiosk's clock.
    pub at: Timestamp,
    /// Every part once.
    pub parts: Vec<(Part, Verdict)>,
}

impl Verdict {
    pub(super) fn failed(code: &str, figure: impl std::fmt::Display) -> Verdict {
        let mut code = format!("{code}-{figure}");
        code.truncate(CODE_BYTES_MAX);
        Verdict::Failed(code)
    }

    fn result(&self) -> TestResult {
        match self {
            Verdict::Passed | Verdict::PassedWith(_) => TestResult::Passed,
            Verdict::Failed(_) => TestResult::Failed,
            Verdict::NotPresent => TestResult::NotPresent,
        }
    }

    fn code(&self) -> Option<&str> {
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
        SelfTest { command_id, parts: self.parts.iter().map(part).collect() }
    }

    /// As it is read: a part and what is to be said of it. What a kiosk does not have is left out.
    pub fn lines(&self, lang: Lang) -> Vec<(&'static str, String)> {
        let there = self.parts.iter().filter(|(_, verdict)| *verdict != Verdict::NotPresent);
        let line = |(part, verdict): &(Part, Verdict)| {
            let said = words::say(lang, result_key(verdict.result()));
            let said = verdict.code().map_or_else(|| said.to_owned(), |code| format!("{said} ({code})"));
            (words::say(lang, part_key(*part)), said)
        };
        there.map(line).collect()
    }

    /// Whether a visitor can be left alone with this kiosk.
    pub fn result(&self) -> TestResult {
        let failed = self.parts.iter().any(|(_, verdict)| matches!(verdict, Verdict::Failed(_)));
        if failed { TestResult::Failed } else { TestResult::Passed }
    }
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
