//! What makes two commands with one id the same command.
//!
//! A repeated request reaches the queue a little later, so what the hub adds from its own clock differs: those parts
//! are left out or rounded. Who asks is left out too: a kiosk whose token was renewed in between still asks the same.

use queue::{command::Command, time::Time};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

/// SHA-256 over the canonical JSON of a command.
pub(super) type Fingerprint = [u8; 32];

/// The fingerprint of a command decided at this moment.
pub(super) fn of(command: &Command, at: Time) -> Fingerprint {
    let mut value = serde_json::to_value(command).expect("a command is plain data with text keys");
    match command {
        Command::Hold { until, .. } => {
            let minutes = until.map(|until| (until.0 - at.0 + 30_000).div_euclid(60_000));
            set(&mut value, "until", json!(minutes));
        }
        Command::RecordOffline { .. } => set(&mut value, "printed_at", Value::Null),
        Command::Reserve { .. }
        | Command::ConfirmPrinted { .. }
        | Command::CallNext { .. }
        | Command::CallThis { .. }
        | Command::Recall { .. }
        | Command::Start { .. }
        | Command::Resume { .. }
        | Command::Transfer { .. }
        | Command::Complete { .. }
        | Command::NoShow { .. }
        | Command::Rejoin { .. }
        | Command::Cancel { .. }
        | Command::Undo { .. }
        | Command::OpenCounter { .. }
        | Command::PauseCounter { .. }
        | Command::CloseCounter { .. }
        | Command::SuspendService { .. }
        | Command::RestoreService { .. }
        | Command::OpenDay { .. }
        | Command::CloseDay
        | Command::BeginEpoch { .. }
        | Command::Tick => {}
    }
    // serde_json's maps are sorted by key, so equal commands have equal text.
    Sha256::digest(value.to_string()).into()
}

fn set(value: &mut Value, key: &str, to: Value) {
    if let Some(map) = value.as_object_mut() {
        let map: &mut Map<String, Value> = map;
        map.insert(key.to_owned(), to);
    }
}
