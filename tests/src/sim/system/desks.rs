//! Clerks, reception and managers: what they press travels to the hub, and is pressed again until it is answered.

use super::{super::network::Way, Due, Judged, System};
use crate::{
    chance::Chance,
    sim::{staff::Page, transitions::What},
};
use hub::journal::{NotDone, Submission};
use queue::{command::Command, ids::CommandId};

/// Without an answer for so long, a page says so, and people press again.
const PATIENCE_MS: u64 = 5_000;
const PRESSES_MAX: u8 = 4;

impl System {
    pub(super) fn press(&mut self, what: &What, chance: &mut Chance) {
        if self.hub.life.is_none() {
            return;
        }
        let rules = std::sync::Arc::clone(self.hub.config.rules());
        let at = self.hub.wall.at(self.now_ms);
        let Some(press) = (Page { hall: &self.watch.history.hall, rules: &rules, at }).press(what, chance) else {
            return;
        };
        self.messages += 1;
        let (id, command_id) = (self.messages, CommandId(self.identity()));
        self.presses.insert(id, (press, command_id, 0));
        self.press_again(id);
    }

    pub(super) fn press_again(&mut self, id: u64) {
        let Some((_, _, times)) = self.presses.get_mut(&id) else { return };
        *times += 1;
        if *times > PRESSES_MAX {
            self.presses.remove(&id);
            return;
        }
        for after_ms in self.desks.carry(Way::There, &mut self.tally.carried) {
            self.plan(after_ms, Due::Pressed(id));
        }
        self.plan(PATIENCE_MS, Due::PressAgain(id));
    }

    pub(super) fn pressed(&mut self, id: u64) -> Judged {
        let Some((press, command_id, _)) = self.presses.get(&id).cloned() else { return Ok(()) };
        let mut command = press.command;
        if let Command::Hold { until, .. } = &mut command {
            *until = press.hold.map(|hold| self.hub.wall.at(self.now_ms).plus(hold));
        }
        let submission = Submission { command_id, device: None, actor: press.actor, command };
        let answered = self.submit(press.seat, submission)?;
        let not_saved = matches!(answered, None | Some(Err(NotDone::Broken | NotDone::DiskFull)));
        if !not_saved && !self.desks.carry(Way::Back, &mut self.tally.carried).is_empty() {
            self.presses.remove(&id);
        }
        Ok(())
    }
}
