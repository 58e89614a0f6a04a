//! The planted defects still fit the product, and the runner fails when they do not.

use std::collections::BTreeSet;
use tests::{
    defects::{folder, patch},
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
