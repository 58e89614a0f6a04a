//! Codes of refusals and reasons: programs and sentences rely on them.

use queue::{refusal::Refusal, why::Why};
use std::collections::BTreeSet;

fn well_made(codes: &[&str]) {
    let different: BTreeSet<_> = codes.iter().collect();
    assert_eq!(different.len(), codes.len(), "each code is one variant");
    for code in codes {
        let kebab = code.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
        assert!(kebab && !code.is_empty() && !code.starts_with('-') && !code.ends_with('-'), "{code}");
    }
}

#[test]
fn codes_are_kebab_case_and_different() {
    well_made(Refusal::CODES);
    well_made(Why::CODES);
    assert_eq!((Refusal::CODES.len(), Why::CODES.len()), (40, 19));
}

#[test]
fn a_code_is_the_variants_own() {
    let refusal = Refusal::NothingToUndo;
    assert_eq!(refusal.code(), "nothing-to-undo");
    assert!(Refusal::CODES.contains(&refusal.code()));
    assert_eq!(refusal.to_string(), "there is no step to take back");
    assert_eq!(Why::Next.code(), "next");
}

#[test]
fn refusals_speak_in_whole_seconds_and_minutes() {
    let wait = queue::time::Span(9_001);
    assert_eq!(Refusal::RecallTooSoon { wait }.to_string(), "wait 10 s before calling again");
    let limit = queue::limits::REJOIN_WITHIN;
    assert_eq!(Refusal::RejoinTooLate { limit }.to_string(), "a no-show may rejoin within 30 minutes");
}
