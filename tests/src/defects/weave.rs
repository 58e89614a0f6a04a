//! All planted defects in one program: each function that a patch changes gets a second body, and the environment
//! chooses.
//!
//! A build for each defect would take a day, nearly all of it for code that no defect touches. So the runner builds once
//! and each trial is only a run; without the variable every function has its own body. It works by lines and counts on
//! the house's formatting: a body ends at the first brace that stands as deep as its `fn`. Deliberately absent: constants,
//! types and signatures. A defect in those is refused by name, and a test holds that none is there.

use super::patch::{Change, Defect, Edit};
use anyhow::{Result, bail, ensure};
use std::{collections::BTreeMap, fmt::Write, fs, ops::Range, path::Path};

/// The variable that names the one defect a program is to have.
pub const SWITCH: &str = "PLANTED_DEFECT";

/// Every changed file of a tree, from its root, with all these defects in it; nothing is written.
pub fn woven(root: &Path, defects: &[Defect]) -> Result<BTreeMap<String, String>> {
    let mut files: BTreeMap<&str, Vec<(&str, &Change)>> = BTreeMap::new();
    for defect in defects {
        for change in &defect.changes {
            files.entry(&change.path).or_default().push((&defect.name, change));
        }
    }
    let mut all = BTreeMap::new();
    for (path, changes) in files {
        let text = fs::read_to_string(root.join(path))?;
        all.insert(path.to_owned(), file(&text, &changes)?);
    }
    Ok(all)
}

fn file(text: &str, changes: &[(&str, &Change)]) -> Result<String> {
    let lines: Vec<&str> = text.lines().collect();
    let bodies = bodies(&lines);
    // By the line after which they come: functions that only a defect calls, and the other bodies of a body.
    let mut more: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    let mut others: BTreeMap<usize, Vec<(&str, Vec<Edit>)>> = BTreeMap::new();
    for (name, change) in changes {
        for edit in change.edits(&lines)? {
            let inside = bodies.iter().position(|body| edit.old.start >= body.start && edit.old.end <= body.end);
            match inside {
                Some(body) => {
                    let others = others.entry(body).or_default();
                    match others.last_mut().filter(|(last, _)| last == name) {
                        Some((_, edits)) => edits.push(edit),
                        None => others.push((name, vec![edit])),
                    }
                }
                None if adds_function(&edit) => more.entry(edit.old.start).or_default().extend(edit.new),
                None => bail!("{name} changes {} outside of every body: it cannot be woven", change.path),
            }
        }
    }
    let mut woven = String::new();
    let mut at = 0;
    for (nth, body) in bodies.iter().enumerate() {
        copy(&mut woven, &lines, at..body.start, &more);
        match others.get(&nth) {
            Some(others) => choose(&mut woven, &lines, body, others),
            None => copy(&mut woven, &lines, body.clone(), &more),
        }
        at = body.end;
    }
    copy(&mut woven, &lines, at..lines.len(), &more);
    ensure!(more.keys().all(|at| *at < lines.len()), "a function after the last line");
    Ok(woven)
}

fn copy(to: &mut String, lines: &[&str], range: Range<usize>, more: &BTreeMap<usize, Vec<String>>) {
    for at in range {
        more.get(&at).into_iter().flatten().for_each(|line| push(to, line));
        push(to, lines[at]);
    }
}

/// `if this defect { its body } else … { the body }`
fn choose(to: &mut String, lines: &[&str], body: &Range<usize>, others: &[(&str, Vec<Edit>)]) {
    for (name, edits) in others {
        let _ = writeln!(
            to,
            "if {{ static PLANTED: ::std::sync::LazyLock<bool> = ::std::sync::LazyLock::new(|| \
             ::std::env::var({SWITCH:?}).is_ok_and(|name| name == {name:?})); *PLANTED }} {{"
        );
        let mut at = body.start;
        for edit in edits {
            lines[at..edit.old.start].iter().for_each(|line| push(to, line));
            edit.new.iter().for_each(|line| push(to, line));
            at = edit.old.end;
        }
        lines[at..body.end].iter().for_each(|line| push(to, line));
        to.push_str("} else ");
    }
    to.push_str("{\n");
    lines[body.clone()].iter().for_each(|line| push(to, line));
    to.push_str("}\n");
}

fn push(to: &mut String, line: &str) {
    to.push_str(line);
    to.push('\n');
}

/// The lines between the braces of each function that is in no other function.
fn bodies(lines: &[&str]) -> Vec<Range<usize>> {
    let mut bodies = vec![];
    let mut at = 0;
    while at < lines.len() {
        let depth = depth(lines[at]);
        // A declaration ends at this depth without opening a body; a body on the `fn`'s own line is nobody's.
        let head = (at..lines.len()).find(|line| depth == self::depth(lines[*line]) && ends_head(lines[*line]));
        let opens = head.filter(|head| is_function(lines[at]) && lines[*head].ends_with('{'));
        let end = opens.and_then(|head| (head..lines.len()).find(|line| closes(lines[*line], depth)));
        match (opens, end) {
            (Some(head), Some(end)) => {
                bodies.push(head + 1..end);
                at = end + 1;
            }
            _ => at += 1,
        }
    }
    bodies
}

fn depth(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

fn ends_head(line: &str) -> bool {
    line.ends_with(['{', ';', '}'])
}

fn closes(line: &str, depth: usize) -> bool {
    self::depth(line) == depth && line.trim() == "}"
}

/// A function that only a defect calls.
fn adds_function(edit: &Edit) -> bool {
    edit.old.is_empty() && edit.new.first().is_some_and(|line| is_function(line))
}

fn is_function(line: &str) -> bool {
    let line = line.trim_start();
    let public = line.strip_prefix("pub(").and_then(|rest| rest.split_once(") ")).map(|(_, rest)| rest);
    let rest = public.or(line.strip_prefix("pub ")).unwrap_or(line);
    rest.strip_prefix("async ").unwrap_or(rest).starts_with("fn ")
}
