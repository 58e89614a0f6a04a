//! Hours, breaks, holidays, caps, and the last ticket of the day.

use crate::common::{NINE, Tube, counter, reason, rules, service, today, wish};
use Class::Ordinary;
use queue::{
    calendar::{Calendar, Date, Hours, Opening, SpecialDay, Stretch, date_at, hall_opening, open_left, opening},
    command::{Class, Command, Wish},
    refusal::Refusal,
    rules::Rules,
    time::{Span, Time},
};
use std::{collections::BTreeMap, num::NonZeroU32};

fn stretch(from_h: u16, until_h: u16) -> Stretch {
    Stretch { from_min: from_h * 60, until_min: until_h * 60 }
}

/// Monday to Friday 9–13 and 14–18.
fn week() -> Hours {
    let day = || vec![stretch(9, 13), stretch(14, 18)];
    Hours::Weekly([day(), day(), day(), day(), day(), Vec::new(), Vec::new()])
}

fn weekly() -> Rules {
    Rules { hours: week(), ..rules() }
}

/// Monday at so many hours and minutes.
fn at(hours: u64, minutes: u64) -> Time {
    NINE.minus(Span::minutes(9 * 60)).plus(Span::minutes(hours * 60 + minutes))
}

fn day(days: u64, hours: u64) -> Time {
    at(24 * days + hours, 0)
}

fn a01(rules: &Rules, at: Time) -> Opening {
    opening(rules, &service("A01"), at)
}

fn on(days: i64, special: SpecialDay) -> Calendar {
    let date = Date(today().0.checked_add(jiff::Span::new().days(days)).unwrap());
    Calendar { days: BTreeMap::from([(date, special)]) }
}

fn closed() -> SpecialDay {
    SpecialDay::Closed { why: reason("navruz") }
}

#[test]
fn a_day_has_hours_and_a_break() {
    let rules = weekly();
    let until_six = Opening::Open { closes: Some(at(18, 0)) };
    assert_eq!(a01(&rules, at(8, 59)), Opening::Shut { opens: Some(at(9, 0)) });
    assert_eq!(a01(&rules, at(9, 0)), until_six);
    assert_eq!(a01(&rules, at(12, 59)), until_six);
    assert_eq!(a01(&rules, at(13, 0)), Opening::Break { resumes: at(14, 0) });
    assert_eq!(a01(&rules, at(14, 0)), until_six);
    assert_eq!(a01(&rules, Time(at(18, 0).0 - 1)), until_six);
    assert_eq!(a01(&rules, at(18, 0)), Opening::Shut { opens: Some(day(1, 9)) });
}

#[test]
fn after_friday_comes_monday() {
    let rules = weekly();
    assert_eq!(a01(&rules, day(4, 20)), Opening::Shut { opens: Some(day(7, 9)) });
    assert_eq!(a01(&rules, day(5, 10)), Opening::Shut { opens: Some(day(7, 9)) });
}

#[test]
fn the_hall_has_its_own_time() {
    let mut rules = weekly();
    assert_eq!(date_at(&rules, Time(at(0, 0).0 - 1)), Date(today().0.yesterday().unwrap()));
    assert_eq!(date_at(&rules, at(0, 0)), today());
    rules.utc_offset_min = 0;
    assert_eq!(a01(&rules, at(9, 0)), Opening::Shut { opens: Some(at(14, 0)) }, "nine in Tashkent is four in UTC");
    rules.utc_offset_min = -300;
    assert_eq!(date_at(&rules, at(9, 0)), Date(today().0.yesterday().unwrap()));
}

#[test]
fn a_moment_outside_the_calendar_is_some_day_too() {
    let rules = rules();
    assert_eq!(date_at(&rules, Time(i64::MAX)), Date(jiff::civil::Date::MAX));
    assert_eq!(date_at(&rules, Time(i64::MIN)), Date(jiff::civil::Date::MIN));
    assert_eq!(hall_opening(&rules, Time(i64::MAX)), Opening::Open { closes: None });
}

#[test]
fn around_the_clock_never_closes() {
    assert_eq!(a01(&rules(), at(23, 59)), Opening::Open { closes: None });
    let all = || vec![stretch(0, 24)];
    let mut rules = rules();
    rules.hours = Hours::Weekly([all(), all(), all(), all(), all(), all(), Vec::new()]);
    assert_eq!(a01(&rules, at(23, 59)), Opening::Open { closes: None }, "it goes on after midnight");
    assert_eq!(a01(&rules, day(5, 12)), Opening::Open { closes: Some(day(6, 0)) }, "on Saturday it does not");
    rules.hours = Hours::Weekly([all(), vec![stretch(1, 24)], all(), all(), all(), all(), all()]);
    assert_eq!(a01(&rules, at(12, 0)), Opening::Open { closes: Some(day(1, 0)) });
    rules.calendar = on(3, closed());
    assert_eq!(a01(&rules, day(2, 12)), Opening::Open { closes: Some(day(3, 0)) }, "the holiday begins");
    rules.hours = Hours::Weekly([vec![stretch(0, 23)], all(), all(), all(), all(), all(), all()]);
    assert_eq!(a01(&rules, at(12, 0)), Opening::Open { closes: Some(at(23, 0)) });
}

#[test]
fn a_holiday_is_closed_with_its_reason() {
    let rules = Rules { calendar: on(0, closed()), ..weekly() };
    let holiday = Opening::Holiday { why: reason("navruz"), opens: Some(day(1, 9)) };
    assert_eq!(a01(&rules, at(10, 0)), holiday);
    assert_eq!(hall_opening(&rules, at(10, 0)), holiday);
    let rules = Rules { calendar: on(1, closed()), ..weekly() };
    assert_eq!(a01(&rules, at(19, 0)), Opening::Shut { opens: Some(day(2, 9)) }, "the holiday is skipped");
}

#[test]
fn the_next_opening_is_looked_for_two_weeks_ahead() {
    let mut rules = weekly();
    rules.hours = Hours::Weekly(Default::default());
    rules.calendar = on(14, SpecialDay::Hours(vec![stretch(10, 12)]));
    assert_eq!(a01(&rules, at(10, 0)), Opening::Shut { opens: Some(day(14, 10)) });
    rules.calendar = on(15, SpecialDay::Hours(vec![stretch(10, 12)]));
    assert_eq!(a01(&rules, at(10, 0)), Opening::Shut { opens: None });
}

#[test]
fn a_moved_day_has_its_own_hours() {
    let rules = Rules { calendar: on(5, SpecialDay::Hours(vec![stretch(10, 12)])), ..weekly() };
    assert_eq!(a01(&rules, day(5, 11)), Opening::Open { closes: Some(day(5, 12)) }, "a working Saturday");
    let rules = Rules { calendar: on(0, SpecialDay::Hours(vec![stretch(9, 12)])), ..weekly() };
    assert_eq!(a01(&rules, at(13, 30)), Opening::Shut { opens: Some(day(1, 9)) }, "a short day");
}

#[test]
fn a_service_has_its_own_hours_inside_the_halls() {
    let mut rules = weekly();
    let long = || vec![stretch(7, 10), stretch(12, 15), stretch(20, 22)];
    let hours = Hours::Weekly([long(), long(), long(), long(), long(), long(), long()]);
    rules.services.get_mut(&service("A01")).unwrap().hours = Some(hours);
    assert_eq!(a01(&rules, at(8, 0)), Opening::Shut { opens: Some(at(9, 0)) });
    assert_eq!(a01(&rules, at(9, 30)), Opening::Open { closes: Some(at(15, 0)) });
    assert_eq!(a01(&rules, at(10, 0)), Opening::Break { resumes: at(12, 0) });
    assert_eq!(a01(&rules, at(13, 0)), Opening::Break { resumes: at(14, 0) });
    assert_eq!(a01(&rules, at(15, 0)), Opening::Shut { opens: Some(day(1, 9)) });
    assert_eq!(hall_opening(&rules, at(16, 0)), Opening::Open { closes: Some(at(18, 0)) });
    assert_eq!(open_left(&rules, &service("A01"), at(9, 30)), Span::minutes(30 + 60 + 60));
}

#[test]
fn hours_that_only_touch_are_no_hours() {
    let mut rules = weekly();
    let early = || vec![stretch(7, 9), stretch(14, 18)];
    let hours = Hours::Weekly([early(), early(), early(), early(), early(), early(), early()]);
    rules.services.get_mut(&service("A01")).unwrap().hours = Some(hours);
    assert_eq!(a01(&rules, at(8, 0)), Opening::Shut { opens: Some(at(14, 0)) });
    assert_eq!(a01(&rules, at(10, 0)), Opening::Shut { opens: Some(at(14, 0)) }, "nothing was open before");
}

#[test]
fn a_service_has_its_own_holidays() {
    let mut rules = weekly();
    rules.services.get_mut(&service("A01")).unwrap().calendar = on(0, closed());
    assert_eq!(a01(&rules, at(10, 0)), Opening::Holiday { why: reason("navruz"), opens: Some(day(1, 9)) });
    assert_eq!(opening(&rules, &service("K01"), at(10, 0)), Opening::Open { closes: Some(at(18, 0)) });
    rules.services.get_mut(&service("A01")).unwrap().calendar = on(0, SpecialDay::Hours(vec![stretch(10, 12)]));
    assert_eq!(a01(&rules, at(11, 0)), Opening::Open { closes: Some(at(12, 0)) });
}

#[test]
fn what_is_left_of_the_day_leaves_the_break_out() {
    let rules = weekly();
    let left = |at| open_left(&rules, &service("A01"), at);
    assert_eq!(left(at(8, 0)), Span::minutes(8 * 60));
    assert_eq!(left(at(12, 0)), Span::minutes(5 * 60));
    assert_eq!(left(at(13, 30)), Span::minutes(4 * 60));
    assert_eq!(left(at(17, 59)), Span::minutes(1));
    assert_eq!(left(at(19, 0)), Span::ZERO);
    let holiday = Rules { calendar: on(0, closed()), ..weekly() };
    assert_eq!(open_left(&holiday, &service("A01"), at(10, 0)), Span::ZERO);
}

fn take(tube: &mut Tube) -> Result<(), Refusal> {
    let ticket = tube.fresh();
    tube.give(Command::Reserve { ticket, wish: wish("A01", Ordinary) }).map(|_| ())
}

#[test]
fn outside_hours_there_is_no_ticket_and_the_kiosk_says_when() {
    let refusal = |at: Time, rules: Rules| {
        let mut tube = Tube::with(rules);
        tube.at = at;
        take(&mut tube).unwrap_err()
    };
    let closed_until = |opens, holiday| Refusal::ServiceClosed { service: service("A01"), opens, holiday };
    assert_eq!(refusal(at(13, 0), weekly()), closed_until(Some(at(14, 0)), None));
    assert_eq!(refusal(at(19, 0), weekly()), closed_until(Some(day(1, 9)), None));
    let holiday = Rules { calendar: on(0, closed()), ..weekly() };
    assert_eq!(refusal(at(10, 0), holiday), closed_until(Some(day(1, 9)), Some(reason("navruz"))));
}

#[test]
fn a_cap_counts_printed_and_reserved_tickets_but_not_void_ones() {
    let mut rules = rules();
    rules.services.get_mut(&service("A01")).unwrap().cap = NonZeroU32::new(2);
    let mut tube = Tube::with(rules);
    take(&mut tube).unwrap();
    tube.arrive("A01", Ordinary);
    assert_eq!(take(&mut tube), Err(Refusal::CapReached { service: service("A01"), cap: 2 }));
    let offered = queue::offer(&tube.hall, &tube.rules, &service("A01"), Ordinary, tube.at);
    assert_eq!(offered.unwrap_err().code(), "cap-reached", "what is offered can be taken");
    tube.arrive("A02", Ordinary);
    tube.pass(queue::limits::CONFIRM_WITHIN);
    tube.done(Command::Tick);
    take(&mut tube).unwrap();
}

#[test]
fn the_last_ticket_is_the_one_that_can_still_be_served() {
    let mut tube = Tube::with(weekly());
    tube.at = at(17, 20);
    tube.open("1");
    for _ in 0..4 {
        take(&mut tube).map(|()| tube.hall.latest).unwrap();
        let ticket = crate::common::ticket(u32::try_from(tube.hall.visits.len()).unwrap());
        tube.done(Command::ConfirmPrinted { ticket, number: None });
    }
    assert_eq!(take(&mut tube), Err(Refusal::TooLateToday { service: service("A01") }), "4 × 10 minutes are left");
    tube.open("2");
    take(&mut tube).expect("two counters serve in time");
}

#[test]
fn exactly_enough_time_is_enough() {
    let mut tube = Tube::with(weekly());
    tube.at = at(17, 50);
    take(&mut tube).expect("ten minutes for ten minutes, with nobody there yet");
    tube.at = at(17, 50).plus(Span(1));
    assert_eq!(take(&mut tube).unwrap_err().code(), "too-late-today");
}

#[test]
fn twenty_forms_take_twenty_times_as_long() {
    let mut tube = Tube::with(weekly());
    tube.at = at(17, 0);
    let ticket = tube.fresh();
    let many = |quantity| Command::Reserve { ticket, wish: Wish { quantity, ..wish("A01", Ordinary) } };
    assert_eq!(tube.refused(many(7)).code(), "too-late-today");
    tube.done(many(6));
}

#[test]
fn with_nobody_there_one_counter_is_counted_on() {
    let mut tube = Tube::with(weekly());
    tube.at = at(17, 30);
    tube.arrive("A02", Ordinary);
    for _ in 0..2 {
        tube.arrive("A01", Ordinary);
    }
    tube.arrive("A01", Ordinary);
    assert_eq!(take(&mut tube).unwrap_err().code(), "too-late-today", "three before, thirty minutes");
}

#[test]
fn who_is_being_served_counts_too() {
    let mut tube = Tube::with(weekly());
    tube.at = at(17, 40);
    tube.open("1");
    tube.arrive("A01", Ordinary);
    tube.call("1");
    take(&mut tube).expect("ten minutes for the one called, ten for the next");
    tube.pass(Span(1));
    assert_eq!(take(&mut tube).unwrap_err().code(), "too-late-today");
    assert_eq!(tube.hall.visit_at(&counter("1")).map(|visit| visit.number.serial), Some(1));
}
