//! Planted defects: can the proofs fail, and which of them does?
//!
//! A layer that passes proves something only if it fails when the product is wrong. So each patch of `tests/defects` is
//! put into a copy of the tree, and every layer whose programs contain the broken file has to say what it sees. A layer
//! that already fails without a defect has no say. What was found is kept beside the build, so that a run can be
//! continued, and one defect be tried again. Deliberately absent: defects made by a machine (`tests/run mutants` does
//! that for the rules); these are the ones people make.
#![expect(clippy::print_stderr, reason = "a run of an hour says where it is")]

pub mod layers;
pub mod patch;
pub mod table;

use crate::tree;
use anyhow::{Context, Result, ensure};
use layers::{Effort, Finding, Layer, Place};
use patch::Defect;
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
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
    /// Run nothing: print the table of what was found before.
    #[arg(long)]
    table: bool,
    /// Build here instead of beside the scratch tree. Nothing else may ever be built there: cargo takes the same
    /// package of another tree for this one's.
    #[arg(long)]
    target: Option<PathBuf>,
}

/// What was found so far.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Findings {
    /// The commit of the last run: another one's baseline says nothing about this one.
    #[serde(default)]
    commit: String,
    /// Without any defect.
    baseline: BTreeMap<Layer, Finding>,
    defects: BTreeMap<String, Found>,
}

/// About one defect.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Found {
    /// The patch it was found with.
    text: String,
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
        bench.begin()?;
        bench.run_baseline(&layers)?;
        let chosen = |name: &str| settings.only.is_empty() || settings.only.iter().any(|only| name.starts_with(only));
        for defect in defects.iter().filter(|defect| chosen(&defect.name)) {
            bench.run_defect(defect, &layers)?;
        }
    }
    Ok(table::markdown(&defects, &bench.findings))
}

/// The scratch tree and what is known.
struct Bench {
    tree: PathBuf,
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
            target: settings.target.clone().unwrap_or_else(|| place.join("build")),
            logs: place.join("logs"),
            kept,
            effort: Effort { seeds: settings.seeds, crashes: settings.crashes },
            findings,
        })
    }

    /// A tree of this commit. What was found about a defect stays: the patch is the same.
    fn begin(&mut self) -> Result<()> {
        copy_tree(&self.tree)?;
        let commit = git(&["rev-parse", "HEAD"])?;
        if self.findings.commit != commit {
            self.findings.commit = commit;
            self.findings.baseline.clear();
        }
        Ok(())
    }

    fn run_baseline(&mut self, layers: &[Layer]) -> Result<()> {
        let missing: Vec<Layer> =
            layers.iter().copied().filter(|layer| !self.findings.baseline.contains_key(layer)).collect();
        if missing.is_empty() {
            return Ok(());
        }
        eprintln!("without a defect: building");
        ensure!(
            self.build("baseline", &missing),
            "the tree does not build without any defect: {}",
            self.logs.display()
        );
        for layer in missing {
            let finding = self.ask(layer, "baseline");
            eprintln!("without a defect: {} {finding:?}", layer.title());
            self.findings.baseline.insert(layer, finding);
            self.keep()?;
        }
        Ok(())
    }

    fn run_defect(&mut self, defect: &Defect, layers: &[Layer]) -> Result<()> {
        let found = self.findings.defects.entry(defect.name.clone()).or_default();
        if found.text != defect.text {
            *found = Found { text: defect.text.clone(), layers: BTreeMap::new() };
        }
        let mut open = vec![];
        for layer in layers {
            if !defect.paths().any(|path| layer.contains(path)) {
                found.layers.insert(*layer, Finding::Elsewhere);
            } else if !found.layers.contains_key(layer) {
                open.push(*layer);
            }
        }
        self.keep()?;
        if open.is_empty() {
            return Ok(());
        }
        let mut sound = vec![];
        for (path, text) in defect.applied_to(&self.tree)? {
            let path = self.tree.join(path);
            sound.push((path.clone(), fs::read(&path)?));
            fs::write(path, text)?;
        }
        let looked = self.look(defect, &open);
        for (path, bytes) in sound {
            fs::write(path, bytes)?;
        }
        looked
    }

    fn look(&mut self, defect: &Defect, layers: &[Layer]) -> Result<()> {
        eprintln!("{}: building", defect.name);
        let built = self.build(&defect.name, layers);
        for layer in layers {
            let finding = if built { self.ask(*layer, &defect.name) } else { Finding::NotBuilt };
            eprintln!("{}: {} {finding:?}", defect.name, layer.title());
            if let Some(found) = self.findings.defects.get_mut(&defect.name) {
                found.layers.insert(*layer, finding);
            }
            self.keep()?;
        }
        Ok(())
    }

    fn build(&self, name: &str, layers: &[Layer]) -> bool {
        let log = self.logs.join(format!("{name}-build.log"));
        Place { tree: &self.tree, target: &self.target, log: &log }.build(layers)
    }

    fn ask(&self, layer: Layer, name: &str) -> Finding {
        let log = self.logs.join(format!("{name}-{}.log", layer.title()));
        layer.run(&Place { tree: &self.tree, target: &self.target, log: &log }, self.effort)
    }

    fn keep(&self) -> Result<()> {
        Ok(fs::write(&self.kept, serde_json::to_string_pretty(&self.findings)?)?)
    }
}

/// Brings the scratch tree to what git tracks here; what is equal already keeps its age, and so its build.
fn copy_tree(to: &Path) -> Result<()> {
    for name in git(&["ls-files", "-z"])?.split('\0').filter(|name| !name.is_empty()) {
        let (from, to) = (tree::root().join(name), to.join(name));
        let Ok(bytes) = fs::read(&from) else { continue };
        if fs::read(&to).is_ok_and(|there| there == bytes) {
            continue;
        }
        if let Some(folder) = to.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::copy(&from, &to)?;
    }
    Ok(())
}

fn git(args: &[&str]) -> Result<String> {
    let done = Command::new("git").args(args).current_dir(tree::root()).output()?;
    ensure!(done.status.success(), "git {} fails", args.join(" "));
    Ok(String::from_utf8(done.stdout)?)
}
