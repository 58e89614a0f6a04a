//! Walks through the conversation by hand, then by chance.

use super::*;
use crate::pins::Sign;
use proptest::prelude::*;
use std::collections::BTreeMap;
use uuid::Uuid;
use wire::{problem::Problem, tickets::TicketTaken};
use words::Lang;

fn problem(code: &str) -> Problem {
    Problem {
        kind: format!("urn:navbat:problem:{code}"),
        code: code.to_owned(),
        status: 409,
        title: "Xizmat toʻxtatilgan.".to_owned(),
        detail: None,
    }
}

fn wish() -> Wish {
    Wish {
        language: Lang::Ru,
        category: "A".to_owned(),
        service: "A01".to_owned(),
        further: vec![],
        turn: Turn::Ordinary,
        medium: Medium::Paper,
    }
}

fn taken(number: &str) -> TicketTaken {
    TicketTaken { ticket_id: Uuid::from_u128(7), number: number.to_owned(), ahead: 2, wait_minutes: None }
}

fn slip(number: &str) -> Slip {
    Slip { ticket: Uuid::from_u128(7), number: number.to_owned(), wish: wish(), told: Told::Unseen }
}

fn out(number: &str) -> Screen {
    Screen::Taken { slip: slip(number), attempt: Attempt(1), copy: CopyOnPaper::Offered(COPIES_MAX) }
}

fn tap(session: &mut Session, tap: Tap) -> Vec<Effect> {
    session.handle(Event::Tap(tap))
}

fn news(session: &mut Session, news: News) -> Vec<Effect> {
    session.handle(Event::News(news))
}

/// Rings the alarm that these effects set.
fn ring(session: &mut Session, effects: &[Effect]) -> Vec<Effect> {
    session.handle(Event::Rang(alarm(effects).expect("an alarm was set").1))
}

fn alarm(effects: &[Effect]) -> Option<(u64, u64)> {
    effects.iter().rev().find_map(|effect| match effect {
        Effect::Alarm { after_ms, number } => Some((*after_ms, *number)),
        _ => None,
    })
}

fn at_offer() -> Session {
    let mut session = Session::default();
    news(&mut session, News::Catalogue);
    tap(&mut session, Tap::Language(Lang::Ru));
    tap(&mut session, Tap::Category("A".to_owned()));
    let effects = tap(&mut session, Tap::Service("A01".to_owned()));
    assert!(effects.contains(&Effect::AskOffer(wish())), "{effects:?}");
    session
}

fn printing() -> (Session, Vec<Effect>) {
    let mut session = at_offer();
    tap(&mut session, Tap::Take);
    news(&mut session, News::Answered { attempt: Attempt(1), answer: Answer::Taken(taken("A-047")) });
    let effects = news(&mut session, News::Assigned { attempt: Attempt(1), slip: slip("A-047") });
    assert!(effects.contains(&Effect::Print { attempt: Attempt(1), slip: slip("A-047") }), "{effects:?}");
    (session, effects)
}

#[test]
fn a_visitor_gets_a_ticket() {
    let (mut session, _) = printing();
    let effects = news(&mut session, News::Printed { attempt: Attempt(1) });
    assert_eq!(session.shown().screen, out("A-047"));
    assert_eq!(alarm(&effects).unwrap().0, TAKEN_MS);
    ring(&mut session, &effects);
    assert_eq!(session.shown().screen, Screen::Attract);
}

#[test]
fn nothing_begins_before_the_services_are_known() {
    let mut session = Session::default();
    assert_eq!(tap(&mut session, Tap::Language(Lang::Ru)), []);
    assert_eq!(session.shown().readiness, Readiness::NoCatalogue);
}

#[test]
fn the_hub_has_so_long_and_then_the_kiosk_decides() {
    let mut session = at_offer();
    let effects = tap(&mut session, Tap::Take);
    assert_eq!(alarm(&effects).unwrap().0, RESERVE_MS);
    let own = ring(&mut session, &effects);
    assert!(own.contains(&Effect::AssignOwn { attempt: Attempt(1) }), "{own:?}");
    // The hub's answer comes too late and counts for nothing.
    let late = news(&mut session, News::Answered { attempt: Attempt(1), answer: Answer::Taken(taken("A-047")) });
    assert_eq!(late, []);
    let effects = news(&mut session, News::Assigned { attempt: Attempt(1), slip: slip("A1-012") });
    assert!(effects.contains(&Effect::Print { attempt: Attempt(1), slip: slip("A1-012") }), "{effects:?}");
}

#[test]
fn touching_the_screen_gives_the_hub_no_more_time() {
    let mut session = at_offer();
    tap(&mut session, Tap::Take);
    assert_eq!(tap(&mut session, Tap::Here), []);
    assert_eq!(tap(&mut session, Tap::Take), [], "the second tap of a double tap");
    assert_eq!(tap(&mut session, Tap::Home), [], "a number is on its way");
}

#[test]
fn a_refusal_is_shown_and_takes_no_number() {
    let mut session = at_offer();
    tap(&mut session, Tap::Take);
    let answer = Answer::Refused(problem("service-suspended"));
    let effects = news(&mut session, News::Answered { attempt: Attempt(1), answer });
    assert!(!effects.iter().any(|e| matches!(e, Effect::Print { .. } | Effect::AssignOwn { .. })), "{effects:?}");
    let Screen::Sorry { why: Sorry::Refused(problem), .. } = session.shown().screen else { panic!("not sorry") };
    assert_eq!(problem.code, "service-suspended");
    tap(&mut session, Tap::Back);
    assert_eq!(
        session.shown().screen,
        Screen::Services { language: Lang::Ru, category: "A".to_owned(), aim: Aim::Ticket }
    );
}

#[test]
fn a_refused_offer_cannot_be_taken() {
    let mut session = at_offer();
    news(&mut session, News::Offered { wish: wish(), told: Told::Refused(problem("service-closed")) });
    let effects = tap(&mut session, Tap::Take);
    assert!(!effects.iter().any(|e| matches!(e, Effect::Take { .. })), "{effects:?}");
}

#[test]
fn a_hub_that_says_nothing_does_not_hold_the_visitor_up() {
    let mut session = at_offer();
    let effects = tap(&mut session, Tap::Here);
    assert_eq!(alarm(&effects).unwrap().0, OFFER_MS);
    ring(&mut session, &effects);
    assert_eq!(session.shown().screen, Screen::Offer { wish: wish(), told: Told::Unseen });
    // The figures may still come.
    let told = Told::Place { ahead: 3, wait_minutes: None, staffed: Staffed::Open };
    news(&mut session, News::Offered { wish: wish(), told: told.clone() });
    assert_eq!(session.shown().screen, Screen::Offer { wish: wish(), told });
}

#[test]
fn an_answer_about_another_wish_is_not_shown() {
    let mut session = at_offer();
    let other = Wish { service: "A02".to_owned(), ..wish() };
    assert_eq!(news(&mut session, News::Offered { wish: other, told: Told::Unseen }), []);
}

#[test]
fn the_question_about_turn_asks_the_hub_again() {
    let mut session = at_offer();
    tap(&mut session, Tap::Classes);
    let declared = Wish { turn: Turn::Declared("elderly".to_owned()), ..wish() };
    let effects = tap(&mut session, Tap::Turn(declared.turn.clone()));
    assert!(effects.contains(&Effect::AskOffer(declared.clone())), "{effects:?}");
    assert_eq!(session.shown().screen, Screen::Offer { wish: declared, told: Told::Asking });
}

#[test]
fn an_idle_visitor_is_asked_and_then_forgotten() {
    let mut session = at_offer();
    news(&mut session, News::Offered { wish: wish(), told: Told::Unseen });
    let effects = tap(&mut session, Tap::Here);
    assert_eq!(alarm(&effects).unwrap().0, IDLE_MS);
    let asked = ring(&mut session, &effects);
    assert_eq!((session.shown().presence, alarm(&asked).unwrap().0), (Presence::Asked, PRESENCE_MS));
    // "Yes, I am here" gives the whole time again, on the same screen.
    let here = tap(&mut session, Tap::Here);
    assert_eq!((session.shown().presence, alarm(&here).unwrap().0), (Presence::Here, IDLE_MS));
    assert_eq!(session.handle(Event::Rang(alarm(&asked).unwrap().1)), [], "an alarm that was replaced");
    let asked = ring(&mut session, &here);
    ring(&mut session, &asked);
    assert_eq!(
        session.shown(),
        Shown {
            screen: Screen::Attract,
            presence: Presence::Here,
            readiness: Readiness::Ready,
            comfort: Comfort::default(),
            panel: Panel::Closed,
            hearing: Hearing::Off,
        }
    );
}

#[test]
fn a_printer_without_paper_takes_no_number() {
    let mut session = at_offer();
    news(&mut session, News::Printer(Condition::Faulty(Fault::PaperOut)));
    let effects = tap(&mut session, Tap::Take);
    assert!(!effects.iter().any(|e| matches!(e, Effect::Take { .. })), "{effects:?}");
    assert_eq!(session.shown().screen, Screen::Sorry { wish: wish(), why: Sorry::NoPrinter(Fault::PaperOut) });
}

#[test]
fn a_jam_keeps_the_number_for_another_try() {
    let (mut session, _) = printing();
    news(&mut session, News::NotPrinted { attempt: Attempt(1), fault: Fault::Jam });
    assert!(tap(&mut session, Tap::Again).iter().all(|e| !matches!(e, Effect::Print { .. })), "still jammed");
    news(&mut session, News::Printer(Condition::Ready));
    let effects = tap(&mut session, Tap::Again);
    assert!(effects.contains(&Effect::Print { attempt: Attempt(1), slip: slip("A-047") }), "{effects:?}");
    news(&mut session, News::Printed { attempt: Attempt(1) });
    assert_eq!(session.shown().screen, out("A-047"));
}

/// It may have cut the paper in the same moment.
#[test]
fn a_printer_that_stops_at_a_paper_leaves_the_number_on_the_screen_and_offers_a_copy() {
    let (mut session, effects) = printing();
    ring(&mut session, &effects);
    news(&mut session, News::Printer(Condition::Faulty(Fault::PaperOut)));
    let effects = news(&mut session, News::Doubtful { attempt: Attempt(1), fault: Fault::PaperOut });
    assert_eq!(alarm(&effects).unwrap().0, ON_SCREEN_MS);
    let slip = Slip { wish: Wish { medium: Medium::Screen, ..wish() }, ..slip("A-047") };
    let taken = |copy| Screen::Taken { slip: slip.clone(), attempt: Attempt(1), copy };
    assert_eq!(session.shown().screen, taken(CopyOnPaper::Doubtful(Fault::PaperOut, COPIES_MAX)));
    let prints =
        |effects: &[Effect]| effects.iter().any(|e| matches!(e, Effect::PrintCopy { .. } | Effect::Print { .. }));
    assert!(!prints(&tap(&mut session, Tap::Copy)), "there is no paper");
    news(&mut session, News::Printer(Condition::Ready));
    assert!(prints(&tap(&mut session, Tap::Copy)));
    news(&mut session, News::Printed { attempt: Attempt(1) });
    assert_eq!(session.shown().screen, taken(CopyOnPaper::Offered(COPIES_MAX - 1)));
}

#[test]
fn who_gets_no_paper_may_have_the_number_on_the_screen() {
    let (mut session, _) = printing();
    news(&mut session, News::NotPrinted { attempt: Attempt(1), fault: Fault::Jam });
    let effects = tap(&mut session, Tap::OnScreen);
    let slip = Slip { wish: Wish { medium: Medium::Screen, ..wish() }, ..slip("A-047") };
    assert!(effects.contains(&Effect::ShowNumber { attempt: Attempt(1), slip: slip.clone() }), "{effects:?}");
    news(&mut session, News::Printed { attempt: Attempt(1) });
    assert_eq!(session.shown().screen, Screen::Taken { slip, attempt: Attempt(1), copy: CopyOnPaper::Over });
}

#[test]
fn a_silent_printer_may_still_hold_the_paper_so_nothing_is_printed_twice() {
    let (mut session, effects) = printing();
    ring(&mut session, &effects);
    news(&mut session, News::Printer(Condition::Ready));
    let again = tap(&mut session, Tap::Again);
    assert!(again.iter().all(|e| !matches!(e, Effect::Print { .. })), "{again:?}");
    // It comes after all.
    news(&mut session, News::Printed { attempt: Attempt(1) });
    assert_eq!(session.shown().screen, out("A-047"));
}

#[test]
fn a_disk_that_cannot_write_gives_no_ticket() {
    let mut session = at_offer();
    tap(&mut session, Tap::Take);
    news(&mut session, News::NotAssigned { attempt: Attempt(1), why: NotAssigned::NotRecorded });
    assert_eq!(session.shown().screen, Screen::Sorry { wish: wish(), why: Sorry::NotRecorded });
}

#[test]
fn a_copy_has_the_same_number_and_there_are_two_at_most() {
    let (mut session, _) = printing();
    news(&mut session, News::Printed { attempt: Attempt(1) });
    for left in [1, 0] {
        let effects = tap(&mut session, Tap::Copy);
        assert!(effects.contains(&Effect::PrintCopy { attempt: Attempt(1), slip: slip("A-047") }), "{effects:?}");
        assert_eq!(tap(&mut session, Tap::Copy).iter().filter(|e| matches!(e, Effect::PrintCopy { .. })).count(), 0);
        let copy = if left == 0 { CopyOnPaper::Over } else { CopyOnPaper::Offered(left) };
        news(&mut session, News::Printed { attempt: Attempt(1) });
        assert_eq!(session.shown().screen, Screen::Taken { slip: slip("A-047"), attempt: Attempt(1), copy });
    }
    assert!(tap(&mut session, Tap::Copy).iter().all(|e| !matches!(e, Effect::PrintCopy { .. })));
}

#[test]
fn without_paper_the_number_is_on_the_screen_and_counts() {
    let mut session = at_offer();
    news(&mut session, News::Printer(Condition::Faulty(Fault::PaperOut)));
    tap(&mut session, Tap::Take);
    let effects = tap(&mut session, Tap::OnScreen);
    let wish = Wish { medium: Medium::Screen, ..wish() };
    assert!(effects.contains(&Effect::Take { attempt: Attempt(1), wish: wish.clone() }), "{effects:?}");
    news(&mut session, News::Answered { attempt: Attempt(1), answer: Answer::Taken(taken("A-047")) });
    let slip = Slip { wish, ..slip("A-047") };
    let effects = news(&mut session, News::Assigned { attempt: Attempt(1), slip: slip.clone() });
    assert!(effects.contains(&Effect::ShowNumber { attempt: Attempt(1), slip: slip.clone() }), "{effects:?}");
    let effects = news(&mut session, News::Printed { attempt: Attempt(1) });
    assert_eq!(alarm(&effects).unwrap().0, ON_SCREEN_MS);
    assert_eq!(session.shown().screen, Screen::Taken { slip, attempt: Attempt(1), copy: CopyOnPaper::Over });
}

#[test]
fn several_services_go_on_one_ticket_each_once() {
    let mut session = at_offer();
    for service in ["A02", "A02", "A01", "A03", "A04"] {
        tap(&mut session, Tap::Further);
        tap(&mut session, Tap::Category("A".to_owned()));
        tap(&mut session, Tap::Service(service.to_owned()));
    }
    let further = |session: &Session| match session.shown().screen {
        Screen::Offer { wish, .. } => wish.further,
        screen => panic!("{screen:?}"),
    };
    assert_eq!(further(&session), ["A02", "A03", "A04"]);
    assert_eq!(tap(&mut session, Tap::Further).iter().filter(|e| matches!(e, Effect::Show(_))).count(), 0, "no more");
    tap(&mut session, Tap::Without("A03".to_owned()));
    assert_eq!(further(&session), ["A02", "A04"]);
    tap(&mut session, Tap::Further);
    tap(&mut session, Tap::Back);
    assert_eq!(further(&session), ["A02", "A04"], "the way back keeps the ticket");
}

#[test]
fn what_is_typed_finds_and_the_found_is_asked_about() {
    let mut session = Session::default();
    news(&mut session, News::Catalogue);
    tap(&mut session, Tap::Language(Lang::Ru));
    tap(&mut session, Tap::Search);
    tap(&mut session, Tap::Stroke(Stroke::Letters("з".to_owned())));
    let Screen::Search { typed, .. } = session.shown().screen else { panic!("not searching") };
    assert_eq!((typed.line.as_str(), typed.script), ("з", Script::Russian));
    let found = Tap::Found { category: "A".to_owned(), service: "A01".to_owned() };
    assert!(tap(&mut session, found).contains(&Effect::AskOffer(wish())));
}

#[test]
fn how_a_visitor_sees_goes_with_the_visitor() {
    let mut session = at_offer();
    tap(&mut session, Tap::Comfort);
    tap(&mut session, Tap::Size(TextSize::Largest));
    tap(&mut session, Tap::Contrast(Contrast::WhiteOnBlack));
    tap(&mut session, Tap::Reach(Reach::Low));
    session.handle(Event::Sign(Sign::Key(crate::keys::Key::Headphones)));
    tap(&mut session, Tap::Close);
    let shown = session.shown();
    assert_eq!((shown.comfort.size, shown.hearing, shown.panel), (TextSize::Largest, Hearing::On, Panel::Closed));
    tap(&mut session, Tap::Home);
    let shown = session.shown();
    assert_eq!((shown.comfort, shown.hearing), (Comfort::default(), Hearing::Off));
    // What somebody changed before choosing a language goes too, without a question nobody would answer.
    let effects = tap(&mut session, Tap::Size(TextSize::Large));
    assert_eq!(alarm(&effects).unwrap().0, IDLE_MS);
    ring(&mut session, &effects);
    assert_eq!(session.shown().comfort, Comfort::default());
}

#[test]
fn a_dark_screen_is_woken_and_nothing_else() {
    let mut session = Session::default();
    let effects = news(&mut session, News::Catalogue);
    assert_eq!(alarm(&effects).unwrap().0, SLEEP_MS);
    for wake in [Event::Tap(Tap::Here), Event::Sign(Sign::Somebody), Event::Sign(Sign::Key(crate::keys::Key::Select))] {
        let asleep = session.alarms;
        session.handle(Event::Rang(asleep));
        assert_eq!(session.shown().screen, Screen::Asleep);
        let effects = session.handle(wake);
        assert_eq!(session.shown().screen, Screen::Attract);
        assert!(!effects.iter().any(|effect| matches!(effect, Effect::Press(_))), "{effects:?}");
    }
}

#[test]
fn a_list_is_printed_once_and_again_only_after_a_failure() {
    let mut session = at_offer();
    tap(&mut session, Tap::About);
    assert!(tap(&mut session, Tap::PrintList).contains(&Effect::PrintList(wish())));
    assert_eq!(tap(&mut session, Tap::PrintList).iter().filter(|e| matches!(e, Effect::PrintList(_))).count(), 0);
    news(&mut session, News::ListNotPrinted(Fault::Jam));
    assert!(tap(&mut session, Tap::PrintList).contains(&Effect::PrintList(wish())));
    news(&mut session, News::ListPrinted);
    tap(&mut session, Tap::Back);
    assert!(matches!(session.shown().screen, Screen::Offer { .. }));
}

#[test]
fn a_hall_with_more_to_offer_asks_first_what_for() {
    let mut session = Session::default();
    news(&mut session, News::Catalogue);
    // Only what this kiosk has screens for is a purpose here.
    news(&mut session, News::Purposes(vec![Purpose::Application, Purpose::Ticket, Purpose::Opinion]));
    assert_eq!(session.purposes(), [Purpose::Ticket]);
    tap(&mut session, Tap::Language(Lang::Ru));
    assert_eq!(session.shown().screen, Screen::Categories { language: Lang::Ru, aim: Aim::Ticket });
}

fn any_tap() -> impl Strategy<Value = Tap> {
    let way = prop_oneof![
        proptest::sample::select(Lang::ALL.to_vec()).prop_map(Tap::Language),
        Just(Tap::Category("A".to_owned())),
        Just(Tap::Service("A01".to_owned())),
        Just(Tap::Classes),
        prop_oneof![Just(Turn::Ordinary), Just(Turn::Declared("elderly".to_owned()))].prop_map(Tap::Turn),
    ];
    let other = proptest::sample::select(vec![
        Tap::Done,
        Tap::Back,
        Tap::Home,
        Tap::Here,
        Tap::Comfort,
        Tap::Close,
        Tap::Size(TextSize::Largest),
        Tap::Search,
        Tap::Further,
        Tap::Without("A02".to_owned()),
        Tap::About,
        Tap::PrintList,
        Tap::Copy,
        Tap::OnScreen,
    ]);
    prop_oneof![5 => way, 4 => Just(Tap::Take), 2 => Just(Tap::Again), 3 => other]
}

fn any_fault() -> impl Strategy<Value = Fault> {
    proptest::sample::select(vec![Fault::PaperOut, Fault::CoverOpen, Fault::Jam, Fault::Broken, Fault::Silent])
}

fn any_news() -> impl Strategy<Value = News> {
    let attempt = || (1..4u64).prop_map(Attempt);
    let answer = prop_oneof![
        3 => Just(Answer::Taken(taken("A-047"))),
        1 => Just(Answer::Refused(problem("cap-reached"))),
        1 => Just(Answer::NotAdmitted),
        2 => Just(Answer::Away),
    ];
    let told = prop_oneof![
        Just(Told::Place { ahead: 3, wait_minutes: None, staffed: Staffed::NotYet }),
        Just(Told::Unseen),
        Just(Told::Asking),
        Just(Told::Refused(problem("cap-reached")))
    ];
    prop_oneof![
        3 => Just(News::Catalogue),
        3 => prop_oneof![
            2 => Just(Condition::Ready),
            1 => Just(Condition::PaperLow),
            1 => any_fault().prop_map(Condition::Faulty)
        ]
        .prop_map(News::Printer),
        1 => told.prop_map(|told| News::Offered { wish: wish(), told }),
        3 => (attempt(), answer).prop_map(|(attempt, answer)| News::Answered { attempt, answer }),
        3 => attempt().prop_map(|attempt| News::Assigned { attempt, slip: slip("A-047") }),
        1 => attempt().prop_map(|attempt| News::NotAssigned { attempt, why: NotAssigned::NoLane }),
        2 => attempt().prop_map(|attempt| News::Printed { attempt }),
        2 => (attempt(), any_fault()).prop_map(|(attempt, fault)| News::NotPrinted { attempt, fault }),
        1 => (attempt(), any_fault()).prop_map(|(attempt, fault)| News::Doubtful { attempt, fault }),
    ]
}

#[expect(clippy::large_enum_variant, reason = "a step of a test")]
#[derive(Debug, Clone)]
enum Step {
    Tap(Tap),
    News(News),
    RingLast,
    RingStale(u64),
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => any_tap().prop_map(Step::Tap),
        4 => any_news().prop_map(Step::News),
        1 => Just(Step::RingLast),
        1 => (0..20u64).prop_map(Step::RingStale),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_one_tap_is_one_paper_and_the_screen_comes_home(
        steps in proptest::collection::vec(any_step(), 0..80)
    ) {
        let mut session = Session::default();
        let mut last_alarm = 0;
        let (mut takes, mut again) = (0, 0);
        let mut papers: BTreeMap<Attempt, u32> = BTreeMap::new();
        let mut pending = None;
        let mut watch = |effects: &[Effect], failed: &mut Option<Attempt>| {
            for effect in effects {
                match effect {
                    Effect::Alarm { number, .. } => last_alarm = *number,
                    Effect::Print { attempt, .. } => {
                        let before = papers.entry(*attempt).or_default();
                        *before += 1;
                        assert!(*before == 1 || *failed == Some(*attempt), "printed again without a failure between");
                        *failed = None;
                    }
                    _ => {}
                }
            }
            last_alarm
        };
        let mut alarm = 0;
        for step in steps {
            let event = match step {
                Step::Tap(tap) => {
                    takes += u32::from(matches!(tap, Tap::Take | Tap::OnScreen));
                    again += u32::from(tap == Tap::Again);
                    Event::Tap(tap)
                }
                Step::News(news) => {
                    if let News::NotPrinted { attempt, .. } = news {
                        pending = Some(attempt);
                    }
                    Event::News(news)
                }
                Step::RingLast => Event::Rang(alarm),
                Step::RingStale(number) => Event::Rang(number),
            };
            alarm = watch(&session.handle(event), &mut pending);
        }
        // Then nobody touches anything and no machine answers.
        for _ in 0..8 {
            alarm = watch(&session.handle(Event::Rang(alarm)), &mut pending);
        }
        prop_assert!(matches!(session.shown().screen, Screen::Attract | Screen::Asleep), "{:?}", session.shown().screen);
        prop_assert_eq!((session.shown().comfort, session.shown().hearing), (Comfort::default(), Hearing::Off));
        prop_assert_eq!(session.shown().presence, Presence::Here);
        let printed: u32 = papers.values().sum();
        prop_assert!(printed <= takes + again, "{} papers for {} taps", printed, takes + again);
        prop_assert!(papers.len() <= takes as usize);
    }
}
