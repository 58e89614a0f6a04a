//! Applications in this hall: whether they are taken at its counters, what the forms choose from here, and in which queue
//! results are collected.

use super::{ConfigError, catalogue::CATALOGUE, file::Source};
use forms::{Forms, ListItem, Lists};
use queue::{
    ids::{Reason, ServiceCode},
    rules::Rules,
};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use toml::Spanned;
use words::Lang;

/// Things of one list: a district has fewer mahallas.
const LIST_MAX: usize = 300;
/// The letters of a thing's name: it fits on a kiosk's button, and all lists into one answer.
const NAME_CHARS_MAX: usize = 60;

/// Whether applications are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Taking {
    /// At counters.
    On,
    /// Nowhere.
    #[default]
    Off,
}

/// `[applications]`.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct ApplicationsTable {
    enabled: bool,
    collect: Option<Spanned<String>>,
    lists: BTreeMap<Spanned<String>, Vec<Spanned<ListItem>>>,
}

/// The hall's forms, and whether they are taken.
#[derive(Debug, Clone)]
pub(super) struct Applications {
    pub(super) taking: Taking,
    pub(super) forms: Forms,
    pub(super) lists: Lists,
    pub(super) collect: Option<ServiceCode>,
}

/// Reads `[applications]`.
pub(super) fn applications(
    source: &Source<'_>,
    table: ApplicationsTable,
    rules: &Rules,
) -> Result<Applications, ConfigError> {
    let collect = table.collect.as_ref().map(|said| collect(source, said, rules)).transpose()?;
    let mut lists = Lists::new();
    for (name, items) in table.lists {
        let known = Forms::list_names();
        if !known.contains(name.get_ref().as_str()) {
            let known: Vec<_> = known.into_iter().collect();
            let what = format!("no form has a list {:?}; expected one of {}", name.get_ref(), known.join(", "));
            return Err(source.wrong(name.span(), what));
        }
        if let Some(beyond) = items.get(LIST_MAX) {
            return Err(source.wrong(beyond.span(), format!("a list has at most {LIST_MAX} things")));
        }
        let mut seen = BTreeSet::new();
        for item in &items {
            let id = &item.get_ref().id;
            id.parse::<Reason>().map_err(|e| source.wrong(item.span(), e.to_string()))?;
            let fits = |lang| (1..=NAME_CHARS_MAX).contains(&item.get_ref().names.get(lang).chars().count());
            if !Lang::ALL.into_iter().all(fits) {
                return Err(source.wrong(item.span(), format!("{id} has a name of 1 to {NAME_CHARS_MAX} letters")));
            }
            if !seen.insert(id) {
                return Err(source.wrong(item.span(), format!("{id} is in {} twice", name.get_ref())));
            }
        }
        lists.insert(name.into_inner(), items.into_iter().map(Spanned::into_inner).collect());
    }
    let taking = if table.enabled { Taking::On } else { Taking::Off };
    Ok(Applications { taking, forms: Forms::with(&lists), lists, collect })
}

/// The service in whose queue results are collected.
fn collect(source: &Source<'_>, said: &Spanned<String>, rules: &Rules) -> Result<ServiceCode, ConfigError> {
    let code = said.get_ref().parse::<ServiceCode>().ok().filter(|code| rules.services.contains_key(code));
    code.ok_or_else(|| {
        let desk = &CATALOGUE.collect;
        let what = format!("no counter serves {:?}: write \"{desk}\" here, and at a counter too", said.get_ref());
        source.wrong(said.span(), what)
    })
}
