//! The form of a service, in the asked language: what a kiosk or a program draws.
//!
//! A form changes with the program and the hall's lists, so it comes with an `ETag` and is asked for again by it.

use super::{
    Fault, Hub, catalogue::LangQuery, json::Json, language::AskedIn, problem_groups::ReadProblems,
    services::ServicePath,
};
use crate::config::{Config, Taking};
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use forms::{Choice, Field, Form, Kind, ListItem, Need, Sensitivity, Site, When, places};
use queue::refusal::Refusal;
use sha2::{Digest, Sha256};
use wire::{
    applications::{FormLists, Listed},
    forms::{ConsentText, FieldKind, FieldOption, FieldSensitivity, FieldWhen, FormField, ServiceForm},
    kiosk::KioskApplications,
    layout::Wording,
};
use words::Lang;

/// What somebody is asked who applies for a service.
///
/// Answers with 304 if the `ETag` of before is sent in `If-None-Match`.
#[utoipa::path(get, path = "/api/v1/services/{code}/form", tag = "hall", operation_id = "form",
    params(ServicePath, LangQuery),
    responses((status = 200, description = "The fields, what may be written, the consent", body = ServiceForm,
        headers(("etag", description = "Of the form in this language"))), ReadProblems))]
pub async fn form(
    State(hub): State<Hub>,
    ServicePath { code }: ServicePath,
    AskedIn(lang): AskedIn,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    let offered = hub.config.rules().services.contains_key(&code);
    let form = hub.config.form(&code).filter(|_| offered).ok_or(Fault::Refused(Refusal::NoSuchService(code)))?;
    let json = serde_json::to_vec(&drawn(form, lang)).map_err(|_| Fault::Internal)?;
    let tag = tag(&json);
    let about = [(header::ETAG, tag.as_str()), (header::CACHE_CONTROL, "no-cache")];
    if headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes()) {
        return Ok((StatusCode::NOT_MODIFIED, about).into_response());
    }
    Ok((about, [(header::CONTENT_TYPE, "application/json")], json).into_response())
}

/// What the forms of this hall choose from, in every language.
#[utoipa::path(get, path = "/api/v1/applications/lists", tag = "applications", operation_id = "form_lists",
    responses((status = 200, description = "The hall's own lists", body = FormLists), ReadProblems))]
pub async fn lists(State(hub): State<Hub>) -> Json<FormLists> {
    Json(listed(&hub.config))
}

/// What kiosks must know of this hall's applications; nothing if it takes none there.
pub(super) fn at_kiosks(config: &Config) -> Option<KioskApplications> {
    if config.takes_applications() == Taking::Off || config.exchange().is_none() {
        return None;
    }
    let offered = config.rules().services.keys().filter(|code| Some(*code) != config.collects());
    let forms = offered.filter_map(|code| Some((code.to_string(), config.form(code)?.version.clone())));
    let lists = serde_json::to_vec(&listed(config)).unwrap_or_default();
    Some(KioskApplications { forms: forms.collect(), lists: half_hash(&lists) })
}

fn listed(config: &Config) -> FormLists {
    let item = |item: &ListItem| {
        let name = |lang| item.names.get(lang).to_owned();
        let names = Wording {
            uz_latn: name(Lang::UzLatn),
            uz_cyrl: name(Lang::UzCyrl),
            ru: name(Lang::Ru),
            kaa: name(Lang::Kaa),
            en: name(Lang::En),
        };
        Listed { id: item.id.clone(), names }
    };
    let lists = config.form_lists().iter();
    FormLists { lists: lists.map(|(name, items)| (name.clone(), items.iter().map(item).collect())).collect() }
}

/// A form in one language.
pub fn drawn(form: &Form, lang: Lang) -> ServiceForm {
    ServiceForm {
        service: form.service.clone(),
        version: form.version.clone(),
        language: lang.tag().to_owned(),
        fields: form.fields.iter().map(|field| drawn_field(field, lang)).collect(),
        consent: ConsentText {
            version: form.consent.version(),
            text: form.consent.text(lang),
            sha256: form.consent.sha256(lang),
        },
    }
}

fn drawn_field(field: &Field, lang: Lang) -> FormField {
    let mut drawn = FormField {
        id: field.id.to_string(),
        label: field.label(lang).to_owned(),
        hint: field.hint(lang),
        required: field.need == Need::Required,
        sensitivity: match field.sensitivity {
            Sensitivity::Open => FieldSensitivity::Open,
            Sensitivity::Personal => FieldSensitivity::Personal,
            Sensitivity::Special => FieldSensitivity::Special,
        },
        kind: kind(&field.kind),
        chars_max: None,
        min: None,
        max: None,
        decimals: None,
        when: None,
        options: Vec::new(),
        accept: Vec::new(),
        bytes_max: None,
        count_max: None,
    };
    match &field.kind {
        Kind::Text { chars_max } | Kind::Lines { chars_max } => drawn.chars_max = u32::try_from(*chars_max).ok(),
        Kind::Address { .. } => drawn.options = districts(lang),
        Kind::Date { when: When::Past } => drawn.when = Some(FieldWhen::Past),
        Kind::Date { when: When::Ahead } => drawn.when = Some(FieldWhen::Ahead),
        Kind::Number { min, max, decimals } => {
            (drawn.min, drawn.max, drawn.decimals) = (Some(*min), Some(*max), Some(*decimals));
        }
        Kind::Select { options } => drawn.options = options.iter().map(|option| named(option, lang)).collect(),
        Kind::Files { accept, bytes_max, count_max } => {
            drawn.accept = accept.iter().map(|media| media.media_type().to_owned()).collect();
            drawn.bytes_max = Some(*bytes_max);
            drawn.count_max = u32::try_from(*count_max).ok();
        }
        Kind::Pinfl | Kind::Stir | Kind::IdDocument | Kind::Phone | Kind::Cadastral | Kind::Consent => {}
    }
    drawn
}

fn kind(kind: &Kind) -> FieldKind {
    match kind {
        Kind::Text { .. } => FieldKind::Text,
        Kind::Lines { .. } => FieldKind::Lines,
        Kind::Pinfl => FieldKind::Pinfl,
        Kind::Stir => FieldKind::Stir,
        Kind::IdDocument => FieldKind::IdDocument,
        Kind::Phone => FieldKind::Phone,
        Kind::Address { site: Site::Home } => FieldKind::HomeAddress,
        Kind::Address { site: Site::Plot } => FieldKind::PlotAddress,
        Kind::Cadastral => FieldKind::Cadastral,
        Kind::Date { .. } => FieldKind::Date,
        Kind::Number { .. } => FieldKind::Number,
        Kind::Select { .. } => FieldKind::Select,
        Kind::Files { .. } => FieldKind::Files,
        Kind::Consent => FieldKind::Consent,
    }
}

fn named(option: &Choice, lang: Lang) -> FieldOption {
    FieldOption { code: option.code.clone(), name: option.names.get(lang).to_owned(), group: None }
}

fn districts(lang: Lang) -> Vec<FieldOption> {
    let known = places::districts().map(|place| FieldOption {
        code: place.soato.clone(),
        name: place.name(lang).to_owned(),
        group: place.region().map(|region| region.name(lang).to_owned()),
    });
    let elsewhere = words::say(lang, "form.address.another-region").to_owned();
    known.chain([FieldOption { code: places::ELSEWHERE.to_owned(), name: elsewhere, group: None }]).collect()
}

fn tag(bytes: &[u8]) -> String {
    format!("\"{}\"", half_hash(bytes))
}

fn half_hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
