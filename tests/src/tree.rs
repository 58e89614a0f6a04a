//! The repository as the checks see it: every text file with its path.
//!
//! What tools leave behind (`target`, `node_modules`) is not part of it. There is no `git` in here: a source
//! archive without history is checked just the same.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// Folders that tools make and `.gitignore` names.
const LEFT_BEHIND: [&str; 5] = ["target", ".git", "node_modules", ".venv", "mutants.out"];

/// One text file of the repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The path from the root, with `/`.
    pub path: String,
    /// Its text; empty if it is not UTF-8.
    pub text: String,
    /// Declared as `#[cfg(test)] mod …;` by its parent.
    declared_test: bool,
}

impl Source {
    /// A file with its text.
    pub fn new(path: &str, text: &str) -> Source {
        Source { path: path.to_owned(), text: text.to_owned(), declared_test: false }
    }

    /// The part after the last dot.
    pub fn extension(&self) -> &str {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        name.rsplit_once('.').map_or("", |(_, extension)| extension)
    }

    /// Whether the whole file belongs to tests.
    pub fn is_test(&self) -> bool {
        self.declared_test || self.path.split('/').any(|part| matches!(part, "benches" | "tests" | "tests.rs"))
    }

    /// The lines that are not tests, with their numbers from 1: a `#[cfg(test)]` at the margin begins the tests, if
    /// it does not only declare them.
    pub fn product_lines(&self) -> impl Iterator<Item = (usize, &str)> {
        let all = if self.is_test() { "" } else { self.text.as_str() };
        let lines: Vec<&str> = all.lines().collect();
        let begins = |at: &usize| lines[*at] == "#[cfg(test)]" && lines.get(at + 1).is_some_and(|l| l.contains('{'));
        let end = (0..lines.len()).find(begins).unwrap_or(lines.len());
        lines.into_iter().take(end).enumerate().map(|(at, line)| (at + 1, line))
    }

    /// The modules that this file declares as tests, by the start of their paths.
    fn test_modules(&self) -> Vec<String> {
        let folder = self.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let stem = self.path.rsplit('/').next().unwrap_or_default().trim_end_matches(".rs");
        let folder =
            if matches!(stem, "mod" | "lib" | "main") { folder.to_owned() } else { format!("{folder}/{stem}") };
        let declared =
            self.text.split("#[cfg(test)]\n").skip(1).filter_map(|rest| rest.lines().next()?.strip_suffix(';'));
        declared.filter_map(|line| Some(format!("{folder}/{}", line.rsplit_once("mod ")?.1))).collect()
    }

    /// The lines that are tests, with their numbers from 1.
    pub fn test_lines(&self) -> impl Iterator<Item = (usize, &str)> {
        let product = self.product_lines().count();
        self.text.lines().enumerate().map(|(at, line)| (at + 1, line)).skip(product)
    }
}

/// The repository's root.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().expect("the tests folder lies in the repository").to_path_buf()
}

/// The names at the top level, without what tools leave behind.
pub fn top_level() -> io::Result<Vec<String>> {
    let mut names = vec![];
    for entry in fs::read_dir(root())? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if !LEFT_BEHIND.contains(&name.as_str()) {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

/// Every file, sorted by path.
pub fn sources() -> io::Result<Vec<Source>> {
    let mut found = vec![];
    collect(&root(), "", &mut found)?;
    let tests: Vec<String> = found.iter().filter(|s| s.extension() == "rs").flat_map(Source::test_modules).collect();
    for source in &mut found {
        let inside = |module: &String| {
            source.path.strip_prefix(module).is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
        };
        source.declared_test = tests.iter().any(inside);
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

fn collect(folder: &Path, prefix: &str, found: &mut Vec<Source>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if LEFT_BEHIND.contains(&name.as_str()) {
            continue;
        }
        let path = format!("{prefix}{name}");
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &format!("{path}/"), found)?;
        } else {
            let text = String::from_utf8(fs::read(entry.path())?).unwrap_or_default();
            found.push(Source::new(&path, &text));
        }
    }
    Ok(())
}
