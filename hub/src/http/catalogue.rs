//! The catalogue: what a visitor can ask for, in the asked language.

use super::{Hub, json::Json, language::AskedIn, problem_groups::ReadProblems};
use crate::config::Config;
use axum::extract::State;
use queue::{calendar::date_at, ids::ServiceCode, time::Time};
use utoipa::IntoParams;
use wire::{
    hall::{Catalogue, Category, Named},
    services::Service,
};
use words::Lang;

/// `?lang=`.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only describes the parameter; `AskedIn` reads it")]
pub struct LangQuery {
    /// The language of names and sentences; else `Accept-Language`, else the hall's own.
    #[param(pattern = "^(uz-Latn|uz-Cyrl|ru|kaa|en)$", example = "uz-Latn")]
    lang: Option<String>,
}

/// Categories, services, classes and outcomes, named in the asked language.
#[utoipa::path(get, path = "/api/v1/catalogue", tag = "hall", operation_id = "catalogue", params(LangQuery),
    responses((status = 200, description = "What a visitor can ask for", body = Catalogue), ReadProblems))]
pub async fn catalogue(State(hub): State<Hub>, AskedIn(lang): AskedIn) -> Json<Catalogue> {
    Json(page(&hub.config, lang, hub.now()))
}

/// The catalogue in one language, with the fees of this day.
pub fn page(config: &Config, lang: Lang, at: Time) -> Catalogue {
    let categories = config.categories().iter().map(|category| Category {
        code: category.prefix.letter().to_string(),
        name: category.names.get(lang).to_owned(),
        services: category.services.iter().map(|code| service(config, code, lang, at)).collect(),
    });
    let classes =
        config.classes().iter().map(|class| Named { code: class.id.clone(), name: class.names.get(lang).to_owned() });
    let outcomes = config.outcomes().iter().map(|outcome| named(lang, "hall.outcome", outcome.as_str()));
    Catalogue {
        language: lang.tag().to_owned(),
        hall: config.hall_name(lang).to_owned(),
        categories: categories.collect(),
        classes: classes.collect(),
        outcomes: outcomes.collect(),
    }
}

fn service(config: &Config, code: &ServiceCode, lang: Lang, at: Time) -> Service {
    let name = config.service_name(code, lang).to_owned();
    let Some(facts) = config.service_facts(code) else {
        return Service { code: code.to_string(), name, ..Service::default() };
    };
    let documents = facts.documents.iter();
    Service {
        code: code.to_string(),
        name,
        documents: documents.map(|of| Named { code: of.code.clone(), name: of.names.get(lang).to_owned() }).collect(),
        fee_soum: facts.fee.soum(config.bhm(), date_at(config.rules(), at)),
        term: facts.term,
        provider: Some(named(lang, "hall.provider", &facts.provider)),
    }
}

fn named(lang: Lang, table: &str, code: &str) -> Named {
    let name = words::lookup(lang, &format!("{table}.{code}")).unwrap_or(code);
    Named { code: code.to_owned(), name: name.to_owned() }
}
