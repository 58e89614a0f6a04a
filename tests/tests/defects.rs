//! The planted defects still fit the product, and the runner fails when they do not.

use std::collections::BTreeSet;
use tests::{
    defects::{
        folder, patch,
        weave::{SWITCH, woven},
    },
    tree,
};

#[test]
fn every_patch_still_applies_and_changes_the_product() {
    let defects = patch::planted(&folder()).unwrap();
    assert!(defects.len() >= 24, "only {} defects are planted", defects.len());
    for defect in &defects {
        for (path, text) in defect.applied_to(&tree::root()).unwrap_or_else(|e| panic!("{e:#}")) {
            let was = std::fs::read_to_string(tree::root().join(&path)).unwrap();
            assert_ne!(was, text, "{} changes nothing in {path}", defect.name);
            assert!(!path.starts_with("tests/") && path.contains("/src/"), "{} breaks {path}", defect.name);
        }
    }
    let said: BTreeSet<&str> = defects.iter().map(|defect| defect.breaks.as_str()).collect();
    assert_eq!(said.len(), defects.len(), "two defects say the same");
}

#[test]
fn the_page_names_every_defect() {
    let page = std::fs::read_to_string(folder().join("README.md")).unwrap();
    for defect in patch::planted(&folder()).unwrap() {
        assert!(page.contains(&format!("| {} | {} |", defect.name, defect.breaks)), "{} is not there", defect.name);
    }
}

#[test]
fn a_patch_follows_its_lines_and_fails_without_them() {
    let text = "It breaks b.\n--- a/x/src/y.rs\n+++ b/x/src/y.rs\n@@ -2,2 +2,2 @@\n a\n-b\n+c\n";
    let defect = patch::Defect::parse("01-b", text).unwrap();
    let root = std::env::temp_dir().join(format!("navbat-patch-{}", std::process::id()));
    std::fs::create_dir_all(root.join("x/src")).unwrap();
    let file = root.join("x/src/y.rs");
    std::fs::write(&file, "one\ntwo\nthree\na\nb\nend\n").unwrap();
    let expected = ("x/src/y.rs".to_owned(), "one\ntwo\nthree\na\nc\nend\n".to_owned());
    assert_eq!(defect.applied_to(&root).unwrap(), [expected]);
    std::fs::write(&file, "one\na\nB\n").unwrap();
    assert!(defect.applied_to(&root).is_err());
    std::fs::remove_dir_all(root).unwrap();
    for wrong in ["", "It breaks b.\n", "no sentence\n+++ b/x\n@@ -1 +1 @@\n-a\n", "It breaks b.\nrubbish\n"] {
        assert!(patch::Defect::parse("01-b", wrong).is_err(), "{wrong:?}");
    }
}

#[test]
fn every_defect_can_be_switched_on_in_one_program() {
    let defects = patch::planted(&folder()).unwrap();
    let files = woven(&tree::root(), &defects).unwrap_or_else(|e| panic!("{e:#}"));
    for defect in &defects {
        for path in defect.paths() {
            assert!(files[path].contains(&format!("name == {:?}", defect.name)), "{} is not in {path}", defect.name);
        }
    }
}

#[test]
fn a_body_is_chosen_and_what_is_in_no_body_is_refused() {
    let root = std::env::temp_dir().join(format!("navbat-weave-{}", std::process::id()));
    std::fs::create_dir_all(root.join("x/src")).unwrap();
    let text =
        "const A: u8 = 1;\n\nfn one(\n    a: u8,\n) -> u8 {\n    let b = a;\n    b\n}\n\nfn two() -> u8 {\n    2\n}\n";
    std::fs::write(root.join("x/src/y.rs"), text).unwrap();
    let read = |name: &str, hunk: &str| {
        let head = "It breaks y.\n--- a/x/src/y.rs\n+++ b/x/src/y.rs\n";
        patch::Defect::parse(name, &format!("{head}{hunk}")).unwrap()
    };
    let first = read("01-a", "@@ -6,2 +6,2 @@\n-    let b = a;\n+    let b = 3;\n     b\n");
    let second = read("02-b", "@@ -7,2 +7,3 @@\n     b\n+        + 1\n }\n");
    let called = read("03-c", "@@ -10,3 +10,6 @@\n fn two() -> u8 {\n-    2\n+    four()\n }\n");
    let calls = read("04-d", "@@ -8,3 +8,6 @@\n }\n \n+fn four() -> u8 {\n+    4\n+}\n+\n fn two() -> u8 {\n");
    let woven_text = woven(&root, &[first, second, called, calls]).unwrap().remove("x/src/y.rs").unwrap();
    let switch = |name: &str| {
        format!(
            "if {{ static PLANTED: ::std::sync::LazyLock<bool> = ::std::sync::LazyLock::new(|| \
             ::std::env::var({SWITCH:?}).is_ok_and(|name| name == {name:?})); *PLANTED }} {{\n"
        )
    };
    let expected = format!(
        "const A: u8 = 1;\n\nfn one(\n    a: u8,\n) -> u8 {{\n{}    let b = 3;\n    b\n}} else {}    let b = a;\n    b\n        \
         + 1\n}} else {{\n    let b = a;\n    b\n}}\n}}\n\nfn four() -> u8 {{\n    4\n}}\n\nfn two() -> u8 {{\n{}    four()\n\
         }} else {{\n    2\n}}\n}}\n",
        switch("01-a"),
        switch("02-b"),
        switch("03-c"),
    );
    assert_eq!(woven_text, expected);
    let constant = read("05-e", "@@ -1,1 +1,1 @@\n-const A: u8 = 1;\n+const A: u8 = 2;\n");
    assert!(woven(&root, &[constant]).is_err());
    std::fs::remove_dir_all(root).unwrap();
}
