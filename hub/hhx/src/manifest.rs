//! `META-INF/ASiCManifest001.xml` of ETSI EN 319 162-1: the hash of every other entry, and which signature holds it.
//!
//! Ours is written by hand because its form never changes; anybody's is read by a parser that knows no entities.

use crate::Hash;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use std::{collections::BTreeMap, fmt::Write};

/// Where the signature is.
pub(crate) const SIGNATURE: &str = "META-INF/signature001.p7s";

const ASIC: &str = "http://uri.etsi.org/02918/v1.2.1#";
const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";
const SHA_256: &str = "http://www.w3.org/2001/04/xmlenc#sha256";

/// The manifest over entries `(name, media type, bytes)`.
pub(crate) fn write<'a>(entries: impl Iterator<Item = (&'a str, &'a str, &'a [u8])>) -> Vec<u8> {
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<asic:ASiCManifest xmlns:asic=\"{ASIC}\" xmlns:ds=\"{DSIG}\">\n\
         <asic:SigReference URI=\"{SIGNATURE}\" MimeType=\"application/pkcs7-signature\"/>\n"
    );
    for (name, media_type, bytes) in entries {
        let digest = STANDARD.encode(Hash::of(bytes).0);
        let _ = writeln!(
            xml,
            "<asic:DataObjectReference URI=\"{name}\" MimeType=\"{media_type}\"><ds:DigestMethod \
             Algorithm=\"{SHA_256}\"/><ds:DigestValue>{digest}</ds:DigestValue></asic:DataObjectReference>"
        );
    }
    xml.push_str("</asic:ASiCManifest>\n");
    xml.into_bytes()
}

/// The SHA-256 of every entry a manifest names; nothing if it is not one, or names an entry twice.
pub(crate) fn read(bytes: &[u8]) -> Option<BTreeMap<String, [u8; 32]>> {
    let text = std::str::from_utf8(bytes).ok()?;
    let document = roxmltree::Document::parse(text).ok()?;
    let root = document.root_element();
    if root.tag_name() != (ASIC, "ASiCManifest").into() {
        return None;
    }
    let signatures: Vec<_> = root.children().filter(|node| node.has_tag_name((ASIC, "SigReference"))).collect();
    let [signature] = signatures[..] else { return None };
    if signature.attribute("URI") != Some(SIGNATURE) {
        return None;
    }
    let mut named = BTreeMap::new();
    for reference in root.children().filter(|node| node.has_tag_name((ASIC, "DataObjectReference"))) {
        let name = reference.attribute("URI")?;
        let method = reference.children().find(|node| node.has_tag_name((DSIG, "DigestMethod")))?;
        if method.attribute("Algorithm") != Some(SHA_256) {
            return None;
        }
        let value = reference.children().find(|node| node.has_tag_name((DSIG, "DigestValue")))?.text()?;
        let digest = STANDARD.decode(value.trim()).ok()?.try_into().ok()?;
        if named.insert(name.to_owned(), digest).is_some() {
            return None;
        }
    }
    Some(named)
}
