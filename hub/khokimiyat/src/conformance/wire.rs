//! HTTP as a hall speaks it, bounded, with what was answered kept to be shown.

use super::Fault;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use hhx::container::MEDIA_TYPE;
use reqwest::{Client, RequestBuilder, header};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::time::Duration;

/// An answer takes no longer.
const WITHIN: Duration = Duration::from_secs(60);
/// A page of the inbox with fifty containers.
const ANSWER_BYTES_MAX: usize = 32 << 20;
/// What is shown of an answer.
const SHOWN_CHARS: usize = 200;

/// The way to an implementation.
pub(super) struct Wire {
    client: Client,
    url: String,
    token: String,
}

/// What was answered.
pub(super) struct Said {
    pub(super) status: u16,
    pub(super) media_type: String,
    pub(super) retry_after: Option<String>,
    pub(super) body: Vec<u8>,
    pub(super) json: Value,
}

impl Said {
    pub(super) fn read<T: DeserializeOwned>(&self) -> Result<T, Fault> {
        serde_json::from_slice(&self.body).map_err(|error| Fault::Broken(format!("{}: {error}", self.shown())))
    }

    /// Status and the beginning of the body, for people.
    pub(super) fn shown(&self) -> String {
        let body: String = String::from_utf8_lossy(&self.body).chars().take(SHOWN_CHARS).collect();
        format!("{} {body}", self.status)
    }
}

impl Wire {
    pub(super) fn new(url: &str, token: &str) -> Result<Wire, reqwest::Error> {
        let client = Client::builder().timeout(WITHIN).redirect(reqwest::redirect::Policy::none()).build()?;
        Ok(Wire { client, url: url.trim_end_matches('/').to_owned(), token: token.to_owned() })
    }

    /// The same way with another token; none at all if it is empty.
    pub(super) fn with_token(&self, token: &str) -> Wire {
        Wire { client: self.client.clone(), url: self.url.clone(), token: token.to_owned() }
    }

    pub(super) async fn get(&self, path: &str) -> Result<Said, String> {
        self.ask(self.client.get(format!("{}{path}", self.url))).await
    }

    pub(super) async fn post(&self, container: &[u8]) -> Result<Said, String> {
        let request = self.client.post(format!("{}/v1/consignments", self.url));
        self.ask(request.header(header::CONTENT_TYPE, MEDIA_TYPE).body(container.to_vec())).await
    }

    pub(super) async fn acknowledge(&self, id: uuid::Uuid) -> Result<Said, String> {
        self.ask(self.client.post(format!("{}/v1/inbox/{id}/ack", self.url))).await
    }

    /// A page of the inbox: cursors and containers.
    pub(super) async fn inbox(&self, after: i64) -> Result<Vec<(i64, Vec<u8>)>, String> {
        let said = self.get(&format!("/v1/inbox?after={after}&wait=0")).await?;
        let page = said.json["consignments"].as_array().ok_or_else(|| format!("the inbox is {}", said.shown()))?;
        let one = |waiting: &Value| {
            let container = STANDARD.decode(waiting["container"].as_str()?).ok()?;
            Some((waiting["cursor"].as_i64()?, container))
        };
        page.iter()
            .map(|waiting| one(waiting).ok_or_else(|| "the inbox holds what is no container".to_owned()))
            .collect()
    }

    async fn ask(&self, request: RequestBuilder) -> Result<Said, String> {
        let request = if self.token.is_empty() { request } else { request.bearer_auth(&self.token) };
        let mut response = request.send().await.map_err(|error| format!("no answer: {error}"))?;
        let header = |name| response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let media_type = header(header::CONTENT_TYPE).unwrap_or_default();
        let (status, retry_after) = (response.status().as_u16(), header(header::RETRY_AFTER));
        let mut body = vec![];
        while let Some(chunk) = response.chunk().await.map_err(|error| format!("half an answer: {error}"))? {
            if body.len() + chunk.len() > ANSWER_BYTES_MAX {
                return Err("the answer does not end".to_owned());
            }
            body.extend_from_slice(&chunk);
        }
        let json = serde_json::from_slice(&body).unwrap_or(Value::Null);
        Ok(Said { status, media_type, retry_after, body, json })
    }
}
