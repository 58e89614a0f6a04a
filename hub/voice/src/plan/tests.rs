//! Plans as a person would read them: the words of the recordings, in order.

use super::*;
use crate::script;

/// What is heard of a plan, a rising take with `~`, a breath as `/`.
fn heard(lang: Lang, says: &[Say]) -> String {
    read(&plan(lang, says))
}

fn read(parts: &[Part]) -> String {
    let script = Tongue::ALL.map(script::script);
    let word = |part: &Part| match part {
        Part::Pause { .. } => "/".to_owned(),
        Part::Clip { tongue, id } => {
            let lines = script.iter().find(|s| s.tongue == *tongue).unwrap();
            let text = lines.text(id).unwrap_or_else(|| panic!("{tongue} has no {id}"));
            let text = text.trim_matches(|c: char| !c.is_alphanumeric() && c != 'ʼ');
            format!("{text}{}", if id.is_rising() { "~" } else { "" })
        }
    };
    parts.iter().map(word).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_call_in_four_voices() {
    let first = [call(Calling::First, "A-047", "5")];
    assert_eq!(heard(Lang::UzLatn, &first), "Chipta raqami a~ qirq~ yetti~ beshinchi~ oynaga marhamat");
    assert_eq!(heard(Lang::UzCyrl, &first), heard(Lang::UzLatn, &first));
    assert_eq!(heard(Lang::Kaa, &first), "Talon nomeri a~ qırıq~ jeti~ besinshi~ aynaǵa márhamat");
    assert_eq!(heard(Lang::Ru, &first), "Талон а~ сорок~ семь~ подойдите, пожалуйста, к окну номер пять");
    assert_eq!(heard(Lang::En, &first), "Ticket A~ forty~ seven~ please go to window five");
}

#[test]
fn a_hall_of_two_languages_hears_each_once() {
    let parts = call_in(&[Lang::Ru, Lang::UzLatn, Lang::UzCyrl], Calling::Last, "T-008", "2");
    let expected = " / Последний вызов: талон тэ~ восемь~ окно номер два \
                    / Oxirgi chaqiriq te~ sakkiz~ ikkinchi~ oyna";
    assert_eq!(read(&parts), expected);
    assert_eq!(crate::clip::names(&call_in(&[], Calling::First, "A-001", "1")), ["chime"]);
}

#[test]
fn an_alert_says_where_to_look_in_each_language_once() {
    let parts = alert_in(&[Lang::UzCyrl, Lang::Ru, Lang::UzLatn, Lang::Kaa, Lang::En]);
    let expected = " / Diqqat! Muhim eʼlon. Iltimos, ekranga qarang \
                    / Внимание! Важное объявление. Пожалуйста, посмотрите на экран \
                    / Dıqqat! Áhmiyetli daǵaza. Ótinish, ekranǵa qarań \
                    / Attention, please! An important announcement. Please look at the screen";
    assert_eq!(read(&parts), expected);
    assert_eq!(crate::clip::names(&alert_in(&[])), ["attention"]);
}

#[test]
fn a_fee_is_said_by_millions_thousands_and_the_rest() {
    let fee = |lang, n| heard(lang, &[Say::Sentence("kiosk.about.soum".into(), vec![("soum", Say::Amount(n))])]);
    assert_eq!(fee(Lang::UzLatn, 8_240), "sakkiz ming~ ikki yuz~ qirq~ soʻm");
    assert_eq!(fee(Lang::UzLatn, 366_680), "uch yuz~ oltmish~ olti~ ming olti yuz~ sakson~ soʻm");
    assert_eq!(fee(Lang::Ru, 41_200), "сорок~ одна~ тысяча двести~ сумов");
    assert_eq!(fee(Lang::Ru, 412_000), "четыреста~ двенадцать~ тысяч сумов");
    assert_eq!(fee(Lang::En, 2_060_000), "two~ million sixty~ thousand soum");
    assert_eq!(heard(Lang::En, &[Say::Document("birth_cert".to_owned())]), "Birth certificate");
}

#[test]
fn a_call_again_and_for_the_last_time() {
    let says = [call(Calling::Again, "K-100", "12"), call(Calling::Last, "K-100", "12")];
    let expected = "Takroran ka~ yuz~ oʻn ikkinchi~ oynaga marhamat / Oxirgi chaqiriq ka~ yuz~ oʻn ikkinchi~ oyna";
    assert_eq!(heard(Lang::UzLatn, &says), expected);
}

#[test]
fn a_kiosk_that_was_alone_is_heard_apart_from_its_serial() {
    let alone = |number: &str| heard(Lang::En, &[Say::Ticket(number.to_owned())]);
    assert_eq!(alone("A1-012"), "A~ one~ dash twelve");
    assert_eq!(alone("A20-005"), "A~ twenty~ dash five");
    assert_eq!(alone("A-025"), "A~ twenty~ five");
    assert_eq!(alone("M1-2001"), "M~ one~ dash two thousand and~ one");
    assert_eq!(alone("A-1000"), "A~ one thousand");
}

#[test]
fn counted_sentences_take_the_form_of_their_count() {
    let ahead = |lang, n| heard(lang, &[Say::Counted("kiosk.number.ahead".into(), n, vec![])]);
    assert_eq!(ahead(Lang::UzLatn, 12), "Sizdan oldin oʻn ikki~ kishi");
    assert_eq!(ahead(Lang::Ru, 1), "Перед вами один~ человек");
    assert_eq!(ahead(Lang::Ru, 2), "Перед вами два~ человека");
    assert_eq!(ahead(Lang::Ru, 5), "Перед вами пять~ человек");
    assert_eq!(ahead(Lang::En, 1), "one~ person before you");
    assert_eq!(heard(Lang::Kaa, &[Say::Figure("kiosk.offer.people".into(), 12)]), "on eki~ adam sizden aldın");
}

#[test]
fn a_range_of_minutes() {
    let wait = |lang, from, to| {
        heard(
            lang,
            &[Say::Counted("kiosk.number.wait".into(), u64::from(to), vec![("minutes", Say::Minutes(from, to))])],
        )
    };
    assert_eq!(wait(Lang::UzLatn, 20, 30), "taxminan yigirma~ oʻttiz~ daqiqa");
    assert_eq!(wait(Lang::En, 20, 30), "about twenty~ to thirty~ minutes");
    assert_eq!(wait(Lang::Ru, 1, 1), "примерно одна~ минута");
}

#[test]
fn sentences_are_parted_by_a_breath() {
    let says =
        [Say::key("kiosk.categories.title"), Say::Category("A".into()), Say::Pause(900), Say::Service("A02".into())];
    let expected = "Qaysi masala bilan keldingiz / Murojaatlar va axborot / Shikoyat berish";
    assert_eq!(heard(Lang::UzLatn, &says), expected);
    let names = [Say::Language(Lang::Ru), Say::Language(Lang::Kaa)];
    assert_eq!(heard(Lang::En, &names), "Русский / Qaraqalpaqsha");
}

#[test]
fn a_choice_says_which_of_how_many() {
    let choice = |lang| heard(lang, &choice(Say::Service("A02".into()), 3, 8));
    assert_eq!(choice(Lang::UzLatn), "Shikoyat berish / uchinchi~ tanlov, jami sakkiz~ ta");
    assert_eq!(choice(Lang::Ru), "Подача жалобы / вариант три~ всего восемь");
    assert_eq!(choice(Lang::En), "Complaint / choice three~ eight~ in all");
    assert!(heard(Lang::Kaa, &audio_begins()).starts_with("Dawıslı rejim qosıldı / Tańlawlar"));
}

#[test]
fn what_nobody_knows_is_left_out() {
    assert_eq!(plan(Lang::En, &[Say::key("kiosk.no.such")]), []);
    assert_eq!(heard(Lang::En, &[Say::Sentence("voice.call.first".into(), vec![])]), "Ticket please go to window");
    assert_eq!(heard(Lang::En, &[Say::Counter("7K".into())]), "seven~ K");
    assert_eq!(heard(Lang::Ru, &[Say::Time(9, 5)]), "девять~ ноль~ пять");
}

#[test]
fn a_long_list_is_bounded() {
    let many = vec![Say::Number(1); 1_000];
    assert_eq!(plan(Lang::En, &many).len(), 2 * SAYINGS_MAX - 1);
}
