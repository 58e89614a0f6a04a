//! The conformance runner, against this office over a real line, and against stand-ins that each break one rule.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use crate::{
    journey::{make, official, resolve, run},
    support::{Bench, OFFICE},
};
use axum::{
    Router,
    body::{Body, to_bytes},
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    middleware::{Next, from_fn},
    response::Response,
};
use hhx::{CaseStatus, envelope::SignatureMode};
use khokimiyat::{
    conformance::{self, Finding, Tally, Target, Verdict},
    halls::{self, HallId, Known},
    keys::Pair,
    office::Offices,
    people::Role,
    serve,
    work::Step,
};
use serde_json::Value;
use std::collections::BTreeSet;
use tokio::net::TcpListener;
use uuid::Uuid;

const HUB: &str = "hub-of-the-test";
/// More than any answer of the exchange that a stand-in changes.
const BODY_MAX: usize = 1 << 24;

/// Serves on a free port of this machine.
async fn serves(router: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    url
}

struct Enrolled {
    pair: Pair,
    token: String,
}

impl Enrolled {
    async fn new(offices: &Offices) -> Enrolled {
        let (pair, token) = (Pair::new(HUB).unwrap(), halls::new_token().unwrap());
        let id = HallId { office: OFFICE.to_owned(), hub: HUB.to_owned() };
        let known = Known { token: &token, certificates: &pair.certificate };
        halls::add(offices, &id, known, offices.now()).await.unwrap();
        pair.signer(SignatureMode::Dev).unwrap();
        Enrolled { pair, token }
    }

    async fn asks(&self, url: &str, busy: Option<&str>, answered: Option<Uuid>) -> Vec<Finding> {
        let target = Target {
            url: url.to_owned(),
            office: OFFICE.to_owned(),
            hub: HUB.to_owned(),
            token: self.token.clone(),
            key: self.pair.key.to_string(),
            certificate: self.pair.certificate.clone(),
            busy: busy.map(str::to_owned),
            answered,
        };
        conformance::run(target, |_| {}).await.unwrap()
    }
}

/// An address of an office whose database is gone.
async fn busy() -> String {
    let bench = Bench::start();
    let offices = bench.instance().await;
    serves(serve::router(&offices)).await
}

/// Somebody answers a case that a run has left behind.
async fn answered(offices: &Offices) -> Uuid {
    let db = offices.store.connection().await.unwrap();
    let sql = "select case_id from case_file where status = 'registered' order by reg_index desc limit 1";
    let case_id = db.query_one(sql, &[]).await.unwrap().get(0);
    drop(db);
    let head = official(offices, OFFICE, "head", Role::Head).await;
    let executor = official(offices, OFFICE, "executor", Role::Executor).await;
    make(offices, &head, case_id, resolve(&["executor"])).await.unwrap();
    make(offices, &executor, case_id, Step::Begin).await.unwrap();
    let answer = Step::Answer { outcome: CaseStatus::Answered, text: "Chiroq yoqildi.".into(), papers: vec![] };
    make(offices, &executor, case_id, answer).await.unwrap();
    case_id
}

#[test]
fn this_office_keeps_every_rule_and_says_what_was_not_asked() {
    let bench = Bench::start();
    run(async {
        let offices = bench.instance().await;
        let enrolled = Enrolled::new(&offices).await;
        let url = serves(serve::router(&offices)).await;
        let tally = Tally::of(&enrolled.asks(&url, None, None).await);
        assert_eq!((tally.failed, tally.left), (0, 2), "{tally}");

        let (busy, answered) = (busy().await, answered(&offices).await);
        let findings = enrolled.asks(&url, Some(&busy), Some(answered)).await;
        let rules = conformance::rules().count();
        assert_eq!(Tally::of(&findings), Tally { passed: rules, failed: 0, left: 0 });
    });
}

#[test]
fn every_paragraph_that_a_rule_names_is_in_the_protocol() {
    let protocol = include_str!("../../PROTOCOL.md");
    for (paragraph, rule) in conformance::rules() {
        assert!(protocol.lines().any(|line| line.starts_with(&format!("{paragraph} "))), "{paragraph} {rule}");
    }
}

/// What a stand-in does wrong.
#[derive(Debug, Clone, Copy)]
enum Wrong {
    /// What came before is answered as if it came for the first time.
    TakesTwice,
    /// The mark is left out of a problem.
    NoMark,
    /// Strangers are let in.
    OpenDoor,
    /// Anything is acknowledged.
    NodsAtAll,
    /// The receipt says another chain than it signed.
    AnotherChain,
    /// BUSY, and no word of when.
    NoRetryAfter,
}

/// An answer with one thing wrong.
async fn answers(wrong: Wrong, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let (mut head, body) = next.run(request).await.into_parts();
    let body = to_bytes(body, BODY_MAX).await.unwrap();
    let (posted, status) = (path == "/v1/consignments", head.status);
    let mut json: Value = serde_json::from_slice(&body).unwrap_or_default();
    match wrong {
        Wrong::TakesTwice if posted && status == StatusCode::OK => head.status = StatusCode::CREATED,
        Wrong::NoMark if status == StatusCode::CONFLICT => drop(json.as_object_mut().unwrap().remove("mark")),
        Wrong::OpenDoor if status == StatusCode::UNAUTHORIZED => head.status = StatusCode::OK,
        Wrong::NodsAtAll if path.ends_with("/ack") => head.status = StatusCode::NO_CONTENT,
        Wrong::AnotherChain if status == StatusCode::CREATED => json["chain"] = Value::from("0".repeat(64)),
        Wrong::NoRetryAfter => drop(head.headers.remove(header::RETRY_AFTER)),
        _ => return Response::from_parts(head, Body::from(body)),
    }
    let body = if json.is_null() { body } else { serde_json::to_vec(&json).unwrap().into() };
    head.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
    Response::from_parts(head, Body::from(body))
}

#[test]
fn a_stand_in_is_caught_at_the_rule_that_it_breaks() {
    let bench = Bench::start();
    run(async {
        let offices = bench.instance().await;
        let enrolled = Enrolled::new(&offices).await;
        let busy = busy().await;
        for (wrong, expected) in [
            (Wrong::TakesTwice, vec!["3.5", "4.3", "4.4"]),
            (Wrong::NoMark, vec!["3.2", "3.3", "3.4"]),
            (Wrong::OpenDoor, vec!["4.1"]),
            (Wrong::NodsAtAll, vec!["6.2"]),
            (Wrong::AnotherChain, vec!["1.3", "1.4", "1.5", "2.3", "3.5", "4.2", "4.3", "4.4", "5.2"]),
            (Wrong::NoRetryAfter, vec!["4.6"]),
        ] {
            let stand_in = |offices: &Offices| {
                serve::router(offices).layer(from_fn(move |request, next| answers(wrong, request, next)))
            };
            let url = serves(stand_in(&offices)).await;
            let busy = match wrong {
                Wrong::NoRetryAfter => {
                    let bench = Bench::start();
                    let gone = bench.instance().await;
                    serves(stand_in(&gone)).await
                }
                _ => busy.clone(),
            };
            let findings = enrolled.asks(&url, Some(&busy), None).await;
            let broken = findings.iter().filter(|finding| matches!(finding.verdict, Verdict::Broken(_)));
            let broken: BTreeSet<&str> = broken.map(|finding| finding.paragraph).collect();
            assert_eq!(broken, expected.into_iter().collect(), "{wrong:?}: {findings:#?}");
        }
    });
}
