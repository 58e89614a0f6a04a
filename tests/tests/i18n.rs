//! Every sentence exists in five languages, fits, is spelt in its own letters, and is said by somebody.

use std::collections::BTreeMap;
use tests::{
    sentences::{self, Forms, Keys},
    tree::{self, Source},
};
use words::Lang;

#[test]
fn every_key_is_there_in_all_five_languages() {
    none(sentences::missing(&all()));
}

#[test]
fn plural_forms_are_complete() {
    none(all().iter().flat_map(|(lang, keys)| sentences::plurals(*lang, keys)));
}

#[test]
fn placeholders_are_the_same_in_every_language() {
    let all = all();
    let default = &all[&Lang::default()];
    none(all.iter().flat_map(|(lang, keys)| sentences::placeholders(*lang, keys, default)));
}

#[test]
fn no_sentence_is_too_long_for_its_place() {
    let all = all();
    none(all.iter().flat_map(|(lang, keys)| sentences::overlong(*lang, keys, &all[&Lang::En])));
}

#[test]
fn sentences_are_spelt_in_their_own_letters() {
    let all = all();
    let mut found = vec![];
    for (lang, keys) in &all {
        for (key, forms) in keys {
            found.extend(forms.values().flat_map(|text| sentences::spelling(*lang, key, text)));
        }
    }
    none(found);
}

#[test]
fn every_key_that_code_names_exists() {
    let known = sentences::read(Lang::default());
    let used = sentences::used(&tree::sources().unwrap());
    none(used.iter().filter(|(key, _)| !known.contains_key(*key)).map(|(key, at)| format!("{at}: {key}")));
}

#[test]
fn every_sentence_is_said_by_somebody() {
    let sources = tree::sources().unwrap();
    let known = sentences::read(Lang::default());
    let (used, families) = (sentences::used(&sources), sentences::families(&sources, &known));
    let of_a_family = |key: &str| families.iter().any(|family| key.starts_with(family));
    none(known.keys().filter(|key| !used.contains_key(*key) && !of_a_family(key)).cloned());
    none(families.iter().filter(|family| !known.keys().any(|key| key.starts_with(*family))).cloned());
}

#[test]
fn planted_faults_are_found() {
    let keys = |pairs: &[(&str, &[(&str, &str)])]| -> Keys {
        let forms =
            |forms: &[(&str, &str)]| -> Forms { forms.iter().map(|(n, t)| (n.to_string(), t.to_string())).collect() };
        pairs.iter().map(|(key, all)| (key.to_string(), forms(all))).collect()
    };
    let uz = keys(&[("kiosk.a.b", &[("", "{n} kishi")]), ("kiosk.a.c", &[("", "ha")])]);
    let en = keys(&[("kiosk.a.b", &[("one", "{n} person"), ("other", "{m} people")])]);
    let both = BTreeMap::from([(Lang::UzLatn, uz.clone()), (Lang::En, en.clone())]);
    assert_eq!(sentences::missing(&both), ["kiosk.a.c is missing in en"]);
    assert_eq!(sentences::plurals(Lang::Ru, &en).len(), 1);
    assert_eq!(sentences::placeholders(Lang::En, &en, &uz).len(), 2);
    let long = keys(&[("kiosk.a.b", &[("", &"x".repeat(60))])]);
    assert_eq!(sentences::overlong(Lang::Ru, &long, &en).len(), 1);
    let wrong = [
        (Lang::UzLatn, ""),
        (Lang::UzLatn, " bir"),
        (Lang::UzLatn, "o'z"),
        (Lang::Kaa, "a\u{2018}a"),
        (Lang::En, "Дa"),
        (Lang::UzCyrl, "бир DIQQAT"),
        (Lang::Ru, "cтол"),
    ];
    for (lang, text) in wrong {
        assert!(!sentences::spelling(lang, "kiosk.a.b", text).is_empty(), "{lang} {text}");
    }
    for (lang, text) in [(Lang::UzLatn, "Oʻz maʼnosi"), (Lang::Ru, "Клавиша F2, PIN"), (Lang::En, "It’s yours")]
    {
        assert_eq!(sentences::spelling(lang, "kiosk.a.b", text), [""; 0], "{lang} {text}");
    }
}

#[test]
fn keys_are_found_in_code_templates_and_slint() {
    let source = |path: &str, text: &str| Source::new(path, text);
    let found = sentences::used(&[
        source(
            "hub/src/a.rs",
            "say(lang, \"console.queue.title\"); // \"console.in.comment\" counts, it is on a line of code\n",
        ),
        source("hub/templates/a.html", "{{ t('console.queue.empty') }} <a href=\"hall.txt\">"),
        source("hub/src/b.rs", "// \"console.only.comment\"\n#[cfg(test)]\nmod tests { say(\"console.only.test\") }\n"),
    ]);
    let keys: Vec<&str> = found.keys().map(String::as_str).collect();
    assert_eq!(keys, ["console.in.comment", "console.queue.empty", "console.queue.title"]);
}

#[test]
fn families_are_found_by_their_beginning() {
    let known = sentences::read(Lang::default());
    let text =
        "say(&format!(\"problem.why.{}\", code)); named(\"hall.outcome\"); open(\"hall.sqlite\"); say(\"console.a.b\")";
    let found = sentences::families(&[Source::new("hub/src/a.rs", text)], &known);
    assert_eq!(found.into_iter().collect::<Vec<_>>(), ["hall.outcome.", "problem.why."]);
}

fn all() -> BTreeMap<Lang, Keys> {
    Lang::ALL.into_iter().map(|lang| (lang, sentences::read(lang))).collect()
}

fn none(found: impl IntoIterator<Item = String>) {
    let found: Vec<String> = found.into_iter().collect();
    assert!(found.is_empty(), "{} found:\n  {}", found.len(), found.join("\n  "));
}
