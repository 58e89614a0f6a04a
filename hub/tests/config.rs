//! The configuration of a hall: the demo hall reads, and every mistake is named with file, line and what was expected.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use hub::config::{Config, ConfigError, Role, Taking};
use queue::{
    calendar::{Date, Hours, Opening, SpecialDay, hall_opening},
    command::Class,
    ids::{CounterId, Reason, ServiceCode},
    rules::{Duty, Policy},
    time::Time,
};
use std::{collections::BTreeSet, path::Path};
use wire::display::{Arrow, DisplayFace, Flash};
use words::Lang;

const DEMO: &str = include_str!("../demo/hall.toml");

fn service(code: &str) -> ServiceCode {
    code.parse().unwrap()
}

fn counter(id: &str) -> CounterId {
    id.parse().unwrap()
}

/// The demo hall with one piece of its text replaced.
fn with(from: &str, to: &str) -> Result<Config, ConfigError> {
    assert!(DEMO.contains(from), "the demo hall has no {from:?}");
    Config::parse(&DEMO.replacen(from, to, 1), Path::new("hall.toml"))
}

/// Why the demo hall with one piece replaced is refused. `§` in the piece marks the place that must be named: the
/// answer begins with `§: ` if it is, else with the place named instead.
fn refused(from: &str, to: &str) -> String {
    assert!(DEMO.contains(from), "the demo hall has no {from:?}");
    refused_text(&DEMO.replacen(from, to, 1))
}

fn refused_text(marked: &str) -> String {
    let (before, _) = marked.split_once('§').expect("the place is marked");
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap().chars().count() + 1;
    let error = Config::parse(&marked.replacen('§', "", 1), Path::new("hall.toml")).expect_err("this must be refused");
    error.to_string().replacen(&format!("hall.toml:{line}:{column}: "), "§: ", 1)
}

#[test]
fn the_demo_hall_serves_all_thirty_services_at_four_counters_around_the_clock() {
    let demo = Config::demo();
    let rules = demo.rules();
    assert_eq!(rules.services.len(), 30);
    assert_eq!(rules.counters.len(), 4);
    assert!(demo.not_offered().is_empty());
    assert_eq!(rules.hours, Hours::Always);
    assert_eq!(rules.utc_offset_min, 300);
    let served: BTreeSet<_> = rules.counters.values().flat_map(|counter| counter.services.keys()).collect();
    assert_eq!(served.len(), 30);
    let clerks = demo.staff().iter().filter(|entry| entry.role == Role::Clerk);
    let desks: BTreeSet<_> = clerks.filter_map(|entry| entry.counter.clone()).collect();
    assert_eq!(desks, rules.counters.keys().cloned().collect(), "every counter has its clerk");
    assert!(demo.staff().iter().any(|entry| entry.role == Role::Manager));
    assert!(demo.staff().iter().all(|entry| entry.pin.is_some()));
}

#[test]
fn names_come_in_every_language_and_categories_in_the_order_of_their_letters() {
    let demo = Config::demo();
    for lang in Lang::ALL {
        assert!(!demo.hall_name(lang).is_empty());
        assert_ne!(demo.service_name(&service("A01"), lang), "A01");
    }
    assert_eq!(demo.service_name(&service("A01"), Lang::En), "Application to the khokim");
    let letters: String = demo.categories().iter().map(|category| category.prefix.letter()).collect();
    assert_eq!(letters, "AKMOTE");
    assert_eq!(demo.categories().iter().map(|category| category.services.len()).sum::<usize>(), 30);
}

#[test]
fn the_laws_classes_are_statutory_and_the_halls_are_courtesy() {
    let demo = Config::demo();
    assert_eq!(demo.class_of("disability-1-2"), Some(Class::Statutory));
    assert_eq!(demo.class_of("caregiver"), Some(Class::Statutory));
    assert_eq!(demo.class_of("elderly"), Some(Class::Courtesy));
    assert_eq!(demo.class_of("ordinary"), Some(Class::Ordinary));
    assert_eq!(demo.class_of("nobody"), None);
    assert_eq!(demo.classes().len(), 9);
    let without = with("classes_off = []", "classes_off = [\"elderly\"]").unwrap();
    assert_eq!(without.class_of("elderly"), None);
}

#[test]
fn a_letter_is_a_category_and_a_code_wins_over_it() {
    let demo = Config::demo();
    let duty = |counter_id: &str, code: &str| {
        demo.rules().counters[&counter(counter_id)].services.get(&service(code)).copied()
    };
    assert_eq!(duty("1", "A03"), Some(Duty::Primary));
    assert_eq!(duty("1", "M03"), Some(Duty::Secondary));
    assert_eq!(duty("1", "K01"), None);
    let changed = with("secondary = [\"M\"]", "secondary = [\"M\", \"A03\"]").unwrap();
    let at_one = &changed.rules().counters[&counter("1")].services;
    assert_eq!(at_one[&service("A03")], Duty::Secondary);
    assert_eq!(at_one[&service("A01")], Duty::Primary);
}

#[test]
fn an_imported_calendar_closes_its_days_and_the_halls_own_days_win() {
    let own = "\n[[day]]\ndate = \"2026-12-08\"\nhours = [\"09:00-13:00\"]\n\n[[counter]]\nid = \"1\"";
    let text = DEMO.replacen("[[counter]]\nid = \"1\"", own, 1);
    // The first `calendar = []` in the file stands before a comment that names the calendar.
    let text = text.replacen("calendar = []  ", "calendar = [\"uz-2026-2027\"]  ", 1);
    let hall = Config::parse(&text, Path::new("hall.toml")).unwrap();
    let date = |text: &str| Date(text.parse().unwrap());
    let days = &hall.rules().calendar.days;
    let navruz: Reason = "navruz".parse().unwrap();
    assert_eq!(days[&date("2027-03-21")], SpecialDay::Closed { why: navruz.clone() });
    assert_eq!(hall.closed_day_name(&navruz, Lang::En), Some("Navruz"));
    assert!(matches!(&days[&date("2026-12-08")], SpecialDay::Hours(stretches) if stretches.len() == 1));
    // 21 March 2027, noon in Tashkent.
    let noon = Time(1_805_612_400_000);
    assert!(matches!(hall_opening(hall.rules(), noon), Opening::Holiday { why, .. } if why == navruz));
}

#[test]
fn a_week_with_a_break_is_two_stretches_a_day() {
    let week = "hours = { monday = [\"09:00-13:00\", \"14:00-18:00\"], saturday = [\"09:00-13:00\"] }";
    let hall = with("hours = \"always\"", week).unwrap();
    let Hours::Weekly(days) = &hall.rules().hours else { panic!("the hours are weekly") };
    assert_eq!(days.iter().map(Vec::len).collect::<Vec<_>>(), [2, 0, 0, 0, 0, 1, 0]);
    assert_eq!((days[0][1].from_min, days[0][1].until_min), (14 * 60, 18 * 60));
}

#[test]
fn settings_of_one_service_win_over_the_defaults() {
    let hall = with("code = \"M06\"", "code = \"M06\"\ncap = 40\nhours = { monday = [\"07:00-09:00\"] }").unwrap();
    let m06 = &hall.rules().services[&service("M06")];
    assert_eq!((m06.expected.whole_minutes(), m06.target_wait.whole_minutes()), (4, 15));
    assert_eq!(m06.cap.map(std::num::NonZeroU32::get), Some(40));
    assert!(matches!(m06.hours, Some(Hours::Weekly(_))));
    assert_eq!(hall.rules().services[&service("A01")].expected.whole_minutes(), 8);
}

#[test]
fn the_policy_is_by_class_or_by_arrival() {
    let capped = with("order = \"classes\"", "statutory_cap = 3\norder = \"classes\"").unwrap();
    assert_eq!(capped.rules().policy, Policy::Classes { statutory_cap: std::num::NonZeroU32::new(3) });
    let arrival = with("order = \"classes\"", "order = \"arrival\"").unwrap();
    assert_eq!(arrival.rules().policy, Policy::Arrival);
}

#[test]
fn services_that_nobody_serves_are_not_offered() {
    let hall = with("primary = [\"K\", \"E\"]", "primary = [\"K\"]").unwrap();
    assert!(hall.not_offered().is_empty(), "counter 4 still serves E");
    let text = DEMO.replace("\"K\", \"E\"", "\"K\"");
    let hall = Config::parse(&text, Path::new("hall.toml")).unwrap();
    assert_eq!(hall.not_offered(), [service("E01"), service("E02")]);
    assert!(hall.categories().iter().all(|category| category.prefix.letter() != 'E'));
}

#[test]
fn an_unknown_key_is_refused_with_line_column_and_what_was_expected() {
    assert_eq!(
        refused("lane = 2", "lane = 2\n§printer = \"epson\""),
        "§: unknown field `printer`, expected one of `id`, `lane`, `place`"
    );
    assert_eq!(
        refused("[policy]", "[policy]\n§fairness = true"),
        "§: unknown field `fairness`, expected one of `order`, `statutory_cap`, `classes_off`"
    );
    assert_eq!(
        refused("hours = \"always\"", "hours = { §mon = [] }"),
        "§: unknown variant `mon`, expected one of `monday`, `tuesday`, `wednesday`, `thursday`, `friday`, \
         `saturday`, `sunday`"
    );
}

#[test]
fn a_missing_key_or_a_wrong_value_is_named() {
    assert_eq!(
        refused("[[kiosk]]\nid = \"kiosk-2\"\nlane = 2", "§[[kiosk]]\nid = \"kiosk-2\""),
        "§: missing field `lane`"
    );
    assert_eq!(
        refused("hours = \"always\"", "hours = §\"sometimes\""),
        "§: invalid value: string \"sometimes\", expected \"always\", or weekdays with stretches like \
         monday = [\"09:00-13:00\", \"14:00-18:00\"]"
    );
    assert_eq!(
        refused("role = \"manager\"", "role = §\"boss\""),
        "§: unknown variant `boss`, expected `clerk` or `manager`"
    );
    assert_eq!(refused("expected_min = 8", "expected_min = §0"), "§: minutes are 1 to 1440, not 0");
    assert_eq!(
        refused("\"uz-Latn\", \"uz-Cyrl\"", "§\"uz\", \"uz-Cyrl\""),
        "§: unknown variant `uz`, expected one of `uz-Latn`, `uz-Cyrl`, `ru`, `kaa`, `en`"
    );
    assert_eq!(
        refused("utc_offset = \"+05:00\"", "utc_offset = §\"5\""),
        "§: a distance from UTC looks like \"+05:00\", not \"5\""
    );
}

#[test]
fn an_unknown_service_is_refused() {
    assert_eq!(
        refused("primary = [\"A\"]", "primary = [§\"A99\"]"),
        "§: there is no service \"A99\"; expected a code of the catalogue like \"A01\", or a category: \
         A, K, M, O, T, E"
    );
}

#[test]
fn a_counter_that_serves_nothing_or_is_there_twice_is_refused() {
    assert_eq!(
        refused("id = \"1\"\nprimary = [\"A\"]\nsecondary = [\"M\"]", "id = §\"1\"\nprimary = []"),
        "§: counter 1 serves nothing: give it primary services"
    );
    assert_eq!(refused("id = \"2\"", "id = §\"1\""), "§: counter 1 is there twice");
    assert_eq!(refused("primary = [\"A\"]", "primary = [\"A01\", §\"A01\"]"), "§: counter 1 lists service A01 twice");
}

#[test]
fn settings_for_a_service_nobody_serves_are_refused() {
    let text = DEMO.replace("\"K\", \"E\"", "\"K\"").replace("code = \"M06\"", "code = §\"E01\"");
    assert_eq!(refused_text(&text), "§: service E01 has settings here, but no counter serves it");
    assert_eq!(refused("code = \"K05\"", "code = §\"K04\""), "§: service K04 is there twice");
}

#[test]
fn two_kiosks_on_one_lane_are_refused() {
    assert_eq!(
        refused("lane = 2", "lane = §1"),
        "§: lane 1 belongs to kiosk-1: two kiosks would print the same numbers"
    );
    assert_eq!(refused("lane = 2", "lane = §100"), "§: a lane is 1 to 99, not 100");
    assert_eq!(refused("lane = 2", "lane = §0"), "§: a lane is 1 to 99, not 0");
    assert_eq!(refused("id = \"display-1\"", "id = §\"kiosk-1\""), "§: device kiosk-1 is there twice");
}

#[test]
fn stretches_that_overlap_are_refused() {
    let overlap =
        "this stretch begins before or when the one before it ends: stretches of a day stand in order and apart";
    assert_eq!(
        refused("hours = \"always\"", "hours = { monday = [\"09:00-13:00\", §\"12:00-18:00\"] }"),
        format!("§: {overlap}")
    );
    assert_eq!(
        refused("hours = \"always\"", "hours = { monday = §[\"18:00-09:00\"] }"),
        "§: a stretch of a day ends after it begins: \"18:00-09:00\""
    );
    assert_eq!(
        refused("hours = \"always\"", "hours = { monday = §[\"9-13\"] }"),
        "§: a stretch of a day looks like \"09:00-13:00\", not \"9-13\""
    );
}

#[test]
fn an_unknown_calendar_is_refused() {
    assert_eq!(
        refused("calendar = [] ", "calendar = [§\"uz-1999\"] "),
        "§: there is no calendar \"uz-1999\"; known: uz-2026-2027, or a file that ends in .toml"
    );
}

#[test]
fn staff_with_one_name_a_short_pin_or_no_manager_are_refused() {
    assert_eq!(
        refused("name = \"Jasur\"", "name = §\"dilnoza\""),
        "§: two members of staff have the same name to sign in with"
    );
    assert_eq!(refused("pin = \"5193\"", "pin = §\"51\""), "§: a PIN is 4 to 12 digits");
    assert_eq!(
        refused_text(&DEMO.replace("role = \"manager\"", "role = \"clerk\"").replace("\"clerk-1\"", "§\"clerk-1\"")),
        "§: a hall has at least one member of staff with role = \"manager\""
    );
    assert_eq!(refused("counter = \"2\"", "counter = §\"7\""), "§: there is no counter 7");
}

#[test]
fn a_file_that_is_not_there_says_so() {
    let error = Config::load(Path::new("/nowhere/hall.toml")).unwrap_err();
    assert_eq!(error.to_string(), "cannot read /nowhere/hall.toml");
}

#[test]
fn a_member_of_staff_is_not_logged_with_name_or_pin() {
    let shown = format!("{:?}", Config::demo().staff());
    assert!(!shown.contains("Dilnoza") && !shown.contains("2846"), "{shown}");
}

#[test]
fn a_base_amount_that_is_none_or_doubled_is_refused() {
    assert_eq!(refused("soum = 375000", "soum = §0"), "§: the BHM is whole soʻm from 1, not 0");
    assert_eq!(refused("from = \"2025-08-01\"", "from = §\"2024-10-01\""), "§: the BHM from 2024-10-01 is there twice");
}

#[test]
fn what_kiosks_share_is_checked() {
    let purposes = |said: &str| refused("purposes = [\"ticket\"]", &format!("purposes = [{said}]"));
    assert_eq!(
        purposes("\"ticket\", §\"games\""),
        "§: a purpose is one of ticket, application, ask, collect, announcements, opinion"
    );
    assert_eq!(purposes("\"ticket\", §\"ticket\""), "§: purpose ticket is there twice");
    for wrong in ["10.0.0.2:8480", "ftp://hall", "http://hall/pages", "http://hall?x=1", "http://"] {
        let said = refused("[kiosks]", &format!("[kiosks]\npublic_address = §\"{wrong}\""));
        assert_eq!(said, format!("§: an address for phones looks like \"http://10.0.0.2:8480\", not {wrong:?}"));
    }
    let without = with("purposes = [\"ticket\"]\n", "").unwrap();
    assert_eq!(without.shared_by_kiosks().purposes, [wire::kiosk::Purpose::Ticket]);
    assert_eq!(without.shared_by_kiosks().public_address, None);
    for wrong in ["1234567", "1234567890123", "7036184a"] {
        let said = refused("service_pin = \"70361842\"", &format!("service_pin = §\"{wrong}\""));
        assert_eq!(said, "§: the kiosks' service PIN is 8 to 12 digits");
    }
    assert!(!format!("{:?}", without.shared_by_kiosks()).contains("70361842"), "a PIN reaches no log");
}

#[test]
fn a_ticket_of_the_halls_own_is_laid_out_in_the_file() {
    let of = |blocks: &str| format!("{DEMO}\n[ticket_layout]\nblocks = {blocks}\n");
    let good = of("[{ kind = \"number\", size = \"huge\" }, { kind = \"service\" }, { kind = \"code\" }]");
    let config = Config::parse(&good, Path::new("hall.toml")).unwrap();
    assert_eq!(config.shared_by_kiosks().ticket_layout.as_ref().unwrap().blocks().len(), 3);
    let wrong = Config::parse(&of("[{ kind = \"service\" }]"), Path::new("hall.toml")).unwrap_err().to_string();
    assert!(wrong.contains("hall.toml:") && wrong.contains("its number exactly once"), "{wrong}");
    let wrong = Config::parse(&of("[{ kind = \"numbre\" }]"), Path::new("hall.toml")).unwrap_err().to_string();
    assert!(wrong.contains("unknown variant `numbre`"), "{wrong}");
    assert_eq!(Config::demo().shared_by_kiosks().ticket_layout, None);
}

#[test]
fn the_service_desk_speaks_every_language() {
    let demos = "en = \"Reception is to the left of the entrance.\"";
    let desk = |en: &str| DEMO.replace(demos, en);
    let config = Config::parse(&desk("en = \"Room 101\""), Path::new("hall.toml")).unwrap();
    assert_eq!(config.shared_by_kiosks().service_desk.as_ref().unwrap().en, "Room 101");
    for wrong in ["", "en = \"\"", "en = \"a\\nb\""] {
        assert!(Config::parse(&desk(wrong), Path::new("hall.toml")).is_err(), "{wrong}");
    }
}

/// The demo hall with one more display.
fn display(keys: &str) -> String {
    format!("{DEMO}\n[[display]]\nid = \"display-9\"\n{keys}\n")
}

#[test]
fn a_display_says_what_it_shows_and_where_it_hangs() {
    let keys = "face = \"lobby\"\nlanguages = [\"ru\", \"kaa\"]\nflash = \"screen\"\narrows = { 2 = \"down\" }\n\
        voice = { hours = [[\"00:00\", -60], [\"23:59\", 12]] }";
    let hall = Config::parse(&display(keys), Path::new("hall.toml")).unwrap();
    let post = &hall.displays().last().unwrap().post;
    assert_eq!((post.face, post.languages.join(" ").as_str()), (DisplayFace::Lobby, "ru kaa"));
    assert_eq!((post.arrows["2"], post.arrows.len(), post.flash), (Arrow::Down, 1, Flash::Screen));
    let voice = post.voice.as_ref().unwrap();
    assert_eq!(voice.languages, Vec::<String>::new(), "the visitor's own alone");
    assert_eq!(voice.hours.iter().map(|from| (from.from_min, from.db)).collect::<Vec<_>>(), [(0, -60), (1439, 12)]);
    assert_eq!((post.diagonal_inch, post.read_from_m, post.counter.as_ref()), (None, None, None));
}

#[test]
fn a_display_that_cannot_be_is_refused() {
    let refused = |keys: &str| refused_text(&display(keys));
    assert_eq!(
        refused("face = §\"loby\""),
        "§: unknown variant `loby`, expected one of `hall`, `counter`, `lobby`, `information`"
    );
    assert_eq!(
        refused_text(&display("face = \"counter\"").replace("\"display-9\"", "§\"display-9\"")),
        "§: display display-9 hangs above a counter: say which, as counter = \"1\""
    );
    assert_eq!(refused("face = \"counter\"\ncounter = §\"7\""), "§: there is no counter 7");
    assert_eq!(refused("counter = §\"1\""), "§: a counter belongs to face = \"counter\"");
    assert_eq!(refused("languages = [\"ru\", §\"ru\"]"), "§: language ru is there twice");
    assert_eq!(
        refused("languages = [§\"uz\"]"),
        "§: unknown variant `uz`, expected one of `uz-Latn`, `uz-Cyrl`, `ru`, `kaa`, `en`"
    );
    for wrong in ["4", "151", "-1", "99999999999"] {
        let said = refused(&format!("diagonal_inch = §{wrong}"));
        assert_eq!(said, format!("§: a screen's diagonal in inches is 5 to 150, not {wrong}"));
    }
    for wrong in ["0", "51", "300"] {
        let said = refused(&format!("read_from_m = §{wrong}"));
        assert_eq!(said, format!("§: how far a number is read from, in metres, is 1 to 50, not {wrong}"));
    }
    assert_eq!(refused("arrows = { §7 = \"left\" }"), "§: there is no counter 7");
    assert_eq!(
        refused("arrows = { 1 = §\"north\" }"),
        "§: unknown variant `north`, expected one of `left`, `up`, `down`, `right`"
    );
    assert_eq!(refused("flash = §\"strobe\""), "§: unknown variant `strobe`, expected `row` or `screen`");
    assert!(refused("§colour = \"red\"").starts_with("§: unknown field `colour`, expected one of `id`, `face`"));
}

#[test]
fn a_voice_that_cannot_be_is_refused() {
    let refused = |keys: &str| refused_text(&display(&format!("voice = {{ {keys} }}")));
    assert_eq!(refused("languages = [\"en\", §\"en\"]"), "§: language en is there twice");
    assert_eq!(
        refused("languages = [\"uz-Latn\", \"ru\", §\"uz-Cyrl\"]"),
        "§: uz-Latn and uz-Cyrl sound the same: name one of them"
    );
    for wrong in ["8", "8:00", "24:00", "12:60", ""] {
        let said = refused(&format!("hours = [[§\"{wrong}\", 0]]"));
        assert_eq!(said, format!("§: a moment of the day looks like \"08:00\", not {wrong:?}"));
    }
    assert_eq!(refused("hours = [[\"09:00\", 0], [§\"09:00\", 1]]"), "§: the moments of a day stand in order");
    for wrong in ["-61", "13", "-200"] {
        let said = refused(&format!("hours = [[\"09:00\", §{wrong}]]"));
        assert_eq!(said, format!("§: loudness in decibels against the recording is -60 to 12, not {wrong}"));
    }
    let moments: Vec<String> = (0..24).map(|hour| format!("[\"{hour:02}:00\", 0]")).collect();
    let said = refused(&format!("hours = [{}, [§\"23:30\", 0]]", moments.join(", ")));
    assert_eq!(said, "§: loudness changes at most 24 times a day");
}

/// A table of words in every language; the English ones are these.
fn wording(name: &str, en: &str) -> String {
    let tags = ["uz-Latn", "uz-Cyrl", "ru", "kaa"].map(|tag| format!("{tag} = \"Eʼlon\", "));
    format!("{name} = {{ {}en = \"{en}\" }}", tags.concat())
}

fn notice(keys: &str) -> String {
    format!("{DEMO}\n[[notice]]\nid = \"fire-drill\"\n{keys}\n")
}

#[test]
fn a_notice_has_its_time_in_the_halls_own_or_exactly() {
    let title = wording("title", "Fire drill");
    let at = |text: &str| Some(Time(text.parse::<jiff::Timestamp>().unwrap().as_millisecond()));
    for (from, until) in [
        ("\"2026-12-01T09:00\"", "\"2026-12-01T18:30:00\""),
        ("2026-12-01T09:00:00", "2026-12-01T18:30:00"),
        ("\"2026-12-01T09:00+05:00\"", "\"2026-12-01T13:30:00Z\""),
        ("2026-12-01T04:00:00Z", "2026-12-01T18:30:00+05:00"),
        ("2026-12-01 09:00:00", "\"2026-12-01 18:30\""),
    ] {
        let text = notice(&format!("{title}\nfrom = {from}\nuntil = {until}"));
        let hall = Config::parse(&text, Path::new("hall.toml")).unwrap_or_else(|error| panic!("{from}: {error}"));
        let entry = hall.notices().last().unwrap();
        assert_eq!((entry.from, entry.until), (at("2026-12-01T04:00:00Z"), at("2026-12-01T13:30:00Z")), "{from}");
        assert_eq!(entry.notice.title.en, "Fire drill");
    }
    let demo = Config::demo();
    assert_eq!(demo.notices().len(), 4);
    assert!(demo.notices().iter().all(|entry| entry.is_on(Time(0)) && entry.notice.is_well_formed()));
}

#[test]
fn a_notice_that_is_too_long_or_out_of_time_is_refused() {
    let refused = |keys: &str| refused_text(&notice(keys));
    let title = wording("title", "Fire drill");
    let marked = |key: &str, en: &str| wording(key, en).replace("= {", "= §{");
    let lines = "in each language and no line breaks";
    for wrong in ["", " ", &"x".repeat(121), "a\\nb"] {
        let said = refused(&marked("title", wrong));
        assert_eq!(said, format!("§: a notice's title has 1 to 120 characters {lines}"));
    }
    for wrong in ["", &"ў".repeat(601), "a\\tb"] {
        let said = refused(&format!("{title}\n{}", marked("text", wrong)));
        assert_eq!(said, format!("§: a notice's text has 1 to 600 characters {lines}"));
    }
    let long = format!("{}\n{}", wording("title", &"ў".repeat(120)), wording("text", &"ў".repeat(600)));
    assert!(Config::parse(&notice(&long), Path::new("hall.toml")).is_ok(), "characters, not bytes");
    assert!(refused("title = §{ ru = \"Учения\" }").starts_with("§: missing field `uz-Latn`"));
    assert_eq!(
        refused(&format!("{title}\nseverity = §\"huge\"")),
        "§: unknown variant `huge`, expected one of `extreme`, `severe`, `moderate`, `minor`"
    );
    for wrong in ["2026-12-01", "tomorrow", "2026-13-01T09:00", "09:00"] {
        let said = refused(&format!("{title}\nfrom = §\"{wrong}\""));
        let wanted = "a moment looks like \"2026-12-01T09:00\" in the hall's time, or \"2026-12-01T09:00+05:00\"";
        assert_eq!(said, format!("§: {wanted}, not {wrong:?}"));
    }
    let times = "from = \"2026-12-01T09:00\"\nuntil = §\"2026-12-01T04:00:00Z\"";
    assert_eq!(refused(&format!("{title}\n{times}")), "§: a notice ends after it begins");
    assert_eq!(refused_text(&notice(&title).replace("\"fire-drill\"", "§\"hours\"")), "§: notice hours is there twice");
    let many: Vec<String> = (0..29).map(|n| format!("[[notice]]\nid = \"n{n}\"\n{title}\n")).collect();
    let many = format!("{DEMO}\n{}", many.concat()).replace("\"n28\"", "§\"n28\"");
    assert_eq!(refused_text(&many), "§: a hall has at most 32 notices");
}

#[test]
fn applications_are_off_until_a_hall_says_otherwise_and_wrong_lists_are_named() {
    let names = "{ uz-Latn = \"D\", uz-Cyrl = \"Д\", ru = \"Д\", kaa = \"D\", en = \"D\" }";
    let item = |id: &str| format!("{{ id = \"{id}\", names = {names} }}");
    let taken = |table: &str| Config::parse(&format!("{DEMO}\n{table}"), Path::new("hall.toml"));
    assert_eq!(Config::demo().takes_applications(), Taking::Off);
    let on = taken("[applications]\nenabled = true\n").unwrap();
    assert_eq!(on.takes_applications(), Taking::On);
    assert!(on.form(&service("A01")).is_some() && on.form(&service("Z99")).is_none());
    let wrong = |table: String| refused_text(&format!("{DEMO}\n{table}"));
    assert_eq!(
        wrong(format!("[applications.lists]\n§streets = [{}]\n", item("a"))),
        "§: no form has a list \"streets\"; expected one of mahallas, preschools"
    );
    assert_eq!(
        wrong(format!("[applications.lists]\nmahallas = [{}, §{}]\n", item("a"), item("a"))),
        "§: a is in mahallas twice"
    );
    let many: Vec<String> = (0..300).map(|n| item(&format!("m{n}"))).collect();
    assert_eq!(
        wrong(format!("[applications.lists]\nmahallas = [{}, §{}]\n", many.join(", "), item("m300"))),
        "§: a list has at most 300 things"
    );
    let long = item("a").replace("\"Д\"", &format!("\"{}\"", "Д".repeat(61)));
    assert_eq!(wrong(format!("[applications.lists]\nmahallas = [§{long}]\n")), "§: a has a name of 1 to 60 letters");
    assert_eq!(
        wrong("[applications]\ncollect = §\"A08\"\n".to_owned()),
        "§: no counter serves \"A08\": write \"A08\" here, and at a counter too"
    );
}
