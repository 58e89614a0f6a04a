//! Renders every face in every scene to PNG without a display server: `screenshots DIR`.
//!
//! For the README, and for looking at what was drawn in each language and on each screen.

use i_slint_backend_testing::{TestingBackend, TestingBackendOptions};
use queue_display::{board::Display, program::Face, window::Window};
use slint::ComponentHandle;
use std::{fs::File, io::BufWriter, path::Path};
use words::Lang;

#[path = "../tests/sample/mod.rs"]
mod sample;

use sample::{FACES, SCENES, Scene};
use wire::display::DisplayFace;

type Failure = Box<dyn std::error::Error>;

const SCREENS: [(&str, u32, u32); 5] =
    [("", 1920, 1080), ("-portrait", 1080, 1920), ("-bar", 1920, 360), ("-720", 1280, 720), ("-4k", 3840, 2160)];

fn main() -> Result<(), Failure> {
    let folder = std::env::args().nth(1).ok_or("where to? screenshots DIR")?;
    std::fs::create_dir_all(&folder)?;
    slint::platform::set_platform(Box::new(TestingBackend::new(TestingBackendOptions {
        mock_time: true,
        threading: false,
        renderer_name: Some("software".into()),
    })))?;
    let path = |name: String| Path::new(&folder).join(format!("{name}.png"));
    for face in FACES {
        for scene in SCENES {
            for (suffix, width, height) in SCREENS {
                let name = path(format!("{}-{}{suffix}", named(face), format!("{scene:?}").to_lowercase()));
                shoot((face, scene), "uz-Latn,ru", (width, height), &name)?;
            }
        }
        for lang in Lang::ALL {
            let other = if lang == Lang::Ru { Lang::UzLatn } else { Lang::Ru };
            let name = path(format!("{}-{lang}", named(face)));
            shoot((face, Scene::Calls), &format!("{lang},{other}"), (960, 540), &name)?;
        }
    }
    Ok(())
}

fn named(face: DisplayFace) -> &'static str {
    match face {
        DisplayFace::Hall => "hall",
        DisplayFace::Counter => "counter",
        DisplayFace::Lobby => "lobby",
        DisplayFace::Information => "information",
    }
}

fn shoot((face, scene): (DisplayFace, Scene), languages: &str, size: (u32, u32), path: &Path) -> Result<(), Failure> {
    let mut window = Window::new()?;
    window.ui().window().set_size(slint::PhysicalSize::new(size.0, size.1));
    window.ui().show()?;
    let mut display = Display::new(queue_display::board::Moment(0)).ordered(sample::orders(languages));
    let moment = sample::play(&mut display, scene, face);
    window.show(moment, &display, None)?;
    let picture = window.ui().window().take_snapshot()?;
    window.ui().hide()?;
    let mut encoder = png::Encoder::new(BufWriter::new(File::create(path)?), picture.width(), picture.height());
    encoder.set_color(png::ColorType::Rgba);
    encoder.write_header()?.write_image_data(picture.as_bytes())?;
    Ok(())
}
