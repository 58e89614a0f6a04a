//! The office's server, asked over HTTP: the hub dials out, the office never needs to reach into the hall.
//!
//! What cannot be understood is silence: a proxy's page, half an answer, a body that is too long. Only what the protocol
//! describes moves anything.

use applications::{Answer, Parcel};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use hhx::{Code, cases::Page, container::MEDIA_TYPE, line::Mark, receipt::Problem, seal::Recipient};
use reqwest::{Client, Response, StatusCode, Url, header};
use serde::{Deserialize, de::DeserializeOwned};
use std::time::Duration;
use uuid::Uuid;

/// A container of 110 MiB over a slow line.
const SEND_WITHIN: Duration = Duration::from_secs(600);
/// To be connected.
const CONNECT_WITHIN: Duration = Duration::from_secs(10);
/// Fifty cases with their slow hashes.
const CASES_WITHIN: Duration = Duration::from_secs(60);
/// How long the office may hold a question about the inbox.
pub(super) const INBOX_WAIT_S: u64 = 25;
/// A receipt or a problem.
const ANSWER_BYTES_MAX: usize = 64 * 1024;
/// Fifty containers with answers' headers.
const INBOX_BYTES_MAX: usize = 16 * 1024 * 1024;

/// A clerk and a visitor wait for an answer; a request of theirs has ten seconds in all.
const FETCH_WITHIN: Duration = Duration::from_secs(8);
/// An answer with ten papers.
const CONTAINER_BYTES_MAX: usize = 110 * 1024 * 1024;

/// The office did not answer, or not in words of the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Away;

/// The office's server.
pub(super) struct Office {
    client: Client,
    url: String,
    token: String,
}

/// What waits for this hall.
#[derive(Default, Deserialize)]
pub(super) struct Inbox {
    pub(super) consignments: Vec<Waiting>,
    /// How far the office has come on our line.
    #[serde(default)]
    pub(super) marks: Option<Marks>,
    /// The last place in the inbox.
    #[serde(default)]
    pub(super) last: Option<u64>,
}

/// How far both streams have come.
#[derive(Clone, Copy, Deserialize)]
pub(super) struct Marks {
    pub(super) documents: Mark,
    pub(super) statistics: Mark,
}

/// A container in the inbox.
#[derive(Deserialize)]
pub(super) struct Waiting {
    pub(super) cursor: u64,
    pub(super) consignment_id: Uuid,
    container: String,
}

/// What the office said to the question for cases.
pub(super) enum Asked {
    /// Some of them.
    Page(Page),
    /// It does not know the question.
    NotKnown,
}

impl Waiting {
    /// The container's bytes, if they are base64.
    pub(super) fn container(&self) -> Option<Vec<u8>> {
        STANDARD.decode(&self.container).ok()
    }
}

impl Office {
    pub(super) fn new(url: &str, token: &str) -> Result<Office, reqwest::Error> {
        let client = Client::builder()
            .connect_timeout(CONNECT_WITHIN)
            .timeout(SEND_WITHIN)
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        Ok(Office { client, url: url.to_owned(), token: token.to_owned() })
    }

    /// Hands a parcel over.
    pub(super) async fn send(&self, parcel: &Parcel) -> Answer {
        let request = self
            .client
            .post(format!("{}/v1/consignments", self.url))
            .bearer_auth(&self.token)
            .header(header::CONTENT_TYPE, MEDIA_TYPE)
            .body(parcel.container.clone());
        let Ok(response) = request.send().await else { return Answer::Silence };
        let status = response.status();
        match status {
            StatusCode::OK | StatusCode::CREATED => {
                read(response, ANSWER_BYTES_MAX).await.map_or(Answer::Silence, Answer::Taken)
            }
            _ => {
                let problem: Option<Problem> = read(response, ANSWER_BYTES_MAX).await;
                let said = problem.filter(|problem| problem.code.status() == status.as_u16());
                said.map_or(Answer::Silence, Answer::Not)
            }
        }
    }

    /// Asks what waits after a place, and for how long the office may hold the question.
    pub(super) async fn inbox(&self, after: u64, wait_s: u64) -> Option<Inbox> {
        let url = format!("{}/v1/inbox?after={after}&wait={wait_s}", self.url);
        let within = CONNECT_WITHIN + Duration::from_secs(wait_s * 2);
        let response = self.client.get(url).bearer_auth(&self.token).timeout(within).send().await.ok()?;
        if response.status() == StatusCode::OK { read(response, INBOX_BYTES_MAX).await } else { None }
    }

    /// A page of this hall's cases; nothing if the line is down.
    pub(super) async fn cases(&self, after: Option<&str>) -> Option<Asked> {
        let after = after.map(|after| ("after", after));
        let url = Url::parse_with_params(&format!("{}/v1/cases", self.url), after).ok()?;
        let response = self.client.get(url).bearer_auth(&self.token).timeout(CASES_WITHIN).send().await.ok()?;
        match response.status() {
            StatusCode::OK => read(response, INBOX_BYTES_MAX).await.map(Asked::Page),
            StatusCode::NOT_FOUND => Some(Asked::NotKnown),
            _ => None,
        }
    }

    /// Asks for a case's answer, sealed to a key of this hall: the container, or nothing if there is none.
    pub(super) async fn answer(&self, case_id: Uuid, key: &Recipient) -> Result<Option<Vec<u8>>, Away> {
        let Recipient { key_id, public } = key;
        let url = format!("{}/v1/cases/{case_id}/answer?key_id={key_id}&public={public}", self.url);
        let request = self.client.get(url).bearer_auth(&self.token).timeout(FETCH_WITHIN);
        let response = request.send().await.map_err(|_| Away)?;
        match response.status() {
            StatusCode::OK => bytes(response, CONTAINER_BYTES_MAX).await.map(Some).ok_or(Away),
            StatusCode::NOT_FOUND => Ok(None),
            _ => Err(Away),
        }
    }

    /// Says that something from the inbox is kept; if that is lost, it is said again.
    pub(super) async fn acknowledge(&self, id: Uuid) {
        let url = format!("{}/v1/inbox/{id}/ack", self.url);
        let _ = self.client.post(url).bearer_auth(&self.token).timeout(CONNECT_WITHIN).send().await;
    }
}

/// Whether a refusal may pass by itself.
pub(super) fn is_passing(answer: &Answer) -> bool {
    match answer {
        Answer::Silence => true,
        Answer::Not(problem) => problem.code == Code::Busy,
        Answer::Taken(_) => false,
    }
}

/// A bounded JSON body.
async fn read<T: DeserializeOwned>(response: Response, most: usize) -> Option<T> {
    serde_json::from_slice(&bytes(response, most).await?).ok()
}

async fn bytes(mut response: Response, most: usize) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.ok()? {
        if body.len() + chunk.len() > most {
            return None;
        }
        body.extend_from_slice(&chunk);
    }
    Some(body)
}
