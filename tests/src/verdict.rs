//! What a proof found, told line by line and summed up: `ok`, `FAIL`, and at the end `N passed, N failed`.
#![expect(clippy::print_stdout, reason = "a proof tells what it found")]

use std::process::ExitCode;

/// The checks of one proof.
#[derive(Debug, Clone, Default)]
pub struct Verdict(Vec<(String, Held)>);

/// Whether a check held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Held {
    Yes,
    No,
}

impl From<Vec<(String, bool)>> for Verdict {
    fn from(checks: Vec<(String, bool)>) -> Verdict {
        let mut verdict = Verdict::default();
        checks.into_iter().for_each(|(what, held)| verdict.check(what, || held));
        verdict
    }
}

impl Verdict {
    /// Notes a check.
    pub fn check(&mut self, what: impl Into<String>, held: impl FnOnce() -> bool) {
        self.0.push((what.into(), if held() { Held::Yes } else { Held::No }));
    }

    /// Adds the checks of another part.
    pub fn add(&mut self, other: Verdict) {
        self.0.extend(other.0);
    }

    /// Whether every check so far held.
    pub fn holds(&self) -> bool {
        self.0.iter().all(|(_, held)| *held == Held::Yes)
    }

    /// Tells and sums up.
    pub fn tell(&self) -> ExitCode {
        for (what, held) in &self.0 {
            match held {
                Held::Yes => println!("ok   {what}"),
                Held::No => println!("FAIL {what}"),
            }
        }
        let failed = self.0.iter().filter(|(_, held)| *held == Held::No).count();
        println!("{} passed, {failed} failed", self.0.len() - failed);
        if failed == 0 && !self.0.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}
