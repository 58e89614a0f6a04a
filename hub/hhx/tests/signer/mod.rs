//! A key and a certificate of its own, made anew for each test.

use hhx::{envelope::SignatureMode, sign::Signer};
use x509_cert::Certificate;

/// A key with its certificate, PEM.
pub(crate) struct Pair {
    pub(crate) key: String,
    pub(crate) certificate: String,
}

impl Pair {
    pub(crate) fn new() -> Self {
        let made = rcgen::generate_simple_self_signed(vec!["hub-01".to_owned()]).unwrap();
        Self { key: made.signing_key.serialize_pem(), certificate: made.cert.pem() }
    }

    pub(crate) fn signer(&self) -> Signer {
        Signer::from_pem(&self.key, &self.certificate, SignatureMode::Dev).unwrap()
    }

    pub(crate) fn trusted(&self) -> Vec<Certificate> {
        hhx::sign::certificates(&self.certificate).unwrap()
    }
}
