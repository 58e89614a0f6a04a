//! The kiosk's own key, and the address in a ticket's code: for a number the kiosk gave alone, with a signed code behind it
//! that lets a clerk admit the ticket while the kiosk is still cut off.
//!
//! The code stands behind `#`, so one picture serves the visitor's phone, which does not send it, and the clerk's scanner.
//! The key is made at the first start and lies in a file of its own, for the kiosk's user only; the hub learns its public
//! half whenever the kiosk asks how things stand. Deliberately absent: the visitor's class, which is never on paper.

use crate::session::Slip;
use jiff::Timestamp;
use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};
use wire::{
    admission::{Admission, KioskKey},
    applications::STATUS_PATH,
    seen::Seen,
};

/// The length of a key's secret.
const SEED_BYTES: usize = 32;

/// Where a ticket's page is, and who signs for tickets given alone.
#[derive(Debug, Clone)]
pub struct Pages {
    base: String,
    key: Option<KioskKey>,
}

/// What the kiosk knows of its hub when it prints.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// What was seen of the hub.
    pub seen: Option<&'a Seen>,
    /// The last service day the hub spoke of.
    pub day: Option<u32>,
}

impl Pages {
    /// At this address, unsigned: a kiosk whose key cannot be kept prints tickets all the same.
    pub fn plain(base: &str) -> Pages {
        Pages { base: base.trim_end_matches('/').to_owned(), key: None }
    }

    /// At this address, signed with this key.
    pub fn signed(base: &str, key: KioskKey) -> Pages {
        Pages { key: Some(key), ..Pages::plain(base) }
    }

    /// The hub says where phones reach it.
    pub fn move_to(&mut self, base: &str) {
        base.trim_end_matches('/').clone_into(&mut self.base);
    }

    /// The address for the code of a ticket.
    pub fn address(&self, slip: &Slip, known: Known<'_>, at: Timestamp) -> String {
        let page = format!("{}/t/{}", self.base, slip.ticket);
        match self.code(slip, known, at) {
            Some(code) => format!("{page}#{code}"),
            None => page,
        }
    }

    /// The address where a phone asks what became of an application.
    pub fn application(&self, number: &str) -> String {
        format!("{}{STATUS_PATH}{number}", self.base)
    }

    /// Only for the kiosk's own lane: what the hub numbered, the hub knows.
    fn code(&self, slip: &Slip, known: Known<'_>, at: Timestamp) -> Option<String> {
        if !slip.number.chars().nth(1)?.is_ascii_digit() {
            return None;
        }
        let (key, seen) = (self.key.as_ref()?, known.seen?);
        let claim = Admission {
            epoch: seen.epoch,
            day: known.day,
            ticket: slip.ticket,
            number: slip.number.clone(),
            service: slip.wish.service.clone(),
            further: slip.wish.further.clone(),
            quantity: 1,
            language: slip.wish.language.tag().to_owned(),
            printed_at_s: u32::try_from(at.as_second()).ok()?,
        };
        key.sign(seen.hall.as_deref()?, &claim).ok()
    }
}

/// The kiosk's key; made now if there is none that can be read.
pub fn key(path: &Path) -> io::Result<KioskKey> {
    match fs::read(path) {
        Ok(bytes) => {
            if let Ok(seed) = <[u8; SEED_BYTES]>::try_from(bytes.as_slice()) {
                return Ok(KioskKey::from_seed(&seed));
            }
            tracing::error!(bytes = bytes.len(), "the kiosk's key is damaged: a new one is made");
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    let mut seed = [0; SEED_BYTES];
    getrandom::fill(&mut seed).map_err(io::Error::other)?;
    keep(path, &seed)?;
    Ok(KioskKey::from_seed(&seed))
}

/// Whole or not at all, whatever the power does.
fn keep(path: &Path, seed: &[u8]) -> io::Result<()> {
    let fresh = path.with_extension("new");
    match fs::remove_file(&fresh) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&fresh)?;
    file.write_all(seed)?;
    file.sync_all()?;
    fs::rename(&fresh, path)?;
    File::open(path.parent().unwrap_or(Path::new(".")))?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::{Medium, Told, Turn, Wish};
    use std::os::unix::fs::PermissionsExt;
    use uuid::Uuid;
    use wire::admission::Unproven;
    use words::Lang;

    const AT: i64 = 1_795_417_200;

    fn slip(number: &str) -> Slip {
        let wish = Wish {
            language: Lang::Ru,
            category: "A".to_owned(),
            service: "A01".to_owned(),
            further: vec!["K02".to_owned()],
            turn: Turn::Declared("disability-1-2".to_owned()),
            medium: Medium::Paper,
        };
        Slip { ticket: Uuid::from_u128(7), number: number.to_owned(), wish, told: Told::Unseen }
    }

    fn address(pages: &Pages, number: &str) -> String {
        let seen = Seen { hall: Some("zomin".to_owned()), epoch: 3, link: None };
        let known = Known { seen: Some(&seen), day: Some(41) };
        pages.address(&slip(number), known, Timestamp::from_second(AT).unwrap())
    }

    #[test]
    fn a_number_given_alone_has_a_code_that_proves_itself() {
        let key = KioskKey::from_seed(&[7; 32]);
        let mut pages = Pages::signed("http://hub.local:8480/", key.clone());
        let printed = address(&pages, "A1-012");
        assert!(
            printed.starts_with("http://hub.local:8480/t/00000000-0000-0000-0000-000000000007#NAVBAT1."),
            "{printed}"
        );
        let claim = Unproven::parse(&printed).unwrap().proven("zomin", &[key.public()]).unwrap();
        assert_eq!((claim.number.as_str(), claim.service.as_str(), claim.language.as_str()), ("A1-012", "A01", "ru"));
        assert_eq!((claim.epoch, claim.day, i64::from(claim.printed_at_s)), (3, Some(41), AT));
        assert_eq!(claim.ticket, Uuid::from_u128(7));
        pages.move_to("http://10.0.0.2/");
        assert!(address(&pages, "A1-012").starts_with("http://10.0.0.2/t/"));
    }

    #[test]
    fn the_hubs_own_number_and_a_kiosk_without_a_key_have_an_address_alone() {
        let page = "http://hub/t/00000000-0000-0000-0000-000000000007";
        assert_eq!(address(&Pages::signed("http://hub", KioskKey::from_seed(&[7; 32])), "A-012"), page);
        assert_eq!(address(&Pages::plain("http://hub"), "A1-012"), page);
    }

    #[test]
    fn a_key_is_made_once_kept_privately_and_made_anew_if_damaged() {
        let dir = std::env::temp_dir().join(format!("navbat-key-{}", std::process::id()));
        fs::create_dir_all(&dir).unwrap();
        let path = dir.join("signing.key");
        fs::write(path.with_extension("new"), "left by a power cut").unwrap();
        let first = key(&path).unwrap().public();
        assert_eq!(key(&path).unwrap().public(), first);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        fs::write(&path, "short").unwrap();
        let second = key(&path).unwrap().public();
        assert_ne!(second, first);
        assert_eq!(key(&path).unwrap().public(), second);
        fs::remove_dir_all(&dir).unwrap();
    }
}
