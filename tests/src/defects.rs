//! Planted defects: can the proofs fail, and which of them does?
//!
//! A layer that passes proves something only if it fails when the product is wrong. So the patches of `tests/defects` are
//! woven into a copy of the tree, which is built once, and for each defect every layer whose programs contain the broken
//! file has to say what it sees. A layer that already fails without a defect has no say. What was found is kept beside
//! the build, so that a run can be continued, and one defect be tried again. Deliberately absent: defects made by a
//! machine (`tests/run mutants` does that for the rules); these are the ones people make.
#![expect(clippy::print_stderr, reason = "a run of an hour says where it is")]

pub mod layers;
pub mod patch;
pub mod table;
pub mod weave;

use crate::tree;
use anyhow::{Context, Result, ensure};
use layers::{Effort, Finding, Layer, Place, Subject};
use patch::Defect;
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// What to run.
#[derive(Debug, clap::Args)]
pub struct Settings {
    /// Only defects whose name begins with one of these.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// Only these layers.
    #[arg(long, value_delimiter = ',')]
    layers: Vec<Layer>,
    /// Simulated hall-days for each defect.
    #[arg(long, default_value_t = 300)]
    seeds: u64,
    /// Power cuts for each defect.
    #[arg(long, default_value_t = 24)]
    crashes: u64,
    /// Every layer, also when one has caught the defect: who catches it alone is known only then.
    #[arg(long)]
    all_layers: bool,
    /// Run nothing: print the table of what was found before.
    #[arg(long)]
    table: bool,
}

/// What was found so far.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Findings {
    /// The commit of the last run: what was found at another one says nothing about this one.
    #[serde(default)]
    commit: String,
    /// Without any defect.
    baseline: BTreeMap<Layer, Finding>,
    defects: BTreeMap<String, Found>,
}

/// About one defect.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Found {
    /// The patch it was found with.
    text: String,
    /// The commit it was found at.
    #[serde(default)]
    commit: String,
    layers: BTreeMap<Layer, Finding>,
}

/// Where patches and their table lie.
pub fn folder() -> PathBuf {
    tree::root().join("tests/defects")
}

/// Runs what is asked for and has no result yet; answers the table.
pub fn run(settings: &Settings, place: &Path) -> Result<String> {
    let defects = patch::planted(&folder())?;
    fs::create_dir_all(place.join("logs"))?;
    let mut bench = Bench::new(settings, place)?;
    if !settings.table {
        let layers = if settings.layers.is_empty() { Layer::ALL.to_vec() } else { settings.layers.clone() };
        bench.begin(&defects)?;
        bench.run_baseline(&layers)?;
        let chosen = |name: &str| settings.only.is_empty() || settings.only.iter().any(|only| name.starts_with(only));
        for defect in defects.iter().filter(|defect| chosen(&defect.name)) {
            bench.run_defect(defect, &layers, settings)?;
        }
    }
    Ok(table::markdown(&defects, &bench.findings))
}

/// The scratch tree and what is known.
struct Bench {
    tree: PathBuf,
    /// Nothing else may ever be built there: cargo takes the same package of another tree for this one's.
    target: PathBuf,
    logs: PathBuf,
    kept: PathBuf,
    effort: Effort,
    findings: Findings,
}

impl Bench {
    fn new(settings: &Settings, place: &Path) -> Result<Bench> {
        let kept = place.join("findings.json");
        let findings = match fs::read_to_string(&kept) {
            Ok(text) => serde_json::from_str(&text).with_context(|| format!("{} is not ours", kept.display()))?,
            Err(_) => Findings::default(),
        };
        Ok(Bench {
            tree: place.join("tree"),
            target: place.join("build"),
            logs: place.join("logs"),
            kept,
            effort: Effort { seeds: settings.seeds, crashes: settings.crashes },
            findings,
        })
    }

    /// A tree of this commit with every defect in it, built. What was found about a defect stays until it is asked again.
    fn begin(&mut self, defects: &[Defect]) -> Result<()> {
        copy_tree(&self.tree, &weave::woven(&tree::root(), defects)?)?;
        let commit = git(&["rev-parse", "--short", "HEAD"])?.trim().to_owned();
        if self.findings.commit != commit {
            self.findings.commit = commit;
            self.findings.baseline.clear();
        }
        eprintln!("building {} defects", defects.len());
        let log = self.logs.join("build.log");
        ensure!(self.place(&log, None).build()?, "the tree with every defect does not build: {}", log.display());
        Ok(())
    }

    fn run_baseline(&mut self, layers: &[Layer]) -> Result<()> {
        for layer in layers {
            if self.findings.baseline.contains_key(layer) {
                continue;
            }
            let finding = self.ask(*layer, None)?;
            eprintln!("without a defect: {} {finding:?}", layer.title());
            self.findings.baseline.insert(*layer, finding);
            self.keep()?;
        }
        Ok(())
    }

    fn run_defect(&mut self, defect: &Defect, layers: &[Layer], settings: &Settings) -> Result<()> {
        let mut found = self.findings.defects.remove(&defect.name).unwrap_or_default();
        if found.text != defect.text || found.commit != self.findings.commit {
            let (text, commit) = (defect.text.clone(), self.findings.commit.clone());
            found = Found { text, commit, layers: BTreeMap::new() };
        }
        for layer in layers {
            if found.layers.contains_key(layer) {
                continue;
            }
            let enough = found.layers.values().any(|finding| *finding == Finding::Caught) && !settings.all_layers;
            let finding = if !defect.paths().any(|path| layer.contains(path)) {
                Finding::Elsewhere
            } else if enough {
                continue;
            } else {
                let finding = self.ask(*layer, Some(defect))?;
                eprintln!("{}: {} {finding:?}", defect.name, layer.title());
                finding
            };
            found.layers.insert(*layer, finding);
            self.findings.defects.insert(defect.name.clone(), found.clone());
            self.keep()?;
        }
        self.findings.defects.insert(defect.name.clone(), found);
        self.keep()
    }

    fn ask(&self, layer: Layer, defect: Option<&Defect>) -> Result<Finding> {
        let name = defect.map_or("none", |defect| defect.name.as_str());
        let log = self.logs.join(format!("{name}-{}.log", layer.title()));
        layer.run(&self.place(&log, defect), self.effort)
    }

    fn place<'a>(&'a self, log: &'a Path, defect: Option<&'a Defect>) -> Place<'a> {
        let subject = defect.map(|defect| Subject { name: &defect.name, kiosk: defect.paths().any(in_kiosk) });
        Place { tree: &self.tree, target: &self.target, log, subject }
    }

    fn keep(&self) -> Result<()> {
        Ok(fs::write(&self.kept, serde_json::to_string_pretty(&self.findings)?)?)
    }
}

/// Brings the scratch tree to what git tracks here, with these files instead of theirs; what is equal already keeps its
/// age, and so its build. What is tracked no more goes: a module that has moved must not be there twice.
fn copy_tree(to: &Path, woven: &BTreeMap<String, String>) -> Result<()> {
    let (tracked, kept) = (git(&["ls-files", "-z"])?, to.join(".tracked"));
    let before = fs::read_to_string(&kept).unwrap_or_default();
    let (names, before) = (names(&tracked), names(&before));
    for gone in before.difference(&names).map(|name| to.join(name)).filter(|gone| gone.exists()) {
        fs::remove_file(gone)?;
    }
    for name in &names {
        let (from, to) = (tree::root().join(name), to.join(name));
        let bytes = match woven.get(name) {
            Some(text) => text.clone().into_bytes(),
            None => match fs::read(&from) {
                Ok(bytes) => bytes,
                Err(_) => continue,
            },
        };
        if fs::read(&to).is_ok_and(|there| there == bytes) {
            continue;
        }
        if let Some(folder) = to.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&to, bytes)?;
        fs::set_permissions(&to, fs::metadata(&from)?.permissions())?;
    }
    Ok(fs::write(kept, tracked)?)
}

fn names(list: &str) -> BTreeSet<String> {
    list.split('\0').filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

fn git(args: &[&str]) -> Result<String> {
    let done = Command::new("git").args(args).current_dir(tree::root()).output()?;
    ensure!(done.status.success(), "git {} fails", args.join(" "));
    Ok(String::from_utf8(done.stdout)?)
}

fn in_kiosk(path: &str) -> bool {
    path.starts_with("kiosk/")
}
