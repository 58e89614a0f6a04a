//! A planted defect as a file: one line that says what it breaks, then a unified diff.
//!
//! Applied by content, so that lines added elsewhere do not matter; the stated line number only chooses among equal
//! places. No git and no `patch`: a bare machine has neither.

use anyhow::{Context, Result, bail, ensure};
use std::{fs, ops::Range, path::Path};

/// A planted defect.
#[derive(Debug, Clone)]
pub struct Defect {
    /// `07-forgotten-release`.
    pub name: String,
    /// What it breaks, as one sentence.
    pub breaks: String,
    /// The file but for its line numbers, to know whether an old result is still its own.
    pub text: String,
    pub(super) changes: Vec<Change>,
}

/// What happens to one file.
#[derive(Debug, Clone)]
pub(super) struct Change {
    pub(super) path: String,
    hunks: Vec<Hunk>,
}

/// Lines of a file, from 0, and what stands there instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Edit {
    pub(super) old: Range<usize>,
    pub(super) new: Vec<String>,
}

#[derive(Debug, Clone, Default)]
struct Hunk {
    /// From 0.
    line: usize,
    old: Vec<String>,
    new: Vec<String>,
}

impl Defect {
    /// Reads a patch file.
    pub fn read(path: &Path) -> Result<Defect> {
        let name = path.file_stem().context("a patch has a name")?.to_string_lossy().into_owned();
        let text = fs::read_to_string(path)?;
        Defect::parse(&name, &text).with_context(|| format!("in {name}"))
    }

    /// From the text of a patch file.
    pub fn parse(name: &str, text: &str) -> Result<Defect> {
        let mut lines = text.lines();
        let breaks = lines.next().unwrap_or_default().to_owned();
        ensure!(
            breaks.ends_with('.') && !breaks.starts_with("---"),
            "the first line says in a sentence what it breaks"
        );
        let mut changes: Vec<Change> = Vec::new();
        for line in lines {
            if line.starts_with("--- ") {
                continue;
            }
            if let Some(path) = line.strip_prefix("+++ b/") {
                changes.push(Change { path: path.to_owned(), hunks: Vec::new() });
                continue;
            }
            let hunks = &mut changes.last_mut().context("a diff begins with +++ b/…")?.hunks;
            if let Some(head) = line.strip_prefix("@@ -") {
                let number = head.split([',', ' ']).next().unwrap_or_default();
                hunks.push(Hunk { line: number.parse::<usize>()?.saturating_sub(1), ..Hunk::default() });
                continue;
            }
            let hunk = hunks.last_mut().context("a hunk begins with @@")?;
            match line.split_at_checked(1) {
                None | Some((" ", _)) => {
                    let kept = line.get(1..).unwrap_or_default().to_owned();
                    hunk.old.push(kept.clone());
                    hunk.new.push(kept);
                }
                Some(("-", gone)) => hunk.old.push(gone.to_owned()),
                Some(("+", come)) => hunk.new.push(come.to_owned()),
                Some(_) => bail!("not a line of a diff: {line}"),
            }
        }
        ensure!(changes.iter().any(|change| !change.hunks.is_empty()), "it changes nothing");
        let text = text.lines().filter(|line| !line.starts_with("@@ ")).collect::<Vec<_>>().join("\n");
        Ok(Defect { name: name.to_owned(), breaks, text, changes })
    }

    /// The files it changes, from the root.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.changes.iter().map(|change| change.path.as_str())
    }

    /// Every changed file of a tree with its new text; nothing is written.
    pub fn applied_to(&self, root: &Path) -> Result<Vec<(String, String)>> {
        let apply = |change: &Change| {
            let text = fs::read_to_string(root.join(&change.path)).with_context(|| change.path.clone())?;
            let text = change
                .hunks
                .iter()
                .try_fold(text, |text, hunk| hunk.applied(&text))
                .with_context(|| format!("{} no longer applies to {}", self.name, change.path))?;
            Ok((change.path.clone(), text))
        };
        self.changes.iter().map(apply).collect()
    }
}

impl Change {
    /// What changes where, in order, without the lines around it.
    pub(super) fn edits(&self, lines: &[&str]) -> Result<Vec<Edit>> {
        let mut edits = self.hunks.iter().map(|hunk| hunk.edit(lines)).collect::<Result<Vec<Edit>>>()?;
        edits.sort_by_key(|edit| edit.old.start);
        Ok(edits)
    }
}

impl Edit {
    fn applied(&self, lines: &[&str]) -> String {
        let new = self.new.iter().map(String::as_str);
        let all: Vec<&str> =
            lines[..self.old.start].iter().copied().chain(new).chain(lines[self.old.end..].iter().copied()).collect();
        all.join("\n") + "\n"
    }
}

impl Hunk {
    fn applied(&self, text: &str) -> Result<String> {
        let lines: Vec<&str> = text.lines().collect();
        Ok(self.edit(&lines)?.applied(&lines))
    }

    fn edit(&self, lines: &[&str]) -> Result<Edit> {
        let fits = |at: &usize| {
            lines[*at..].iter().zip(&self.old).filter(|(is, was)| **is == was.as_str()).count() == self.old.len()
        };
        let nearest = (0..lines.len()).filter(fits).min_by_key(|at| at.abs_diff(self.line));
        let at = nearest.with_context(|| format!("these lines are not there:\n{}", self.old.join("\n")))?;
        let same = self.old.iter().zip(&self.new).take_while(|(old, new)| old == new).count();
        let (old, new) = (&self.old[same..], &self.new[same..]);
        let after = old.iter().rev().zip(new.iter().rev()).take_while(|(old, new)| old == new).count();
        let start = at + same;
        Ok(Edit { old: start..start + old.len() - after, new: new[..new.len() - after].to_vec() })
    }
}

/// Every planted defect, in order.
pub fn planted(folder: &Path) -> Result<Vec<Defect>> {
    let mut paths = vec![];
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "patch") {
            paths.push(path);
        }
    }
    paths.sort();
    paths.iter().map(|path| Defect::read(path)).collect()
}
