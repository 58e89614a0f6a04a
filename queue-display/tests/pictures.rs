//! Every face in every scene, on every kind of screen and in every language, dot by dot beside what was agreed; and a machine
//! with other fonts draws the same.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod sample;
#[path = "../../tests/shared/pictures.rs"]
mod shared;

use i_slint_backend_testing::{TestingBackend, TestingBackendOptions};
use queue_display::{
    board::{Display, Moment},
    program::Face,
    window::Window,
};
use sample::{FACES, SCENES, Scene};
use shared::Pictures;
use slint::{ComponentHandle, PhysicalSize, Rgba8Pixel, SharedPixelBuffer};
use std::{env, fs, process::Command};
use wire::display::DisplayFace;
use words::Lang;

const SCREENS: [(&str, u32, u32); 4] =
    [("", 1280, 720), ("-portrait", 720, 1280), ("-bar", 1920, 360), ("-small", 1024, 768)];
/// Where a picture goes that another process draws.
const PICTURE: &str = "NAVBAT_PICTURE";

fn open() {
    let options = TestingBackendOptions { mock_time: true, threading: false, renderer_name: Some("software".into()) };
    slint::platform::set_platform(Box::new(TestingBackend::new(options))).unwrap();
}

fn draw(
    (face, scene): (DisplayFace, Scene),
    languages: &str,
    (width, height): (u32, u32),
) -> SharedPixelBuffer<Rgba8Pixel> {
    let mut window = Window::new().unwrap();
    window.ui().window().set_size(PhysicalSize::new(width, height));
    window.ui().show().unwrap();
    let mut display = Display::new(Moment(0)).ordered(sample::orders(languages));
    let moment = sample::play(&mut display, scene, face);
    let Ok(()) = window.show(moment, &display, None);
    let picture = window.ui().window().take_snapshot().unwrap();
    window.ui().hide().unwrap();
    picture
}

#[test]
fn every_face_is_drawn_as_it_was_agreed() {
    open();
    let mut pictures = Pictures::agreed("pictures.txt");
    for face in FACES {
        for scene in SCENES {
            for (suffix, width, height) in SCREENS {
                let name = format!("{face:?}-{scene:?}{suffix}").to_lowercase();
                pictures.drawn(&name, &draw((face, scene), "uz-Latn,ru", (width, height)));
            }
        }
        for lang in Lang::ALL {
            let other = if lang == Lang::Ru { Lang::UzLatn } else { Lang::Ru };
            let name = format!("{face:?}").to_lowercase();
            pictures
                .drawn(&format!("{name}-{lang}"), &draw((face, Scene::Calls), &format!("{lang},{other}"), (960, 540)));
        }
    }
    pictures.end();
}

#[test]
#[ignore = "draws for the test below, which starts it"]
fn a_picture_for_another_process() {
    open();
    let picture = draw((DisplayFace::Information, Scene::Alert), "kaa,uz-Cyrl", (960, 540));
    fs::write(env::var_os(PICTURE).unwrap(), picture.as_bytes()).unwrap();
}

/// Its letters are part of the program: a machine with another font, and no other, shows the same board.
#[test]
fn a_machine_with_other_fonts_shows_the_same() {
    let folder = std::path::PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("fonts");
    fs::create_dir_all(&folder).unwrap();
    // One font and no other: the system's own list may not be empty (README), and nothing may be taken from it.
    let only = folder.join("only");
    fs::create_dir_all(&only).unwrap();
    let bold = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../hub/look/fonts/NotoSans-Bold.ttf");
    fs::copy(bold, only.join("bold.ttf")).unwrap();
    let others = folder.join("others.conf");
    let listed = format!("<fontconfig><dir>{}</dir></fontconfig>", only.display());
    fs::write(&others, format!("<?xml version=\"1.0\"?><!DOCTYPE fontconfig SYSTEM \"fonts.dtd\">{listed}")).unwrap();
    let draw = |name: &str, fonts: Option<&std::path::Path>| {
        let path = folder.join(name);
        let mut child = Command::new(env::current_exe().unwrap());
        child.args(["--exact", "a_picture_for_another_process", "--ignored"]).env(PICTURE, &path);
        if let Some(fonts) = fonts {
            child.env("FONTCONFIG_FILE", fonts).env("XDG_DATA_HOME", &folder).env("HOME", &folder);
        }
        let ended = child.output().unwrap();
        assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stdout));
        fs::read(path).unwrap()
    };
    let (with, without) = (draw("with", None), draw("without", Some(&others)));
    assert!(with.len() > 960 * 540 && with == without, "the board depends on the machine's fonts");
}
