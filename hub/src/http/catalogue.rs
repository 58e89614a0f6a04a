//! The catalogue: what a visitor can ask for, in the asked language.

use super::{Hub, json::Json, language::AskedIn, problem_groups::ReadProblems};
use crate::config::Config;
use axum::extract::State;
use utoipa::IntoParams;
use wire::hall::{Catalogue, Category, Named};
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
    Json(page(&hub.config, lang))
}

/// The catalogue in one language.
pub fn page(config: &Config, lang: Lang) -> Catalogue {
    let categories = config.categories().iter().map(|category| Category {
        code: category.prefix.letter().to_string(),
        name: category.names.get(lang).to_owned(),
        services: category
            .services
            .iter()
            .map(|code| Named { code: code.to_string(), name: config.service_name(code, lang).to_owned() })
            .collect(),
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

fn named(lang: Lang, table: &str, code: &str) -> Named {
    let name = words::lookup(lang, &format!("{table}.{code}")).unwrap_or(code);
    Named { code: code.to_owned(), name: name.to_owned() }
}
