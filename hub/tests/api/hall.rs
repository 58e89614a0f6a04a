//! A hall in a test tube, and the people and machines that use it.

use hub::{
    config::Config,
    journal::{Clock, Durability},
    people::{By, Cost},
    serve::{self, Options, Running},
};
use queue::time::{Span, Time};
use reqwest::{Client, Method, RequestBuilder, StatusCode, header::HeaderMap};
use serde_json::{Value, json};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU32, Ordering},
    },
};
use uuid::Uuid;
use wire::{counters::CounterState, tickets::TicketTaken};

/// 2026-03-20 10:00 in Tashkent, a Friday.
pub(crate) const MORNING: Time = Time(1_773_982_800_000);

static HALLS: AtomicU32 = AtomicU32::new(0);

/// A demo hall with a clock that only the test moves. Dropping it stops it.
pub(crate) struct TestHall {
    running: Option<Running>,
    clock: Arc<AtomicI64>,
    dir: PathBuf,
}

/// Somebody who talks to the hub.
#[derive(Clone)]
pub(crate) struct User {
    http: Client,
    url: String,
    token: Option<String>,
    language: Option<&'static str>,
}

/// What the hub answered.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl TestHall {
    pub(crate) async fn open() -> TestHall {
        TestHall::open_with(Config::demo()).await
    }

    pub(crate) async fn open_with(config: Config) -> TestHall {
        let nth = HALLS.fetch_add(1, Ordering::Relaxed);
        let dir = env::temp_dir().join(format!("navbat-api-{}-{nth}", process::id()));
        let clock = Arc::new(AtomicI64::new(MORNING.0));
        let running = Some(start(config, &dir, &clock).await);
        TestHall { running, clock, dir }
    }

    /// Stops the hub and opens the same hall again.
    pub(crate) async fn reopen(&mut self) {
        if let Some(running) = self.running.take() {
            running.stop().await;
        }
        self.running = Some(start(Config::demo(), &self.dir, &self.clock).await);
    }

    /// Stops the hub in the orderly way.
    pub(crate) async fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            running.stop().await;
        }
    }

    /// The hall's folder.
    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    /// The hub's clock.
    pub(crate) fn clock(&self) -> Clock {
        let clock = Arc::clone(&self.clock);
        Arc::new(move || Time(clock.load(Ordering::Relaxed)))
    }

    pub(crate) fn later(&self, span: Span) {
        self.clock.fetch_add(i64::try_from(span.0).unwrap(), Ordering::Relaxed);
    }

    pub(crate) fn earlier(&self, span: Span) {
        self.clock.fetch_sub(i64::try_from(span.0).unwrap(), Ordering::Relaxed);
    }

    pub(crate) fn now(&self) -> Time {
        Time(self.clock.load(Ordering::Relaxed))
    }

    fn running(&self) -> &Running {
        self.running.as_ref().expect("the hall is open")
    }

    /// The hub's parts.
    pub(crate) fn hub(&self) -> &hub::http::Hub {
        self.running().hub()
    }

    /// Somebody without a token.
    pub(crate) fn stranger(&self) -> User {
        let url = format!("http://{}", self.running().address());
        let http = Client::builder().no_proxy().build().unwrap();
        User { http, url, token: None, language: None }
    }

    pub(crate) fn device(&self, id: &str) -> User {
        let hub = self.running().hub();
        let token = hub.people.enrol(&id.parse().unwrap(), &By::Shell, hub.now()).unwrap();
        self.stranger().with_token(token.as_str())
    }

    pub(crate) fn kiosk(&self) -> User {
        self.device("kiosk-1")
    }

    /// Signs in somebody of the demo's staff.
    pub(crate) async fn staff(&self, name: &str) -> User {
        let pin = Config::demo().staff().iter().find(|s| s.name == name).unwrap().pin.clone().unwrap();
        let stranger = self.stranger();
        let body = stranger.post("/api/v1/sessions", json!({"name": name, "pin": pin})).await.is(201);
        stranger.with_token(body["token"].as_str().unwrap())
    }

    /// A clerk who has opened a counter.
    pub(crate) async fn clerk_at(&self, name: &str, counter: &str) -> User {
        let clerk = self.staff(name).await;
        clerk.act(counter, "open").await.is(200);
        clerk
    }

    pub(crate) async fn manager(&self) -> User {
        self.staff("Rustam").await
    }

    /// The journal's last sequence number: what did not move was not changed.
    pub(crate) async fn seq(&self) -> u64 {
        self.stranger().get("/health").await.is(200)["seq"].as_u64().unwrap()
    }
}

impl Drop for TestHall {
    fn drop(&mut self) {
        drop(self.running.take());
        let _ = fs::remove_dir_all(&self.dir);
    }
}

async fn start(config: Config, dir: &Path, clock: &Arc<AtomicI64>) -> Running {
    let clock = Arc::clone(clock);
    let options = Options {
        config,
        dir: dir.to_owned(),
        listen: "127.0.0.1:0".parse().unwrap(),
        clock: Arc::new(move || Time(clock.load(Ordering::Relaxed))),
        durability: Durability::Full,
        cost: Cost::Cheap,
    };
    serve::start(options).await.unwrap()
}

impl User {
    pub(crate) fn with_token(&self, token: &str) -> User {
        User { token: Some(token.to_owned()), ..self.clone() }
    }

    pub(crate) fn speaking(&self, language: &'static str) -> User {
        User { language: Some(language), ..self.clone() }
    }

    pub(crate) fn token(&self) -> &str {
        self.token.as_deref().unwrap()
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(self.request(Method::POST, path).json(&body)).await
    }

    /// A body as it is, whatever it is.
    pub(crate) async fn post_raw(&self, path: &str, body: impl Into<reqwest::Body>) -> Answer {
        let request = self.request(Method::POST, path).header("content-type", "application/json");
        self.send(request.body(body)).await
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let mut request = self.http.request(method, format!("{}{path}", self.url));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if let Some(language) = self.language {
            request = request.header("accept-language", language);
        }
        request
    }

    pub(crate) async fn send(&self, request: RequestBuilder) -> Answer {
        let answer = request.send().await.unwrap();
        let (status, headers) = (answer.status(), answer.headers().clone());
        Answer { status, headers, body: answer.text().await.unwrap() }
    }

    /// Takes a ticket, not yet printed.
    pub(crate) async fn reserves(&self, service: &str) -> TicketTaken {
        let body = json!({"command_id": Uuid::now_v7(), "service": service, "language": "uz-Latn"});
        self.post("/api/v1/tickets", body).await.read(201)
    }

    /// Takes a ticket and prints it.
    pub(crate) async fn takes(&self, service: &str) -> TicketTaken {
        let ticket = self.reserves(service).await;
        let path = format!("/api/v1/tickets/{}/printed", ticket.ticket_id);
        self.post(&path, json!({"command_id": Uuid::now_v7()})).await.is(200);
        ticket
    }

    /// An action at a counter that needs no more than its name.
    pub(crate) async fn act(&self, counter: &str, action: &str) -> Answer {
        self.act_with(counter, action, json!({})).await
    }

    /// An action at a counter, with a command id of its own.
    pub(crate) async fn act_with(&self, counter: &str, action: &str, mut body: Value) -> Answer {
        let fields = body.as_object_mut().unwrap();
        fields.entry("command_id").or_insert_with(|| json!(Uuid::now_v7()));
        self.post(&format!("/api/v1/counters/{counter}/{action}"), body).await
    }
}

impl Answer {
    /// The body as JSON, if the status is this.
    #[track_caller]
    pub(crate) fn is(self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        if self.body.is_empty() { Value::Null } else { serde_json::from_str(&self.body).unwrap() }
    }

    #[track_caller]
    pub(crate) fn read<T: serde::de::DeserializeOwned>(self, status: u16) -> T {
        serde_json::from_value(self.is(status)).unwrap()
    }

    /// The counter's state after an action.
    #[track_caller]
    pub(crate) fn state(self) -> CounterState {
        self.read(200)
    }

    /// The sentence, if the answer is this problem, complete and declared as one.
    #[track_caller]
    pub(crate) fn problem(self, status: u16, code: &str) -> String {
        assert_eq!(self.headers["content-type"], "application/problem+json", "{}", self.body);
        let body = self.is(status);
        assert_eq!(body["code"], code, "{body}");
        assert_eq!(body["type"], format!("urn:navbat:problem:{code}"));
        assert_eq!(body["status"], status);
        let title = body["title"].as_str().unwrap();
        assert!(!title.is_empty() && title != code, "no sentence: {body}");
        title.to_owned()
    }
}
