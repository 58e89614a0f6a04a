//! A network between a hall and its office that fails in every third request, by chance from a seed.

use reqwest::Client;
use std::{
    fs::{File, OpenOptions},
    io::Write,
    path::Path,
    time::Duration,
};

/// Of a hundred requests so many go wrong.
const WRONG_OF_HUNDRED: u64 = 30;
/// Late parcels that are on their way.
const LATE_MAX: usize = 8;

/// Chance from a seed (SplitMix64).
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ (word >> 31)
    }

    pub(crate) fn below(&mut self, most: u64) -> u64 {
        self.next() % most
    }
}

/// What happens to a request; its letter stands in the hall's diary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Well,
    /// It does not arrive.
    Dropped,
    /// It arrives, the answer does not.
    AnswerLost,
    /// It arrives twice; the hall hears the second answer.
    Repeated,
    /// Half of it arrives.
    Cut,
    /// Half of the answer arrives.
    AnswerCut,
    /// The hall gives up, and it arrives later, behind others.
    Late,
}

pub(crate) const LETTERS: [(u8, &str); 8] = [
    (b'.', "went well"),
    (b'd', "dropped"),
    (b'l', "answers lost"),
    (b'r', "repeated"),
    (b'c', "cut"),
    (b'h', "answers cut"),
    (b'o', "out of order"),
    (b'n', "not answered"),
];

/// The way from a hall to its office's instances.
pub(crate) struct Network {
    client: Client,
    urls: Vec<String>,
    token: String,
    pub(crate) chance: Chance,
    late: Vec<Vec<u8>>,
    diary: File,
}

impl Network {
    pub(crate) fn new(urls: Vec<String>, token: String, chance: Chance, diary: &Path) -> Network {
        let client = Client::builder().timeout(Duration::from_secs(20)).build().unwrap();
        let diary = OpenOptions::new().create(true).append(true).open(diary).unwrap();
        Network { client, urls, token, chance, late: vec![], diary }
    }

    /// Posts a container; what the hall hears of it, if anything.
    pub(crate) async fn post(&mut self, container: &[u8]) -> Option<(u16, Vec<u8>)> {
        let fate = self.fate();
        let heard = match fate {
            Fate::Well => self.arrives(container).await,
            Fate::Dropped => None,
            Fate::AnswerLost => self.arrives(container).await.and(None),
            Fate::Repeated => {
                self.arrives(container).await;
                self.arrives(container).await
            }
            Fate::Cut => self.arrives(&container[..container.len() / 2]).await.and(None),
            Fate::AnswerCut => self.arrives(container).await.map(half),
            Fate::Late => {
                if self.late.len() < LATE_MAX {
                    self.late.push(container.to_vec());
                }
                None
            }
        };
        self.note(fate, heard.is_some());
        if !self.late.is_empty() && self.chance.below(4) == 0 {
            let at = usize::try_from(self.chance.below(self.late.len() as u64)).unwrap();
            let late = self.late.swap_remove(at);
            // Nobody waits for its answer any more.
            self.arrives(&late).await;
        }
        heard
    }

    /// Asks for something; what the hall hears.
    pub(crate) async fn get(&mut self, path: &str) -> Option<Vec<u8>> {
        let fate = self.fate();
        let heard = match fate {
            Fate::Dropped | Fate::Cut => None,
            Fate::AnswerLost | Fate::Late => self.asked(path).await.and(None),
            Fate::AnswerCut => self.asked(path).await.map(half),
            Fate::Well => self.asked(path).await,
            Fate::Repeated => {
                self.asked(path).await;
                self.asked(path).await
            }
        };
        self.note(fate, heard.is_some());
        heard.filter(|(status, _)| *status == 200).map(|(_, body)| body)
    }

    /// Says that something of the inbox is kept; nobody minds if it is lost.
    pub(crate) async fn acknowledge(&mut self, id: uuid::Uuid) {
        if self.fate() == Fate::Well {
            let url = format!("{}/v1/inbox/{id}/ack", self.url());
            drop(self.client.post(url).bearer_auth(&self.token).send().await);
        }
    }

    fn fate(&mut self) -> Fate {
        if self.chance.below(100) >= WRONG_OF_HUNDRED {
            return Fate::Well;
        }
        match self.chance.below(6) {
            0 => Fate::Dropped,
            1 => Fate::AnswerLost,
            2 => Fate::Repeated,
            3 => Fate::Cut,
            4 => Fate::AnswerCut,
            _ => Fate::Late,
        }
    }

    fn note(&mut self, fate: Fate, heard: bool) {
        let letter = match fate {
            Fate::Well if !heard => b'n',
            Fate::Well => b'.',
            Fate::Dropped => b'd',
            Fate::AnswerLost => b'l',
            Fate::Repeated => b'r',
            Fate::Cut => b'c',
            Fate::AnswerCut => b'h',
            Fate::Late => b'o',
        };
        self.diary.write_all(&[letter]).unwrap();
    }

    fn url(&mut self) -> String {
        let at = usize::try_from(self.chance.below(self.urls.len() as u64)).unwrap();
        self.urls[at].clone()
    }

    async fn arrives(&mut self, container: &[u8]) -> Option<(u16, Vec<u8>)> {
        let url = format!("{}/v1/consignments", self.url());
        let request = self.client.post(url).bearer_auth(&self.token).body(container.to_vec());
        let response = request.send().await.ok()?;
        Some((response.status().as_u16(), response.bytes().await.ok()?.to_vec()))
    }

    async fn asked(&mut self, path: &str) -> Option<(u16, Vec<u8>)> {
        let url = format!("{}{path}", self.url());
        let response = self.client.get(url).bearer_auth(&self.token).send().await.ok()?;
        Some((response.status().as_u16(), response.bytes().await.ok()?.to_vec()))
    }
}

fn half((status, mut body): (u16, Vec<u8>)) -> (u16, Vec<u8>) {
    body.truncate(body.len() / 2);
    (status, body)
}
