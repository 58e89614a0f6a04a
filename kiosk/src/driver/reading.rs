//! The driver's half that reads the screen aloud: what changed is said, what the keys reach is said.

use super::{Driver, View};
use crate::{
    keys::Key,
    session::{Hearing, Shown},
    spoken::{self, Speech},
};

/// Where speech goes. Never waits.
pub type Voice = Box<dyn FnMut(Speech)>;

impl<S: FnMut(&View)> Driver<S> {
    /// Gives the kiosk a voice.
    pub fn give_voice(&mut self, voice: Voice) {
        self.voice = Some(voice);
    }

    pub(super) fn voice_key(&mut self, key: Key) {
        let Some(voice) = self.voice.as_mut() else { return };
        match key {
            Key::Repeat => voice(Speech::Repeat),
            Key::Slower => voice(Speech::Slower),
            Key::Faster => voice(Speech::Faster),
            Key::Louder => voice(Speech::Louder),
            Key::Softer => voice(Speech::Softer),
            Key::Previous | Key::Next | Key::Select | Key::Headphones | Key::Service => {}
        }
    }

    /// What the keys have reached; what has no recording is left to the eyes of a companion.
    pub(super) fn reached(&mut self, label: &str) {
        let (Some(voice), Some(view)) = (self.voice.as_mut(), self.last.as_ref()) else { return };
        if view.shown.hearing == Hearing::On
            && let Some(say) = spoken::control(view, label)
        {
            voice(Speech::Say(spoken::language(view), vec![say]));
        }
    }

    pub(super) fn read_aloud(&mut self, view: &View) {
        let before = self.last.as_ref().map(|last| &last.shown);
        let Some(voice) = self.voice.as_mut() else { return };
        let heard = before.map_or(Hearing::Off, |before| before.hearing);
        match (heard, view.shown.hearing) {
            (Hearing::Off, Hearing::Off) => {}
            (Hearing::On, Hearing::Off) => voice(Speech::Forget),
            (Hearing::Off, Hearing::On) => {
                let mut says = voice::plan::audio_begins().to_vec();
                says.extend(spoken::screen(view));
                voice(Speech::Say(spoken::language(view), says));
            }
            (Hearing::On, Hearing::On) => {
                if let Some(says) = before.and_then(|before| changed(before, view)) {
                    voice(Speech::Say(spoken::language(view), says));
                }
            }
        }
    }
}

/// What to say about a change; nothing if only figures beside the screen moved.
fn changed(before: &Shown, view: &View) -> Option<Vec<voice::Say>> {
    let now = &view.shown;
    if now.comfort != before.comfort {
        return Some(spoken::comfort(now.comfort.size, now.comfort.contrast, now.comfort.reach));
    }
    let same = (&now.screen, now.presence, now.panel) == (&before.screen, before.presence, before.panel);
    (!same).then(|| spoken::screen(view))
}
