//! Codes of refusals and reasons: programs and sentences rely on them.

use queue::{refusal::Refusal, time::Span, why::Why};
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
    let wait = Span(9_001);
    assert_eq!(Refusal::RecallTooSoon { wait }.to_string(), "wait 10 s before calling again");
    let limit = queue::limits::REJOIN_WITHIN;
    assert_eq!(Refusal::RejoinTooLate { limit }.to_string(), "a no-show may rejoin within 30 minutes");
}

#[test]
fn limits_are_what_people_were_told() {
    use queue::limits::*;
    let seconds = [CONFIRM_WITHIN, RECALL_AFTER, UNDO_WITHIN].map(|span| span.0 / 1000);
    assert_eq!(seconds, [60, 10, 60]);
    let minutes = [REJOIN_WITHIN, REJOIN_REST, HOLD_MAX, OFFLINE_BEFORE_DAY].map(Span::whole_minutes);
    assert_eq!(minutes, [30, 5, 8 * 60, 6 * 60]);
    assert_eq!((CALLS_MAX, REJOINS_MAX, SERVICES_ON_TICKET_MAX, QUANTITY_MAX), (4, 1, 5, 50));
    assert_eq!((Span::minutes(2), Span::seconds(61).whole_minutes()), (Span(120_000), 1));
    assert_eq!(Span::seconds(1).and(Span(1)), Span(1001));
}
