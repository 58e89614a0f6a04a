//! Slint without a screen: one window, drawn by the software renderer into a buffer that is reused, by a clock that the
//! measurement moves. Only what changed is drawn, as on the appliance.
//!
//! A platform belongs to a thread, and a thread has one.

use slint::{
    PhysicalSize, PlatformError,
    platform::{
        Platform, WindowAdapter,
        software_renderer::{MinimalSoftwareWindow, PremultipliedRgbaColor, RepaintBufferType},
        update_timers_and_animations,
    },
};
use std::{
    cell::Cell,
    rc::Rc,
    time::{Duration, Instant},
};

/// A change that is not over by then moves by itself.
const FRAMES_MAX: usize = 4;

/// The window's picture and its clock.
pub struct OffScreen {
    adapter: Rc<MinimalSoftwareWindow>,
    now: Rc<Cell<Duration>>,
    dots: Vec<PremultipliedRgbaColor>,
    width: usize,
}

struct Stage {
    window: Rc<MinimalSoftwareWindow>,
    now: Rc<Cell<Duration>>,
}

impl Platform for Stage {
    fn create_window_adapter(&self) -> Result<Rc<dyn WindowAdapter>, PlatformError> {
        Ok(self.window.clone())
    }

    fn duration_since_start(&self) -> Duration {
        self.now.get()
    }
}

impl OffScreen {
    /// For this thread's first window, which is of this size.
    pub fn open(width: u32, height: u32) -> anyhow::Result<OffScreen> {
        let adapter = MinimalSoftwareWindow::new(RepaintBufferType::ReusedBuffer);
        let now = Rc::new(Cell::new(Duration::ZERO));
        let platform = Stage { window: Rc::clone(&adapter), now: Rc::clone(&now) };
        slint::platform::set_platform(Box::new(platform)).map_err(|error| anyhow::anyhow!("{error}"))?;
        adapter.set_size(PhysicalSize::new(width, height));
        let dots = vec![PremultipliedRgbaColor::default(); width as usize * height as usize];
        Ok(OffScreen { adapter, now, dots, width: width as usize })
    }

    /// Does something to the window and draws what it changed; the longest frame, the doing included in the first.
    pub fn change(&mut self, what: impl FnOnce()) -> Duration {
        let mut longest = Duration::ZERO;
        let mut began = Instant::now();
        what();
        for _ in 0..FRAMES_MAX {
            update_timers_and_animations();
            if !self.draw() {
                break;
            }
            longest = longest.max(began.elapsed());
            began = Instant::now();
        }
        longest
    }

    /// Time goes on, and what moves by itself is drawn.
    pub fn wait(&mut self, span: Duration) {
        self.now.set(self.now.get() + span);
        update_timers_and_animations();
        self.draw();
    }

    fn draw(&mut self) -> bool {
        let (dots, width) = (&mut self.dots, self.width);
        self.adapter.draw_if_needed(|renderer| {
            renderer.render(dots, width);
        })
    }
}
