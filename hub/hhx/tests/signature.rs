//! The signature is plain CMS: OpenSSL, which did not write it, says so; and it holds for nothing else.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod signer;

use hhx::sign::{self, SignatureError};
use signer::Pair;
use std::{fs, path::PathBuf, process::Command};

struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn openssl(content: &[u8], signature: &[u8], certificate: &str) -> bool {
    let folder = Folder(std::env::temp_dir().join(format!("navbat-cms-{}", uuid::Uuid::now_v7())));
    fs::create_dir(&folder.0).unwrap();
    for (name, bytes) in [("content", content), ("signature", signature), ("certificate", certificate.as_bytes())] {
        fs::write(folder.0.join(name), bytes).unwrap();
    }
    let done = Command::new("openssl")
        .current_dir(&folder.0)
        .args(["cms", "-verify", "-binary", "-inform", "DER", "-in", "signature", "-content", "content"])
        .args(["-CAfile", "certificate", "-purpose", "any", "-out", "out"])
        .output()
        .expect("openssl is installed");
    done.status.success()
}

#[test]
fn openssl_verifies_it_and_finds_a_changed_byte() {
    let pair = Pair::new();
    let signature = pair.signer().sign(b"manifest").unwrap();
    assert!(openssl(b"manifest", &signature, &pair.certificate));
    assert!(!openssl(b"manifesT", &signature, &pair.certificate));
    assert!(!openssl(b"manifest", &signature, &Pair::new().certificate));
}

#[test]
fn we_verify_it_and_find_a_changed_byte() {
    let pair = Pair::new();
    let signature = pair.signer().sign(b"manifest").unwrap();
    assert_eq!(sign::verify(b"manifest", &signature, &pair.trusted()).unwrap().serial, pair.signer().serial());
    assert!(matches!(sign::verify(b"manifesT", &signature, &pair.trusted()), Err(SignatureError::DoesNotHold)));
    assert!(matches!(sign::verify(b"manifest", &signature, &Pair::new().trusted()), Err(SignatureError::Unknown)));
}

#[test]
fn no_changed_signature_holds_for_another_text() {
    let pair = Pair::new();
    let signature = pair.signer().sign(b"manifest").unwrap();
    for at in 0..signature.len() {
        let mut changed = signature.clone();
        changed[at] ^= 0x40;
        assert!(sign::verify(b"another", &changed, &pair.trusted()).is_err(), "byte {at}");
    }
}

#[test]
fn a_key_and_a_foreign_certificate_make_no_signer() {
    let (one, two) = (Pair::new(), Pair::new());
    let made = sign::Signer::from_pem(&one.key, &two.certificate, hhx::envelope::SignatureMode::Dev);
    assert!(matches!(made.err(), Some(SignatureError::Certificate)));
}
