//! Forms as a whole: what is right passes and passes again, what is wrong is named beside its field, and nobody's
//! number is printed by accident.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use forms::{
    Address, Agreed, Answer, Answers, Attached, Code, Eyes, Field, FieldId, Form, Forms, Kind, Lists, Media, Need,
    Part, Site, When, check, check_field, form, identity, places, summary,
};
use jiff::{ToSpan, civil::Date, civil::date};
use proptest::prelude::*;
use words::Lang;

const TODAY: Date = date(2026, 11, 23);

fn id(name: &str) -> FieldId {
    FieldId::try_from(name.to_owned()).unwrap()
}

fn text(text: &str) -> Answer {
    Answer::Text(text.to_owned())
}

fn agreed(form: &Form, language: Lang) -> Answer {
    Answer::Agreed(Agreed { language, sha256: form.consent.sha256(language) })
}

fn home() -> Address {
    Address {
        district: "1708218".to_owned(),
        settlement: "Bogʻiston".to_owned(),
        street: "Navoiy".to_owned(),
        house: "12".to_owned(),
        flat: "4".to_owned(),
        ..Address::default()
    }
}

/// An application to the khokim as somebody types it.
fn typed() -> Answers {
    let form = form("A01").unwrap();
    let file = Attached { name: "ariza.pdf".to_owned(), media: Media::Pdf, size: 70_000, sha256: "a".repeat(64) };
    Answers(
        [
            ("full_name", text(" Karimova  Gulnora Ali qizi ")),
            ("pinfl", text("3 010190 999 001 0")),
            ("phone", text("90 123-45-67")),
            ("address", Answer::Address(home())),
            ("appeal_text", text("Ko'chamizda suv yo'q.\r\n\r\n\r\nYordam bering.")),
            ("reply_channel", text("paper")),
            ("attachments", Answer::Files(vec![file])),
            ("consent", agreed(form, Lang::UzLatn)),
        ]
        .map(|(name, answer)| (id(name), answer))
        .into(),
    )
}

fn with(name: &str, answer: Answer) -> Answers {
    let mut answers = typed();
    answers.0.insert(id(name), answer);
    answers
}

/// What is wrong with the application to the khokim, as `field code`.
fn faults(answers: &Answers) -> Vec<String> {
    let faults = check(form("A01").unwrap(), answers, TODAY).expect_err("something is wrong");
    let part = |part: Option<Part>| part.map_or_else(String::new, |part| format!(".{part:?}"));
    faults.iter().map(|fault| format!("{}{} {:?}", fault.field, part(fault.part), fault.code)).collect()
}

#[test]
fn what_is_typed_becomes_its_normal_form() {
    let checked = check(form("A01").unwrap(), &typed(), TODAY).unwrap();
    let of = |name: &str| checked.answers().text(name).unwrap_or_default().to_owned();
    assert_eq!(of("full_name"), "Karimova Gulnora Ali qizi");
    assert_eq!(of("pinfl"), "30101909990010");
    assert_eq!(of("phone"), "+998901234567");
    assert_eq!(of("appeal_text"), "Koʻchamizda suv yoʻq.\n\nYordam bering.");
    assert_eq!(checked.last_four(), Some("4567"));
    assert_eq!((checked.service(), checked.version()), ("A01", form("A01").unwrap().version.as_str()));
}

#[test]
fn an_empty_form_says_what_is_missing_at_every_field_but_the_optional_one() {
    let wanted = [
        "full_name Required",
        "pinfl Required",
        "phone Required",
        "address Required",
        "appeal_text Required",
        "reply_channel Required",
        "consent Consent",
    ];
    assert_eq!(faults(&Answers::default()), wanted);
    let blank = Answers(typed().0.into_keys().map(|name| (name, text(" \t"))).collect());
    assert_eq!(faults(&blank), wanted, "blanks are nothing");
}

#[test]
fn each_thing_wrong_is_named_beside_its_field() {
    let wrong = [
        ("full_name", text("…"), "full_name NoLetters"),
        ("full_name", text(&"я".repeat(121)), "full_name TooLong"),
        ("full_name", Answer::Address(home()), "full_name Shape"),
        ("pinfl", text("30101909990011"), "pinfl PinflWrong"),
        ("pinfl", text("3010190999001O"), "pinfl PinflCharacters"),
        ("pinfl", text("301"), "pinfl PinflLength"),
        ("phone", text("12345"), "phone Phone"),
        ("appeal_text", text(&"a".repeat(4001)), "appeal_text TooLong"),
        ("reply_channel", text("pigeon"), "reply_channel Option"),
        ("address", text("Zomin"), "address Shape"),
        ("nothing", text("a"), "nothing UnknownField"),
        ("consent", Answer::Agreed(Agreed { language: Lang::Ru, sha256: "0".repeat(64) }), "consent ConsentOtherText"),
        ("consent", agreed(form("M07").unwrap(), Lang::Ru), "consent ConsentOtherText"),
        ("consent", text("yes"), "consent Shape"),
    ];
    for (name, answer, said) in wrong {
        assert_eq!(faults(&with(name, answer)), [said]);
    }
}

#[test]
fn each_thing_wrong_with_an_address_is_named_beside_its_part() {
    let address = |change: fn(&mut Address)| {
        let mut address = home();
        change(&mut address);
        with("address", Answer::Address(address))
    };
    assert_eq!(faults(&address(|it| it.district.clear())), ["address.District Required"]);
    assert_eq!(faults(&address(|it| it.district = "1708".to_owned())), ["address.District District"]);
    assert_eq!(faults(&address(|it| it.district = places::ELSEWHERE.to_owned())), ["address.Elsewhere Required"]);
    assert_eq!(faults(&address(|it| it.house.clear())), ["address.House Required"]);
    let nowhere = address(|it| (it.settlement.clear(), it.street.clear()).0);
    assert_eq!(faults(&nowhere), ["address.Settlement Place"]);
    assert_eq!(faults(&address(|it| it.street = "a".repeat(121))), ["address.Street TooLong"]);
    let changed_mind = address(|it| it.elsewhere = "Samarqand".to_owned());
    let checked = check(form("A01").unwrap(), &changed_mind, TODAY).unwrap();
    assert!(checked.answers().get("address") == Some(&Answer::Address(home())), "a known district has its region");
}

#[test]
fn a_plot_has_no_house_number_yet() {
    let form = form("K01").unwrap();
    let mut plot = home();
    plot.house.clear();
    let answer = Answer::Address(plot);
    assert!(check_field(form, form.field("object_address").unwrap(), Some(&answer), TODAY).is_ok());
    assert!(check_field(form, form.field("address").unwrap(), Some(&answer), TODAY).is_err());
}

#[test]
fn each_thing_wrong_with_files_is_named() {
    let file = |size: u64| Attached { name: "a.pdf".to_owned(), media: Media::Pdf, size, sha256: "0".repeat(64) };
    let said = |files: Vec<Attached>| faults(&with("attachments", Answer::Files(files)));
    assert_eq!(said(vec![file(1); 11]), ["attachments FilesMany"]);
    assert_eq!(said(vec![file(11 << 20)]), ["attachments FileLarge"]);
    assert_eq!(said(vec![file(10 << 20), file(10 << 20), file(1)]), ["attachments FilesTogether"]);
    assert_eq!(said(vec![file(0)]), ["attachments FileEmpty"]);
    assert_eq!(said(vec![Attached { name: "a.exe".to_owned(), ..file(1) }]), ["attachments FileName"]);
    assert_eq!(said(vec![Attached { sha256: "../..".to_owned(), ..file(1) }]), ["attachments Shape"]);
    assert!(check(form("A01").unwrap(), &with("attachments", Answer::Files(vec![])), TODAY).is_ok(), "it is optional");
}

#[test]
fn days_and_numbers_have_their_bounds() {
    let of = |service: &str, name: &str, typed: &str| {
        let form = form(service).unwrap();
        let checked = check_field(form, form.field(name).unwrap(), Some(&text(typed)), TODAY);
        match checked {
            Ok(Some(Answer::Text(normal))) => normal,
            Ok(_) => unreachable!("a text stays a text"),
            Err(faults) => format!("{:?}", faults[0].code),
        }
    };
    assert_eq!(of("M02", "birth_date", "23.11.2026"), "2026-11-23");
    assert_eq!(of("M02", "birth_date", "24.11.2026"), "DateFuture");
    assert_eq!(of("M02", "birth_date", "31.12.1899"), "DateFar");
    assert_eq!(of("M02", "birth_date", "31.02.2000"), "DateUnreadable");
    assert_eq!(of("A04", "wanted_date", "2026-11-23"), "2026-11-23");
    assert_eq!(of("A04", "wanted_date", "22.11.2026"), "DatePast");
    assert_eq!(of("A04", "wanted_date", "25.11.2027"), "DateFar");
    assert_eq!(of("M06", "family_size", "6"), "6");
    assert_eq!(of("M06", "family_size", "0"), "NumberSmall");
    assert_eq!(of("M06", "family_size", "31"), "NumberLarge");
    assert_eq!(of("M06", "family_size", "2,5"), "NumberWhole");
    assert_eq!(of("K01", "area", "54,30"), "54.3");
    assert_eq!(of("K01", "area", "54,305"), "NumberDecimals");
    assert_eq!(of("K01", "area", "olti"), "NumberUnreadable");
}

#[test]
fn an_application_is_bounded_as_a_whole() {
    let long = |n: usize| text(&"\u{10400}".repeat(n));
    let mut form = form("A01").unwrap().clone();
    let mut answers = with("appeal_text", long(4000));
    assert!(check(&form, &answers, TODAY).is_ok(), "one long text fits");
    for n in 0..4 {
        let more = Field { id: id(&format!("more_{n}")), ..form.field("appeal_text").unwrap().clone() };
        answers.0.insert(more.id.clone(), long(3990 + n));
        form.fields.push(more);
    }
    let faults = check(&form, &answers, TODAY).unwrap_err();
    let said: Vec<_> = faults.iter().map(|fault| (fault.field.as_str(), fault.code)).collect();
    assert_eq!(said, [("appeal_text", Code::TooMuch)], "the longest is to be shortened");

    let json = vec![b' '; forms::ANSWERS_BYTES_MAX + 1];
    assert_eq!(Answers::read(&json), Err(forms::Unreadable::TooLarge));
    let many: Vec<String> = (0..65).map(|n| format!("\"f{n}\":{{\"text\":\"\"}}")).collect();
    assert_eq!(Answers::read(format!("{{{}}}", many.join(",")).as_bytes()), Err(forms::Unreadable::TooLarge));
}

#[test]
fn answers_travel_as_json_and_refuse_what_they_do_not_know() {
    let json = serde_json::to_vec(&typed()).unwrap();
    assert_eq!(Answers::read(&json), Ok(typed()));
    let told: serde_json::Value = serde_json::from_slice(&json).unwrap();
    assert_eq!(told["phone"]["text"], "90 123-45-67");
    assert_eq!(told["consent"]["agreed"]["language"], "uz-Latn");
    for wrong in
        ["", "[]", "{\"Bad Name\":{\"text\":\"\"}}", "{\"a\":{\"word\":\"\"}}", "{\"a\":{\"address\":{\"zip\":1}}}"]
    {
        assert!(matches!(Answers::read(wrong.as_bytes()), Err(forms::Unreadable::Shape { .. })), "{wrong}");
    }
}

#[test]
fn a_summary_shows_everything_to_the_person_and_masks_to_others() {
    let form = form("A01").unwrap();
    let checked = check(form, &typed(), TODAY).unwrap();
    let read = |lang, eyes| -> Vec<String> {
        summary(form, checked.answers(), (lang, eyes)).into_iter().map(|line| line.shown).collect()
    };
    let own = [
        "Karimova Gulnora Ali qizi",
        "30101909990010",
        "+998 90 123 45 67",
        "Jizzax viloyati, Zomin tumani, Bogʻiston, Navoiy, 12-uy, 4-xonadon",
        "Koʻchamizda suv yoʻq.\n\nYordam bering.",
        "Qogʻozda",
        "ariza.pdf, 69 KB",
        "Roziman",
    ];
    assert_eq!(read(Lang::UzLatn, Eyes::Own), own);
    let others = read(Lang::Ru, Eyes::Others);
    assert_eq!(others[1], "3••••••••••••0");
    assert_eq!(others[2], "+998 •• ••• •• 67");
    assert_eq!(others[3], "Джизакская область, Зааминский район");
    let group = forms::form("O03").unwrap();
    let answers = Answers([(id("disability_group"), text("II")), (id("id_doc"), text("AB1234567"))].into());
    let shown =
        |eyes| summary(group, &answers, (Lang::En, eyes)).into_iter().map(|line| line.shown).collect::<Vec<_>>();
    assert_eq!(shown(Eyes::Own), ["AB1234567", "Group II"]);
    assert_eq!(shown(Eyes::Others), ["AB•••••67", "•••"]);
}

#[test]
fn nothing_that_was_written_is_in_debug_output_or_in_a_fault() {
    const PLANTED: [&str; 9] = [
        "30101909990010",
        "901234567",
        "4567",
        "Karimova",
        "Gulnora",
        "Bogʻiston",
        "Navoiy",
        "ariza.pdf",
        "Koʻchamizda",
    ];
    let form = form("A01").unwrap();
    let checked = check(form, &typed(), TODAY).unwrap();
    let lines = summary(form, checked.answers(), (Lang::UzLatn, Eyes::Own));
    let wrong =
        Answers(typed().0.into_keys().map(|name| (name, text("Karimova 30101909990010 901234567 Navoiy"))).collect());
    let faults = check(form, &wrong, TODAY).unwrap_err();
    let sentences: Vec<String> = faults.iter().map(|fault| fault.sentence(Lang::En)).collect();
    let sound = forms::inspect("Karimova ariza.pdf", b"%PDF-1.7 Karimova %%EOF", (&Media::ALL, 1000)).unwrap();
    let printed = [
        format!("{:?} {:#?}", typed(), typed()),
        format!("{checked:?} {checked:#?}"),
        format!("{lines:?}"),
        format!("{faults:?} {sentences:?}"),
        serde_json::to_string(&faults).unwrap(),
        format!("{sound:?} {:?}", home()),
        format!("{:?}", Answers::read(b"{\"pinfl\":{\"text\":30101909990010}}")),
        Answers::read(b"{\"pinfl\":{\"30101909990010\":1}}").unwrap_err().to_string(),
    ];
    for text in &printed {
        for number in PLANTED {
            assert!(!text.contains(number), "{number} is in {text}");
        }
    }
    assert!(printed[0].contains("pinfl"), "the field may be named");
    assert!(serde_json::to_string(&checked).unwrap().contains("30101909990010"), "what is sealed has it");
}

#[test]
fn every_fault_says_its_bound_in_every_language() {
    let file = Attached { name: "a.pdf".to_owned(), media: Media::Pdf, size: 11 << 20, sha256: "0".repeat(64) };
    let wrong = [
        with("full_name", text(&"a".repeat(200))),
        with("attachments", Answer::Files(vec![file.clone()])),
        with("attachments", Answer::Files(vec![file; 11])),
    ];
    for answers in wrong {
        for fault in check(form("A01").unwrap(), &answers, TODAY).unwrap_err() {
            for lang in Lang::ALL {
                assert!(!fault.sentence(lang).contains('{'), "{:?} in {lang}", fault.code);
            }
        }
    }
}

/// Something right for a field, as somebody may type it.
fn right(form: &Form, field: &Field) -> BoxedStrategy<Answer> {
    let words = "[A-Za-zА-яЎўҚқҒғҲҳ][A-Za-zА-я '`ʻ,.0-9]{0,60}";
    match &field.kind {
        Kind::Text { .. } => words.prop_map(Answer::Text).boxed(),
        Kind::Lines { .. } => {
            let rows = (words, proptest::collection::vec(("\n{0,3}", words), 0..3));
            rows.prop_map(|(first, more)| Answer::Text(more.iter().fold(first, |all, (gap, row)| all + gap + row)))
                .boxed()
        }
        Kind::Pinfl => pinfl().prop_map(Answer::Text).boxed(),
        Kind::Stir => "[2-9][0-9]{2} ?[0-9]{3} ?[0-9]{3}".prop_map(Answer::Text).boxed(),
        Kind::IdDocument => "[A-Za-zАВСЕНКМОРТХавсенкмортх]{2}[ -]?[0-9]{7}".prop_map(Answer::Text).boxed(),
        Kind::Phone => "(\\+?998 ?)?[0-79][0-9] ?[0-9]{3}[ -]?[0-9]{2}[ -]?[0-9]{2}".prop_map(Answer::Text).boxed(),
        Kind::Address { site } => address(*site).prop_map(Answer::Address).boxed(),
        Kind::Cadastral => "([0-9]{2}[: -]?){5}[0-9]{4}(/?[0-9]{4}(:?[0-9]{3})?)?".prop_map(Answer::Text).boxed(),
        Kind::Date { when } => day(*when).prop_map(Answer::Text).boxed(),
        Kind::Number { min, max, decimals } => number((*min, *max), *decimals).prop_map(Answer::Text).boxed(),
        Kind::Select { options } => {
            let codes: Vec<String> = options.iter().map(|option| option.code.clone()).collect();
            proptest::sample::select(codes).prop_map(Answer::Text).boxed()
        }
        Kind::Files { .. } => proptest::collection::vec(file(), 0..=10).prop_map(Answer::Files).boxed(),
        Kind::Consent => {
            let form = form.clone();
            proptest::sample::select(Lang::ALL.to_vec()).prop_map(move |lang| agreed(&form, lang)).boxed()
        }
    }
}

fn pinfl() -> impl Strategy<Value = String> {
    let born = (0i32..46_000).prop_map(|days| date(1900, 1, 1).saturating_add(days.days()));
    (born, any::<bool>(), 1u32..1000, 1u32..1000).prop_map(|(born, woman, district, serial)| {
        let first = if born.year() < 2000 { 3 } else { 5 } + i32::from(woman);
        let year = born.year() % 100;
        let digits = format!("{first}{:02}{:02}{year:02}{district:03}{serial:03}", born.day(), born.month());
        let values: Vec<u32> = digits.chars().filter_map(|c| c.to_digit(10)).collect();
        format!("{digits}{}", identity::control(&values))
    })
}

fn address(site: Site) -> impl Strategy<Value = Address> {
    let districts: Vec<String> =
        places::districts().map(|place| place.soato.clone()).chain([places::ELSEWHERE.to_owned()]).collect();
    let house = match site {
        Site::Home => "[0-9]{1,3}[a-z]?",
        Site::Plot => "([0-9]{1,3})?",
    };
    let place = "[A-Za-z' ]{0,20}[a-z]";
    (proptest::sample::select(districts), place, place, house, "([0-9]{1,3})?").prop_map(
        |(district, elsewhere, settlement, house, flat)| Address {
            district,
            elsewhere,
            settlement,
            street: String::new(),
            house,
            flat,
        },
    )
}

fn day(when: When) -> impl Strategy<Value = String> {
    let days = match when {
        When::Past => -46_000i32..=0,
        When::Ahead => 0..=366,
    };
    (days, any::<bool>()).prop_map(|(days, machine)| {
        let day = TODAY.saturating_add(days.days());
        if machine { day.to_string() } else { format!("{}.{}.{}", day.day(), day.month(), day.year()) }
    })
}

fn number((min, max): (u32, u32), decimals: u8) -> impl Strategy<Value = String> {
    (min..max, 0u32..100, "[,.]").prop_map(move |(whole, part, comma)| {
        if decimals == 2 { format!("{whole}{comma}{part:02}") } else { whole.to_string() }
    })
}

fn file() -> impl Strategy<Value = Attached> {
    (proptest::sample::select(Media::ALL.to_vec()), 1u64..(2 << 20), "[a-z/ .]{0,150}", "[0-9a-f]{64}").prop_map(
        |(media, size, stem, sha256)| Attached { name: format!("{stem}.{}", media.endings()[0]), media, size, sha256 },
    )
}

fn filled() -> impl Strategy<Value = (Form, Answers)> {
    let all: Vec<Form> = Forms::with(&Lists::new()).iter().cloned().collect();
    proptest::sample::select(all).prop_flat_map(|form| {
        let each: Vec<_> = form.fields.iter().map(|field| (Just(field.id.clone()), right(&form, field))).collect();
        each.prop_map(move |pairs| (form.clone(), Answers(pairs.into_iter().collect())))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn what_is_right_passes_and_passes_again_unchanged((form, answers) in filled()) {
        let checked = check(&form, &answers, TODAY).map_err(|faults| TestCaseError::fail(format!("{faults:?}")))?;
        let again = check(&form, checked.answers(), TODAY).unwrap();
        prop_assert_eq!(&again, &checked);
        for lang in Lang::ALL {
            for line in summary(&form, checked.answers(), (lang, Eyes::Own)) {
                prop_assert!(!line.shown.is_empty() && !line.label.is_empty());
            }
        }
        if let Some(pinfl) = checked.answers().text("pinfl") {
            let others = summary(&form, checked.answers(), (Lang::En, Eyes::Others));
            prop_assert!(others.iter().all(|line| !line.shown.contains(pinfl)));
        }
    }

    #[test]
    fn without_one_needed_field_exactly_that_field_is_named((form, mut answers) in filled(), nth in any::<prop::sample::Index>()) {
        let needed: Vec<&Field> = form.fields.iter().filter(|field| field.need == Need::Required).collect();
        let field = nth.get(&needed);
        answers.0.remove(field.id.as_str());
        let faults = check(&form, &answers, TODAY).unwrap_err();
        prop_assert_eq!(faults.len(), 1);
        prop_assert_eq!(&faults[0].field, &field.id);
        prop_assert!(matches!(faults[0].code, Code::Required | Code::Consent));
    }

    #[test]
    fn whatever_is_typed_never_breaks_and_stays_normal(name in "[a-z_]{1,12}", typed in "\\PC{0,80}|[0-9 .,:/+-]{0,30}") {
        for form in ["A01", "A04", "M02", "K01", "O01", "O03", "T03", "E01"].map(|service| form(service).unwrap()) {
            for field in &form.fields {
                if let Ok(Some(normal)) = check_field(form, field, Some(&text(&typed)), TODAY) {
                    prop_assert_eq!(check_field(form, field, Some(&normal), TODAY), Ok(Some(normal)));
                }
            }
        }
        let answers = Answers([(id(&name), text(&typed))].into());
        prop_assert!(check(form("A01").unwrap(), &answers, TODAY).is_err());
    }
}
