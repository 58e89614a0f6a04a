//! The typed client of a hall hub: one method per request a device makes, every answer bounded, problems as values.
//!
//! Kiosks and displays use the same bodies as the hub's handlers, so a field cannot drift. Deliberately absent:
//! retries and patience. Who calls knows how long a visitor can wait; the client only says what happened.

use crate::{
    applications::ASKED_TOO_OFTEN_CODE,
    board::Board,
    display::DisplayHome,
    fleet::{KioskCondition, Reprinted, SelfTest},
    hall::{Catalogue, Hall, Offer},
    kiosk::KioskHome,
    problem::Problem,
    seen::{FENCED_CODE, JOURNAL_HEADER, KEY_HEADER, SEEN_HEADER, Seen},
    tickets::{OfflineTicket, Printed, TakeTicket, TicketStage, TicketState, TicketTaken},
};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode, Url};
use serde::de::DeserializeOwned;
use std::time::Duration;
use uuid::Uuid;

/// The largest answer that is read: the catalogue of a hall in one language is about 10 kB.
pub const ANSWER_BYTES_MAX: usize = 512 * 1024;
/// How long a connection may take to open.
const CONNECT_MS_MAX: u64 = 2_000;
/// How long a whole request may take. Who needs an answer sooner stops waiting sooner.
const REQUEST_MS_MAX: u64 = 5_000;

/// Why a request has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoAnswer {
    /// The hub said no, and why: nothing has changed there.
    #[error("the hub refused: {}", .0.code)]
    Refused(Problem),
    /// The hub does not admit this device: its token is missing, foreign or withdrawn.
    #[error("the hub does not admit this device")]
    NotAdmitted,
    /// The hub was overtaken by another one, and knows it: nothing it says counts.
    #[error("the hub was overtaken by another one")]
    Fenced,
    /// The hub is away, busy or broken: the same request may succeed later.
    #[error("the hub is away: {0}")]
    Away(String),
    /// The hub answered something this program does not understand.
    #[error("the hub's answer cannot be read: {0}")]
    Unreadable(String),
}

/// An address no request can be sent to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAClient {
    /// Not an address.
    #[error("the hub's address looks like http://hub.local:8080, not like {0}")]
    Address(String),
    /// The client could not be made.
    #[error("the HTTP client could not be made: {0}")]
    Client(String),
}

/// A device's way to its hub. Cheap to clone; clones share their connections.
#[derive(Debug, Clone)]
pub struct HubClient {
    http: Client,
    base: Url,
    token: String,
    seen: Option<String>,
    key: Option<String>,
}

impl HubClient {
    /// A client for the hub at `base` (`http://hub.local:8080`) with this device's token.
    pub fn new(base: &str, token: &str) -> Result<HubClient, NotAClient> {
        let base = Url::parse(base).map_err(|_| NotAClient::Address(base.to_owned()))?;
        if base.cannot_be_a_base() || !base.has_host() {
            return Err(NotAClient::Address(base.into()));
        }
        let http = Client::builder()
            .connect_timeout(Duration::from_millis(CONNECT_MS_MAX))
            .timeout(Duration::from_millis(REQUEST_MS_MAX))
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .map_err(|error| NotAClient::Client(error.to_string()))?;
        Ok(HubClient { http, base, token: token.to_owned(), seen: None, key: None })
    }

    /// The same way, saying with every request what this device has seen.
    #[must_use]
    pub fn having_seen(&self, seen: Option<&Seen>) -> HubClient {
        HubClient { seen: seen.map(ToString::to_string), ..self.clone() }
    }

    /// The same way, saying with every question how things stand which key this kiosk signs with.
    #[must_use]
    pub fn signing_with(&self, public: &str) -> HubClient {
        HubClient { key: Some(public.to_owned()), ..self.clone() }
    }

    /// Takes a ticket: a number is reserved until `printed`.
    pub async fn take_ticket(&self, wish: &TakeTicket) -> Result<TicketTaken, NoAnswer> {
        let language = wish.language.clone();
        self.send(self.request(Method::POST, &["tickets"]).header("accept-language", language).json(wish)).await
    }

    /// Says that a ticket is on paper.
    pub async fn printed(&self, ticket: Uuid, confirm: &Printed) -> Result<TicketStage, NoAnswer> {
        let path = ["tickets", &ticket.to_string(), "printed"];
        self.send(self.request(Method::POST, &path).json(confirm)).await
    }

    /// Reports a ticket that was printed while the hub was away.
    pub async fn offline(&self, ticket: &OfflineTicket) -> Result<TicketStage, NoAnswer> {
        self.send(self.request(Method::POST, &["tickets", "offline"]).json(ticket)).await
    }

    /// Asks where a ticket stands.
    pub async fn ticket(&self, ticket: Uuid, language: &str) -> Result<TicketState, NoAnswer> {
        let path = ["tickets", &ticket.to_string()];
        self.send(self.request(Method::GET, &path).header("accept-language", language)).await
    }

    /// Asks what a visitor would be told before taking a ticket.
    pub async fn offer(&self, service: &str, language: &str, class: Option<&str>) -> Result<Offer, NoAnswer> {
        let mut query = vec![("lang", language)];
        query.extend(class.map(|class| ("class", class)));
        self.send(self.request_for(Method::GET, &["services", service, "offer"], &query)).await
    }

    /// The hall's categories, services and classes with their names in one language.
    pub async fn catalogue(&self, language: &str) -> Result<Catalogue, NoAnswer> {
        self.send(self.request_for(Method::GET, &["catalogue"], &[("lang", language)])).await
    }

    /// What the hub knows of this kiosk, whose own journal is this one.
    pub async fn kiosk_home(&self, journal: Uuid) -> Result<KioskHome, NoAnswer> {
        let request = self.request(Method::GET, &["kiosk"]).header(JOURNAL_HEADER, journal.to_string());
        let request = match &self.key {
            Some(key) => request.header(KEY_HEADER, key),
            None => request,
        };
        self.send(request).await
    }

    /// What the hub knows of this display: its face, who is next, what is announced.
    pub async fn display_home(&self) -> Result<DisplayHome, NoAnswer> {
        self.send(self.request(Method::GET, &["display"])).await
    }

    /// Says how this kiosk is now.
    pub async fn tell_condition(&self, condition: &KioskCondition) -> Result<(), NoAnswer> {
        self.tell(self.request(Method::PUT, &["kiosk", "condition"]).json(condition)).await
    }

    /// Reports what a technician's self-test found.
    pub async fn self_test(&self, test: &SelfTest) -> Result<(), NoAnswer> {
        self.tell(self.request(Method::POST, &["kiosk", "self-tests"]).json(test)).await
    }

    /// Reports that a copy of a ticket was printed.
    pub async fn reprinted(&self, copy: &Reprinted) -> Result<(), NoAnswer> {
        self.tell(self.request(Method::POST, &["kiosk", "reprints"]).json(copy)).await
    }

    /// The hall's live figures.
    pub async fn hall(&self) -> Result<Hall, NoAnswer> {
        self.send(self.request(Method::GET, &["hall"])).await
    }

    /// The board as it is now.
    pub async fn board(&self) -> Result<Board, NoAnswer> {
        self.send(self.request(Method::GET, &["board"])).await
    }

    /// The address of a ticket's own page, for its QR code.
    pub fn ticket_page(&self, ticket: Uuid) -> String {
        self.address(&["t", &ticket.to_string()]).into()
    }

    pub(crate) fn request(&self, method: Method, path: &[&str]) -> RequestBuilder {
        self.request_for(method, path, &[])
    }

    fn request_for(&self, method: Method, path: &[&str], query: &[(&str, &str)]) -> RequestBuilder {
        let mut url = self.address(&[&["api", "v1"], path].concat());
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        let request = self.http.request(method, url).bearer_auth(&self.token).header("accept", "application/json");
        match &self.seen {
            Some(seen) => request.header(SEEN_HEADER, seen),
            None => request,
        }
    }

    /// Path segments are escaped one by one, so no code can reach outside its place.
    pub(crate) fn address(&self, path: &[&str]) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        url
    }

    /// Sends what is answered without words.
    pub(crate) async fn tell(&self, request: RequestBuilder) -> Result<(), NoAnswer> {
        let response = request.send().await.map_err(|error| NoAnswer::Away(away(&error)))?;
        let status = response.status();
        let body = bounded(response).await?;
        if status.is_success() { Ok(()) } else { Err(refused(status, &body)) }
    }

    pub(crate) async fn send<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, NoAnswer> {
        let response = request.send().await.map_err(|error| NoAnswer::Away(away(&error)))?;
        let status = response.status();
        let body = bounded(response).await?;
        if status.is_success() {
            return serde_json::from_slice(&body).map_err(|error| NoAnswer::Unreadable(error.to_string()));
        }
        Err(refused(status, &body))
    }
}

/// What an answer that is not a success means to a device.
fn refused(status: StatusCode, body: &[u8]) -> NoAnswer {
    if matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) {
        return NoAnswer::NotAdmitted;
    }
    if status.is_server_error() || status == StatusCode::REQUEST_TIMEOUT {
        return NoAnswer::Away(format!("status {status}"));
    }
    if status == StatusCode::TOO_MANY_REQUESTS && asked_too_often(body).is_none() {
        return NoAnswer::Away(format!("status {status}"));
    }
    match serde_json::from_slice::<Problem>(body) {
        Ok(problem) if problem.code == FENCED_CODE => NoAnswer::Fenced,
        Ok(problem) => NoAnswer::Refused(problem),
        Err(_) => NoAnswer::Unreadable(format!("status {status} without a problem")),
    }
}

/// Whoever asked about applications too often has to wait for an hour: that is an answer, and no reason to try again.
fn asked_too_often(body: &[u8]) -> Option<Problem> {
    serde_json::from_slice::<Problem>(body).ok().filter(|problem| problem.code == ASKED_TOO_OFTEN_CODE)
}

async fn bounded(mut response: Response) -> Result<Vec<u8>, NoAnswer> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| NoAnswer::Away(away(&error)))? {
        if body.len() + chunk.len() > ANSWER_BYTES_MAX {
            return Err(NoAnswer::Unreadable(format!("more than {ANSWER_BYTES_MAX} bytes")));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// The kind of failure, without the address: it may carry a ticket.
fn away(error: &reqwest::Error) -> String {
    let kind = if error.is_timeout() {
        "no answer in time"
    } else if error.is_connect() {
        "no connection"
    } else {
        "the connection broke"
    };
    kind.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fleet::PrinterState;
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

    /// Answers one request with these bytes and gives back what was asked.
    async fn answering(answer: Vec<u8>) -> (HubClient, tokio::task::JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}/", listener.local_addr().unwrap());
        let asked = tokio::spawn(async move {
            let (mut socket, _) = listener.accept().await.unwrap();
            let mut request = vec![0; 4096];
            let length = socket.read(&mut request).await.unwrap();
            let _ = socket.write_all(&answer).await;
            String::from_utf8_lossy(&request[..length]).into_owned()
        });
        (HubClient::new(&base, "secret").unwrap(), asked)
    }

    fn http(status: &str, body: &str) -> Vec<u8> {
        format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len()).into_bytes()
    }

    #[tokio::test]
    async fn an_offer_is_asked_for_with_token_language_and_class() {
        let offer = r#"{"service":"A01","ahead":2,"wait_minutes":{"low":5,"high":10},"staffed":true,"refusal":null}"#;
        let (client, asked) = answering(http("200 OK", offer)).await;
        let offer = client.offer("A01", "kaa", Some("elderly")).await.unwrap();
        assert_eq!((offer.ahead, offer.wait_minutes.unwrap().high), (2, 10));
        let asked = asked.await.unwrap();
        assert!(asked.starts_with("GET /api/v1/services/A01/offer?lang=kaa&class=elderly HTTP/1.1"), "{asked}");
        assert!(asked.contains("authorization: Bearer secret"), "{asked}");
    }

    #[tokio::test]
    async fn a_code_cannot_leave_its_place_in_the_path() {
        let (client, asked) = answering(http("404 Not Found", "")).await;
        let _ = client.offer("../../tickets?x=", "ru", None).await;
        let asked = asked.await.unwrap();
        assert!(asked.starts_with("GET /api/v1/services/..%2F..%2Ftickets%3Fx=/offer?lang=ru"), "{asked}");
    }

    #[tokio::test]
    async fn a_problem_is_a_value() {
        let problem = r#"{"type":"urn:navbat:problem:service-suspended","code":"service-suspended","status":409,"title":"Xizmat toʻxtatilgan."}"#;
        let (client, _asked) = answering(http("409 Conflict", problem)).await;
        let NoAnswer::Refused(problem) = client.kiosk_home(Uuid::nil()).await.unwrap_err() else {
            panic!("not a refusal")
        };
        assert_eq!((problem.code.as_str(), problem.title.as_str()), ("service-suspended", "Xizmat toʻxtatilgan."));
    }

    #[tokio::test]
    async fn what_is_told_needs_no_answer_but_a_yes() {
        let condition = KioskCondition { printer: PrinterState::PaperLow, version: "0.1.0".to_owned(), door: None };
        let (client, asked) = answering(b"HTTP/1.1 204 No Content\r\n\r\n".to_vec()).await;
        assert_eq!(client.tell_condition(&condition).await, Ok(()));
        let asked = asked.await.unwrap();
        assert!(asked.starts_with("PUT /api/v1/kiosk/condition "), "{asked}");
        let (client, _asked) = answering(http("403 Forbidden", "{}")).await;
        assert_eq!(client.tell_condition(&condition).await, Err(NoAnswer::NotAdmitted));
    }

    #[tokio::test]
    async fn a_kiosk_says_its_key_where_it_says_its_journal() {
        let (client, asked) = answering(http("200 OK", "{")).await;
        let _ = client.signing_with("PUBLIC").kiosk_home(Uuid::nil()).await;
        let asked = asked.await.unwrap().to_lowercase();
        assert!(asked.contains("navbat-key: public") && asked.contains("navbat-journal: "), "{asked}");
    }

    #[tokio::test]
    async fn what_cannot_be_understood_is_never_an_answer() {
        let cases = [
            (http("200 OK", "{"), "unreadable"),
            (http("200 OK", &format!("\"{}\"", "x".repeat(ANSWER_BYTES_MAX))), "unreadable"),
            (http("404 Not Found", "<html>"), "unreadable"),
            (http("401 Unauthorized", "{}"), "not admitted"),
            (http("409 Conflict", r#"{"type":"t","code":"fenced","status":409,"title":"S"}"#), "fenced"),
            (http("503 Service Unavailable", ""), "away"),
            (b"HTTP/1.1 200 OK\r\ncontent-length: 90\r\n\r\n{".to_vec(), "away"),
            (b"rubbish\r\n\r\n".to_vec(), "away"),
        ];
        for (answer, expected) in cases {
            let (client, _asked) = answering(answer).await;
            let got = match client.kiosk_home(Uuid::nil()).await.unwrap_err() {
                NoAnswer::Refused(_) => "refused",
                NoAnswer::NotAdmitted => "not admitted",
                NoAnswer::Fenced => "fenced",
                NoAnswer::Away(_) => "away",
                NoAnswer::Unreadable(_) => "unreadable",
            };
            assert_eq!(got, expected);
        }
    }

    #[tokio::test]
    async fn a_hub_that_is_off_is_away() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        drop(listener);
        let client = HubClient::new(&base, "secret").unwrap();
        assert_eq!(client.kiosk_home(Uuid::nil()).await.unwrap_err(), NoAnswer::Away("no connection".to_owned()));
    }

    #[test]
    fn an_address_is_checked_before_it_is_used() {
        for address in ["", "hub", "mailto:hub@hall", "http://"] {
            assert!(HubClient::new(address, "t").is_err(), "{address}");
        }
        let client = HubClient::new("http://hub.local:8080", "t").unwrap();
        let page = client.ticket_page(Uuid::nil());
        assert_eq!(page, "http://hub.local:8080/t/00000000-0000-0000-0000-000000000000");
    }
}
