//! The forms of all services out of `hub/catalogue/services.json`, read once.
//!
//! A hall may name its mahallas and preschools ([`Lists`]): until it does, they are written in words.

use crate::{
    attachment::Media,
    consent::Consent,
    form::{Choice, Field, FieldId, Form, Kind, Need, Sensitivity, Site, When},
};
use serde::Deserialize;
use std::{collections::BTreeMap, sync::LazyLock};
use words::{Lang, Names};

/// The letters of a line whose length the catalogue does not say.
const LINE_CHARS_MAX: usize = 200;
/// Files of one field.
const FILES_MAX: usize = 10;

/// What a hall chooses from where the catalogue leaves it open, by the list's name: `mahallas`, `preschools`.
pub type Lists = BTreeMap<String, Vec<ListItem>>;

/// One thing of a list.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListItem {
    /// Its code: what travels.
    pub id: String,
    /// Its name.
    pub names: Names,
}

/// The forms of a hall, by service.
#[derive(Debug, Clone)]
pub struct Forms(BTreeMap<String, Form>);

/// The form of a service where no hall has lists of its own.
pub fn form(service: &str) -> Option<&'static Form> {
    static PLAIN: LazyLock<Forms> = LazyLock::new(|| Forms::with(&Lists::new()));
    PLAIN.get(service)
}

impl Forms {
    /// The forms with a hall's lists.
    pub fn with(lists: &Lists) -> Forms {
        let forms = CATALOGUE.iter().map(|row| (row.code.clone(), row.form(lists)));
        Forms(forms.collect())
    }

    /// The form of a service.
    pub fn get(&self, service: &str) -> Option<&Form> {
        self.0.get(service)
    }

    /// All of them, by the services' codes.
    pub fn iter(&self) -> impl Iterator<Item = &Form> {
        self.0.values()
    }

    /// The lists that a hall may give.
    pub fn list_names() -> std::collections::BTreeSet<&'static str> {
        CATALOGUE.iter().flat_map(|row| &row.fields).filter_map(|field| field.source.as_deref()).collect()
    }
}

static CATALOGUE: LazyLock<Vec<ServiceRow>> = LazyLock::new(|| {
    let file: ServicesFile = serde_json::from_str(include_str!("../../catalogue/services.json"))
        .expect("the catalogue is part of the program and read by its tests");
    file.services
});

#[derive(Deserialize)]
struct ServicesFile {
    services: Vec<ServiceRow>,
}

#[derive(Deserialize)]
struct ServiceRow {
    code: String,
    provider: String,
    fields: Vec<FieldRow>,
}

/// A field as the catalogue writes it. `pattern`, `check`, `mask` and `optional` tell readers of the file what the
/// kinds here do.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FieldRow {
    id: FieldId,
    #[serde(rename = "type")]
    kind: KindName,
    labels: Names,
    required: bool,
    #[serde(default)]
    personal: bool,
    #[serde(default)]
    special_category: bool,
    min: Option<u32>,
    max: Option<u32>,
    decimals: Option<u8>,
    when: Option<When>,
    place: Option<Site>,
    options: Option<Vec<String>>,
    source: Option<String>,
    accept: Option<Vec<Media>>,
    max_mb: Option<u64>,
    #[serde(rename = "pattern")]
    _pattern: Option<String>,
    #[serde(rename = "check")]
    _check: Option<String>,
    #[serde(rename = "mask")]
    _mask: Option<String>,
    #[serde(rename = "optional")]
    _optional: Option<bool>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum KindName {
    Text,
    Textarea,
    Pinfl,
    Stir,
    IdDoc,
    Phone,
    Address,
    Cadastral,
    Date,
    Number,
    Select,
    File,
    Checkbox,
}

impl ServiceRow {
    fn form(&self, lists: &Lists) -> Form {
        let fields = self.fields.iter().map(|row| row.field(lists)).collect();
        Form::of(self.code.clone(), fields, Consent::of(self.provider.clone()))
    }
}

impl FieldRow {
    fn field(&self, lists: &Lists) -> Field {
        Field {
            id: self.id.clone(),
            labels: self.labels.clone(),
            kind: self.kind(lists),
            need: if self.required { Need::Required } else { Need::Optional },
            sensitivity: match (self.special_category, self.personal) {
                (true, _) => Sensitivity::Special,
                (false, true) => Sensitivity::Personal,
                (false, false) => Sensitivity::Open,
            },
        }
    }

    fn kind(&self, lists: &Lists) -> Kind {
        let chars_max = |otherwise: usize| self.max.and_then(|max| usize::try_from(max).ok()).unwrap_or(otherwise);
        match self.kind {
            KindName::Text => Kind::Text { chars_max: chars_max(LINE_CHARS_MAX) },
            KindName::Textarea => Kind::Lines { chars_max: chars_max(crate::answer::TEXT_CHARS_MAX) },
            KindName::Pinfl => Kind::Pinfl,
            KindName::Stir => Kind::Stir,
            KindName::IdDoc => Kind::IdDocument,
            KindName::Phone => Kind::Phone,
            KindName::Address => Kind::Address { site: self.place.unwrap_or(Site::Home) },
            KindName::Cadastral => Kind::Cadastral,
            KindName::Date => Kind::Date { when: self.when.unwrap_or(When::Past) },
            KindName::Number => Kind::Number {
                min: self.min.unwrap_or(0),
                max: self.max.unwrap_or(u32::MAX),
                decimals: self.decimals.unwrap_or(0),
            },
            KindName::Select => self.select(lists),
            KindName::File => Kind::Files {
                accept: self.accept.clone().unwrap_or_else(|| Media::ALL.to_vec()),
                bytes_max: self.max_mb.unwrap_or(10) << 20,
                count_max: FILES_MAX,
            },
            KindName::Checkbox => Kind::Consent,
        }
    }

    fn select(&self, lists: &Lists) -> Kind {
        let named = |code: &String| {
            let key = format!("form.option.{code}");
            let name = |lang: Lang| words::lookup(lang, &key).unwrap_or(code).to_owned();
            Choice { code: code.clone(), names: Names::of(name) }
        };
        if let Some(options) = &self.options {
            return Kind::Select { options: options.iter().map(named).collect() };
        }
        let listed = self.source.as_ref().and_then(|source| lists.get(source)).filter(|list| !list.is_empty());
        let Some(listed) = listed else { return Kind::Text { chars_max: LINE_CHARS_MAX } };
        let choice = |item: &ListItem| Choice { code: item.id.clone(), names: item.names.clone() };
        Kind::Select { options: listed.iter().map(choice).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_service_has_a_form_that_begins_with_a_name_and_ends_with_the_consent() {
        let forms = Forms::with(&Lists::new());
        assert_eq!(forms.iter().count(), 30);
        for form in forms.iter() {
            assert_eq!(form.fields[0].id.as_str(), "full_name", "{}", form.service);
            let consents = form.fields.iter().filter(|field| field.kind == Kind::Consent).count();
            let last = form.fields.last().map(|field| (&field.kind, field.need));
            assert_eq!((consents, last), (1, Some((&Kind::Consent, Need::Required))), "{}", form.service);
            assert!(form.field("phone").is_some_and(|field| field.need == Need::Required), "{}", form.service);
            assert_eq!(form.version.len(), 64);
        }
        let versions: std::collections::BTreeSet<_> = forms.iter().map(|form| &form.version).collect();
        assert_eq!(versions.len(), 30, "the service is part of the version");
    }

    #[test]
    fn every_choice_has_a_name_in_every_language() {
        for row in CATALOGUE.iter().flat_map(|row| &row.fields) {
            for code in row.options.iter().flatten() {
                let key = format!("form.option.{code}");
                assert!(Lang::ALL.iter().all(|lang| words::lookup(*lang, &key).is_some()), "{key}");
            }
        }
        for row in CATALOGUE.iter() {
            let key = format!("hall.provider.{}", row.provider);
            assert!(Lang::ALL.iter().all(|lang| words::lookup(*lang, &key).is_some()), "{key}");
        }
    }

    #[test]
    fn bounds_that_the_catalogue_must_say_are_said() {
        for row in CATALOGUE.iter().flat_map(|row| &row.fields) {
            match row.kind {
                KindName::Date => assert!(row.when.is_some(), "{}", row.id),
                KindName::Number => assert!(row.min.is_some() && row.max.is_some(), "{}", row.id),
                KindName::Select => assert!(row.options.is_some() != row.source.is_some(), "{}", row.id),
                KindName::File => assert!(row.accept.is_some() && row.max_mb.is_some(), "{}", row.id),
                _ => {}
            }
        }
    }

    #[test]
    fn a_halls_list_makes_a_choice_of_a_text_and_another_version() {
        let item = ListItem { id: "m1".to_owned(), names: Names::of(|lang| format!("Doʻstlik {lang}")) };
        let hall = Forms::with(&Lists::from([("mahallas".to_owned(), vec![item])]));
        let (own, plain) = (hall.get("A04").unwrap(), form("A04").unwrap());
        assert!(matches!(plain.field("mahalla").unwrap().kind, Kind::Text { .. }));
        assert!(matches!(&own.field("mahalla").unwrap().kind, Kind::Select { options } if options[0].code == "m1"));
        assert_ne!(own.version, plain.version);
        assert_eq!(hall.get("A01").unwrap().version, form("A01").unwrap().version);
        assert_eq!(Forms::list_names().into_iter().collect::<Vec<_>>(), ["mahallas", "preschools"]);
        assert!(form("Z99").is_none());
    }
}
