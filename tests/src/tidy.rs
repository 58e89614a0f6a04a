//! The house style as checks: each takes a file and names its breaches.
//!
//! Clippy and rustfmt hold what they can hold; here is what they cannot: names, lengths of files in other
//! languages, documentation first, text in code. The checks read lines, not syntax: rustfmt has already made
//! lines mean something. There is no exception list: the house passes, or it changes.

use crate::tree::Source;
use std::fmt;

/// Lines of a file that is not a test.
pub const FILE_LINES_MAX: usize = 400;
/// Lines of a function, its first and last line counted.
pub const FUNCTION_LINES_MAX: usize = 75;

/// Something that is not as the house wants it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    /// The file.
    pub path: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub what: String,
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.what)
    }
}

/// All checks of one file.
pub fn breaches(source: &Source) -> Vec<Breach> {
    let checks: [fn(&Source) -> Vec<Breach>; 9] = [
        long_file,
        long_function,
        documentation_first,
        forbidden_names,
        forbidden_code,
        raised_voice,
        sleeping_tests,
        sql_in_lower_case,
        unfinished_or_foreign,
    ];
    checks.iter().flat_map(|check| check(source)).collect()
}

/// The top level is the house's door: nothing but this and dot-files.
pub fn foreign_at_top_level(names: &[String]) -> Vec<String> {
    const DOOR: [&str; 10] = [
        "Cargo.lock",
        "Cargo.toml",
        "LICENSE",
        "README.md",
        "hub",
        "images",
        "kiosk",
        "queue-display",
        "systemd",
        "tests",
    ];
    let foreign = names.iter().filter(|name| !name.starts_with('.') && !DOOR.contains(&name.as_str()));
    let missing = DOOR.iter().filter(|wanted| !names.iter().any(|name| name == *wanted));
    foreign
        .map(|name| format!("{name} does not belong there"))
        .chain(missing.map(|n| format!("{n} is missing")))
        .collect()
}

/// Each crate's README is its crate documentation.
pub fn crates_without_readme(sources: &[Source]) -> Vec<Breach> {
    let text = |path: &str| sources.iter().find(|source| source.path == path).map(|source| source.text.as_str());
    let mut found = vec![];
    for manifest in sources.iter().filter(|s| s.path.ends_with("/Cargo.toml")) {
        let folder = manifest.path.trim_end_matches("/Cargo.toml");
        let entry = ["src/lib.rs", "src/main.rs"].iter().find_map(|name| text(&format!("{folder}/{name}")));
        let readme = text(&format!("{folder}/README.md"));
        if readme.is_none_or(|text| text.trim().is_empty()) {
            found.push(Breach { path: manifest.path.clone(), line: 1, what: "the crate has no README.md".into() });
        }
        if entry.is_none_or(|text| !text.starts_with("#![doc = include_str!(\"../README.md\")]")) {
            let what = "the crate's documentation is its README: #![doc = include_str!(\"../README.md\")]";
            found.push(Breach { path: manifest.path.clone(), line: 1, what: what.into() });
        }
    }
    found
}

fn long_file(source: &Source) -> Vec<Breach> {
    let written = matches!(source.extension(), "rs" | "slint" | "js" | "mjs" | "css" | "html");
    let lines = source.text.lines().count();
    if !written || source.is_test() || lines <= FILE_LINES_MAX {
        return vec![];
    }
    vec![breach(source, lines, format!("{lines} lines; a file has at most {FILE_LINES_MAX}"))]
}

/// A function runs from its first line to the closing brace at the same margin.
fn long_function(source: &Source) -> Vec<Breach> {
    let opens: fn(&str) -> bool = match source.extension() {
        "rs" => |line| line.ends_with('{') && words(line).any(|word| word == "fn"),
        "js" | "mjs" => |line| line.ends_with('{') && words(line).any(|word| word == "function"),
        _ => return vec![],
    };
    let lines: Vec<&str> = source.text.lines().collect();
    let mut found = vec![];
    for (at, line) in lines.iter().enumerate().filter(|(_, line)| opens(line.trim_end())) {
        let margin = &line[..line.len() - line.trim_start().len()];
        let close = format!("{margin}}}");
        let length = lines[at..].iter().position(|l| l.trim_end() == close).map_or(0, |n| n + 1);
        if length > FUNCTION_LINES_MAX && !source.is_test() {
            found.push(breach(source, at + 1, format!("a function of {length} lines")));
        }
    }
    found
}

fn documentation_first(source: &Source) -> Vec<Breach> {
    let first = source.text.lines().next().unwrap_or_default();
    let documented = match source.extension() {
        "rs" => first.starts_with("//!") || first.starts_with("#![doc"),
        "slint" => first.starts_with("//"),
        "js" | "mjs" => first.starts_with("//") || first.starts_with("/*"),
        "css" => first.starts_with("/*"),
        _ => true,
    };
    if documented { vec![] } else { vec![breach(source, 1, "a file begins by saying what it is and why".into())] }
}

fn forbidden_names(source: &Source) -> Vec<Breach> {
    const ANYWHERE: [&str; 7] = ["helper", "helpers", "util", "utils", "utility", "misc", "stuff"];
    const AT_THE_END: [&str; 5] = ["manager", "data", "info", "impl", "handler"];
    let mut found = vec![];
    let mut judge = |line: usize, name: &str, is_type: bool| {
        let parts = name_parts(name);
        let bad_end =
            (is_type && parts.len() > 1 && parts.last().is_some_and(|last| AT_THE_END.contains(&last.as_str())))
                || (parts.len() == 1 && ["data", "info"].contains(&parts[0].as_str()));
        if bad_end || parts.iter().any(|part| ANYWHERE.contains(&part.as_str())) {
            found.push(breach(source, line, format!("`{name}` says nothing: name what it is")));
        }
    };
    let stem = source.path.rsplit('/').next().unwrap_or_default().split('.').next().unwrap_or_default();
    if matches!(source.extension(), "rs" | "slint" | "js" | "mjs" | "css" | "html") {
        judge(1, stem, false);
    }
    if source.extension() == "rs" {
        for (at, line) in source.text.lines().enumerate() {
            let mut before = "";
            for word in words(line.split("//").next().unwrap_or_default()) {
                match before {
                    "struct" | "enum" | "trait" | "type" => judge(at + 1, word, true),
                    "mod" | "fn" => judge(at + 1, word, false),
                    _ => {}
                }
                before = word;
            }
        }
    }
    found
}

fn forbidden_code(source: &Source) -> Vec<Breach> {
    if source.extension() != "rs" {
        return vec![];
    }
    let allow = [concat!("#[", "allow("), concat!("#![", "allow(")];
    let may_print = source.text.contains("clippy::print_stdout") || source.text.contains("clippy::print_stderr");
    let mut found = vec![];
    for (at, line) in source.text.lines().enumerate().filter(|(_, line)| allow.iter().any(|a| line.contains(a))) {
        found.push(breach(source, at + 1, format!("#[expect(…, reason = …)] instead of {}", line.trim())));
    }
    for (at, line) in source.product_lines().filter(|(_, line)| !line.trim_start().starts_with("//")) {
        if line.contains(concat!(".unwrap", "()")) {
            found.push(breach(source, at, "`unwrap` outside tests: say why by `expect`".into()));
        }
        if line.contains(concat!("println", "!(")) && !may_print {
            found.push(breach(source, at, "printing is for commands, with #[expect(clippy::print_stdout)]".into()));
        }
    }
    found
}

/// Karakalpak `ı` has the capital `Í`: no program may put text into capitals.
fn raised_voice(source: &Source) -> Vec<Breach> {
    let speaks = matches!(source.extension(), "rs" | "slint" | "js" | "mjs" | "css" | "html");
    if !speaks || source.path.ends_with("build.rs") {
        return vec![];
    }
    let raised = ["to_upper", "toUpper", "toLocaleUpper", "ascii_upper", "transform: upper"];
    let raised: Vec<String> =
        raised.iter().flat_map(|start| [format!("{start}case"), format!("{start}Case")]).collect();
    let found = source.product_lines().filter(|(_, line)| raised.iter().any(|word| line.contains(word)));
    found.map(|(at, _)| breach(source, at, "text is never put into capitals by code".into())).collect()
}

fn sleeping_tests(source: &Source) -> Vec<Breach> {
    let sleeps = ["thread::", "time::"].map(|of| format!("{of}sleep")).into_iter();
    let sleeps: Vec<String> = sleeps.chain(["waitFor", "set"].map(|of| format!("{of}Timeout("))).collect();
    if !matches!(source.extension(), "rs" | "js" | "mjs") {
        return vec![];
    }
    let found = source.test_lines().filter(|(_, line)| sleeps.iter().any(|sleep| line.contains(sleep)));
    found.map(|(at, _)| breach(source, at, "a test waits for the event, never for the clock".into())).collect()
}

fn sql_in_lower_case(source: &Source) -> Vec<Breach> {
    if !matches!(source.extension(), "rs" | "sql") {
        return vec![];
    }
    let loud = [("SEL", "ECT "), ("INS", "ERT INTO"), ("CREATE ", "TABLE"), ("DELETE ", "FROM"), ("BEGIN ", "IMM")];
    let loud = loud.map(|(a, b)| format!("{a}{b}"));
    let mut found = vec![];
    for (at, _) in source.text.lines().enumerate().filter(|(_, line)| loud.iter().any(|word| line.contains(word))) {
        found.push(breach(source, at + 1, "SQL is written in lower case".into()));
    }
    // PostgreSQL has no other tables.
    if source.extension() == "sql" && !source.path.starts_with("hub/khokimiyat/") {
        let bare: String = source.text.lines().filter(|line| !line.trim_start().starts_with("--")).collect();
        for table in bare.split(';').filter(|s| s.trim_start().starts_with("create table")) {
            if !table.trim_end().ends_with("strict") && !table.contains("strict,") {
                let name = table.split_whitespace().nth(2).unwrap_or_default();
                found.push(breach(source, 1, format!("table {name} is not strict")));
            }
        }
    }
    found
}

/// Left-over work, and hosts of package registries, which no file but a lock file names.
fn unfinished_or_foreign(source: &Source) -> Vec<Breach> {
    if source.path.ends_with("Cargo.lock") || source.path.ends_with("package-lock.json") || source.path == "LICENSE" {
        return vec![];
    }
    let left = [("TO", "DO"), ("FIX", "ME"), ("X", "XX:")].map(|(a, b)| format!("{a}{b}"));
    let hosts = [
        ("crates", ".io/"),
        ("npmjs", ".org"),
        ("pypi", ".org"),
        ("pythonhosted", ".org"),
        ("deb.debian", ".org"),
        ("proxy.golang", ".org"),
        ("repo.maven", ".apache"),
    ];
    let hosts = hosts.map(|(a, b)| format!("{a}{b}"));
    let mut found = vec![];
    for (at, line) in source.text.lines().enumerate() {
        if left.iter().any(|word| line.contains(word)) {
            found.push(breach(source, at + 1, "left-over work: do it, or file it".into()));
        }
        if hosts.iter().any(|host| line.contains(host)) {
            found.push(breach(source, at + 1, "a package registry's host is named in lock files only".into()));
        }
    }
    found
}

fn breach(source: &Source, line: usize, what: String) -> Breach {
    Breach { path: source.path.clone(), line, what }
}

fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

/// `QueueManager`, `queue_manager`, `queue-manager` → `queue`, `manager`.
fn name_parts(name: &str) -> Vec<String> {
    let mut parts: Vec<String> = vec![];
    let mut after_small = false;
    for c in name.chars() {
        let breaks = c == '_' || c == '-' || (c.is_uppercase() && after_small);
        if breaks || parts.is_empty() {
            parts.push(String::new());
        }
        if let Some(last) = parts.last_mut().filter(|_| c != '_' && c != '-') {
            last.extend(c.to_lowercase());
        }
        after_small = c.is_lowercase() || c.is_ascii_digit();
    }
    parts.retain(|part| !part.is_empty());
    parts
}
