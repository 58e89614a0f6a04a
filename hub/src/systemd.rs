//! What systemd is told: ready, alive, stopping. Nothing if it did not ask.
//!
//! One datagram each to the socket named by `NOTIFY_SOCKET`; too little for a library.

use std::{
    env,
    os::{
        linux::net::SocketAddrExt,
        unix::{
            ffi::OsStrExt,
            net::{SocketAddr, UnixDatagram},
        },
    },
};

/// Says one thing, as `READY=1`. A supervisor that cannot be reached changes nothing for the hall.
pub(crate) fn say(what: &str) {
    let Some(path) = env::var_os("NOTIFY_SOCKET") else { return };
    let address = match path.as_bytes().strip_prefix(b"@") {
        Some(name) => SocketAddr::from_abstract_name(name),
        None => SocketAddr::from_pathname(&path),
    };
    let said = address.and_then(|address| UnixDatagram::unbound()?.send_to_addr(what.as_bytes(), &address));
    if let Err(error) = said {
        tracing::debug!(%error, "systemd could not be told {what}");
    }
}
