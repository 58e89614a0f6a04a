//! A voice with a tape for a loudspeaker and a clock that the test turns.

use super::*;
use crate::{
    ClipId, Tongue,
    mix::GAP_MS,
    pack::MANIFEST,
    setting::Hour,
    sound::{Ended, SoundError, Tape},
    wav::{self, RATE},
};
use std::{
    fs,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, channel},
    },
    time::Duration,
};

/// Clips of 200 ms of one value each, so that a stretch shows what it is made of.
const CLIPS: [(&str, i16); 3] = [("voice.number.1", 1_009), ("voice.number.2", 2_017), ("voice.number.3", 3_023)];
const CLIP: usize = RATE as usize / 5;
const GAP: usize = RATE as usize * GAP_MS as usize / 1_000;

struct Booth {
    folder: PathBuf,
    speaker: Speaker,
    tape: Tape,
    clock: Arc<AtomicU64>,
    told: Receiver<Told>,
}

impl Booth {
    fn new(name: &str) -> Booth {
        let tape = Tape::default();
        Booth::with(name, Box::new(tape.clone()), tape)
    }

    fn with(name: &str, sound: Box<dyn Sound>, tape: Tape) -> Booth {
        let folder = std::env::temp_dir().join(format!("navbat-booth-{name}-{}", std::process::id()));
        fs::create_dir_all(folder.join("en")).unwrap();
        let manifest = "language = \"en\"\nsource = \"a test\"\nlicence = \"CC0-1.0\"\n";
        fs::write(folder.join("en").join(MANIFEST), manifest).unwrap();
        for (id, value) in CLIPS {
            wav::write(&folder.join(format!("en/{id}.wav")), &vec![value; CLIP]).unwrap();
        }
        let clock = Arc::new(AtomicU64::new(0));
        let (teller, told) = channel();
        let hands = Arc::clone(&clock);
        let speaker = Speaker::start(Equipment {
            packs: Packs::open(std::slice::from_ref(&folder)).unwrap(),
            sound,
            clock: Box::new(move || Now { ms: hands.load(Ordering::SeqCst), minute_of_day: Some(600) }),
            hours: Hours::new(vec![Hour { from_min: 0, db: 0.0 }]).unwrap(),
            gap_ms: GAP_MS,
            told: Box::new(move |told| teller.send(told).unwrap()),
        });
        Booth { folder, speaker: speaker.unwrap(), tape, clock, told }
    }

    fn say(&self, tag: u64, numbers: &[u8], at_ms: u64) {
        self.speaker.say(tag, parts(numbers), at_ms);
    }

    #[track_caller]
    fn expect(&self, told: &[Told]) {
        for one in told {
            assert_eq!(self.told.recv_timeout(Duration::from_secs(20)).as_ref(), Ok(one));
        }
    }
}

impl Drop for Booth {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn parts(numbers: &[u8]) -> Vec<Part> {
    let id = |n: &u8| ClipId::new(&format!("voice.number.{n}")).unwrap();
    numbers.iter().map(|n| Part::Clip { tongue: Tongue::En, id: id(n) }).collect()
}

/// The numbers in a stretch, in the order heard; a fade passes through none of their values.
fn heard(stretch: &[i16]) -> Vec<i16> {
    let known = stretch.iter().filter(|sample| CLIPS.iter().any(|(_, value)| value == *sample));
    let mut values: Vec<i16> = known.map(|sample| sample / 1_000).collect();
    values.dedup();
    values
}

#[test]
fn one_after_another_with_gaps_and_never_two_at_once() {
    let booth = Booth::new("turns");
    booth.say(1, &[1, 2], 0);
    booth.say(2, &[3], 0);
    booth.expect(&[Told::Began(1)]);
    booth.tape.run_out();
    booth.expect(&[Told::Ended(1), Told::Began(2)]);
    booth.tape.run_out();
    booth.expect(&[Told::Ended(2)]);
    let played = booth.tape.played();
    assert_eq!(played.iter().map(|s| heard(s)).collect::<Vec<_>>(), [vec![1, 2], vec![3]]);
    assert_eq!(played[0].len(), CLIP + GAP + CLIP);
    assert_eq!(played[0][CLIP..CLIP + GAP], vec![0; GAP]);
}

#[test]
fn what_waited_too_long_is_not_spoken() {
    let booth = Booth::new("late");
    booth.say(1, &[1], 0);
    booth.say(2, &[2], 0);
    booth.say(3, &[3], 25_000);
    booth.expect(&[Told::Began(1)]);
    booth.clock.store(30_001, Ordering::SeqCst);
    booth.tape.run_out();
    booth.expect(&[Told::Ended(1), Told::Dropped(2), Told::Began(3)]);
}

#[test]
fn a_visitor_who_moves_on_hears_the_new_screen_only() {
    let booth = Booth::new("instead");
    booth.say(1, &[1], 0);
    booth.say(2, &[2], 0);
    booth.expect(&[Told::Began(1)]);
    booth.speaker.say_instead(3, parts(&[3]), 0);
    booth.expect(&[Told::Dropped(1), Told::Dropped(2), Told::Began(3)]);
    booth.speaker.stop();
    booth.expect(&[Told::Dropped(3)]);
    booth.speaker.repeat();
    booth.expect(&[Told::Began(3)]);
    assert_eq!(booth.tape.stops(), 2);
    booth.speaker.forget();
    booth.expect(&[Told::Dropped(3)]);
    booth.speaker.repeat();
    booth.say(4, &[1], 0);
    booth.expect(&[Told::Began(4)]);
}

#[test]
fn pace_and_loudness_go_on_with_the_clip_that_sounds() {
    let booth = Booth::new("pace");
    booth.say(1, &[1, 2, 3], 0);
    booth.expect(&[Told::Began(1)]);
    // Amid the second clip: 200 ms, a gap of 90, and 50 of the next.
    booth.clock.store(340, Ordering::SeqCst);
    booth.speaker.softer();
    booth.speaker.slower();
    booth.say(2, &[1], 340);
    booth.speaker.stop();
    booth.expect(&[Told::Dropped(1), Told::Dropped(2)]);
    let played = booth.tape.played();
    assert_eq!(heard(&played[0]), [1, 2, 3]);
    assert_eq!(played[1].len(), CLIP + GAP + CLIP, "from the second clip on");
    assert_eq!(played[1][CLIP / 2], 1_273, "4 dB softer");
    assert_eq!(played[2].len(), 2 * (CLIP * 100 / 85) + RATE as usize / 1_000 * 90 * 100 / 85, "and slower");
    booth.speaker.forget();
    booth.say(3, &[1], 340);
    booth.expect(&[Told::Began(3)]);
    assert_eq!(booth.tape.played()[3].len(), CLIP);
}

#[test]
fn what_no_pack_has_is_left_out() {
    let booth = Booth::new("missing");
    booth.say(1, &[1, 9, 2], 0);
    booth.expect(&[Told::Began(1)]);
    assert_eq!(heard(&booth.tape.played()[0]), [1, 2]);
    booth.tape.run_out();
    booth.say(2, &[9], 0);
    booth.expect(&[Told::Ended(1), Told::Began(2), Told::Ended(2)]);
}

#[test]
fn the_wish_channel_is_bounded() {
    let booth = Booth::new("bounded");
    // Nobody waits: whoever speaks is never held up, whatever the thread does.
    (0..10_000).for_each(|_| booth.speaker.louder());
    booth.say(1, &[1], 0);
}

/// A loudspeaker that is not there.
struct Absent;

impl Sound for Absent {
    fn play(&mut self, _: &[i16], _: Ended) -> Result<(), SoundError> {
        Err(SoundError::NoPlayer { program: "aplay".to_owned(), why: "no such file".to_owned() })
    }
    fn settle(&mut self) -> Result<(), SoundError> {
        Ok(())
    }
    fn stop(&mut self) {}
}

#[test]
fn without_a_loudspeaker_everything_else_goes_on() {
    let booth = Booth::with("absent", Box::new(Absent), Tape::default());
    (1..=3).for_each(|tag| booth.say(tag, &[1], 0));
    booth.expect(&[Told::Began(1), Told::Ended(1), Told::Began(2), Told::Ended(2), Told::Began(3), Told::Ended(3)]);
}
