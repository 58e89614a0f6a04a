//! The window as it is drawn, without a display server: rows, pulses, staleness, sizes, five languages.

#![expect(clippy::unwrap_used, reason = "a test that finds nothing fails")]

mod sample;

use i_slint_backend_testing::{ElementHandle, TestingBackend, TestingBackendOptions, mock_elapsed_time};
use queue_display::{
    announce::TURN_MS,
    board::{Display, Event, Moment, STALE_MS},
    program::Face,
    ui::BoardWindow,
    view::PAGE_MS,
    window::Window,
};
use sample::{FACES, SCENES, Scene};
use slint::{ComponentHandle, PhysicalSize, Rgba8Pixel, SharedPixelBuffer};
use std::time::Duration;
use wire::{
    board::{Beat, Board, BoardCall, BoardChange, BoardEvent},
    display::DisplayFace,
};
use words::Lang;

const SIZES: [(u16, u16); 6] = [(1920, 1080), (1080, 1920), (1280, 720), (720, 1280), (1024, 768), (1920, 360)];
/// One of each shape.
const MEASURED: [(u16, u16); 3] = [(1280, 720), (720, 1280), (1920, 360)];

/// A display and its window, moved together.
struct Shown {
    window: Window,
    display: Display,
    now: u64,
}

impl Shown {
    fn new(languages: &str, (width, height): (u16, u16)) -> Shown {
        // One Slint per test thread: a second window of the same test finds it there.
        let _ = slint::platform::set_platform(Box::new(TestingBackend::new(TestingBackendOptions {
            mock_time: true,
            threading: false,
            renderer_name: Some("software".into()),
        })));
        let window = Window::new().unwrap();
        window.ui().window().set_size(PhysicalSize::new(width.into(), height.into()));
        window.ui().show().unwrap();
        let display = Display::new(Moment(0)).ordered(sample::orders(languages));
        let mut shown = Shown { window, display, now: 0 };
        shown.take(Event::Tick);
        shown
    }

    fn take(&mut self, event: Event) {
        let announced = self.display.handle(Moment(self.now), event);
        let Ok(()) = self.window.show(Moment(self.now), &self.display, announced.as_ref());
    }

    fn board(&mut self, calls: Vec<BoardCall>, recent: Vec<BoardCall>) {
        self.take(Event::Stream(BoardEvent::Snapshot(Board { epoch: 1, day: 1, calls, recent })));
        self.beat();
    }

    fn beat(&mut self) {
        let at = "2026-03-21T05:00:00Z".to_owned();
        self.take(Event::Stream(BoardEvent::Beat(Beat { epoch: 1, at })));
    }

    fn change(&mut self, change: BoardChange) {
        self.take(Event::Stream(BoardEvent::Change(change)));
    }

    /// Time goes on, in the board and on the screen.
    fn wait(&mut self, ms: u64) {
        self.now += ms;
        mock_elapsed_time(Duration::from_millis(ms));
        self.take(Event::Tick);
    }

    fn ui(&self) -> &BoardWindow {
        self.window.ui()
    }

    fn picture(&self) -> SharedPixelBuffer<Rgba8Pixel> {
        self.ui().window().take_snapshot().unwrap()
    }

    /// Pixels nearer to saffron than to the pale saffron it pulses to.
    fn saffron(&self) -> usize {
        self.picture().as_slice().iter().filter(|p| p.r > 0xd0 && p.g > 0x90 && p.b < 0x6d).count()
    }

    /// The labels of all rows and sentences, as a screen reader hears them.
    fn says(&self, label: &str) -> bool {
        ElementHandle::find_by_accessible_label(self.ui(), label).next().is_some()
    }
}

fn call(number: &str, counter: &str, call_seq: u64, stage: &str) -> BoardCall {
    BoardCall {
        number: number.to_owned(),
        counter: counter.to_owned(),
        call_seq,
        called_at: "2026-03-21T05:00:00Z".to_owned(),
        stage: stage.to_owned(),
        language: "uz-Latn".to_owned(),
    }
}

fn called(number: &str, counter: &str, call_seq: u64) -> BoardChange {
    BoardChange::Called { call: call(number, counter, call_seq, "called") }
}

fn serving(n: u64) -> BoardCall {
    call(&format!("K-{n:03}"), &n.to_string(), n, "serving")
}

#[test]
fn rows_come_change_and_go_to_the_earlier_ones() {
    let mut shown = Shown::new("uz-Latn,ru", (1280, 720));
    assert!(shown.says("Ulanmoqda…") && shown.says("Подключение…"));
    shown.board(vec![], vec![]);
    assert!(shown.says("Kioskdan chipta oling") && shown.says("Возьмите талон в киоске"));
    shown.change(called("A-047", "5", 1));
    shown.change(called("A-048", "2", 2));
    assert!(shown.says("A-047 → 5-oyna") && shown.says("A-048 → 2-oyna"));
    assert!(!shown.says("Kioskdan chipta oling"));
    shown.change(BoardChange::Over { counter: "5".to_owned(), call_seq: 1 });
    let calls = ElementHandle::find_by_element_id(shown.ui(), "Calls::row").count();
    let earlier = ElementHandle::find_by_element_id(shown.ui(), "Earlier::beside").count();
    assert_eq!((calls, earlier), (1, 1));
    shown.change(BoardChange::Day { day: 2 });
    assert!(!shown.says("A-047 → 5-oyna") && shown.says("Kioskdan chipta oling"));
}

/// When saffron comes up again within the time, looking every 50 ms.
fn flashes(shown: &mut Shown, ms: u64) -> Vec<u64> {
    let (mut flashes, mut was_low) = (vec![], false);
    for _ in 0..ms / 50 {
        shown.wait(50);
        let is_low = shown.saffron() < 3_000;
        if was_low && !is_low {
            flashes.push(shown.now);
        }
        was_low = is_low;
    }
    flashes
}

#[test]
fn a_call_pulses_calmly_then_stands_and_a_recall_pulses_again() {
    let mut shown = Shown::new("uz-Latn,ru", (480, 270));
    shown.board(vec![], vec![]);
    shown.change(called("A-047", "5", 1));
    let pulses = flashes(&mut shown, TURN_MS + 300);
    assert_eq!(pulses.len(), 3, "{pulses:?}");
    assert!(pulses.windows(3).all(|three| three[2] - three[0] > 1_000), "three flashes in a second: {pulses:?}");
    assert!(flashes(&mut shown, 1_500).is_empty(), "after its turn it stands");
    assert!(shown.saffron() > 3_000, "and is lit");
    shown.beat();
    shown.change(called("A-047", "5", 2));
    assert_eq!(flashes(&mut shown, TURN_MS + 300).len(), 3, "a recall pulses again");
    shown.change(BoardChange::Serving { counter: "5".to_owned(), call_seq: 2 });
    shown.wait(400);
    assert_eq!(shown.saffron(), 0, "saffron is a call and nothing else");
}

#[test]
fn a_stale_board_says_so_in_both_languages_and_dims() {
    let mut shown = Shown::new("kaa,en", (1280, 720));
    shown.board(vec![], vec![serving(9)]);
    shown.change(called("A-047", "5", 1));
    shown.wait(STALE_MS - 1);
    assert!(!shown.says("Tablo jańalanbay atır") && shown.saffron() > 3_000);
    shown.wait(400);
    assert!(shown.says("Tablo jańalanbay atır") && shown.says("This board is not up to date"));
    assert!(shown.says("Please ask at a window whose turn it is"));
    assert_eq!(shown.saffron(), 0, "an old call is not lit as if it were new");
    for id in ["Calls::row", "Earlier::beside"] {
        let rows: Vec<_> = ElementHandle::find_by_element_id(shown.ui(), id).collect();
        assert!(!rows.is_empty() && rows.iter().all(|row| row.computed_opacity() < 0.5), "{id} is not dimmed");
    }
    shown.beat();
    assert!(!shown.says("This board is not up to date") && shown.saffron() > 3_000);
}

#[test]
fn more_calls_than_rows_take_turns_beside_the_one_called() {
    let mut shown = Shown::new("uz-Latn", (1920, 1080));
    shown.board((1..10).map(serving).collect(), vec![]);
    shown.change(called("A-047", "12", 20));
    let rows = |shown: &Shown| -> Vec<String> {
        ElementHandle::find_by_element_id(shown.ui(), "Calls::row")
            .map(|row| row.accessible_label().unwrap().to_string())
            .collect()
    };
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..3 {
        let page = rows(&shown);
        assert_eq!((page.len(), page[0].as_str()), (5, "A-047 → 12-oyna"));
        seen.extend(page);
        shown.wait(PAGE_MS);
        shown.beat();
    }
    assert_eq!(seen.len(), 10, "{seen:?}");
}

/// The height of the ink of the first row's number, in pixels of the picture.
fn ink_height(shown: &Shown) -> u32 {
    let row = ElementHandle::find_by_element_id(shown.ui(), "Calls::row").next().unwrap();
    let (at, size) = (row.absolute_position(), row.size());
    let picture = shown.picture();
    let width = usize::try_from(picture.width()).unwrap();
    // The left half of the row, without its border.
    let inside = |x: f32, y: f32| {
        x > at.x + size.width * 0.02 && x < at.x + size.width * 0.5 && y > at.y + 2.0 && y < at.y + size.height - 2.0
    };
    let inked = |y: &u16| {
        let line = picture.as_slice().chunks_exact(width).nth((*y).into()).unwrap();
        (0_u16..).zip(line).any(|(x, pixel)| inside(x.into(), (*y).into()) && pixel.r < 0x40)
    };
    let height = u16::try_from(picture.height()).unwrap();
    u32::try_from((0..height).filter(inked).count()).unwrap()
}

#[test]
fn a_drawn_number_is_fifty_millimetres_high_on_a_television() {
    for (width, height) in [(1920, 1080), (1080, 1920), (1280, 720)] {
        let mut shown = Shown::new("uz-Latn,ru", (width, height));
        shown.board(vec![call("A-047", "5", 1, "serving")], vec![]);
        let mm_per_px = 43.0 * 25.4 / f64::from(width).hypot(f64::from(height));
        let mm = f64::from(ink_height(&shown)) * mm_per_px;
        assert!((49.0..54.0).contains(&mm), "{width}x{height}: {mm:.1} mm");
    }
}

#[test]
fn the_longest_number_and_counter_stand_whole_at_full_size() {
    for size in SIZES {
        let mut shown = Shown::new("uz-Latn,ru", size);
        shown.board(vec![call("A1-1000", "12", 1, "called")], vec![call("A1-1000", "12", 2, "called")]);
        for (text, measured) in fitted(&shown) {
            assert!(measured <= 1.0, "{text} at {size:?}: {measured:.2} of its room");
        }
    }
}

/// Every fitted line that is seen: its text, and how much of its room it would need at full size.
fn fitted(shown: &Shown) -> Vec<(String, f32)> {
    let lines = ElementHandle::find_by_element_id(shown.ui(), "Fitted::shown");
    let measures = ElementHandle::find_by_element_id(shown.ui(), "Fitted::measure");
    let found: Vec<_> = lines
        .zip(measures)
        .map(|(line, measure)| {
            let text = line.accessible_label().unwrap_or_default().to_string();
            (text, measure.size().width / line.size().width.max(1.0))
        })
        .collect();
    found
}

#[test]
fn every_face_fits_every_screen_in_five_languages_and_every_scene() {
    for face in FACES {
        for scene in SCENES {
            for (lang, other) in [
                (Lang::UzLatn, Lang::Ru),
                (Lang::UzCyrl, Lang::Kaa),
                (Lang::Ru, Lang::UzCyrl),
                (Lang::Kaa, Lang::En),
                (Lang::En, Lang::UzLatn),
            ] {
                // A screen's proportions decide, not its language: the longest one is measured on all of them.
                for size in if lang == Lang::UzLatn { &SIZES[..] } else { &MEASURED[..] } {
                    let size = *size;
                    let mut shown = Shown::new(&format!("{lang},{other}"), size);
                    // Every page, every language of a notice, every name of the catalogue has its turn.
                    for turn in 0..if face == DisplayFace::Lobby && scene == Scene::Calls { 12 } else { 2 } {
                        shown.now = sample::play(&mut shown.display, scene, face).0 + turn * 2 * PAGE_MS;
                        shown.beat();
                        check_fit(&shown, &format!("{face:?} {scene:?} {lang}"), size);
                    }
                }
            }
        }
    }
}

/// No line is smaller than three quarters, none is cut, nothing stands outside the window or over its neighbour.
fn check_fit(shown: &Shown, lang: &str, (width, height): (u16, u16)) {
    for (text, needs) in fitted(shown) {
        assert!(needs <= 1.0 / 0.75, "{lang} at {width}x{height}: {text} needs {needs:.2} of its room");
    }
    for cut in ElementHandle::find_by_element_id(shown.ui(), "Paragraph::cut") {
        assert!(cut.size().height <= 1.0, "{lang} at {width}x{height}: a text has no room for {:?}", cut.size());
    }
    for kind in ["Text", "Image"] {
        for element in ElementHandle::find_by_element_type_name(shown.ui(), kind) {
            // Measures are not seen.
            if element.computed_opacity() < 0.01 {
                continue;
            }
            let (at, size) = (element.absolute_position(), element.size());
            let (right, bottom) = (at.x + size.width, at.y + size.height);
            let inside = at.x >= 0.0 && right <= f32::from(width) + 0.5 && bottom <= f32::from(height) + 0.5;
            assert!(inside, "{lang} at {width}x{height}: {kind} {:?} ends at {right},{bottom}", element.id());
        }
    }
    let heads: Vec<_> = ElementHandle::find_by_element_id(shown.ui(), "Heading::line").collect();
    for pair in heads.windows(2) {
        let (left, right) = (&pair[0], &pair[1]);
        if (left.absolute_position().y - right.absolute_position().y).abs() < 1.0 {
            let end = left.absolute_position().x + left.size().width;
            assert!(end <= right.absolute_position().x, "{lang} at {width}x{height}: headings touch");
        }
    }
}
