//! The signed code on a ticket that a kiosk printed alone: a clerk scans it, and the ticket waits although the kiosk is still
//! cut off.
//!
//! Whoever holds the paper cannot write one himself: the kiosk signs (Ed25519), the hub knows its public key. The hall is
//! signed but not carried, so a code of another hall is no code here. Letters and digits in one case only (base32),
//! because a scanner types like a keyboard, and nobody knows which layout or lock is on. Deliberately absent: the class
//! of the visitor, which is never on paper, and everything about a person.

use crate::base32;
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use std::fmt;
use uuid::Uuid;

/// What a code begins with: the version of its form.
pub const MARK: &str = "NAVBAT1.";
/// The most bytes of a code. One with a single service of the catalogue has about 120, which is 190 characters.
const CODE_BYTES_MAX: usize = 320;
/// The longest text that is searched for a code: an address with a code behind it.
pub const TYPED_CHARS_MAX: usize = 1_024;
/// Services beside the first.
const FURTHER_MAX: usize = 4;
/// The longest text inside: a service's code.
const TEXT_BYTES_MAX: usize = 32;
const SIGNATURE_BYTES: usize = 64;
/// What is signed besides the claim, so that a signature says nothing in another place.
const CONTEXT: &[u8] = b"navbat admission 1";

/// What a kiosk says of a ticket it printed alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admission {
    /// The hub's epoch as the kiosk last knew it.
    pub epoch: u32,
    /// The service day the hub had last spoken of.
    pub day: Option<u32>,
    /// The ticket's identity: the kiosk's own report will have the same.
    pub ticket: Uuid,
    /// The number on paper, of the kiosk's own lane.
    pub number: String,
    /// The service to wait for first.
    pub service: String,
    /// Further services on the same ticket.
    pub further: Vec<String>,
    /// How many of the same thing.
    pub quantity: u16,
    /// The visitor's language.
    pub language: String,
    /// When it was printed by the kiosk's clock, seconds since 1970.
    pub printed_at_s: u32,
}

/// A kiosk's own key.
#[derive(Clone)]
pub struct KioskKey(SigningKey);

/// What the hub keeps of a kiosk's key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

/// A code that can be read; whether it is true is not known yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unproven {
    claim: Admission,
    signed: Vec<u8>,
    signature: Signature,
}

/// Text that is no code of this form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is not a ticket's code")]
pub struct NotACode;

/// A code that no known kiosk of this hall has signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no kiosk of this hall has signed this code")]
pub struct NotOurs;

/// A claim that does not fit into a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this does not fit into a ticket's code")]
pub struct DoesNotFit;

impl KioskKey {
    /// The key of this seed, which the kiosk keeps to itself.
    pub fn from_seed(seed: &[u8; 32]) -> KioskKey {
        KioskKey(SigningKey::from_bytes(seed))
    }

    /// What the hub has to know.
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    /// The code of a claim.
    pub fn sign(&self, hall: &str, claim: &Admission) -> Result<String, DoesNotFit> {
        let mut bytes = written(claim)?;
        let signature = self.0.sign(&signed(hall, &bytes));
        bytes.extend(signature.to_bytes());
        Ok(format!("{MARK}{}", base32::encode(&bytes)))
    }
}

impl fmt::Debug for KioskKey {
    /// Without the secret, so that it reaches no log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("KioskKey").field(&self.public().text()).finish()
    }
}

impl PublicKey {
    /// As it travels.
    pub fn text(&self) -> String {
        base32::encode(self.0.as_bytes())
    }

    /// Its bytes, as they are kept.
    pub fn bytes(&self) -> [u8; 32] {
        self.0.to_bytes()
    }

    /// From kept bytes. A weak key, which would verify what nobody signed, is none.
    pub fn from_bytes(bytes: &[u8; 32]) -> Option<PublicKey> {
        VerifyingKey::from_bytes(bytes).ok().filter(|key| !key.is_weak()).map(PublicKey)
    }

    /// From text as it travels.
    pub fn parse(text: &str) -> Option<PublicKey> {
        let bytes: [u8; 32] = base32::decode(text, 32)?.try_into().ok()?;
        PublicKey::from_bytes(&bytes)
    }
}

impl Unproven {
    /// Reads what a scanner or a person typed: the code alone, or an address that ends in it.
    pub fn parse(typed: &str) -> Result<Unproven, NotACode> {
        if typed.len() > TYPED_CHARS_MAX * 2 {
            return Err(NotACode);
        }
        let text = latin(typed);
        let at = text.rfind(&MARK.to_ascii_lowercase()).ok_or(NotACode)?;
        let code = text.get(at + MARK.len()..).ok_or(NotACode)?;
        let bytes = base32::decode(code, CODE_BYTES_MAX).ok_or(NotACode)?;
        let (claim, signature) = bytes.split_at_checked(bytes.len().saturating_sub(SIGNATURE_BYTES)).ok_or(NotACode)?;
        Ok(Unproven {
            claim: read(claim).ok_or(NotACode)?,
            signed: claim.to_vec(),
            signature: Signature::from_slice(signature).map_err(|_| NotACode)?,
        })
    }

    /// The number it claims, by which its kiosk is found.
    pub fn number(&self) -> &str {
        &self.claim.number
    }

    /// The claim, if one of these keys signed it for this hall.
    pub fn proven(self, hall: &str, keys: &[PublicKey]) -> Result<Admission, NotOurs> {
        let signed = signed(hall, &self.signed);
        let ours = keys.iter().any(|key| key.0.verify_strict(&signed, &self.signature).is_ok());
        if ours { Ok(self.claim) } else { Err(NotOurs) }
    }
}

/// What is signed: the context and the hall stand before the claim, each with its length.
fn signed(hall: &str, claim: &[u8]) -> Vec<u8> {
    let mut bytes = CONTEXT.to_vec();
    bytes.extend(u32::try_from(hall.len()).unwrap_or(u32::MAX).to_be_bytes());
    bytes.extend(hall.as_bytes());
    bytes.extend(claim);
    bytes
}

fn written(claim: &Admission) -> Result<Vec<u8>, DoesNotFit> {
    if claim.further.len() > FURTHER_MAX || claim.day == Some(0) {
        return Err(DoesNotFit);
    }
    let mut bytes = Vec::with_capacity(64);
    bytes.extend(claim.epoch.to_be_bytes());
    bytes.extend(claim.day.unwrap_or(0).to_be_bytes());
    bytes.extend(claim.ticket.as_bytes());
    bytes.extend(claim.quantity.to_be_bytes());
    bytes.extend(claim.printed_at_s.to_be_bytes());
    let texts = [&claim.number, &claim.language, &claim.service].into_iter().chain(&claim.further);
    for text in texts {
        let length = u8::try_from(text.len()).map_err(|_| DoesNotFit)?;
        if text.is_empty() || usize::from(length) > TEXT_BYTES_MAX || !text.is_ascii() {
            return Err(DoesNotFit);
        }
        bytes.push(length);
        bytes.extend(text.as_bytes());
    }
    Ok(bytes)
}

/// Reads exactly what [`written`] writes.
fn read(bytes: &[u8]) -> Option<Admission> {
    let mut rest = bytes;
    let epoch = u32::from_be_bytes(take(&mut rest)?);
    let day = u32::from_be_bytes(take(&mut rest)?);
    let ticket = Uuid::from_bytes(take(&mut rest)?);
    let quantity = u16::from_be_bytes(take(&mut rest)?);
    let printed_at_s = u32::from_be_bytes(take(&mut rest)?);
    let (number, language, service) = (text(&mut rest)?, text(&mut rest)?, text(&mut rest)?);
    let mut further = Vec::new();
    while !rest.is_empty() && further.len() < FURTHER_MAX {
        further.push(text(&mut rest)?);
    }
    let day = (day > 0).then_some(day);
    rest.is_empty().then_some(Admission {
        epoch,
        day,
        ticket,
        number,
        service,
        further,
        quantity,
        language,
        printed_at_s,
    })
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (taken, left) = rest.split_first_chunk::<N>()?;
    *rest = left;
    Some(*taken)
}

fn text(rest: &mut &[u8]) -> Option<String> {
    let [length] = take(rest)?;
    let length = usize::from(length);
    if length == 0 || length > TEXT_BYTES_MAX {
        return None;
    }
    let (text, left) = rest.split_at_checked(length)?;
    *rest = left;
    String::from_utf8(text.to_vec()).ok().filter(|text| text.is_ascii())
}

/// A scanner sends keys, and a Russian layout makes other letters of them: back to the keys, and all small.
fn latin(typed: &str) -> String {
    const CYRILLIC: &str = "йцукенгшщзфывапролдячсмитьюўқ";
    const KEYS: &str = "qwertyuiopasdfghjklzxcvbnm.os";
    let lower = typed.trim().to_lowercase();
    let key = |c: char| CYRILLIC.chars().position(|own| own == c).and_then(|at| KEYS.chars().nth(at)).unwrap_or(c);
    lower.chars().map(key).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key(seed: u8) -> KioskKey {
        KioskKey::from_seed(&[seed; 32])
    }

    fn claim() -> Admission {
        Admission {
            epoch: 3,
            day: Some(41),
            ticket: Uuid::from_u128(0x0192_f0c1_0000_7000_8000_0000_0000_0001),
            number: "A1-012".to_owned(),
            service: "A01".to_owned(),
            further: vec!["M06".to_owned()],
            quantity: 20,
            language: "uz-Cyrl".to_owned(),
            printed_at_s: 1_795_417_200,
        }
    }

    fn code() -> String {
        key(1).sign("zomin", &claim()).expect("it fits")
    }

    fn opened(typed: &str, hall: &str, of: &KioskKey) -> Option<Admission> {
        Unproven::parse(typed).ok()?.proven(hall, &[key(9).public(), of.public()]).ok()
    }

    #[test]
    fn what_was_signed_is_read_as_it_was() {
        assert_eq!(opened(&code(), "zomin", &key(1)), Some(claim()));
        let alone = Admission { further: Vec::new(), day: None, ..claim() };
        let code = key(1).sign("zomin", &alone).expect("it fits");
        assert_eq!(opened(&code, "zomin", &key(1)), Some(alone));
    }

    #[test]
    fn a_code_and_its_address_fit_into_a_moderate_picture() {
        let four = ["M01", "K04", "O02", "T01"].map(str::to_owned).to_vec();
        let code = key(1).sign("zomin", &Admission { further: four, ..claim() }).expect("it fits");
        let address = format!("http://192.168.100.100:8480/t/{}#{code}", claim().ticket);
        assert!(address.len() <= 300, "{} characters", address.len());
    }

    #[test]
    fn a_scanner_may_type_as_it_likes() {
        let (code, key) = (code(), key(1));
        let address = format!("http://hub.local:8480/t/{}#{code}\r\n", claim().ticket);
        let russian: String = code.chars().map(as_typed_in_russian).collect();
        for typed in [address, format!("  {code} "), code.to_lowercase(), russian.clone(), russian.to_uppercase()] {
            assert_eq!(opened(&typed, "zomin", &key), Some(claim()), "{typed}");
        }
    }

    /// What a keyboard with a Russian layout makes of a key.
    fn as_typed_in_russian(c: char) -> char {
        let pairs = "QйWцEуRкTеYнUгIшOщPзAфSыDвFаGпHрJоKлLдZяXчCсVмBиNтMь.ю";
        let letters: Vec<char> = pairs.chars().collect();
        letters.chunks(2).find(|pair| pair[0] == c).map_or(c, |pair| pair[1])
    }

    #[test]
    fn another_hall_and_another_kiosk_are_not_ours() {
        assert_eq!(opened(&code(), "chortoq", &key(1)), None);
        assert_eq!(opened(&code(), "zomin", &key(2)), None);
        assert_eq!(opened(&code(), "", &key(1)), None);
    }

    #[test]
    fn what_is_cut_off_or_longer_is_no_code() {
        let code = code();
        for length in 0..code.len() {
            assert_eq!(opened(&code[..length], "zomin", &key(1)), None, "{length} characters");
        }
        for more in ["A", "AA", "AAAAAAAA", "!"] {
            assert_eq!(opened(&format!("{code}{more}"), "zomin", &key(1)), None);
        }
        assert_eq!(Unproven::parse(&format!("{MARK}{}", "A".repeat(4_000))), Err(NotACode));
        assert_eq!(Unproven::parse(&"Ж".repeat(4_000)), Err(NotACode));
    }

    #[test]
    fn what_does_not_fit_is_not_signed() {
        let wrong = [
            Admission { service: "x".repeat(33), ..claim() },
            Admission { number: String::new(), ..claim() },
            Admission { language: "ўз".to_owned(), ..claim() },
            Admission { further: vec!["A01".to_owned(); 5], ..claim() },
            Admission { day: Some(0), ..claim() },
        ];
        for claim in wrong {
            assert_eq!(key(1).sign("zomin", &claim), Err(DoesNotFit), "{claim:?}");
        }
    }

    #[test]
    fn a_key_travels_as_text_and_a_weak_one_is_none() {
        let public = key(1).public();
        assert_eq!(PublicKey::parse(&public.text()), Some(public));
        assert_eq!(PublicKey::from_bytes(&public.bytes()), Some(public));
        // The neutral element verifies anything for anyone who chooses the signature.
        let mut neutral = [0; 32];
        neutral[0] = 1;
        assert_eq!(PublicKey::from_bytes(&neutral), None);
        for wrong in ["", "A", &"A".repeat(53), "ў"] {
            assert_eq!(PublicKey::parse(wrong), None, "{wrong}");
        }
        assert!(!format!("{:?}", key(1)).contains("seed"));
    }

    proptest! {
        #[test]
        fn one_flipped_bit_is_not_ours(at in 0_usize..10_000, bit in 0_u8..8) {
            let code = code();
            let mut bytes = base32::decode(&code[MARK.len()..], CODE_BYTES_MAX).expect("our own code");
            let at = at % bytes.len();
            bytes[at] ^= 1 << bit;
            let typed = format!("{MARK}{}", base32::encode(&bytes));
            prop_assert_eq!(opened(&typed, "zomin", &key(1)), None);
        }

        #[test]
        fn nothing_typed_breaks_the_reader(typed in ".{0,400}", tail in proptest::collection::vec(any::<u8>(), 0..330)) {
            let _ = Unproven::parse(&typed);
            prop_assert_eq!(opened(&format!("{typed}{MARK}{}", base32::encode(&tail)), "zomin", &key(1)), None);
        }
    }
}
