//! Who is next in line, as a board tells everyone.

use crate::common::{Tube, counter, reason, rules, service};
use Class::{Courtesy, Ordinary, Statutory};
use proptest::prelude::*;
use queue::{
    command::{Class, Command, Placing, Return, Target},
    ids::{ServiceCode, TicketId},
    next_in_line,
    rules::{CounterRules, Duty, Policy},
    time::Span,
};
use std::num::NonZeroU32;

/// The services of letter A.
fn letter_a() -> [ServiceCode; 2] {
    [service("A01"), service("A02")]
}

fn next(tube: &Tube) -> Vec<TicketId> {
    next_in_line(&tube.hall, &tube.rules, &letter_a(), tube.at).collect()
}

/// A hall with a fourth counter, that serves letter A and nothing else.
fn hall(policy: Policy) -> Tube {
    let mut rules = rules();
    let duties = letter_a().map(|code| (code, Duty::Primary));
    rules.counters.insert(counter("A"), CounterRules { services: duties.into_iter().collect() });
    rules.policy = policy;
    Tube::with(rules)
}

/// Something that moves tickets about; what cannot be done now is not done.
fn happen(tube: &mut Tube, (what, seconds): (u8, u64)) {
    tube.pass(Span::seconds(seconds));
    let code = ["A01", "A02", "K01"][usize::from(what) % 3];
    let class = [Ordinary, Courtesy, Statutory, Ordinary][usize::from(what / 3) % 4];
    let one = counter("1");
    let at_one = tube.hall.visit_at(&one).map(|visit| visit.ticket);
    let moved = match what {
        0..150 => {
            tube.arrive(code, class);
            return;
        }
        150..180 => Command::CallNext { counter: one },
        180..195 => Command::NoShow { counter: one },
        195..210 => Command::Hold { counter: one, why: reason("other"), until: None },
        210..225 => {
            let to = if what % 2 == 0 { Target::Service(service("A02")) } else { Target::Counter(counter("2")) };
            Command::Transfer { counter: one, to, placing: Placing::First, back: Return::No }
        }
        225..240 => Command::CallNext { counter: counter("2") },
        240.. => {
            let gone = at_one.or_else(|| tube.hall.visits.keys().next().copied());
            Command::Rejoin { ticket: gone.unwrap_or(TicketId(uuid::Uuid::nil())) }
        }
    };
    let _ = tube.give(moved);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn the_line_is_whom_a_counter_of_this_category_alone_would_call(
        cap in prop_oneof![Just(None), (0_u32..4).prop_map(Some)],
        happenings in prop::collection::vec((any::<u8>(), 0_u64..400), 1..60),
    ) {
        let policy = match cap {
            Some(0) => Policy::Arrival,
            Some(cap) => Policy::Classes { statutory_cap: NonZeroU32::new(cap) },
            None => Policy::Classes { statutory_cap: None },
        };
        let mut tube = hall(policy);
        tube.open("1");
        tube.open("2");
        for happening in happenings {
            happen(&mut tube, happening);
        }
        let told = next(&tube);
        tube.open("A");
        let called: Vec<_> = std::iter::from_fn(|| tube.serve("A", Span::ZERO)).collect();
        prop_assert_eq!(told, called);
    }
}

#[test]
fn who_cannot_be_called_by_everyone_is_in_no_line() {
    let mut tube = hall(Policy::Classes { statutory_cap: None });
    for id in ["1", "2"] {
        tube.open(id);
    }
    let [held, resting, sent, called] = [(); 4].map(|()| tube.arrive("A01", Ordinary));
    let reserved = tube.fresh();
    tube.done(Command::Reserve { ticket: reserved, wish: crate::common::wish("A01", Ordinary) });
    let elsewhere = tube.arrive("K01", Ordinary);
    let waits = tube.arrive("A02", Ordinary);
    let one = || counter("1");
    assert_eq!(next(&tube), [held, resting, sent, called, waits]);
    tube.call("1");
    tube.done(Command::Hold { counter: one(), why: reason("other"), until: None });
    tube.call("1");
    tube.done(Command::NoShow { counter: one() });
    tube.done(Command::Rejoin { ticket: resting });
    tube.call("1");
    let to = Target::Counter(counter("2"));
    tube.done(Command::Transfer { counter: one(), to, placing: Placing::First, back: Return::No });
    tube.call("1");
    assert_eq!(next(&tube), [waits]);
    assert!(!next(&tube).contains(&elsewhere));
    // Five minutes later the one who came back may be called, at the old place.
    tube.pass(Span::minutes(5));
    assert_eq!(next(&tube), [resting, waits]);
}

#[test]
fn nobody_is_next_where_nobody_waits() {
    let tube = hall(Policy::Arrival);
    assert_eq!(next(&tube), []);
    assert_eq!(next_in_line(&tube.hall, &tube.rules, &[service("Z99")], tube.at).count(), 0);
}
