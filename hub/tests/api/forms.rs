//! The form of a service as a face draws it.

use crate::{
    hall::TestHall,
    office::{Folder, Office},
};
use ::forms::{Forms, ListItem};
use hub::config::Config;
use reqwest::{Method, header};
use std::{collections::BTreeSet, path::Path};
use wire::{
    applications::{FormLists, Listed},
    forms::{FieldKind, FieldSensitivity, ServiceForm},
    hall::Catalogue,
    kiosk::KioskHome,
};
use words::{Lang, Names};

const DEMO: &str = include_str!("../../demo/hall.toml");

#[tokio::test]
async fn a_form_says_what_is_asked_in_the_asked_language() {
    let hall = TestHall::open().await;
    let form: ServiceForm = hall.stranger().get("/api/v1/services/A01/form?lang=ru").await.read(200);
    let ids: Vec<&str> = form.fields.iter().map(|field| field.id.as_str()).collect();
    let wanted = ["full_name", "pinfl", "phone", "address", "appeal_text", "reply_channel", "attachments", "consent"];
    assert_eq!(ids, wanted);
    let pinfl = &form.fields[1];
    assert_eq!((pinfl.kind, pinfl.required, pinfl.sensitivity), (FieldKind::Pinfl, true, FieldSensitivity::Personal));
    assert_eq!(pinfl.hint.as_deref(), Some("14 цифр. Указан в паспорте или на ID-карте."));
    assert_eq!(form.fields[3].options.len(), 26, "25 cities and districts, and elsewhere");
    assert_eq!(form.fields[3].options[0].group.as_deref(), Some("Джизакская область"));
    assert_eq!(form.fields[5].options[0].name, "На бумаге");
    assert_eq!(form.fields[6].accept, ["application/pdf", "image/jpeg", "image/png"]);
    assert!(form.consent.text.contains("Хокимият"), "{}", form.consent.text);
    let own = ::forms::form("A01").unwrap();
    assert_eq!((form.consent.sha256, form.version), (own.consent.sha256(Lang::Ru), own.version.clone()));
}

#[tokio::test]
async fn every_service_has_a_form_in_every_language_and_is_asked_for_again_by_its_tag() {
    let hall = TestHall::open().await;
    let stranger = hall.stranger();
    let mut tags = BTreeSet::new();
    for form in ::forms::Forms::with(&::forms::Lists::new()).iter() {
        for lang in Lang::ALL {
            let path = format!("/api/v1/services/{}/form?lang={lang}", form.service);
            let first = stranger.request(Method::GET, &path).send().await.unwrap();
            assert_eq!(first.status(), 200, "{path}");
            let tag = first.headers()[header::ETAG].clone();
            let again = stranger.request(Method::GET, &path).header(header::IF_NONE_MATCH, &tag).send().await.unwrap();
            assert_eq!(again.status(), 304, "{path}");
            assert!(again.bytes().await.unwrap().is_empty());
            assert!(tags.insert(tag), "{path} has a tag of its own");
        }
    }
    assert_eq!(tags.len(), 150);
}

#[tokio::test]
async fn a_service_that_the_hall_does_not_give_has_no_form() {
    let hall = TestHall::open().await;
    hall.stranger().get("/api/v1/services/Z99/form").await.problem(404, "no-such-service");
    hall.stranger().get("/api/v1/services/~/form").await.problem(400, "bad-path");
}

#[tokio::test]
async fn a_halls_mahallas_are_chosen_from() {
    let names =
        ["uz-Latn", "uz-Cyrl", "ru", "kaa", "en"].map(|lang| format!("{lang} = \"Doʻstlik {lang}\"")).join(", ");
    let text = format!(
        "{DEMO}\n[applications]\nenabled = true\n\n[[applications.lists.mahallas]]\nid = \"dostlik\"\nnames = {{ {names} }}\n"
    );
    let hall = TestHall::open_with(Config::parse(&text, Path::new("hall.toml")).unwrap()).await;
    let form: ServiceForm = hall.stranger().get("/api/v1/services/M06/form?lang=en").await.read(200);
    let mahalla = form.fields.iter().find(|field| field.id == "mahalla").unwrap();
    assert_eq!((mahalla.kind, mahalla.options[0].name.as_str()), (FieldKind::Select, "Doʻstlik en"));
    let plain = TestHall::open().await;
    let form: ServiceForm = plain.stranger().get("/api/v1/services/M06/form?lang=en").await.read(200);
    assert_eq!(form.fields.iter().find(|field| field.id == "mahalla").unwrap().kind, FieldKind::Text);
}

const MAHALLAS: &str = r#"
[applications]
enabled = true
collect = "A08"

[[applications.lists.mahallas]]
id = "dostlik"
names = { uz-Latn = "Doʻstlik", uz-Cyrl = "Дўстлик", ru = "Дустлик", kaa = "Doslıq", en = "Dustlik" }
"#;

#[tokio::test]
async fn a_kiosk_learns_what_it_may_take_and_comes_to_the_same_forms() {
    let (office, folder) = (Office::new(), Folder::new());
    let demo = include_str!("../../demo/hall.toml").replace(r#"["K", "E"]"#, r#"["K", "E", "A08"]"#);
    let config = office.config_of(&folder, "http://127.0.0.1:9", &format!("{demo}{MAHALLAS}"));
    let hall = TestHall::open_with(config).await;
    let kiosk = hall.kiosk();
    let home: KioskHome = kiosk.get("/api/v1/kiosk").await.read(200);
    assert_eq!(home.collect.as_deref(), Some("A08"));
    let taken = home.applications.unwrap();
    assert_eq!((taken.forms.len(), taken.forms.contains_key("A08")), (30, false), "a result is not applied for");

    let lists: FormLists = kiosk.get("/api/v1/applications/lists").await.read(200);
    let item = |listed: &Listed| ListItem {
        id: listed.id.clone(),
        names: Names::of(|lang| listed.names.of(lang.tag()).to_owned()),
    };
    let lists = lists.lists.iter().map(|(name, items)| (name.clone(), items.iter().map(item).collect())).collect();
    let own = Forms::with(&lists);
    for (service, version) in &taken.forms {
        assert_eq!(own.get(service).unwrap().version, *version, "{service}");
    }
    assert_ne!(own.get("A04").unwrap().version, ::forms::form("A04").unwrap().version, "the hall has mahallas");

    let catalogue: Catalogue = kiosk.get("/api/v1/catalogue?lang=en").await.read(200);
    let services = &catalogue.categories[0].services;
    let collect = services.iter().find(|service| service.code == "A08").unwrap();
    assert_eq!((collect.name.as_str(), collect.term, collect.fee_soum), ("Collecting a result", None, Some(0)));
}

#[tokio::test]
async fn a_kiosk_of_a_hall_that_takes_none_is_told_nothing() {
    let hall = TestHall::open().await;
    let home: KioskHome = hall.kiosk().get("/api/v1/kiosk").await.read(200);
    assert_eq!((home.applications, home.collect), (None, None));
}
