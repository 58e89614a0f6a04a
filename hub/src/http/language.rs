//! The language of a request: `?lang=` if it is one of ours, else the best of `Accept-Language`, else the hall's own.

use super::{Fault, Hub};
use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, Uri, header, request::Parts},
};
use std::convert::Infallible;
use words::Lang;

/// The languages of one header that are looked at; more are noise.
const LISTED_MAX: usize = 16;

/// The language to answer in; pages, and problems, which have to be said somehow, pass over a `?lang=` of nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spoken(pub Lang);

/// The language to answer in, for the API: a `?lang=` that is none of ours is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AskedIn(pub Lang);

impl FromRequestParts<Hub> for Spoken {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, hub: &Hub) -> Result<Self, Infallible> {
        Ok(Spoken(of(&parts.uri, &parts.headers, hub)))
    }
}

impl FromRequestParts<Hub> for AskedIn {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, hub: &Hub) -> Result<Self, Fault> {
        match named(&parts.uri).map(str::parse::<Lang>) {
            Some(Err(_)) => Err(Fault::BadQuery { name: "lang" }),
            Some(Ok(_)) | None => Ok(AskedIn(of(&parts.uri, &parts.headers, hub))),
        }
    }
}

/// The language of a request by its address and headers.
pub(super) fn of(uri: &Uri, headers: &HeaderMap, hub: &Hub) -> Lang {
    let listed = || headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok().and_then(preferred);
    asked(uri).or_else(listed).unwrap_or_else(|| hub.config.languages().first().copied().unwrap_or_default())
}

/// The value of `?lang=`, if it is one of ours.
fn asked(uri: &Uri) -> Option<Lang> {
    named(uri)?.parse().ok()
}

fn named(uri: &Uri) -> Option<&str> {
    uri.query()?.split('&').find_map(|pair| pair.strip_prefix("lang="))
}

/// The best language of an `Accept-Language` header that we speak; the first of equals.
fn preferred(header: &str) -> Option<Lang> {
    let mut best: Option<(Lang, u32)> = None;
    for listed in header.split(',').take(LISTED_MAX) {
        let (tag, q) = listed.split_once(';').map_or((listed, None), |(tag, q)| (tag, Some(q)));
        let weight = q.map_or(Some(1000), |q| thousandths(q.trim().strip_prefix("q=")?)).unwrap_or(0);
        if let Some(lang) = spoken(tag.trim()).filter(|_| weight > best.map_or(0, |(_, w)| w)) {
            best = Some((lang, weight));
        }
    }
    best.map(|(lang, _)| lang)
}

/// Our language for a tag as browsers send them: `uz`, `uz-Cyrl-UZ`, `ru-RU`, `en-GB`.
fn spoken(tag: &str) -> Option<Lang> {
    let mut parts = tag.split('-');
    let language = parts.next()?.to_ascii_lowercase();
    match (language.as_str(), parts.next().map(str::to_ascii_lowercase).as_deref()) {
        ("uz", Some("cyrl")) => Some(Lang::UzCyrl),
        ("uz", _) => Some(Lang::UzLatn),
        ("ru", _) => Some(Lang::Ru),
        ("kaa", _) => Some(Lang::Kaa),
        ("en", _) => Some(Lang::En),
        _ => None,
    }
}

/// `0.8` as 800; at most 1000.
fn thousandths(q: &str) -> Option<u32> {
    let (whole, part) = q.split_once('.').unwrap_or((q, ""));
    let whole: u32 = whole.parse().ok().filter(|w| *w <= 1)?;
    let digits = part.len().min(3);
    let part: u32 = if digits == 0 { 0 } else { part.get(..digits)?.parse().ok()? };
    let scale = [0, 100, 10, 1][digits];
    Some((whole * 1000 + part * scale).min(1000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_language_we_speak_is_chosen() {
        for (header, lang) in [
            ("ru", Some(Lang::Ru)),
            ("ru-RU,ru;q=0.9,en;q=0.8", Some(Lang::Ru)),
            ("de, en;q=0.5, uz-Cyrl-UZ;q=0.75", Some(Lang::UzCyrl)),
            ("uz", Some(Lang::UzLatn)),
            ("uz-Latn-UZ;q=1.0", Some(Lang::UzLatn)),
            ("kaa;q=0.1,ru;q=0", Some(Lang::Kaa)),
            ("de,fr", None),
            ("", None),
            ("ru;q=nonsense", None),
            ("ru;q=0.é", None),
        ] {
            assert_eq!(preferred(header), lang, "{header}");
        }
    }

    #[test]
    fn the_address_goes_before_the_header() {
        assert_eq!(asked(&"/x?lang=kaa".parse().unwrap()), Some(Lang::Kaa));
        assert_eq!(asked(&"/x?a=1&lang=uz-Cyrl".parse().unwrap()), Some(Lang::UzCyrl));
        assert_eq!(asked(&"/x?lang=tlh".parse().unwrap()), None);
        assert_eq!(asked(&"/x".parse().unwrap()), None);
    }
}
