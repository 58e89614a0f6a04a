//! The repository keeps its own house rules, and the checks themselves find what is planted.

use tests::{
    tidy::{self, Breach},
    tree::{self, Source},
};

#[test]
fn the_house_is_tidy() {
    let sources = tree::sources().unwrap();
    assert!(sources.len() > 50, "the walk found the repository");
    let mut found: Vec<Breach> = sources.iter().flat_map(tidy::breaches).collect();
    found.extend(tidy::crates_without_readme(&sources));
    assert!(found.is_empty(), "{} breaches:\n{}", found.len(), list(&found));
}

#[test]
fn the_door_is_as_designed() {
    let foreign = tidy::foreign_at_top_level(&tree::top_level().unwrap());
    assert!(foreign.is_empty(), "{foreign:?}");
}

#[test]
fn a_foreign_name_at_the_door_is_found() {
    let names: Vec<String> = ["Cargo.toml", "scripts", ".ci"].map(str::to_owned).to_vec();
    let found = tidy::foreign_at_top_level(&names);
    assert!(found.contains(&"scripts does not belong there".to_owned()), "{found:?}");
    assert!(found.contains(&"README.md is missing".to_owned()), "{found:?}");
    assert!(!found.iter().any(|what| what.contains(".ci")), "{found:?}");
}

#[test]
fn every_planted_breach_is_found_once() {
    let long = format!("//! Long.\n{}", "// more\n".repeat(400));
    let long_function = format!("//! Long.\nfn walk() {{\n{}}}\n", "    step();\n".repeat(80));
    let unwrap = concat!("//! A.\nfn a() { b().unwrap", "(); }\n");
    let sleep = concat!("//! A.\nfn a() {}\n#[cfg(test)]\nmod tests { fn w() { std::thread", "::sleep(d) } }\n");
    let planted: [(&str, &str, &str); 19] = [
        ("kiosk/src/a.rs", &long, "at most 400"),
        ("kiosk/src/a.rs", &long_function, "a function of 82 lines"),
        ("kiosk/src/a.rs", "fn a() {}\n", "begins by saying"),
        ("kiosk/ui/a.slint", "component A {}\n", "begins by saying"),
        ("hub/static/a.css", "a { }\n", "begins by saying"),
        ("kiosk/src/a.rs", "//! A.\nstruct TicketManager;\n", "`TicketManager` says nothing"),
        ("kiosk/src/a.rs", "//! A.\nfn sort_helper() {}\n", "`sort_helper` says nothing"),
        ("kiosk/src/a.rs", "//! A.\npub struct TicketData;\n", "`TicketData` says nothing"),
        ("kiosk/src/utils.rs", "//! A.\n", "`utils` says nothing"),
        ("kiosk/src/a.rs", concat!("//! A.\n#[", "allow(dead_code)]\n"), "instead of"),
        ("kiosk/src/a.rs", unwrap, "outside tests"),
        ("kiosk/src/a.rs", concat!("//! A.\nfn a() { println", "!(\"a\"); }\n"), "printing is for commands"),
        ("kiosk/src/a.rs", concat!("//! A.\nfn a() { b.to_upper", "case(); }\n"), "capitals"),
        ("hub/static/a.js", concat!("// A.\nx.toUpper", "Case();\n"), "capitals"),
        ("hub/static/a.css", concat!("/* A. */\na { text-transform: upper", "case; }\n"), "capitals"),
        ("kiosk/src/a.rs", sleep, "never for the clock"),
        ("hub/src/a.rs", concat!("//! A.\nconst Q: &str = \"SEL", "ECT 1\";\n"), "lower case"),
        ("hub/migrations/1.sql", "create table t (a integer);\n", "table t is not strict"),
        ("hub/src/a.rs", concat!("//! A.\n// TO", "DO later\n"), "left-over work"),
    ];
    for (path, text, what) in planted {
        let found = tidy::breaches(&Source::new(path, text));
        assert_eq!(found.len(), 1, "{path} {what}: {}", list(&found));
        assert!(found[0].what.contains(what), "{path}: {} is not {what}", found[0]);
    }
}

#[test]
fn what_the_house_allows_is_no_breach() {
    let allowed = [
        ("hub/src/people/manager.rs", "//! The role.\npub struct Manager;\nfn manager_page() {}\n"),
        ("hub/src/a.rs", concat!("//! A.\n// a comment on .unwrap", "()\nfn a() {}\n")),
        ("hub/src/a.rs", concat!("//! A.\nfn a() {}\n#[cfg(test)]\nmod tests { fn t() { x.unwrap", "(); } }\n")),
        ("hub/migrations/1.sql", "-- Why.\ncreate table t (a integer) strict;\ncreate index i on t (a);\n"),
        ("README.md", "A file of words may be long.\n"),
    ];
    for (path, text) in allowed {
        let found = tidy::breaches(&Source::new(path, text));
        assert!(found.is_empty(), "{}", list(&found));
    }
}

#[test]
fn a_registry_host_is_found_outside_lock_files() {
    let text = concat!("# see https://pypi", ".org/x\n").to_owned();
    let found = tidy::breaches(&Source::new("tests/README.md", &text));
    assert_eq!(found.len(), 1, "{}", list(&found));
    assert!(tidy::breaches(&Source::new("Cargo.lock", &text)).is_empty());
}

#[test]
fn a_crate_without_its_readme_is_found() {
    let source = |path: &str, text: &str| Source::new(path, text);
    let bare = [source("kiosk/Cargo.toml", "[package]\n"), source("kiosk/src/lib.rs", "//! Kiosk.\n")];
    assert_eq!(tidy::crates_without_readme(&bare).len(), 2);
    let whole = [
        source("kiosk/Cargo.toml", "[package]\n"),
        source("kiosk/README.md", "# kiosk\n"),
        source("kiosk/src/lib.rs", "#![doc = include_str!(\"../README.md\")]\n"),
    ];
    assert!(tidy::crates_without_readme(&whole).is_empty());
}

fn list(found: &[Breach]) -> String {
    found.iter().map(|breach| format!("  {breach}\n")).collect()
}
