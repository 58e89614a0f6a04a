//! Which layer caught which planted defect, as Markdown.

use super::{
    Findings,
    layers::{Finding, Layer},
    patch::Defect,
};
use std::fmt::Write;

/// The table, and what each layer alone caught. No dates: the same findings make the same text.
pub fn markdown(defects: &[Defect], findings: &Findings) -> String {
    let mut text = HEAD.to_owned();
    for layer in Layer::ALL {
        let _ = writeln!(text, "| {} | {} |", layer.title(), layer.what());
    }
    text.push_str("\n## Found\n\n| defect | breaks |");
    for layer in Layer::ALL {
        let _ = write!(text, " {} |", layer.title());
    }
    let _ = write!(text, "\n| --- | --- |{}\n", " :-: |".repeat(Layer::ALL.len()));
    for defect in defects {
        let _ = write!(text, "| {} | {} |", defect.name, defect.breaks);
        for layer in Layer::ALL {
            let _ = write!(text, " {} |", sign(findings, defect, layer));
        }
        text.push('\n');
    }
    text.push_str("\n## Summed up\n\n");
    sums(&mut text, defects, findings);
    text
}

fn sums(text: &mut String, defects: &[Defect], findings: &Findings) {
    let catchers = |defect: &Defect| -> Vec<Layer> {
        Layer::ALL.into_iter().filter(|layer| found(findings, defect, *layer) == Some(Finding::Caught)).collect()
    };
    let everyone_was_asked = |defect: &&Defect| Layer::ALL.into_iter().all(|l| found(findings, defect, l).is_some());
    let caught = defects.iter().filter(|defect| !catchers(defect).is_empty()).count();
    let _ = writeln!(text, "{} defects, {caught} caught.\n", defects.len());
    text.push_str("| layer | catches | alone |\n| --- | --: | --- |\n");
    for layer in Layer::ALL {
        let mine: Vec<&Defect> = defects.iter().filter(|defect| catchers(defect).contains(&layer)).collect();
        let alone =
            mine.iter().filter(|defect| catchers(defect).len() == 1).filter(|defect| everyone_was_asked(defect));
        let alone: Vec<&str> = alone.map(|defect| defect.name.as_str()).collect();
        let alone = if alone.is_empty() { "–".to_owned() } else { alone.join(", ") };
        let _ = writeln!(text, "| {} | {} | {alone} |", layer.title(), mine.len());
    }
    let others = defects.iter().filter_map(|defect| {
        let found = findings.defects.get(&defect.name)?;
        (found.text == defect.text && found.commit != findings.commit)
            .then(|| format!("{} ({})", defect.name, found.commit))
    });
    let others: Vec<String> = others.collect();
    let _ = writeln!(text, "\nFound at commit {}.", findings.commit);
    if !others.is_empty() {
        let _ = writeln!(text, "At an earlier one: {}.", others.join(", "));
    }
}

/// Nothing if it was not run, or if the layer fails without any defect and so has no say.
fn found(findings: &Findings, defect: &Defect, layer: Layer) -> Option<Finding> {
    let found = findings.defects.get(&defect.name).filter(|found| found.text == defect.text)?;
    let finding = *found.layers.get(&layer)?;
    let sound = findings.baseline.get(&layer) == Some(&Finding::Missed);
    (sound || finding == Finding::Elsewhere).then_some(finding)
}

fn sign(findings: &Findings, defect: &Defect, layer: Layer) -> &'static str {
    let caught = |before: Layer| found(findings, defect, before) == Some(Finding::Caught);
    match found(findings, defect, layer) {
        None if Layer::ALL.into_iter().take_while(|before| *before != layer).any(caught) => "–",
        Some(Finding::Caught) => "**✗**",
        Some(Finding::Missed) => "·",
        Some(Finding::Elsewhere) => "",
        None => "?",
    }
}

const HEAD: &str = "\
# Planted defects

Each patch here breaks the product in one way that people break such systems. `tests/run defects` weaves all of them into
a copy of the tree, builds it once, switches one on after the other and asks every layer of proof what it sees; this page
is what it prints. A test (`tests/tests/defects.rs`) holds that every patch still applies and can be woven, so the page
cannot go stale unseen.

**✗** caught, · missed, empty: the layer's programs do not contain the broken code, –: not asked, because a layer before it
had caught the defect, ?: not asked. \"Alone\" are those that every other layer that has the broken code was asked about, and missed.

| layer | what runs |
| --- | --- |
";
