//! The round trip at the office: an appeal comes, is resolved, worked on, extended, answered, and its hall reads it all.

use crate::support::{Bench, Hall, OFFICE, count};
use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode, header},
};
use hhx::{
    CaseStatus,
    container::{self, Limits},
    receipt::Delivered,
    seal::{Header, Opener, SecretKey},
    term::NotExtended,
};
use http_body_util::BodyExt;
use khokimiyat::{
    answers::Answer,
    http,
    office::Offices,
    people::{self, Newcomer, Official, Role},
    serve,
    work::{self, NotDone, Reason, Step},
};
use tower_service::Service;
use uuid::Uuid;

const PDF: &[u8] = b"%PDF-1.4 the answer";

pub(crate) fn run<F: Future>(test: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("a runtime").block_on(test)
}

pub(crate) async fn ask(router: &mut Router, request: Request<Body>) -> (StatusCode, header::HeaderMap, Vec<u8>) {
    let Ok(answer) = router.as_service().call(request).await;
    let (head, body) = answer.into_parts();
    (head.status, head.headers, body.collect().await.expect("a body").to_bytes().to_vec())
}

/// A hall's question.
fn of_hall(hall: &Hall, method: &str, uri: &str, body: Vec<u8>) -> Request<Body> {
    let request = Request::builder().method(method).uri(uri);
    let request = request.header(header::AUTHORIZATION, format!("Bearer {}", hall.token));
    request.body(Body::from(body)).expect("a request")
}

/// Somebody of the office.
pub(crate) async fn official(offices: &Offices, office: &str, id: &str, role: Role) -> Official {
    let newcomer = Newcomer { office, id, name: id, role };
    people::add(offices, newcomer, "704618", offices.now()).await.expect("an official");
    Official { office: office.to_owned(), id: id.to_owned(), name: id.to_owned(), role }
}

/// A case of a hall, registered.
async fn case(offices: &Offices, hall: &mut Hall, service: &str) -> Uuid {
    let packed = hall.file(service);
    hall.send(offices, &packed).await.expect("it is taken");
    packed.envelope.case_id
}

async fn version(offices: &Offices, case_id: Uuid) -> i32 {
    let db = offices.store.connection().await.expect("a connection");
    db.query_one("select version from case_file where case_id = $1", &[&case_id]).await.expect("a case").get(0)
}

pub(crate) async fn make(offices: &Offices, who: &Official, case_id: Uuid, step: Step) -> Result<(), NotDone> {
    work::make(offices, who, case_id, version(offices, case_id).await, step).await
}

pub(crate) fn resolve(executors: &[&str]) -> Step {
    let executors = executors.iter().map(|id| (*id).to_owned()).collect();
    Step::Resolve { text: "Oʻrganib chiqing".into(), executors, due: "2026-12-04".parse().expect("a day") }
}

#[test]
fn from_the_hall_to_the_answer_and_back() {
    let bench = Bench::start();
    run(async {
        let offices = bench.instance().await;
        let mut router = serve::router(&offices);
        let mut hall = Hall::enrol(&offices, "hub-01").await;
        let head = official(&offices, OFFICE, "head", Role::Head).await;
        let executor = official(&offices, OFFICE, "executor", Role::Executor).await;

        let packed = hall.file("A01");
        let case_id = packed.envelope.case_id;
        let (status, _, body) =
            ask(&mut router, of_hall(&hall, "POST", "/v1/consignments", packed.bytes.clone())).await;
        assert_eq!(status, StatusCode::CREATED, "{}", String::from_utf8_lossy(&body));
        let first: Delivered = serde_json::from_slice(&body).unwrap();
        let (status, _, body) = ask(&mut router, of_hall(&hall, "POST", "/v1/consignments", packed.bytes)).await;
        assert_eq!((status, serde_json::from_slice(&body).unwrap()), (StatusCode::OK, first));

        make(&offices, &head, case_id, resolve(&["executor", "head"])).await.unwrap();
        make(&offices, &executor, case_id, Step::Begin).await.unwrap();
        let papers = vec![("javob.pdf".to_owned(), PDF.to_vec())];
        let answer = Step::Answer { outcome: CaseStatus::Answered, text: "Chiroq yoqildi.".into(), papers };
        make(&offices, &executor, case_id, answer).await.unwrap();

        let uri = "/v1/inbox?after=0&wait=1";
        let (_, _, body) = ask(&mut router, of_hall(&hall, "GET", uri, vec![])).await;
        let inbox: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!((&inbox["marks"]["documents"]["high_water"], &inbox["last"]), (&1.into(), &4.into()));
        assert_eq!(inbox["marks"]["documents"]["chain"], hall.chain.to_string());
        let news = inbox["consignments"].as_array().unwrap().iter().map(|it| {
            use base64::{Engine as _, engine::general_purpose::STANDARD};
            let bytes = STANDARD.decode(it["container"].as_str().unwrap()).unwrap();
            let office = hhx::sign::certificates(&offices.offices[OFFICE].certificate).unwrap();
            let envelope = container::open(&bytes, &Limits::USUAL, &office).unwrap().envelope;
            assert_eq!(envelope.case_id, case_id);
            envelope.news.map_or("registered", |news| news.status.word())
        });
        assert_eq!(news.collect::<Vec<_>>(), ["registered", "assigned", "in_work", "answered"]);

        let uri = format!("/v1/cases/{case_id}");
        let (_, _, body) = ask(&mut router, of_hall(&hall, "GET", &uri, vec![])).await;
        let standing: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!((&standing["status"], &standing["reg_no"]), (&"answered".into(), &"M-1/26".into()));
        assert!(!String::from_utf8_lossy(&body).contains("lomov"));

        let key = SecretKey::new().unwrap();
        let uri = format!("{uri}/answer?key_id={}&public={}", key.recipient.key_id, key.recipient.public);
        let (status, _, body) = ask(&mut router, of_hall(&hall, "GET", &uri, vec![])).await;
        assert_eq!(status, StatusCode::OK, "{}", String::from_utf8_lossy(&body));
        assert!(!body.windows(6).any(|six| six == b"Chiroq"), "it is sealed");
        let office = hhx::sign::certificates(&offices.offices[OFFICE].certificate).unwrap();
        let opened = container::open(&body, &Limits::USUAL, &office).unwrap();
        let seal: Header = serde_json::from_slice(&opened.entries["doc/seal.json"]).unwrap();
        let opener = Opener::new(&seal, &key).unwrap();
        let answer: Answer =
            serde_json::from_slice(&opener.open(0, &opened.entries["doc/main.sealed"]).unwrap()).unwrap();
        assert_eq!((answer.text.as_str(), answer.reg_no.as_str()), ("Chiroq yoqildi.", "T-1/26"));
        assert_eq!(*opener.open(1, &opened.entries["att/01.sealed"]).unwrap(), PDF);

        let twin = Hall::enrol(&offices, "hub-02").await;
        let (status, _, _) = ask(&mut router, of_hall(&twin, "GET", &format!("/v1/cases/{case_id}"), vec![])).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "another hall's case");
        let (status, _, _) = ask(&mut router, Request::get("/v1/keys").body(Body::empty()).unwrap()).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED);
        let (status, _, _) = ask(&mut router, of_hall(&hall, "POST", "/v1/consignments", vec![0; 5 << 20])).await;
        assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
        let sql = "select count(*) from audit where case_id is not null and what in
                   ('register', 'resolve', 'begin', 'answer')";
        assert_eq!(count(&offices, sql).await, 4);
        assert_eq!(count(&offices, "select count(*) from task where done_at is null").await, 0);
    });
}

#[test]
fn a_case_goes_only_where_it_may_by_whom_it_may() {
    let bench = Bench::start();
    run(async {
        let offices = bench.instance().await;
        let mut hall = Hall::enrol(&offices, "hub-01").await;
        let head = official(&offices, OFFICE, "head", Role::Head).await;
        let executor = official(&offices, OFFICE, "executor", Role::Executor).await;
        let auditor = official(&offices, OFFICE, "auditor", Role::Auditor).await;
        let foreign = official(&offices, "1708", "head", Role::Head).await;
        let case_id = case(&offices, &mut hall, "A01").await;

        for who in [&executor, &auditor] {
            let refused = make(&offices, who, case_id, resolve(&["executor"])).await;
            assert!(matches!(refused, Err(NotDone::NotYours)), "{refused:?}");
        }
        let refused = make(&offices, &foreign, case_id, resolve(&["executor"])).await;
        assert!(matches!(refused, Err(NotDone::NoCase)), "{refused:?}");
        for wrong in [resolve(&[]), resolve(&["nobody"])] {
            assert!(matches!(make(&offices, &head, case_id, wrong).await, Err(NotDone::Wrong(_))));
        }
        let early = Step::Answer { outcome: CaseStatus::Answered, text: "Yoʻq".into(), papers: vec![] };
        let refused = make(&offices, &head, case_id, early).await;
        assert!(matches!(refused, Err(NotDone::NoWay(CaseStatus::Registered, _))), "{refused:?}");

        make(&offices, &head, case_id, resolve(&["executor"])).await.unwrap();
        let stale = work::make(&offices, &executor, case_id, 1, Step::Begin).await;
        assert!(matches!(stale, Err(NotDone::Changed)), "{stale:?}");
        make(&offices, &head, case_id, Step::Study { reason: "Tekshiruv".into() }).await.unwrap();
        let until = "2027-02-01".parse().unwrap();
        let far = make(&offices, &head, case_id, Step::Extend { until, reason: "Kech".into() }).await;
        assert!(matches!(far, Err(NotDone::NotExtended(NotExtended::TooFar))), "{far:?}");
        let until = "2027-01-20".parse().unwrap();
        make(&offices, &head, case_id, Step::Extend { until, reason: "Ekspertiza".into() }).await.unwrap();
        let due = "select (due_date = '2027-01-20')::integer::bigint from case_file";
        assert_eq!(count(&offices, due).await, 1);
        assert_eq!(count(&offices, "select count(*) from extension").await, 2);

        make(&offices, &executor, case_id, Step::Begin).await.unwrap();
        let rejected = Step::Answer { outcome: CaseStatus::Rejected, text: "Rad".into(), papers: vec![] };
        let refused = make(&offices, &executor, case_id, rejected).await;
        assert!(matches!(refused, Err(NotDone::NoWay(..))), "an appeal is not rejected: {refused:?}");
        let script = vec![("a.pdf".to_owned(), b"<script>".to_vec())];
        let bad = Step::Answer { outcome: CaseStatus::Answered, text: "Bor".into(), papers: script };
        assert!(matches!(make(&offices, &executor, case_id, bad).await, Err(NotDone::Wrong(_))));
        make(&offices, &head, case_id, Step::NotConsider { reason: Reason::Anonymous }).await.unwrap();
        make(&offices, &head, case_id, Step::Close { file_number: "02-14".into() }).await.unwrap();
        assert_eq!(count(&offices, "select count(*) from answer").await, 0);
        assert_eq!(count(&offices, "select count(*) from journal where journal = 'chiquvchi'").await, 0);
    });
}

/// Signs in and returns the session's cookie.
pub(crate) async fn sign_in(router: &mut Router, office: &str, name: &str, pin: &str) -> Option<String> {
    let form = format!("office={office}&name={name}&pin={pin}");
    let request = Request::post("/sign-in").header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let (_, headers, _) = ask(router, request.body(Body::from(form)).expect("a request")).await;
    let cookie = headers.get(header::SET_COOKIE)?.to_str().ok()?;
    cookie.split(';').next().map(str::to_owned)
}

pub(crate) async fn page(router: &mut Router, cookie: &str, uri: &str) -> (StatusCode, String) {
    let request = Request::get(uri).header(header::COOKIE, cookie).body(Body::empty()).expect("a request");
    let (status, headers, body) = ask(router, request).await;
    assert!(headers.contains_key("content-security-policy") || status.is_redirection(), "{uri}");
    (status, String::from_utf8(body).expect("text"))
}

#[test]
fn pages_show_each_what_is_theirs() {
    let bench = Bench::start();
    run(async {
        let offices = bench.instance().await;
        let mut router = serve::router(&offices);
        let mut hall = Hall::enrol(&offices, "hub-01").await;
        for (id, role) in [("head", Role::Head), ("executor", Role::Executor), ("registrar", Role::Registrar)] {
            official(&offices, OFFICE, id, role).await;
        }
        let case_id = case(&offices, &mut hall, "A01").await;
        let packed = hall.file_as("M02", Uuid::now_v7(), "<b>Karimova</b>");
        hall.send(&offices, &packed).await.unwrap();

        assert_eq!(sign_in(&mut router, OFFICE, "registrar", "000000").await, None);
        let registrar = sign_in(&mut router, OFFICE, "registrar", "704618").await.unwrap();
        let (_, html) =
            page(&mut router, &registrar, "/journals/murojaat?q=%D2%92%D1%83%D0%BB%D0%BE%D0%BC%D0%BE%D0%B2").await;
        assert!(html.contains("M-1/26") && html.contains("Gʻulomov"), "found by its Cyrillic name: {html}");
        let (_, html) = page(&mut router, &registrar, "/journals/murojaat?q=Karimov").await;
        assert!(!html.contains("M-1/26"));
        let (_, html) = page(&mut router, &registrar, "/journals/kiruvchi").await;
        assert!(html.contains("&#60;b&#62;Karimova") && !html.contains("<b>Karimova"), "{html}");
        for lang in ["uz-Latn", "uz-Cyrl", "ru", "kaa", "en"] {
            for uri in ["/journals/chiquvchi", "/overview", "/region", &format!("/cases/{case_id}")] {
                let (status, html) = page(&mut router, &registrar, &format!("{uri}?lang={lang}")).await;
                assert_eq!(status, StatusCode::OK, "{uri}");
                assert!(html.contains(&format!("<html lang=\"{lang}\"")), "{uri}");
                assert!(!html.contains(">office.") && !html.contains(">console."), "a key without a sentence: {uri}");
            }
        }
        let (_, html) = page(&mut router, &registrar, &format!("/cases/{case_id}?lang=en")).await;
        assert!(html.contains("Text of the appeal") && html.contains("Koʻchamizda chiroq yoʻq"), "{html}");
        let head = sign_in(&mut router, OFFICE, "head", "704618").await.unwrap();
        let boundary = "navbat";
        let fields = [("version", "1"), ("text", "Ijroga"), ("responsible", "executor"), ("day", "2026-12-04")];
        let part = |(name, value): &(&str, &str)| {
            format!("--{boundary}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let form = fields.iter().map(part).collect::<String>() + &format!("--{boundary}--\r\n");
        let press = |origin: &str| {
            let uri = format!("/cases/{case_id}/steps/resolve");
            let kind = format!("multipart/form-data; boundary={boundary}");
            let request = Request::post(uri).header(header::COOKIE, &head).header(header::CONTENT_TYPE, kind);
            let request = request.header(header::HOST, "office").header(header::ORIGIN, origin);
            request.body(Body::from(form.clone())).unwrap()
        };
        assert_eq!(ask(&mut router, press("https://elsewhere")).await.0, StatusCode::FORBIDDEN);
        let (status, headers, _) = ask(&mut router, press("http://office")).await;
        assert_eq!(
            (status, headers[header::LOCATION].to_str().unwrap()),
            (StatusCode::SEE_OTHER, &*format!("/cases/{case_id}"))
        );
        let (_, headers, _) = ask(&mut router, press("http://office")).await;
        assert!(headers[header::LOCATION].to_str().unwrap().ends_with("?refused=changed"));

        let executor = sign_in(&mut router, OFFICE, "executor", "704618").await.unwrap();
        let (_, html) = page(&mut router, &executor, "/tasks").await;
        assert!(html.contains("M-1/26") && !html.contains("K-1/26"), "{html}");
        assert_eq!(page(&mut router, "khokimiyat_session=none", "/tasks").await.0, StatusCode::SEE_OTHER);
        let (status, _) = page(&mut router, &executor, &format!("/cases/{}", Uuid::now_v7())).await;
        assert_eq!(status, StatusCode::NOT_FOUND);
        assert!(count(&offices, "select count(*) from audit where what = 'see-case'").await >= 5);
        bench.set("2026-12-10T05:00:00Z");
        assert_eq!(page(&mut router, &executor, "/tasks").await.0, StatusCode::SEE_OTHER, "the session is over");
    });
}

#[test]
fn the_region_sees_sums_and_wrong_pins_lock() {
    let bench = Bench::start();
    run(async {
        let offices = bench.instance().await;
        let mut router = serve::router(&offices);
        let mut hall = Hall::enrol(&offices, "hub-01").await;
        let region = official(&offices, "1708", "head", Role::Head).await;
        case(&offices, &mut hall, "A01").await;
        let db = offices.store.connection().await.unwrap();
        db.execute("update case_file set due_date = '2026-01-01'", &[]).await.unwrap();
        drop(db);
        let cookie = sign_in(&mut router, &region.office, "head", "704618").await.unwrap();
        let (_, html) = page(&mut router, &cookie, "/region?lang=en").await;
        assert_eq!(html.matches("data-testid=\"sums\"").count(), 14);
        assert!(html.contains("Khokimiyat of Jizzakh City") && html.contains("num urgent\">1<"), "{html}");
        let (_, html) = page(&mut router, &cookie, "/journals/murojaat").await;
        assert!(!html.contains("M-1/26"), "a region reads no case of another office");

        for _ in 0..5 {
            assert_eq!(sign_in(&mut router, "1708", "head", "111111").await, None);
        }
        assert_eq!(sign_in(&mut router, "1708", "head", "704618").await, None, "locked");
        bench.set("2026-11-23T05:16:00Z");
        assert!(sign_in(&mut router, "1708", "head", "704618").await.is_some());
    });
}

#[test]
fn the_description_names_every_address() {
    let described: serde_json::Value = serde_json::from_str(http::OPENAPI).unwrap();
    let source = include_str!("../../src/http/mod.rs");
    let routed: Vec<&str> = source.split(".route(\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let described: Vec<&String> = described["paths"].as_object().unwrap().keys().collect();
    assert_eq!(routed.len(), described.len());
    assert!(routed.iter().all(|path| described.iter().any(|known| known == path)), "{routed:?}");
    let codes = include_str!("../../openapi.json");
    assert!(hhx::Code::ALL.iter().all(|code| codes.contains(&format!("\"{}\"", code.word()))));
}
