//! Applications in this hall: whether they are taken at its counters, and what the forms choose from here.

use super::{ConfigError, file::Source};
use forms::{Forms, ListItem, Lists};
use queue::ids::Reason;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use toml::Spanned;

/// Things of one list: a district has fewer mahallas.
const LIST_MAX: usize = 300;

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
    lists: BTreeMap<Spanned<String>, Vec<Spanned<ListItem>>>,
}

/// The hall's forms, and whether they are taken.
#[derive(Debug, Clone)]
pub(super) struct Applications {
    pub(super) taking: Taking,
    pub(super) forms: Forms,
}

/// Reads `[applications]`.
pub(super) fn applications(source: &Source<'_>, table: ApplicationsTable) -> Result<Applications, ConfigError> {
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
            if !seen.insert(id) {
                return Err(source.wrong(item.span(), format!("{id} is in {} twice", name.get_ref())));
            }
        }
        lists.insert(name.into_inner(), items.into_iter().map(Spanned::into_inner).collect());
    }
    let taking = if table.enabled { Taking::On } else { Taking::Off };
    Ok(Applications { taking, forms: Forms::with(&lists) })
}
