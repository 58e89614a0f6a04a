//! What makes two commands with one id the same command.
//!
//! A repeated request reaches the queue a little later, so what the hub adds from its own clock differs: those parts
//! are left out or rounded. Who asks is left out too: a kiosk whose token was renewed in between still asks the same.

use queue::{command::Command, time::Time};
use sha2::{Digest, Sha256};
use std::borrow::Cow;

/// SHA-256 over the JSON of a command, its fields in the order they are declared in. The order is part of the shape: a
/// test holds it, because a command may be repeated to a newer program than the one that did it.
pub(super) type Fingerprint = [u8; 32];

/// The fingerprint of a command decided at this moment.
pub(super) fn of(command: &Command, at: Time) -> Fingerprint {
    let json = serde_json::to_vec(&*without_clock(command, at)).expect("a command is plain data with text keys");
    Sha256::digest(json).into()
}

/// The command without what the hub's clock put into it: a hold's end as minutes from now, no time of printing.
fn without_clock(command: &Command, at: Time) -> Cow<'_, Command> {
    let mut command = Cow::Borrowed(command);
    match &*command {
        Command::Hold { until: Some(end), .. } => {
            let minutes = (end.0 - at.0 + 30_000).div_euclid(60_000);
            if let Command::Hold { until, .. } = command.to_mut() {
                *until = Some(Time(minutes));
            }
        }
        Command::RecordOffline { .. } => {
            if let Command::RecordOffline { printed_at, .. } = command.to_mut() {
                *printed_at = Time(0);
            }
        }
        Command::Hold { until: None, .. }
        | Command::Reserve { .. }
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
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(command: &Command, at: Time) -> String {
        serde_json::to_string(&*without_clock(command, at)).unwrap()
    }

    #[test]
    fn the_shape_of_commands_is_kept() {
        let asked = [
            r#"{"command":"reserve","ticket":"0193580f-3e5b-7cc3-98c4-dc0c0c07398f","wish":{"service":"A01","further":[],"quantity":1,"class":"ordinary","language":"uz-Latn","channel":"kiosk"}}"#,
            r#"{"command":"confirm-printed","ticket":"0193580f-3e5b-7cc3-98c4-dc0c0c07398f"}"#,
            r#"{"command":"confirm-printed","ticket":"0193580f-3e5b-7cc3-98c4-dc0c0c07398f","number":"A-014"}"#,
            r#"{"command":"record-offline","ticket":"0193580f-3e5b-7cc3-98c4-dc0c0c07398f","number":"A1-047","wish":{"service":"A01","further":["A02"],"quantity":2,"class":"statutory","language":"ru","channel":"kiosk"},"printed_at":0}"#,
        ];
        for json_text in asked {
            let command: Command = serde_json::from_str(json_text).unwrap();
            assert_eq!(json(&command, Time(0)), json_text);
        }
    }

    #[test]
    fn a_command_that_arrives_later_is_the_same() {
        let hold = |until| Command::Hold {
            counter: "1".parse().unwrap(),
            why: "papers".parse().unwrap(),
            until: Some(Time(until)),
        };
        assert_eq!(of(&hold(600_000), Time(0)), of(&hold(603_000), Time(3_000)));
        assert_ne!(of(&hold(600_000), Time(0)), of(&hold(660_000), Time(0)));
    }
}
