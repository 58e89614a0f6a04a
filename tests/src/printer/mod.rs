//! A thermal printer that is not there: real TCP, real status bytes, and everything that goes wrong with real ones.
//!
//! It behaves like a bad printer rather than a kind one: it keeps what it received while it is off line and prints it when
//! it is mended, unless it was told to drop it; it answers questions that only look like questions inside a picture; it
//! takes one small buffer at a time. It shares no code with the kiosk: the bytes are read here from the manual.

mod reading;
mod stream;

pub use reading::{dots, marked};

use rustix::net::sockopt;
use std::{
    collections::{BTreeSet, VecDeque},
    io::{self, Read, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};
use stream::{Kind, Reader, Token};

/// Bytes a printer keeps that it has not printed yet.
const BUFFER_BYTES_MAX: usize = 64 * 1024;
/// Bytes the kernel may keep for it: a printer's own network card has no more.
const RECEIVING_BYTES_MAX: usize = 4 * 1024;
/// How often a slow printer moves.
const TICK: Duration = Duration::from_millis(5);

/// What it suffers from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// The cover is open.
    Cover,
    /// There is no paper.
    Out,
    /// There is little paper: it prints.
    NearEnd,
    /// The cutter is stuck.
    Cutter,
    /// It has to be switched off and on.
    Broken,
    /// It prints and does not answer.
    Mute,
}

/// Something that happens by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mishap {
    /// A fault begins.
    Fault(Fault),
    /// It loses its power, and everything it had not printed, until [`FakePrinter::revive`].
    Dies,
    /// Its network fails: it prints what it has.
    LosesLine,
}

/// When it happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// When so many more bytes have arrived, printed or not.
    Received(usize),
    /// When so many more bytes are printed.
    Bytes(usize),
    /// When the next paper is cut.
    Cut,
}

/// What it can say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Model {
    /// It tells when a job is done.
    Tells,
    /// It answers questions about its status and nothing else.
    Plain,
}

/// A piece of paper that left it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paper {
    /// The bytes that made it.
    pub bytes: Vec<u8>,
    /// How it ended.
    pub end: End,
}

/// How a piece of paper ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Whole.
    Cut,
    /// With what had been printed when the rest was lost or dropped.
    Torn,
}

/// The printer.
#[derive(Debug)]
pub struct FakePrinter {
    address: SocketAddr,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug)]
struct State {
    model: Model,
    power: Power,
    faults: BTreeSet<Fault>,
    mishap: Option<(When, Mishap)>,
    bytes_per_s: Option<u32>,
    queue: VecDeque<Token>,
    queued: usize,
    paper: Vec<u8>,
    papers: Vec<Paper>,
    lines: Vec<TcpStream>,
    /// Counts connections: it serves one at a time, and forgets what an older one still had to say.
    connection: u64,
    questions: usize,
    /// When the last job's first and last bytes arrived.
    job: (Option<Instant>, Option<Instant>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Power {
    On,
    Off,
    /// The test is over.
    Gone,
}

impl FakePrinter {
    /// Listens on a port of its own.
    pub fn start(model: Model) -> io::Result<FakePrinter> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        sockopt::set_socket_recv_buffer_size(&listener, RECEIVING_BYTES_MAX)?;
        let address = listener.local_addr()?;
        let state = State {
            model,
            power: Power::On,
            faults: BTreeSet::new(),
            mishap: None,
            bytes_per_s: None,
            queue: VecDeque::new(),
            queued: 0,
            paper: vec![],
            papers: vec![],
            lines: vec![],
            connection: 0,
            questions: 0,
            job: (None, None),
        };
        let shared = Arc::new(Shared { state: Mutex::new(state), changed: Condvar::new() });
        let (door, works) = (Arc::clone(&shared), Arc::clone(&shared));
        thread::spawn(move || accept(&listener, &door));
        thread::spawn(move || mechanism(&works));
        Ok(FakePrinter { address, shared })
    }

    /// Where it is, as a kiosk is told.
    pub fn option(&self) -> String {
        format!("tcp:{}", self.address)
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// A fault begins.
    pub fn suffers(&self, fault: Fault) {
        self.change(|state| state.happens(Mishap::Fault(fault)));
    }

    /// Somebody mends everything.
    pub fn mend(&self) {
        self.change(|state| state.faults.clear());
    }

    /// All is well again, and nothing more will happen by itself.
    pub fn calm(&self) {
        self.change(|state| {
            state.faults.clear();
            state.mishap = None;
            state.power = Power::On;
        });
    }

    /// Something will happen.
    pub fn plan(&self, when: When, mishap: Mishap) {
        self.change(|state| state.mishap = Some((when, mishap)));
    }

    /// It prints slowly from now on.
    pub fn slow(&self, bytes_per_s: u32) {
        self.change(|state| state.bytes_per_s = Some(bytes_per_s));
    }

    /// It has power again.
    pub fn revive(&self) {
        self.change(|state| state.power = Power::On);
    }

    /// It is switched off.
    pub fn dies(&self) {
        self.change(|state| state.happens(Mishap::Dies));
    }

    /// What left it.
    pub fn papers(&self) -> Vec<Paper> {
        self.shared.lock().papers.clone()
    }

    /// The whole papers among them.
    pub fn whole(&self) -> Vec<Vec<u8>> {
        self.papers().into_iter().filter(|paper| paper.end == End::Cut).map(|paper| paper.bytes).collect()
    }

    /// How often its status was asked.
    pub fn questions(&self) -> usize {
        self.shared.lock().questions
    }

    /// Waits until so many pieces of paper have left it.
    pub fn waits_for(&self, papers: usize, patience: Duration) -> io::Result<Vec<Paper>> {
        let until = Instant::now() + patience;
        let mut state = self.shared.lock();
        while state.papers.len() < papers {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                let count = state.papers.len();
                return Err(io::Error::other(format!("{count} papers came out instead of {papers}")));
            }
            state = self.shared.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        Ok(state.papers.clone())
    }

    /// Takes the papers away: ten thousand of them would fill the memory.
    pub fn forget(&self) {
        self.change(|state| state.papers.clear());
    }

    /// Waits for a job that began after a moment: when its first and its last byte arrived.
    pub fn job_after(&self, moment: Instant, patience: Duration) -> io::Result<(Instant, Instant)> {
        let mut state = self.shared.lock();
        loop {
            if let (Some(first), Some(last)) = state.job
                && first > moment
                && last > first
            {
                return Ok((first, last));
            }
            let left = (moment + patience).saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(io::Error::other("no job came"));
            }
            state = self.shared.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.shared.lock());
        self.shared.changed.notify_all();
    }
}

impl Drop for FakePrinter {
    fn drop(&mut self) {
        self.change(|state| {
            state.happens(Mishap::Dies);
            state.power = Power::Gone;
        });
        // Wakes the door, which then sees that the test is over.
        drop(TcpStream::connect(self.address));
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn happens(&mut self, mishap: Mishap) {
        match mishap {
            Mishap::Fault(fault) => {
                self.faults.insert(fault);
            }
            Mishap::LosesLine => self.hang_up(),
            Mishap::Dies => {
                self.power = Power::Off;
                self.drop_everything();
                self.hang_up();
            }
        }
    }

    fn hang_up(&mut self) {
        for line in self.lines.drain(..) {
            // The other side may have gone first.
            let _ = line.shutdown(Shutdown::Both);
        }
    }

    /// What is half out is torn off.
    fn drop_everything(&mut self) {
        self.queue.clear();
        self.queued = 0;
        if !self.paper.is_empty() {
            let bytes = std::mem::take(&mut self.paper);
            self.papers.push(Paper { bytes, end: End::Torn });
        }
    }

    fn off_line(&self) -> bool {
        [Fault::Cover, Fault::Out, Fault::Cutter, Fault::Broken].iter().any(|fault| self.faults.contains(fault))
    }

    /// The manual's table of `DLE EOT`: bits 1 and 4 are always set.
    fn status(&self, which: u8) -> Option<u8> {
        let bit = |fault, bits: u8| if self.faults.contains(&fault) { bits } else { 0 };
        let bits = match which {
            1 => u8::from(self.off_line()) << 3,
            2 => {
                let error = self.faults.contains(&Fault::Cutter) || self.faults.contains(&Fault::Broken);
                bit(Fault::Cover, 0x04) | bit(Fault::Out, 0x20) | u8::from(error) << 6
            }
            3 => bit(Fault::Cutter, 0x08) | bit(Fault::Broken, 0x20),
            4 => bit(Fault::NearEnd, 0x0c) | bit(Fault::Out, 0x6c),
            _ => return None,
        };
        Some(0x12 | bits)
    }

    /// Prints one token; what is to be said about it.
    fn print(&mut self, token: &Token) -> Option<Vec<u8>> {
        self.queued -= token.bytes.len();
        let mut said = None;
        match token.kind {
            // Its power-on state: what is on paper stays there.
            Kind::Reset | Kind::Nothing => return None,
            Kind::Picture | Kind::Other => self.paper.extend_from_slice(&token.bytes),
            Kind::Cut => {
                self.paper.extend_from_slice(&token.bytes);
                let bytes = std::mem::take(&mut self.paper);
                self.papers.push(Paper { bytes, end: End::Cut });
            }
            Kind::WhenDone(mark) => {
                if self.model == Model::Tells {
                    said = Some([&[0x37, 0x22][..], &mark, &[0]].concat());
                }
            }
        }
        self.mind(token);
        said
    }

    /// One more byte has arrived.
    fn received(&mut self) {
        self.mishap = match self.mishap.take() {
            Some((When::Received(0), mishap)) => {
                self.happens(mishap);
                None
            }
            Some((When::Received(left), mishap)) => Some((When::Received(left - 1), mishap)),
            waits => waits,
        };
    }

    fn mind(&mut self, token: &Token) {
        self.mishap = match self.mishap.take() {
            Some((When::Bytes(left), mishap)) if left <= token.bytes.len() => {
                self.happens(mishap);
                None
            }
            Some((When::Bytes(left), mishap)) => Some((When::Bytes(left - token.bytes.len()), mishap)),
            Some((When::Cut, mishap)) if token.kind == Kind::Cut => {
                self.happens(mishap);
                None
            }
            waits => waits,
        };
    }
}

/// Takes connections until the test is over.
fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    for stream in listener.incoming().flatten() {
        let mut state = shared.lock();
        shared.changed.notify_all();
        match state.power {
            Power::Gone => return,
            Power::Off => drop(sockopt::set_socket_linger(&stream, Some(Duration::ZERO))),
            Power::On => {
                let Ok(line) = stream.try_clone() else { continue };
                state.lines.push(line);
                state.connection += 1;
                let (shared, connection) = (Arc::clone(shared), state.connection);
                thread::spawn(move || receive(stream, connection, &shared));
            }
        }
    }
}

/// Reads what arrives on one connection; questions are answered at once.
fn receive(mut stream: TcpStream, connection: u64, shared: &Shared) {
    let (mut reader, mut bytes) = (Reader::default(), [0; 1024]);
    while let Ok(count @ 1..) = stream.read(&mut bytes) {
        for byte in &bytes[..count] {
            let heard = reader.push(*byte);
            let mut state = shared.lock();
            let served = |state: &State| state.power == Power::On && state.connection == connection;
            while state.queued > BUFFER_BYTES_MAX && served(&state) {
                state = shared.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
            state.received();
            if !served(&state) {
                return;
            }
            if heard.drop_everything {
                state.drop_everything();
                reader = Reader::default();
            }
            if let Some(which) = heard.question {
                state.questions += 1;
                let answer = state.status(which).filter(|_| !state.faults.contains(&Fault::Mute));
                if answer.is_some_and(|answer| stream.write_all(&[answer]).is_err()) {
                    return;
                }
            }
            if let Some(token) = heard.token {
                match token.kind {
                    Kind::Reset => state.job.0 = Some(Instant::now()),
                    Kind::Cut => state.job.1 = Some(Instant::now()),
                    Kind::Picture | Kind::Other | Kind::Nothing | Kind::WhenDone(_) => {}
                }
                state.queued += token.bytes.len();
                state.queue.push_back(token);
                shared.changed.notify_all();
            }
        }
    }
}

/// Prints what was received, as fast as it can.
fn mechanism(shared: &Shared) {
    let mut state = shared.lock();
    let mut busy_until = Instant::now();
    while state.power != Power::Gone {
        while state.power == Power::On && !state.off_line() && Instant::now() >= busy_until {
            let Some(token) = state.queue.pop_front() else { break };
            if let Some(speed) = state.bytes_per_s {
                busy_until += Duration::from_secs(1) * u32::try_from(token.bytes.len()).unwrap_or(u32::MAX) / speed;
            }
            let said = state.print(&token);
            if let (Some(said), Some(line)) = (said, state.lines.last_mut()) {
                // Nobody may be listening any more.
                let _ = line.write_all(&said);
            }
            shared.changed.notify_all();
        }
        if state.queue.is_empty() {
            busy_until = busy_until.max(Instant::now());
        }
        state = shared.changed.wait_timeout(state, TICK).unwrap_or_else(PoisonError::into_inner).0;
    }
}
