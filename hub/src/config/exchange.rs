//! Where a hall hands its applications over: its office, how it is reached, and the keys it seals to.
//!
//! A hall without this table takes no applications; everything else works as it does. Tokens and certificates are files
//! beside the hall's own, so that the hall's file can be shown to anybody.

use super::{ConfigError, file::Source};
use applications::OfficeKey;
use hhx::seal::Recipient;
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde::Deserialize;
use std::path::{Path, PathBuf};
use toml::Spanned;

/// The longest token or certificate file that is read.
const FILE_BYTES_MAX: u64 = 64 * 1024;

/// The hall's office.
#[derive(Clone, PartialEq, Eq)]
pub struct ExchangeEntry {
    /// The hub's name at its office.
    pub hub: String,
    /// The office, as `soato:1708209`.
    pub party: String,
    /// How it is reached.
    pub way: Way,
    /// Its keys to seal to; never empty.
    pub keys: Vec<OfficeKey>,
    /// The certificates it signs with, PEM.
    pub certificates: String,
    /// A rehearsal.
    pub test: bool,
}

/// How consignments travel: the same bytes either way.
#[derive(Clone, PartialEq, Eq)]
pub enum Way {
    /// To the office's server, through a relay on this machine that does TLS.
    Http {
        /// Its address.
        url: String,
        /// What the hall shows there.
        token: String,
    },
    /// Through a folder that somebody or something else empties and fills.
    Spool(PathBuf),
}

impl std::fmt::Debug for ExchangeEntry {
    /// Without the token.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ExchangeEntry").field("hub", &self.hub).field("party", &self.party).finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExchangeTable {
    hub: Spanned<String>,
    party: Spanned<String>,
    url: Option<Spanned<String>>,
    token: Option<Spanned<String>>,
    spool: Option<Spanned<String>>,
    certificate: Spanned<String>,
    #[serde(default)]
    test: bool,
    key: Vec<Spanned<KeyTable>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyTable {
    public: String,
    from: Option<Date>,
    until: Option<Date>,
}

/// Reads `[exchange]`.
pub(super) fn exchange(source: &Source<'_>, table: &ExchangeTable) -> Result<ExchangeEntry, ConfigError> {
    let hub = table.hub.get_ref();
    if hub.is_empty() || hub.len() > 40 || !hub.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
        return Err(source.wrong(table.hub.span(), "the hub's name is letters, digits and -, at most 40".to_owned()));
    }
    let party = table.party.get_ref();
    let code = party.strip_prefix("soato:").filter(|code| (4..=10).contains(&code.len()));
    if !code.is_some_and(|code| code.bytes().all(|byte| byte.is_ascii_digit())) {
        return Err(
            source.wrong(table.party.span(), "an office is written soato: and its code, as soato:1708209".to_owned())
        );
    }
    if table.key.is_empty() {
        return Err(source.wrong(table.hub.span(), "[[exchange.key]] is missing: what could be sealed to?".to_owned()));
    }
    let certificates = beside(source, &table.certificate)?;
    if hhx::sign::certificates(&certificates).is_err() {
        return Err(source.wrong(table.certificate.span(), "the file is no X.509 certificate in PEM".to_owned()));
    }
    Ok(ExchangeEntry {
        hub: hub.clone(),
        party: party.clone(),
        way: way(source, table)?,
        keys: table.key.iter().map(|key| office_key(source, key)).collect::<Result<_, _>>()?,
        certificates,
        test: table.test,
    })
}

fn way(source: &Source<'_>, table: &ExchangeTable) -> Result<Way, ConfigError> {
    match (&table.url, &table.token, &table.spool) {
        (Some(url), Some(token), None) => {
            // The hub speaks no TLS yet: a relay on this machine does, and nothing leaves it in the open.
            if !is_loopback(url.get_ref()) {
                let what =
                    "the office is reached through a TLS relay on this machine, as http://127.0.0.1:8490, or by spool";
                return Err(source.wrong(url.span(), what.to_owned()));
            }
            let token = beside(source, token)?.trim().to_owned();
            Ok(Way::Http { url: url.get_ref().trim_end_matches('/').to_owned(), token })
        }
        (None, None, Some(spool)) => Ok(Way::Spool(folder_of(source).join(spool.get_ref()))),
        _ => Err(source.wrong(table.hub.span(), "give either url and token, or spool".to_owned())),
    }
}

fn is_loopback(url: &str) -> bool {
    let host = url.strip_prefix("http://").and_then(|rest| rest.split(['/', ':']).next());
    matches!(host, Some("127.0.0.1" | "localhost"))
}

fn office_key(source: &Source<'_>, table: &Spanned<KeyTable>) -> Result<OfficeKey, ConfigError> {
    let key = table.get_ref();
    let recipient = Recipient::of(&key.public)
        .ok_or_else(|| source.wrong(table.span(), "public is an X25519 key in 64 hexadecimal digits".to_owned()))?;
    let begins = |date: Date| date.to_zoned(TimeZone::UTC).map(|zoned| zoned.timestamp()).unwrap_or(Timestamp::MAX);
    let from = key.from.map_or(Timestamp::MIN, begins);
    let until = key.until.map_or(Timestamp::MAX, begins);
    if from >= until {
        return Err(source.wrong(table.span(), "the key is over before it begins".to_owned()));
    }
    Ok(OfficeKey { recipient, from, until })
}

fn folder_of<'a>(source: &Source<'a>) -> &'a Path {
    source.path.parent().unwrap_or(Path::new(""))
}

/// A small file beside the hall's own.
fn beside(source: &Source<'_>, name: &Spanned<String>) -> Result<String, ConfigError> {
    let path = folder_of(source).join(name.get_ref());
    let readable = std::fs::metadata(&path).is_ok_and(|found| found.is_file() && found.len() <= FILE_BYTES_MAX);
    let text = if readable { std::fs::read_to_string(&path).ok() } else { None };
    text.ok_or_else(|| source.wrong(name.span(), format!("{} cannot be read", path.display())))
}
