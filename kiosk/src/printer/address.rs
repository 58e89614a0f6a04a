//! Where a printer is, as a person writes it: `tcp:HOST:PORT`, `usb:/dev/usb/lp0`, `serial:/dev/ttyUSB0:115200`,
//! `file:FOLDER`. What cannot work is refused when the kiosk starts, with what was expected.

use serde::Deserialize;
use std::{path::PathBuf, str::FromStr};

/// The port of a printer in the network, if none is said.
const PORT: u16 = 9100;
/// The slowest serial line that is accepted. A ticket is a picture of some 60 kB: five seconds here, a minute at 9600.
pub const BAUD_MIN: u32 = 115_200;
const BAUD_MAX: u32 = 4_000_000;

/// A printer.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Address {
    /// A folder.
    File(PathBuf),
    /// A host in the network.
    Tcp(Tcp),
    /// A character device of the kernel's USB printer driver.
    Usb(PathBuf),
    /// A serial line.
    Serial {
        /// Its device.
        path: PathBuf,
        /// Its speed.
        baud: u32,
    },
}

/// A host and a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tcp {
    /// The name or the number.
    pub host: String,
    /// The port.
    pub port: u16,
}

const EXPECTED: &str = "a printer is tcp:HOST[:PORT], usb:/dev/usb/lpN, serial:/dev/ttyX[:BAUD] or file:FOLDER";

impl FromStr for Address {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once(':') {
            Some(("file", folder)) if !folder.is_empty() => Ok(Address::File(folder.into())),
            Some(("tcp", place)) => tcp(place).map(Address::Tcp),
            Some(("usb", path)) => device(path).map(Address::Usb),
            Some(("serial", place)) => serial(place),
            _ => Err(EXPECTED.to_owned()),
        }
    }
}

impl TryFrom<String> for Address {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

/// `host`, `host:port`, `[::1]`, `[::1]:port`.
fn tcp(place: &str) -> Result<Tcp, String> {
    if place.starts_with('[') && !place.contains(']') {
        return Err(EXPECTED.to_owned());
    }
    let (host, port) = match place.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, rest)) => {
            (host, rest.strip_prefix(':').map_or(rest.is_empty().then_some(None), |port| Some(Some(port))))
        }
        None => match place.split_once(':') {
            Some((host, port)) => (host, Some(Some(port))),
            None => (place, Some(None)),
        },
    };
    let port = match port {
        Some(None) => PORT,
        Some(Some(port)) => port.parse().ok().filter(|port| *port > 0).ok_or("a port is a number from 1 to 65535")?,
        None => return Err(EXPECTED.to_owned()),
    };
    let letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':');
    if host.is_empty() || host.len() > 253 || !host.chars().all(letter) {
        return Err(EXPECTED.to_owned());
    }
    Ok(Tcp { host: host.to_owned(), port })
}

fn device(path: &str) -> Result<PathBuf, String> {
    let inside = path.strip_prefix("/dev/").is_some_and(|name| !name.is_empty());
    if inside { Ok(path.into()) } else { Err(EXPECTED.to_owned()) }
}

fn serial(place: &str) -> Result<Address, String> {
    let (path, baud) = match place.rsplit_once(':') {
        Some((path, baud)) => (path, baud.parse().map_err(|_| "a speed is a number of bauds, as 115200".to_owned())?),
        None => (place, BAUD_MIN),
    };
    match baud {
        0..BAUD_MIN => Err(format!(
            "{baud} baud is too slow: a ticket is a picture of about 60 kB, which takes {} s; set printer and kiosk to {BAUD_MIN} or more",
            600_000 / baud.max(1)
        )),
        BAUD_MIN..=BAUD_MAX => Ok(Address::Serial { path: device(path)?, baud }),
        _ => Err(format!("a speed is {BAUD_MIN} to {BAUD_MAX} baud")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tcp(host: &str, port: u16) -> Address {
        Address::Tcp(Tcp { host: host.to_owned(), port })
    }

    #[test]
    fn printers_are_understood() {
        let serial = |baud| Address::Serial { path: "/dev/ttyUSB0".into(), baud };
        let cases = [
            ("file:/tmp/paper", Address::File("/tmp/paper".into())),
            ("tcp:10.0.0.9", tcp("10.0.0.9", 9100)),
            ("tcp:printer.local:9101", tcp("printer.local", 9101)),
            ("tcp:[fe80::1]", tcp("fe80::1", 9100)),
            ("tcp:[::1]:9102", tcp("::1", 9102)),
            ("usb:/dev/usb/lp0", Address::Usb("/dev/usb/lp0".into())),
            ("serial:/dev/ttyUSB0", serial(115_200)),
            ("serial:/dev/ttyUSB0:921600", serial(921_600)),
        ];
        for (text, expected) in cases {
            assert_eq!(text.parse(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn nonsense_is_refused_with_what_was_expected() {
        for text in ["", "paper", "file:", "tcp:", "tcp:a b", "tcp:[::1", "tcp:[::1]x", "usb:lp0", "usb:/dev/", "lpt:1"]
        {
            assert_eq!(text.parse::<Address>(), Err(EXPECTED.to_owned()), "{text}");
        }
        for text in ["tcp:host:0", "tcp:host:65536", "tcp:host:", "tcp:::1"] {
            assert!(text.parse::<Address>().unwrap_err().contains("a port is"), "{text}");
        }
    }

    #[test]
    fn a_slow_line_is_refused_with_the_reason() {
        let error = "serial:/dev/ttyS0:9600".parse::<Address>().unwrap_err();
        assert!(error.contains("9600 baud is too slow") && error.contains("takes 62 s"), "{error}");
        for text in ["serial:/dev/ttyS0:0", "serial:/dev/ttyS0:fast", "serial:/dev/ttyS0:5000000", "serial:ttyS0"] {
            assert!(text.parse::<Address>().is_err(), "{text}");
        }
    }
}
