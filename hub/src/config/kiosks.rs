//! What all kiosks of a hall share: what they offer, how a ticket looks, where phones reach the hub.

use super::{
    ConfigError,
    fees::Bhm,
    file::{BhmTable, HallFile, Source},
};
use crate::people::{PIN_DIGITS_MAX, SERVICE_PIN_DIGITS_MIN};
use axum::http::{Uri, uri::Scheme};
use std::collections::BTreeMap;
use toml::Spanned;
use wire::{
    kiosk::Purpose,
    layout::{TEXT_CHARS_MAX, TicketLayout, Wording},
};
use words::Lang;

/// The longest address of the hub for phones, so that a ticket's code stays small.
const ADDRESS_BYTES_MAX: usize = 80;

/// What every kiosk of the hall is told.
#[derive(Clone, PartialEq, Eq)]
pub struct Kiosks {
    /// What a visitor may do there, in the order to show it.
    pub purposes: Vec<Purpose>,
    /// Where phones in the hall reach the hub, without a slash at the end.
    pub public_address: Option<String>,
    /// How a ticket looks, if the hall wants it otherwise than everyone.
    pub ticket_layout: Option<TicketLayout>,
    /// Whom to ask when a kiosk needs a hand.
    pub service_desk: Option<Wording>,
    /// The first PIN of the kiosks' technician's screens, in a demo or at the first start only.
    pub service_pin: Option<String>,
}

impl std::fmt::Debug for Kiosks {
    /// Without the PIN, so that it reaches no log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Kiosks").field("purposes", &self.purposes).finish_non_exhaustive()
    }
}

/// Reads `[kiosks]`.
pub(super) fn kiosks(source: &Source<'_>, file: &HallFile) -> Result<Kiosks, ConfigError> {
    let mut purposes: Vec<Purpose> = Vec::new();
    for said in &file.kiosks.purposes {
        let purpose = said.get_ref().parse().map_err(|error| source.wrong(said.span(), format!("{error}")))?;
        if purposes.contains(&purpose) {
            return Err(source.wrong(said.span(), format!("purpose {} is there twice", purpose.code())));
        }
        purposes.push(purpose);
    }
    if file.kiosks.purposes.is_empty() {
        purposes.push(Purpose::Ticket);
    }
    let public_address = file.kiosks.public_address.as_ref().map(|said| address(source, said)).transpose()?;
    let service_pin = file.kiosks.service_pin.as_ref().map(|said| pin(source, said)).transpose()?;
    let service_desk = file.kiosks.service_desk.as_ref();
    let service_desk = service_desk.map(|said| sentence(source, said, "the service desk's sentence")).transpose()?;
    Ok(Kiosks { purposes, public_address, ticket_layout: file.ticket_layout.clone(), service_desk, service_pin })
}

/// Reads `[[bhm]]`.
pub(super) fn bhm(source: &Source<'_>, tables: &[BhmTable]) -> Result<Bhm, ConfigError> {
    let mut amounts = BTreeMap::new();
    for table in tables {
        let soum = u32::try_from(*table.soum.get_ref()).ok().filter(|soum| *soum > 0);
        let soum = soum.ok_or_else(|| {
            source.wrong(table.soum.span(), format!("the BHM is whole soʻm from 1, not {}", table.soum.get_ref()))
        })?;
        if amounts.insert(*table.from.get_ref(), soum).is_some() {
            return Err(
                source.wrong(table.from.span(), format!("the BHM from {} is there twice", table.from.get_ref().0))
            );
        }
    }
    Ok(Bhm(amounts))
}

fn pin(source: &Source<'_>, said: &Spanned<String>) -> Result<String, ConfigError> {
    let digits = said.get_ref().bytes().all(|b| b.is_ascii_digit());
    if !digits || !(SERVICE_PIN_DIGITS_MIN..=PIN_DIGITS_MAX).contains(&said.get_ref().len()) {
        let what = format!("the kiosks' service PIN is {SERVICE_PIN_DIGITS_MIN} to {PIN_DIGITS_MAX} digits");
        return Err(source.wrong(said.span(), what));
    }
    Ok(said.get_ref().clone())
}

/// A sentence that fits on a screen, in every language.
pub(super) fn sentence(source: &Source<'_>, said: &Spanned<Wording>, what: &str) -> Result<Wording, ConfigError> {
    let fits =
        |text: &str| (1..=TEXT_CHARS_MAX).contains(&text.trim().chars().count()) && !text.contains(char::is_control);
    let wording = said.get_ref();
    if Lang::ALL.into_iter().all(|lang| fits(wording.of(lang.tag()))) {
        return Ok(wording.clone());
    }
    Err(source.wrong(said.span(), format!("{what} has 1 to {TEXT_CHARS_MAX} characters in each language")))
}

fn address(source: &Source<'_>, said: &Spanned<String>) -> Result<String, ConfigError> {
    let text = said.get_ref();
    let uri: Option<Uri> = text.parse().ok();
    let plain = uri.is_some_and(|uri| {
        let web = uri.scheme() == Some(&Scheme::HTTP) || uri.scheme() == Some(&Scheme::HTTPS);
        web && uri.authority().is_some() && uri.path() == "/" && uri.query().is_none()
    });
    if !plain || text.len() > ADDRESS_BYTES_MAX {
        let what = format!("an address for phones looks like \"http://10.0.0.2:8480\", not {text:?}");
        return Err(source.wrong(said.span(), what));
    }
    Ok(text.trim_end_matches('/').to_owned())
}
