//! A hall's voice with a tape for a loudspeaker.

use super::*;
use crate::board::tests::call;
use ::voice::{
    pack::MANIFEST,
    sound::Tape,
    wav::{self, RATE},
};
use std::{fs, path::Path};
use tokio::sync::mpsc::{Receiver, channel};
use wire::{
    board::{Beat, Board, BoardCall, BoardChange, BoardEvent},
    display::{DisplayFace, DisplayHome, DisplayPost},
};

/// A tenth of a second.
const TENTH: usize = RATE as usize / 10;

/// A display with a voice, a pack per language that says one word, and what the loudspeaker played.
struct Room {
    display: Display,
    voice: Voice,
    tape: Tape,
    loop_tape: Tape,
    heard: Receiver<Event>,
    folder: PathBuf,
}

impl Drop for Room {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// So many tenths of a second long is a clip of this language: what was played tells the languages and their order.
const LONG: [(&str, usize); 4] = [("uz", 1), ("kaa", 2), ("ru", 3), ("en", 4)];

fn packs(folder: &Path) {
    for (tongue, tenths) in LONG {
        let pack = folder.join(tongue);
        fs::create_dir_all(&pack).unwrap();
        let manifest = format!("language = \"{tongue}\"\nsource = \"a test\"\nlicence = \"CC0-1.0\"\n");
        fs::write(pack.join(MANIFEST), manifest).unwrap();
        for digit in 0..10 {
            wav::write(&pack.join(format!("voice.number.{digit}.wav")), &vec![3_000; tenths * TENTH]).unwrap();
        }
        wav::write(&pack.join("voice.alert.look.wav"), &vec![3_000; tenths * TENTH]).unwrap();
    }
}

impl Room {
    fn new(name: &str, post: DisplayPost) -> Room {
        let folder = std::env::temp_dir().join(format!("navbat-room-{name}-{}", std::process::id()));
        packs(&folder);
        let (tape, loop_tape) = (Tape::default(), Tape::default());
        let (told, heard) = channel(64);
        let voice = Voice::start(Loudspeakers {
            packs: vec![folder.clone()],
            hall: Box::new(tape.clone()),
            hearing_loop: Some(Box::new(loop_tape.clone())),
            told,
            began: Instant::now(),
        });
        let mut display = Display::new(Moment(0));
        let board = Board { epoch: 1, day: 1, ..Board::default() };
        display.handle(Moment(0), Event::Stream(BoardEvent::Snapshot(board)));
        let beat = Beat { epoch: 1, at: "2026-03-21T05:00:00Z".to_owned() };
        display.handle(Moment(0), Event::Stream(BoardEvent::Beat(beat)));
        display.handle(Moment(0), Event::Home(Box::new(DisplayHome { post, epoch: 1, ..DisplayHome::default() })));
        Room { display, voice: voice.unwrap(), tape, loop_tape, heard, folder }
    }

    fn calls(&mut self, at: u64, call: BoardCall) -> Speech {
        let event = Event::Stream(BoardEvent::Change(BoardChange::Called { call }));
        match self.display.handle(Moment(at), event) {
            Some(_) => self.voice.announce(Moment(at), &self.display),
            None => Speech::None,
        }
    }

    /// The languages that are heard, in order, once the voice has ended.
    fn languages(&mut self) -> Vec<&'static str> {
        loop {
            match self.heard.try_recv() {
                Ok(Event::Spoke { .. }) => break,
                Ok(other) => panic!("{other:?}"),
                Err(_) => {
                    self.tape.run_out();
                    self.loop_tape.run_out();
                    std::thread::yield_now();
                }
            }
        }
        languages(&self.tape)
    }
}

fn languages(tape: &Tape) -> Vec<&'static str> {
    let mut heard = vec![];
    for stretch in tape.played() {
        // Between clips is silence; their ends are faded.
        for clip in stretch.split(|sample| *sample == 0).filter(|clip| clip.len() > TENTH / 2) {
            let (tongue, _) = LONG.iter().find(|(_, tenths)| clip.len().abs_diff(tenths * TENTH) < TENTH / 2).unwrap();
            if heard.last() != Some(tongue) {
                heard.push(*tongue);
            }
        }
    }
    heard
}

fn in_language(language: &str, counter: &str, call_seq: u64) -> BoardCall {
    BoardCall { language: language.to_owned(), ..call(counter, call_seq) }
}

fn speaking(languages: &[&str]) -> DisplayPost {
    let languages = languages.iter().map(ToString::to_string).collect();
    DisplayPost { voice: Some(DisplayVoice { languages, hours: vec![] }), ..DisplayPost::default() }
}

#[test]
fn the_visitors_language_is_heard_first_then_the_halls_each_once() {
    let mut room = Room::new("first", speaking(&["uz-Latn", "ru"]));
    assert_eq!(room.calls(1, in_language("kaa", "1", 1)), Speech::Begins);
    assert_eq!(room.languages(), ["kaa", "uz", "ru"]);
    assert_eq!(languages(&room.loop_tape), ["kaa", "uz", "ru"], "a hearing aid hears the same");
    let mut room = Room::new("same", speaking(&["uz-Latn", "ru"]));
    room.calls(1, in_language("uz-Cyrl", "1", 1));
    assert_eq!(room.languages(), ["uz", "ru"], "both scripts are one voice");
}

#[test]
fn an_alert_is_said_in_the_halls_languages_else_in_the_screens() {
    let mut room = Room::new("alert", speaking(&["kaa", "ru"]));
    room.voice.alert(Moment(1), &room.display);
    assert_eq!(room.languages(), ["kaa", "ru"]);
    assert_eq!(languages(&room.loop_tape), ["kaa", "ru"]);
    let mut room = Room::new("alert-screen", speaking(&[]));
    room.voice.alert(Moment(1), &room.display);
    assert_eq!(room.languages(), ["uz", "ru"]);
}

#[test]
fn when_many_wait_each_is_said_in_the_visitors_language_alone() {
    let mut room = Room::new("hurry", speaking(&["uz-Latn", "ru"]));
    room.calls(1, in_language("en", "1", 1));
    for n in 2..=5 {
        room.calls(1, in_language("ru", &n.to_string(), n));
    }
    let turn = room.display.announcing().unwrap();
    assert_eq!((turn.call.call_seq, turn.behind), (1, 4));
    room.display.handle(Moment(1), Event::Spoke { call_seq: 1 });
    let next = room.display.handle(Moment(10_000), Event::Tick).unwrap();
    assert_eq!(next.call_seq, 2);
    let langs = super::languages(room.display.announcing().unwrap(), &["uz-Latn".to_owned()]);
    assert_eq!(langs, [Lang::Ru]);
}

#[test]
fn a_display_without_a_voice_of_its_own_is_silent() {
    let mut room = Room::new("silent", DisplayPost::default());
    assert_eq!(room.calls(1, call("1", 1)), Speech::None);
    let mut above = speaking(&[]);
    (above.face, above.counter) = (DisplayFace::Counter, Some("2".to_owned()));
    let mut room = Room::new("above", above);
    assert_eq!(room.calls(1, call("1", 1)), Speech::None, "above window 2 nobody calls to window 1");
    assert_eq!(room.calls(10_000, call("2", 2)), Speech::Begins);
}

#[test]
fn a_turn_ends_when_the_voice_says_so() {
    let mut room = Room::new("turn", speaking(&[]));
    room.calls(0, call("1", 1));
    room.display.handle(Moment(0), Event::Speaks { call_seq: 1 });
    room.languages();
    room.calls(5, call("2", 2));
    assert_eq!(room.display.handle(Moment(9_000), Event::Tick), None, "the voice still speaks");
    let next = room.display.handle(Moment(9_001), Event::Spoke { call_seq: 1 }).unwrap();
    assert_eq!(next.call_seq, 2);
}
