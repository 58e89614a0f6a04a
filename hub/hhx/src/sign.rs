//! The detached CMS signature over a container's manifest (RFC 5652, ECDSA P-256 with SHA-256).
//!
//! E-IMZO signs CMS and nothing else, so every container carries CMS whatever key made it, and any party verifies it with
//! `openssl cms -verify`. RFC 6979 makes the signature depend on key and text alone: the same consignment is the same
//! bytes at every attempt. Deliberately absent: O'z DSt 1092. Only the national centre's closed server verifies it.

use crate::{Hash, envelope::SignatureMode};
use cms::{
    cert::{CertificateChoices, IssuerAndSerialNumber},
    content_info::{CmsVersion, ContentInfo},
    signed_data::{EncapsulatedContentInfo, SignedData, SignerIdentifier, SignerInfo},
};
use der::{
    Any, Decode, Encode,
    asn1::{ObjectIdentifier, OctetString, SetOfVec},
};
use p256::{
    ecdsa::{
        DerSignature, SigningKey, VerifyingKey,
        signature::{Signer as _, Verifier as _},
    },
    pkcs8::{DecodePrivateKey, DecodePublicKey},
};
use x509_cert::{Certificate, attr::Attribute, der::DecodePem, spki::AlgorithmIdentifierOwned};

const ID_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.1");
const ID_SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
const ID_CONTENT_TYPE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.3");
const ID_MESSAGE_DIGEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4");
const ID_SHA_256: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1");
const ID_ECDSA_WITH_SHA_256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2");

/// More than any signature of one certificate needs.
const CMS_BYTES_MAX: usize = 64 * 1024;

/// Whoever signs containers.
pub struct Signer {
    key: SigningKey,
    certificate: Certificate,
    mode: SignatureMode,
}

/// Who made a signature that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedBy {
    /// The certificate, DER.
    pub certificate: Vec<u8>,
    /// Its serial number, in hexadecimal.
    pub serial: String,
}

/// Why a signature was not made or does not hold.
#[derive(Debug, thiserror::Error)]
pub enum SignatureError {
    /// The key is not PKCS#8 PEM of P-256.
    #[error("the key is not a PKCS#8 PEM of P-256")]
    Key,
    /// The certificate is none.
    #[error("the certificate is not an X.509 PEM")]
    Certificate,
    /// Not CMS as described.
    #[error("the signature is not a detached CMS with one signer: {0}")]
    Shape(&'static str),
    /// Not of these bytes, or not by this key.
    #[error("the signature does not hold")]
    DoesNotHold,
    /// The signer is not one of those who are trusted here.
    #[error("the signer is not known here")]
    Unknown,
}

impl Signer {
    /// From a PKCS#8 key and its certificate, both PEM.
    ///
    /// # Errors
    ///
    /// If one of them is not what it should be, or they do not belong together.
    pub fn from_pem(key: &str, certificate: &str, mode: SignatureMode) -> Result<Self, SignatureError> {
        let key = SigningKey::from_pkcs8_pem(key).map_err(|_| SignatureError::Key)?;
        let certificate = Certificate::from_pem(certificate).map_err(|_| SignatureError::Certificate)?;
        if public_key(&certificate)? != *key.verifying_key() {
            return Err(SignatureError::Certificate);
        }
        Ok(Self { key, certificate, mode })
    }

    /// What its signatures are worth.
    #[must_use]
    pub fn mode(&self) -> SignatureMode {
        self.mode
    }

    /// The certificate's serial number, in hexadecimal.
    #[must_use]
    pub fn serial(&self) -> String {
        serial(&self.certificate)
    }

    /// A detached CMS over these bytes, DER.
    ///
    /// # Errors
    ///
    /// If the certificate cannot be written as DER again.
    pub fn sign(&self, content: &[u8]) -> Result<Vec<u8>, SignatureError> {
        self.cms(content).map_err(|_| SignatureError::Certificate)
    }

    fn cms(&self, content: &[u8]) -> der::Result<Vec<u8>> {
        let attributes = SetOfVec::try_from(vec![
            attribute(ID_CONTENT_TYPE, &ID_DATA)?,
            attribute(ID_MESSAGE_DIGEST, &OctetString::new(Hash::of(content).0)?)?,
        ])?;
        let signature: DerSignature = self.key.sign(&attributes.to_der()?);
        let sha_256 = AlgorithmIdentifierOwned { oid: ID_SHA_256, parameters: None };
        let signer = SignerInfo {
            version: CmsVersion::V1,
            sid: SignerIdentifier::IssuerAndSerialNumber(IssuerAndSerialNumber {
                issuer: self.certificate.tbs_certificate.issuer.clone(),
                serial_number: self.certificate.tbs_certificate.serial_number.clone(),
            }),
            digest_alg: sha_256.clone(),
            signed_attrs: Some(attributes),
            signature_algorithm: AlgorithmIdentifierOwned { oid: ID_ECDSA_WITH_SHA_256, parameters: None },
            signature: OctetString::new(signature.as_bytes())?,
            unsigned_attrs: None,
        };
        let signed = SignedData {
            version: CmsVersion::V1,
            digest_algorithms: SetOfVec::try_from(vec![sha_256])?,
            encap_content_info: EncapsulatedContentInfo { econtent_type: ID_DATA, econtent: None },
            certificates: Some(vec![CertificateChoices::Certificate(self.certificate.clone())].try_into()?),
            crls: None,
            signer_infos: vec![signer].try_into()?,
        };
        ContentInfo { content_type: ID_SIGNED_DATA, content: Any::encode_from(&signed)? }.to_der()
    }
}

/// Checks a detached CMS over these bytes against the certificates that are trusted here.
///
/// # Errors
///
/// What is wrong with it.
pub fn verify(content: &[u8], signature: &[u8], trusted: &[Certificate]) -> Result<SignedBy, SignatureError> {
    if signature.len() > CMS_BYTES_MAX {
        return Err(SignatureError::Shape("too long"));
    }
    let signed = signed_data(signature)?;
    let [signer] = signed.signer_infos.0.as_slice() else { return Err(SignatureError::Shape("one signer")) };
    let SignerIdentifier::IssuerAndSerialNumber(id) = &signer.sid else {
        return Err(SignatureError::Shape("issuer and serial number"));
    };
    let is_it = |certificate: &&Certificate| {
        certificate.tbs_certificate.issuer == id.issuer && certificate.tbs_certificate.serial_number == id.serial_number
    };
    let certificate = trusted.iter().find(is_it).ok_or(SignatureError::Unknown)?;
    let attributes = signer.signed_attrs.as_ref().ok_or(SignatureError::Shape("signed attributes"))?;
    if digest_of(attributes)? != Hash::of(content).0 {
        return Err(SignatureError::DoesNotHold);
    }
    let attributes = attributes.to_der().map_err(|_| SignatureError::Shape("signed attributes"))?;
    let made = DerSignature::try_from(signer.signature.as_bytes()).map_err(|_| SignatureError::DoesNotHold)?;
    public_key(certificate)?.verify(&attributes, &made).map_err(|_| SignatureError::DoesNotHold)?;
    let der = certificate.to_der().map_err(|_| SignatureError::Certificate)?;
    Ok(SignedBy { certificate: der, serial: serial(certificate) })
}

/// Certificates out of PEM files that were put side by side.
///
/// # Errors
///
/// If one of them is none.
pub fn certificates(pem: &str) -> Result<Vec<Certificate>, SignatureError> {
    Certificate::load_pem_chain(pem.as_bytes()).map_err(|_| SignatureError::Certificate)
}

fn signed_data(signature: &[u8]) -> Result<SignedData, SignatureError> {
    let shape = |_| SignatureError::Shape("DER");
    let info = ContentInfo::from_der(signature).map_err(shape)?;
    if info.content_type != ID_SIGNED_DATA {
        return Err(SignatureError::Shape("signed data"));
    }
    let signed: SignedData = info.content.decode_as().map_err(shape)?;
    match signed.encap_content_info.econtent {
        None => Ok(signed),
        Some(_) => Err(SignatureError::Shape("detached")),
    }
}

fn digest_of(attributes: &SetOfVec<Attribute>) -> Result<[u8; 32], SignatureError> {
    let missing = SignatureError::Shape("a message digest");
    let found = attributes.iter().find(|attribute| attribute.oid == ID_MESSAGE_DIGEST);
    let Some([value]) = found.map(|attribute| attribute.values.as_slice()) else { return Err(missing) };
    let digest: OctetString = value.decode_as().map_err(|_| SignatureError::Shape("a message digest"))?;
    digest.as_bytes().try_into().map_err(|_| missing)
}

fn attribute<T: der::EncodeValue + der::Tagged>(oid: ObjectIdentifier, value: &T) -> der::Result<Attribute> {
    Ok(Attribute { oid, values: SetOfVec::try_from(vec![Any::encode_from(value)?])? })
}

fn public_key(certificate: &Certificate) -> Result<VerifyingKey, SignatureError> {
    let spki = certificate.tbs_certificate.subject_public_key_info.to_der().map_err(|_| SignatureError::Certificate)?;
    VerifyingKey::from_public_key_der(&spki).map_err(|_| SignatureError::Key)
}

fn serial(certificate: &Certificate) -> String {
    certificate.tbs_certificate.serial_number.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}
