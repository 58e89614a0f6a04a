//! The thread that follows the hub: one stream, again and again, for as long as the program lives.
//!
//! It lets through what may be believed and the hall's names, over one bounded channel; a full channel slows it down
//! and loses nothing. Deliberately absent: any way to say something to the hub.

use crate::{board::Event, languages::Languages};
use std::{
    error::Error,
    hash::{BuildHasher, Hasher, RandomState},
    io, thread,
};
use tokio::sync::mpsc;
use wire::{
    client::{HubClient, NotAClient},
    client_stream::{BoardSource, BoardStream, Distrust, Follow, StreamError, pause_before},
};
use words::Lang;

/// The status with which a hub refuses the stream only if another hub has taken its place.
const FENCED: u16 = 409;
/// Events between the network and the screen.
const CHANNEL_MAX: usize = 64;

/// A hub, and what is wanted of it.
#[derive(Debug)]
pub struct Hub {
    source: BoardSource,
    client: HubClient,
    languages: Vec<Lang>,
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
    pub fn new(address: &str, token: &str, languages: &Languages) -> Result<Hub, NotAHub> {
        Ok(Hub {
            source: BoardSource::new(address, token).map_err(NotAHub::Source)?,
            client: HubClient::new(address, token).map_err(NotAHub::Client)?,
            languages: languages.all().collect(),
        })
    }

    /// Starts the thread. It ends when nobody listens any more.
    ///
    /// # Errors
    /// [`NotAHub::Thread`].
    pub fn follow(self) -> Result<mpsc::Receiver<Event>, NotAHub> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(NotAHub::Thread)?;
        let (sender, events) = mpsc::channel(CHANNEL_MAX);
        let link = Link { hub: self, sender, follow: Follow::default(), attempt: 0 };
        let follow = move || {
            let Unheard = runtime.block_on(link.hold());
            tracing::debug!("nobody listens to the hub any more");
        };
        thread::Builder::new().name("network".to_owned()).spawn(follow).map_err(NotAHub::Thread)?;
        Ok(events)
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
    hub: Hub,
    sender: mpsc::Sender<Event>,
    follow: Follow,
    /// Since the last thing believed.
    attempt: u32,
}

impl Link {
    async fn hold(mut self) -> Unheard {
        loop {
            let resume = self.follow.connect();
            let parted = match self.hub.source.open(resume, &self.follow.seen()).await {
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
        self.ask_names().await?;
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

    /// The hall's name may have been changed while the hub was away, so each connection asks.
    async fn ask_names(&self) -> Result<(), Unheard> {
        for &lang in &self.hub.languages {
            match self.hub.client.catalogue(lang.tag()).await {
                Ok(catalogue) => self.tell(Event::HallName { lang, name: catalogue.hall }).await?,
                Err(error) => tracing::warn!(%lang, %error, "the hall's name in {lang} is not known"),
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
