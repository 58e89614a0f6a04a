//! The catalogue every hall shares: categories, services and out-of-turn classes, embedded in the program.
//!
//! A hall chooses from it by its counters. The forms in the same file are not read here: they belong to applications,
//! not to the queue.

use super::{
    fees::BhmShare,
    names::{Names, NamesOf},
};
use queue::{command::Class, ids::ServiceCode, number::Prefix};
use serde::Deserialize;
use std::{collections::BTreeMap, sync::LazyLock};
use wire::services::{DayUnit, Term};

/// A category: one letter on paper, and the services of this hall behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category {
    /// The letter.
    pub prefix: Prefix,
    /// Its name.
    pub names: Names,
    /// Services that a counter of this hall serves, in the catalogue's order; never empty.
    pub services: Vec<ServiceCode>,
}

/// A reason to go out of turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassReason {
    /// Its code, as `disability-1-2`; never stored with a ticket.
    pub id: String,
    /// The place it gives.
    pub class: Class,
    /// Its name.
    pub names: Names,
}

/// What a visitor may know about a service before asking for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceFacts {
    /// Its name.
    pub names: Names,
    /// What to bring.
    pub documents: Vec<NamesOf>,
    /// The fee as a share of the BHM.
    pub fee: BhmShare,
    /// How long the answer may take by law; nothing for what is answered at the counter.
    pub term: Option<Term>,
    /// Who answers: a code with a name in `words` as `hall.provider.<code>`.
    pub provider: String,
}

/// The catalogue as embedded.
pub(super) struct Catalogue {
    pub(super) categories: Vec<Category>,
    pub(super) services: BTreeMap<ServiceCode, (Prefix, ServiceFacts)>,
    pub(super) classes: Vec<ClassReason>,
    /// The queue of those who collect a result: of no category's letter, so that a hall has it only by its own code.
    pub(super) collect: ServiceCode,
}

/// The one catalogue.
pub(super) static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(read);

#[derive(Deserialize)]
struct ServicesFile {
    categories: BTreeMap<char, Names>,
    services: Vec<ServiceRow>,
}

#[derive(Deserialize)]
struct ServiceRow {
    code: ServiceCode,
    category: char,
    names: Names,
    provider: String,
    statutory_days: u16,
    day_unit: DayUnit,
    fee_bhm: BhmShare,
    documents: Vec<DocumentRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CollectRow {
    #[serde(rename = "note")]
    _note: String,
    code: ServiceCode,
    category: char,
    provider: String,
    names: Names,
    documents: Vec<DocumentRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DocumentRow {
    id: String,
    names: Names,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClassesFile {
    class: Vec<ClassRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClassRow {
    id: String,
    tier: Tier,
    #[serde(rename = "basis")]
    _basis: String,
    #[serde(rename = "standing")]
    _standing: String,
    names: Names,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Tier {
    Statutory,
    Courtesy,
}

fn read() -> Catalogue {
    let file: ServicesFile = serde_json::from_str(include_str!("../../catalogue/services.json"))
        .expect("the catalogue is part of the program and read by its tests");
    let classes: ClassesFile = toml::from_str(include_str!("../../catalogue/classes.toml"))
        .expect("the classes are part of the program and read by its tests");

    // Categories stand in the order of the letters on paper, which is the order in which kiosks show them.
    let mut categories = Vec::new();
    for letter in queue::number::PREFIXES {
        let Some(names) = file.categories.get(&letter) else { continue };
        let prefix = Prefix::try_from(letter).expect("it is one of the letters");
        let of_letter = file.services.iter().filter(|row| row.category == letter);
        categories.push(Category {
            prefix,
            names: names.clone(),
            services: of_letter.map(|row| row.code.clone()).collect(),
        });
    }
    let services = file.services.into_iter().map(|row| {
        let prefix = Prefix::try_from(row.category).expect("the catalogue's categories are the letters");
        let facts = ServiceFacts {
            names: row.names,
            documents: documents(row.documents),
            fee: row.fee_bhm,
            term: Some(Term { days: row.statutory_days, unit: row.day_unit }),
            provider: row.provider,
        };
        (row.code, (prefix, facts))
    });
    let mut services: BTreeMap<_, _> = services.collect();
    let (collect, desk) = collect();
    services.insert(collect.clone(), desk);
    Catalogue { services, categories, classes: classes.class.into_iter().map(reason).collect(), collect }
}

fn collect() -> (ServiceCode, (Prefix, ServiceFacts)) {
    let row: CollectRow = serde_json::from_str(include_str!("../../catalogue/collect.json"))
        .expect("the service is part of the program and read by its tests");
    let facts = ServiceFacts {
        names: row.names,
        documents: documents(row.documents),
        fee: BhmShare::default(),
        term: None,
        provider: row.provider,
    };
    (row.code, (Prefix::try_from(row.category).expect("it is one of the letters"), facts))
}

fn documents(rows: Vec<DocumentRow>) -> Vec<NamesOf> {
    rows.into_iter().map(|row| NamesOf { code: row.id, names: row.names }).collect()
}

fn reason(row: ClassRow) -> ClassReason {
    let class = match row.tier {
        Tier::Statutory => Class::Statutory,
        Tier::Courtesy => Class::Courtesy,
    };
    ClassReason { id: row.id, class, names: row.names }
}
