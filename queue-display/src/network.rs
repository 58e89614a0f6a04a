//! The thread that follows the hub: one stream, again and again, for as long as the program lives, and every few seconds
//! a question what this display is to show besides.
//!
//! It lets through what may be believed, over one bounded channel; a full channel slows it down and loses nothing.
//! Deliberately absent: any way to say something to the hub.

use crate::board::Event;
use std::{
    error::Error,
    hash::{BuildHasher, Hasher, RandomState},
    io, thread,
    time::Duration,
};
use tokio::sync::mpsc;
use wire::{
    client::{HubClient, NotAClient},
    client_stream::{BoardSource, BoardStream, Distrust, Follow, StreamError, pause_before},
};
use words::Lang;

/// The status with which a hub refuses the stream only if another hub has taken its place.
const FENCED: u16 = 409;
/// Between two questions what to show besides the calls; a second of it by chance.
const ASK_MS: u64 = 5_000;
/// Names change when a hall is changed: every so many questions is soon enough.
const ASKS_PER_NAMES: u32 = 24;

/// A hub, and what is wanted of it.
#[derive(Debug)]
pub struct Hub {
    source: BoardSource,
    client: HubClient,
}

/// Why no hub can be followed at all.
#[derive(Debug, thiserror::Error)]
pub enum NotAHub {
    /// Not an address.
    #[error("the hub's address is of no use")]
    Client(#[source] NotAClient),
    /// The client of the stream could not be made.
    #[error("the hub's stream is of no use")]
    Source(#[source] StreamError),
    /// The thread or its runtime could not be started.
    #[error("the network thread could not be started")]
    Thread(#[source] io::Error),
}

impl Hub {
    /// A hub at this address, for the device with this token.
    ///
    /// # Errors
    /// [`NotAHub`]: no request can be made.
    pub fn new(address: &str, token: &str) -> Result<Hub, NotAHub> {
        Ok(Hub {
            source: BoardSource::new(address, token).map_err(NotAHub::Source)?,
            client: HubClient::new(address, token).map_err(NotAHub::Client)?,
        })
    }

    /// Starts the thread, which tells `sender`. It ends when nobody listens any more.
    ///
    /// # Errors
    /// [`NotAHub::Thread`].
    pub fn follow(self, sender: mpsc::Sender<Event>) -> Result<(), NotAHub> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(NotAHub::Thread)?;
        let asker = Asker { client: self.client, sender: sender.clone() };
        let link = Link { source: self.source, sender, follow: Follow::default(), attempt: 0 };
        let both = async move {
            tokio::select! {
                unheard = link.hold() => unheard,
                unheard = asker.hold() => unheard,
            }
        };
        let follow = move || {
            let Unheard = runtime.block_on(both);
            tracing::debug!("nobody listens to the hub any more");
        };
        thread::Builder::new().name("network".to_owned()).spawn(follow).map_err(NotAHub::Thread)?;
        Ok(())
    }
}

/// Nobody listens any more.
#[derive(Debug)]
struct Unheard;

/// Why a connection is over.
#[derive(Debug, thiserror::Error)]
enum Parted {
    #[error("the stream broke")]
    Stream(#[source] StreamError),
    #[error("the stream is not believed")]
    Distrust(#[source] Distrust),
}

impl Parted {
    /// Whether a hub answers that another one has taken the place of, by its own word or by what was seen.
    fn by_a_hub_of_the_past(&self) -> bool {
        match self {
            Parted::Distrust(Distrust::LowerEpoch { .. }) => true,
            Parted::Stream(StreamError::Refused(status)) => *status == FENCED,
            Parted::Distrust(Distrust::OtherEpoch { .. } | Distrust::NoBoard | Distrust::TooManyCounters)
            | Parted::Stream(_) => false,
        }
    }
}

/// The way from the hub to the screen, over any number of connections.
struct Link {
    source: BoardSource,
    sender: mpsc::Sender<Event>,
    follow: Follow,
    /// Since the last thing believed.
    attempt: u32,
}

impl Link {
    async fn hold(mut self) -> Unheard {
        loop {
            let resume = self.follow.connect();
            let parted = match self.source.open(resume, &self.follow.seen()).await {
                Ok(stream) => match self.listen(stream).await {
                    Ok(parted) => parted,
                    Err(unheard) => return unheard,
                },
                Err(error) => Parted::Stream(error),
            };
            self.attempt += 1;
            log(self.attempt, &parted);
            if parted.by_a_hub_of_the_past() && self.tell(Event::Overtaken).await.is_err() {
                return Unheard;
            }
            tokio::select! {
                () = tokio::time::sleep(pause_before(self.attempt, chance())) => {}
                () = self.sender.closed() => return Unheard,
            }
        }
    }

    async fn listen(&mut self, mut stream: BoardStream) -> Result<Parted, Unheard> {
        loop {
            let (id, event) = tokio::select! {
                said = stream.next() => match said {
                    Ok(said) => said,
                    Err(error) => return Ok(Parted::Stream(error)),
                },
                () = self.sender.closed() => return Err(Unheard),
            };
            match self.follow.believe(id, event) {
                Ok(None) => {}
                Ok(Some(event)) => {
                    self.attempt = 0;
                    self.tell(Event::Stream(event)).await?;
                }
                Err(distrust) => return Ok(Parted::Distrust(distrust)),
            }
        }
    }

    async fn tell(&self, event: Event) -> Result<(), Unheard> {
        self.sender.send(event).await.map_err(|_| Unheard)
    }
}

/// The questions beside the stream: what this display is, who is next, what is announced, what things are called.
struct Asker {
    client: HubClient,
    sender: mpsc::Sender<Event>,
}

impl Asker {
    async fn hold(self) -> Unheard {
        let mut asked = 0;
        loop {
            if self.ask(asked).await.is_err() {
                return Unheard;
            }
            asked = asked.wrapping_add(1);
            let wait_ms = ASK_MS - u64::from(chance()) * 1_000 / u64::from(u32::MAX);
            tokio::select! {
                () = tokio::time::sleep(Duration::from_millis(wait_ms)) => {}
                () = self.sender.closed() => return Unheard,
            }
        }
    }

    /// A hub that is away is the stream's to notice; what was asked last stands until then.
    async fn ask(&self, asked: u32) -> Result<(), Unheard> {
        match self.client.display_home().await {
            Ok(home) => self.tell(Event::Home(Box::new(home))).await?,
            Err(error) => tracing::debug!(%error, "what to show besides the calls is not known"),
        }
        if asked.is_multiple_of(ASKS_PER_NAMES) {
            for lang in Lang::ALL {
                match self.client.catalogue(lang.tag()).await {
                    Ok(names) => self.tell(Event::Names { lang, names: Box::new(names) }).await?,
                    Err(error) => tracing::warn!(%lang, %error, "the hall's names in {lang} are not known"),
                }
            }
        }
        Ok(())
    }

    async fn tell(&self, event: Event) -> Result<(), Unheard> {
        self.sender.send(event).await.map_err(|_| Unheard)
    }
}

/// The first failure is worth a line, the hundredth of the same night is not.
fn log(attempt: u32, parted: &Parted) {
    let cause = Error::source(parted).map(ToString::to_string).unwrap_or_default();
    if attempt == 1 {
        tracing::warn!(attempt, cause, "the hub is lost: {parted}: {cause}");
    } else {
        tracing::debug!(attempt, cause, "the hub is still lost: {parted}: {cause}");
    }
}

/// A number nobody can foresee, good enough to spread displays over a pause.
fn chance() -> u32 {
    let seed = RandomState::new().build_hasher().finish();
    u32::try_from(seed >> 32).unwrap_or(u32::MAX)
}
