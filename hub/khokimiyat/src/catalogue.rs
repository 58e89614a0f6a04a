//! What an office must know of a service: whether it is an appeal, its journal, and its legal term.
//!
//! It is read from the same catalogue that kiosks ask from. Appeals in the sense of ЗРУ-445 have the law's terms whatever
//! the catalogue says; everything else has the catalogue's. Absent on purpose: fees and forms.

use hhx::{
    status::Appeal,
    term::{self, Term, Unit},
};
use serde::Deserialize;
use std::{collections::BTreeMap, sync::LazyLock};
use words::Lang;

/// A journal of an office.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum JournalName {
    /// What comes in.
    Kiruvchi,
    /// What goes out.
    Chiquvchi,
    /// What stays within.
    Ichki,
    /// Appeals, always apart.
    Murojaat,
    /// Decisions of the khokim.
    Qaror,
    /// Orders of the khokim.
    Farmoyish,
}

impl JournalName {
    /// Every journal.
    pub const ALL: [JournalName; 6] = [
        JournalName::Murojaat,
        JournalName::Kiruvchi,
        JournalName::Chiquvchi,
        JournalName::Ichki,
        JournalName::Qaror,
        JournalName::Farmoyish,
    ];

    /// As the wire and the database write it.
    pub const fn word(self) -> &'static str {
        match self {
            JournalName::Kiruvchi => "kiruvchi",
            JournalName::Chiquvchi => "chiquvchi",
            JournalName::Ichki => "ichki",
            JournalName::Murojaat => "murojaat",
            JournalName::Qaror => "qaror",
            JournalName::Farmoyish => "farmoyish",
        }
    }

    /// The journal of a word.
    pub fn of(word: &str) -> Option<JournalName> {
        JournalName::ALL.into_iter().find(|journal| journal.word() == word)
    }

    /// The letter before its numbers. One shape and no digit's look-alike in both scripts.
    pub const fn letter(self) -> char {
        match self {
            JournalName::Kiruvchi => 'K',
            JournalName::Chiquvchi => 'T',
            JournalName::Ichki => 'E',
            JournalName::Murojaat => 'M',
            JournalName::Qaror => 'A',
            JournalName::Farmoyish => 'O',
        }
    }
}

/// What an office must know of a service.
#[derive(Debug, Clone)]
pub struct Service {
    /// Whether the law on appeals is its law.
    pub appeal: Appeal,
    /// Where it is registered.
    pub journal: JournalName,
    /// How long the office has.
    pub term: Term,
    names: BTreeMap<Lang, String>,
}

impl Service {
    /// Its name.
    pub fn name(&self, lang: Lang) -> &str {
        self.names.get(&lang).map_or("", String::as_str)
    }
}

/// The service of a code.
pub fn service(code: &str) -> Option<&'static Service> {
    SERVICES.get(code)
}

/// Every service, by code.
pub fn services() -> impl Iterator<Item = (&'static str, &'static Service)> {
    SERVICES.iter().map(|(code, service)| (code.as_str(), service))
}

/// An office of the tree.
#[derive(Debug, Deserialize)]
pub struct Place {
    /// Its code (SOATO).
    pub soato: String,
    /// The region's code, for a city or district.
    pub parent: Option<String>,
    /// What the office is called.
    #[serde(rename = "office")]
    pub names: BTreeMap<String, String>,
}

impl Place {
    /// What the office is called; the catalogue has no Karakalpak names, which are shown in Uzbek.
    pub fn name(&self, lang: Lang) -> &str {
        let own = self.names.get(lang.tag()).or_else(|| self.names.get(Lang::UzLatn.tag()));
        own.map_or(self.soato.as_str(), String::as_str)
    }
}

/// The 27 offices, regions first.
pub fn places() -> &'static [Place] {
    &PLACES
}

/// The office of a code.
pub fn place(soato: &str) -> Option<&'static Place> {
    PLACES.iter().find(|place| place.soato == soato)
}

static SERVICES: LazyLock<BTreeMap<String, Service>> = LazyLock::new(|| {
    let file: CatalogueFile = serde_json::from_str(include_str!("../../catalogue/services.json"))
        .expect("the catalogue is part of the program and read by its tests");
    file.services.into_iter().map(|row| (row.code.clone(), row.into())).collect()
});

static PLACES: LazyLock<Vec<Place>> = LazyLock::new(|| {
    let file: PlacesFile = serde_json::from_str(include_str!("../../catalogue/khokimiyats.json"))
        .expect("the catalogue is part of the program and read by its tests");
    let mut places = file.khokimiyats;
    places.sort_by_key(|place| place.parent.is_some());
    places
});

#[derive(Deserialize)]
struct CatalogueFile {
    services: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    code: String,
    names: BTreeMap<String, String>,
    statutory_days: u16,
    day_unit: DayUnit,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum DayUnit {
    Working,
    Calendar,
}

#[derive(Deserialize)]
struct PlacesFile {
    khokimiyats: Vec<Place>,
}

impl From<Row> for Service {
    fn from(row: Row) -> Service {
        let unit = match row.day_unit {
            DayUnit::Working => Unit::WorkingDays,
            DayUnit::Calendar => Unit::CalendarDays,
        };
        let (appeal, term) = term::of_service(&row.code, Term::service(row.statutory_days, unit));
        let journal = match appeal {
            Appeal::Yes => JournalName::Murojaat,
            Appeal::No => JournalName::Kiruvchi,
        };
        let names = Lang::ALL.into_iter().filter_map(|lang| Some((lang, row.names.get(lang.tag())?.clone()))).collect();
        Service { appeal, journal, term, names }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hhx::term::Basis;

    #[test]
    fn thirty_services_have_a_term_and_five_names() {
        assert_eq!(SERVICES.len(), 30);
        for (code, service) in SERVICES.iter() {
            assert!(service.term.amount > 0, "{code}");
            assert!(Lang::ALL.into_iter().all(|lang| !service.name(lang).is_empty()), "{code}");
        }
        let appeals: Vec<&str> =
            SERVICES.iter().filter(|(_, it)| it.appeal == Appeal::Yes).map(|(code, _)| code.as_str()).collect();
        assert_eq!(appeals, ["A01", "A02", "A03"]);
        assert_eq!(service("A05").unwrap().term.basis, Basis::InformationRequest);
        assert_eq!(service("M02").unwrap().term, Term::service(10, Unit::WorkingDays));
        assert!(service("Z99").is_none());
    }

    #[test]
    fn twenty_seven_offices_hang_on_two_regions() {
        assert_eq!(places().len(), 27);
        let regions: Vec<&str> = places().iter().filter(|it| it.parent.is_none()).map(|it| it.soato.as_str()).collect();
        assert_eq!(regions, ["1708", "1714"]);
        assert!(places().iter().filter_map(|it| it.parent.as_deref()).all(|parent| regions.contains(&parent)));
        assert_eq!(place("1708401").unwrap().name(Lang::Ru), "Хокимият города Джизака");
    }

    #[test]
    fn every_journal_has_a_letter_of_its_own() {
        let letters: std::collections::BTreeSet<char> = JournalName::ALL.into_iter().map(JournalName::letter).collect();
        assert_eq!(letters.len(), JournalName::ALL.len());
        assert!(JournalName::ALL.into_iter().all(|journal| JournalName::of(journal.word()) == Some(journal)));
    }
}
