//! Terms as the law's examples give them, and what must hold for every day of eighty years.

use hhx::{
    calendar::{Calendar, Day},
    term::{Basis, Due, NotExtended, Term, Unit, Urgency, WorkingHours, registration_day},
};
use jiff::{
    Span,
    civil::{Date, date, datetime, time},
};
use proptest::prelude::*;

const HOURS: WorkingHours = WorkingHours { from: time(9, 0, 0, 0), until: time(18, 0, 0, 0) };

fn calendar() -> Calendar {
    Calendar::built_in()
}

fn due(start: Date, term: Term) -> Due {
    Due::counted(start, term, &calendar())
}

#[test]
fn appeals_proposals_requests_and_services_have_their_terms() {
    let monday = date(2026, 11, 23);
    assert_eq!(due(monday, Term::APPEAL).date, date(2026, 12, 8));
    assert_eq!(due(monday, Term::APPEAL_STUDIED).date, date(2026, 12, 23));
    assert_eq!(due(monday, Term::PROPOSAL).date, date(2026, 12, 23));
    assert_eq!(due(monday, Term::PROPOSAL_NOTICE).date, date(2026, 12, 3));
    assert_eq!(due(monday, Term::INFORMATION_REQUEST).date, date(2026, 12, 8));
    assert_eq!(due(monday, Term::FORWARDING).date, date(2026, 11, 28));
    // 8 December is a holiday: the eleventh working day is the ninth.
    assert_eq!(due(monday, Term::service(10, Unit::WorkingDays)).date, date(2026, 12, 7));
    assert_eq!(due(monday, Term::service(11, Unit::WorkingDays)).date, date(2026, 12, 9));
}

#[test]
fn a_month_ends_on_the_same_day_or_on_the_last() {
    assert_eq!(due(date(2027, 1, 31), Term::PROPOSAL).date, date(2027, 2, 28));
    assert_eq!(due(date(2028, 1, 31), Term::PROPOSAL).date, date(2028, 2, 29));
    assert_eq!(due(date(2026, 12, 15), Term::PROPOSAL).date, date(2027, 1, 15));
}

#[test]
fn a_date_on_a_day_off_stays_and_the_warning_comes_before() {
    // 15 days from 23 November 2026 is Constitution Day, a Tuesday.
    let due = due(date(2026, 11, 23), Term::APPEAL);
    assert_eq!(due.date, date(2026, 12, 8));
    assert_eq!(due.last_working_day(&calendar()), date(2026, 12, 7));
    let urgency = |day| due.urgency(date(2026, 12, day), &calendar());
    assert_eq!(urgency(3), Urgency::Calm);
    assert_eq!(urgency(4), Urgency::ThreeDays);
    assert_eq!(urgency(6), Urgency::OneDay);
    assert_eq!(urgency(8), Urgency::OneDay);
    assert_eq!(urgency(9), Urgency::Overdue(1));
    assert_eq!(urgency(11), Urgency::Overdue(3));
}

#[test]
fn what_comes_after_hours_is_registered_on_the_next_working_day() {
    let day = |came| registration_day(came, HOURS, &calendar());
    assert_eq!(day(datetime(2026, 11, 23, 17, 59, 59, 0)), date(2026, 11, 23));
    assert_eq!(day(datetime(2026, 11, 23, 18, 0, 0, 0)), date(2026, 11, 24));
    assert_eq!(day(datetime(2026, 11, 23, 3, 0, 0, 0)), date(2026, 11, 23));
    assert_eq!(day(datetime(2026, 11, 27, 18, 30, 0, 0)), date(2026, 11, 30));
    assert_eq!(day(datetime(2026, 12, 8, 10, 0, 0, 0)), date(2026, 12, 9));
}

#[test]
fn an_appeal_is_studied_for_a_month_and_extended_once() {
    let calendar = calendar();
    let first = due(date(2026, 11, 23), Term::APPEAL);
    let studied = first.studied(&calendar).unwrap();
    assert_eq!((studied.date, studied.basis), (date(2026, 12, 23), Basis::AppealStudied));
    assert_eq!(studied.studied(&calendar), Err(NotExtended::Before));
    assert_eq!(studied.extended(date(2027, 1, 24), &calendar), Err(NotExtended::TooFar));
    assert_eq!(studied.extended(studied.date, &calendar), Err(NotExtended::NotLater));
    let extended = studied.extended(date(2027, 1, 23), &calendar).unwrap();
    assert_eq!((extended.date, extended.start, extended.basis), (date(2027, 1, 23), studied.date, Basis::Extended));
    assert_eq!(extended.extended(date(2027, 2, 1), &calendar), Err(NotExtended::Before));
}

#[test]
fn what_the_law_gives_no_extension_has_none() {
    let calendar = calendar();
    for term in [Term::INFORMATION_REQUEST, Term::FORWARDING, Term::PROPOSAL_NOTICE] {
        let due = due(date(2026, 11, 23), term);
        assert_eq!(due.extended(due.date.tomorrow().unwrap(), &calendar), Err(NotExtended::NotThisTerm), "{term:?}");
        assert_eq!(due.studied(&calendar), Err(NotExtended::NotThisTerm), "{term:?}");
    }
}

#[test]
fn it_travels_as_it_is_described() {
    let text = serde_json::to_value(due(date(2026, 11, 23), Term::APPEAL)).unwrap();
    let expected = serde_json::json!({
        "date": "2026-12-08", "start": "2026-11-23", "amount": 15, "unit": "calendar_days", "basis": "appeal",
        "holidays_version": "uz-2026-2027",
    });
    assert_eq!(text, expected);
}

fn days() -> impl Strategy<Value = Date> {
    (0_i32..29_000).prop_map(|days| date(2020, 1, 1).saturating_add(Span::new().days(days)))
}

fn working_days(after: Date, until: Date) -> u16 {
    let calendar = calendar();
    let days = after.series(Span::new().days(1)).skip(1).take_while(|day| *day <= until);
    u16::try_from(days.filter(|day| calendar.day(*day) == Day::Working).count()).expect("few days")
}

proptest! {
    #[test]
    fn working_days_are_counted_one_by_one(start in days(), amount in 1_u16..60) {
        let due = due(start, Term::service(amount, Unit::WorkingDays));
        prop_assert_eq!(calendar().day(due.date), Day::Working);
        prop_assert_eq!(working_days(start, due.date), amount);
    }

    #[test]
    fn a_later_start_or_a_longer_term_never_ends_earlier(start in days(), later in 0_i32..40, amount in 1_u16..40) {
        let begins_later = start.saturating_add(Span::new().days(later));
        for unit in [Unit::CalendarDays, Unit::WorkingDays, Unit::Months] {
            let this = due(start, Term::service(amount, unit)).date;
            prop_assert!(this > start);
            prop_assert!(this <= due(begins_later, Term::service(amount, unit)).date);
            prop_assert!(this < due(start, Term::service(amount + 1, unit)).date);
        }
    }

    #[test]
    fn the_warning_is_on_the_last_working_day(start in days(), amount in 1_u16..60) {
        let due = due(start, Term::service(amount, Unit::CalendarDays));
        let last = due.last_working_day(&calendar());
        prop_assert!(last <= due.date);
        prop_assert_eq!(calendar().day(last), Day::Working);
        prop_assert_eq!(working_days(last, due.date), 0);
    }

    #[test]
    fn it_only_becomes_more_urgent(start in days(), amount in 1_u16..40, day in 0_i32..80) {
        let due = due(start, Term::service(amount, Unit::CalendarDays));
        let today = start.saturating_add(Span::new().days(day));
        let (now, next) = (due.urgency(today, &calendar()), due.urgency(today.tomorrow().unwrap(), &calendar()));
        prop_assert!(now <= next, "{now:?} then {next:?}");
        prop_assert_eq!(matches!(now, Urgency::Overdue(_)), today > due.date);
    }

    #[test]
    fn it_is_registered_on_a_working_day_and_never_before_it_came(day in days(), hour in 0_i8..24) {
        let calendar = calendar();
        let registered = registration_day(day.at(hour, 0, 0, 0), HOURS, &calendar);
        prop_assert!(registered >= day);
        prop_assert_eq!(calendar.day(registered), Day::Working);
        let same_day = calendar.day(day) == Day::Working && hour < 18;
        prop_assert_eq!(registered == day, same_day);
        prop_assert!(working_days(day, registered) <= 1);
    }

    #[test]
    fn an_extension_is_of_a_month_at_most(start in days(), days in 1_i32..70) {
        let calendar = calendar();
        let first = due(start, Term::APPEAL);
        let until = first.date.saturating_add(Span::new().days(days));
        let allowed = until <= first.date.saturating_add(Span::new().months(1));
        prop_assert_eq!(first.extended(until, &calendar).is_ok(), allowed);
    }
}
