//! `[exchange]` of a hall's file: what is wrong is said with line and column, and what was expected.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use hub::config::{Config, Way};
use std::{fs, path::PathBuf};
use uuid::Uuid;

const PUBLIC: &str = "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c";

struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn folder() -> Folder {
    let folder = Folder(std::env::temp_dir().join(format!("navbat-exchange-{}", Uuid::now_v7())));
    fs::create_dir(&folder.0).unwrap();
    let made = rcgen::generate_simple_self_signed(vec!["office".to_owned()]).unwrap();
    fs::write(folder.0.join("office.pem"), made.cert.pem()).unwrap();
    fs::write(folder.0.join("token"), "  a token\n").unwrap();
    folder
}

fn right() -> String {
    format!(
        "[exchange]\nhub = \"hub-01\"\nparty = \"soato:1708209\"\nurl = \"http://127.0.0.1:8490/\"\ntoken = \"token\"\n\
         certificate = \"office.pem\"\n[[exchange.key]]\npublic = \"{PUBLIC}\"\nuntil = \"2027-12-31\"\n"
    )
}

fn read(exchange: &str) -> Result<Config, String> {
    let folder = folder();
    let text = format!("{}\n{exchange}", include_str!("../demo/hall.toml"));
    Config::parse(&text, &folder.0.join("hall.toml")).map_err(|error| error.to_string())
}

#[test]
fn a_hall_is_reached_by_a_relay_or_a_folder() {
    let config = read(&right()).unwrap();
    let exchange = config.exchange().unwrap();
    assert!(matches!(&exchange.way, Way::Http { url, token } if url == "http://127.0.0.1:8490" && token == "a token"));
    assert!(!format!("{exchange:?}").contains("a token"));
    let spool = right().replace("url = \"http://127.0.0.1:8490/\"\ntoken = \"token\"", "spool = \"spool\"");
    let config = read(&spool).unwrap();
    assert!(matches!(&config.exchange().unwrap().way, Way::Spool(folder) if folder.ends_with("spool")));
    assert!(Config::demo().exchange().is_none());
}

#[test]
fn what_is_wrong_is_named() {
    for (from, to, says) in [
        ("soato:1708209", "Zomin", "an office is written soato:"),
        ("hub-01", "hub 01", "letters, digits and -"),
        ("http://127.0.0.1:8490/", "https://office.example.uz", "a TLS relay on this machine"),
        ("http://127.0.0.1:8490/", "http://127.0.0.1.example.uz/", "a TLS relay on this machine"),
        ("url = \"http://127.0.0.1:8490/\"\n", "", "either url and token, or spool"),
        ("token = \"token\"", "token = \"nothing\"", "nothing cannot be read"),
        ("office.pem", "token", "no X.509 certificate"),
        (PUBLIC, "e6db", "64 hexadecimal digits"),
        ("\"2027-12-31\"", "\"2027-12-31\"\nfrom = \"2028-01-01\"", "over before it begins"),
        ("certificate", "certifikate", "unknown field"),
    ] {
        let wrong = right().replacen(from, to, 1);
        assert_ne!(wrong, right(), "{from}");
        let said = read(&wrong).unwrap_err();
        assert!(said.contains(says) && said.contains("hall.toml:"), "{from} -> {to}: {said}");
    }
}
