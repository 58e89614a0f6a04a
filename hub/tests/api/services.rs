//! What a kiosk learns about services: facts to keep, and how they stand now.

use crate::hall::{MORNING, TestHall};
use hub::config::Config;
use queue::time::Span;
use serde_json::json;
use std::path::Path;
use uuid::Uuid;
use wire::{
    hall::Catalogue,
    kiosk::KioskHome,
    services::{DayUnit, HallNow, Service, ServiceNow, ServiceState, Term},
};

const DEMO: &str = include_str!("../../demo/hall.toml");

fn service(catalogue: &Catalogue, code: &str) -> Service {
    let mut all = catalogue.categories.iter().flat_map(|category| &category.services);
    all.find(|service| service.code == code).unwrap().clone()
}

fn of(now: &HallNow, code: &str) -> ServiceNow {
    now.services.iter().find(|service| service.service == code).unwrap().clone()
}

#[tokio::test]
async fn a_service_says_what_to_bring_what_it_costs_how_long_it_takes_and_who_answers() {
    let hall = TestHall::open().await;
    let catalogue: Catalogue = hall.stranger().get("/api/v1/catalogue?lang=en").await.read(200);
    let passport = service(&catalogue, "M02");
    let documents: Vec<&str> = passport.documents.iter().map(|document| document.name.as_str()).collect();
    assert_eq!(documents[0], "Passport or ID card");
    assert_eq!(documents.len(), 3);
    // 0.89 of 412,000 soʻm.
    assert_eq!(passport.fee_soum, Some(366_680));
    assert_eq!(passport.term, Some(Term { days: 10, unit: DayUnit::Working }));
    assert_eq!(passport.provider.unwrap().name, "Internal affairs department");
    let free = service(&catalogue, "A01");
    assert_eq!((free.fee_soum, free.term), (Some(0), Some(Term { days: 15, unit: DayUnit::Calendar })));
    let russian: Catalogue = hall.stranger().get("/api/v1/catalogue?lang=ru").await.read(200);
    assert_eq!(service(&russian, "M03").provider.unwrap().name, "Отдел ЗАГС");
}

#[tokio::test]
async fn every_service_has_its_facts_in_every_language() {
    let hall = TestHall::open().await;
    for lang in words::Lang::ALL {
        let catalogue: Catalogue = hall.stranger().get(&format!("/api/v1/catalogue?lang={lang}")).await.read(200);
        for service in catalogue.categories.iter().flat_map(|category| &category.services) {
            let provider = service.provider.as_ref().unwrap();
            assert_ne!(provider.name, provider.code, "{} has no provider in {lang}", service.code);
            assert!(service.fee_soum.is_some() && service.term.is_some(), "{}", service.code);
            assert!(service.documents.iter().all(|document| !document.name.is_empty()), "{}", service.code);
        }
    }
}

#[tokio::test]
async fn without_a_base_amount_only_what_is_free_has_a_fee() {
    let text = DEMO.replace("[[bhm]]", "[[unknown]]");
    assert!(Config::parse(&text, Path::new("hall.toml")).is_err(), "unknown tables are refused");
    let without: String =
        DEMO.split("[[bhm]]").take(1).chain(["[kiosks]"]).chain(DEMO.split("[kiosks]").skip(1)).collect();
    let hall = TestHall::open_with(Config::parse(&without, Path::new("hall.toml")).unwrap()).await;
    let catalogue: Catalogue = hall.stranger().get("/api/v1/catalogue").await.read(200);
    assert_eq!(service(&catalogue, "M02").fee_soum, None);
    assert_eq!(service(&catalogue, "A01").fee_soum, Some(0));
}

#[tokio::test]
async fn services_say_now_where_there_is_no_ticket_and_where_people_wait() {
    let text = format!("{DEMO}\n[[service]]\ncode = \"A02\"\ncap = 1\n");
    let hall = TestHall::open_with(Config::parse(&text, Path::new("hall.toml")).unwrap()).await;
    let (kiosk, manager, stranger) = (hall.kiosk(), hall.manager().await, hall.stranger());
    let now: HallNow = stranger.get("/api/v1/services").await.read(200);
    assert_eq!((now.waiting, now.counters_open, now.services.len()), (0, 0, 30));
    assert_eq!(of(&now, "A01").state, ServiceState::NobodyServes);
    hall.clerk_at("Dilnoza", "1").await;
    kiosk.takes("A01").await;
    kiosk.takes("A02").await;
    kiosk.takes("K01").await;
    let body = json!({"command_id": Uuid::now_v7(), "reason": "no-forms"});
    manager.post("/api/v1/services/A03/suspend", body).await.is(204);
    let now: HallNow = stranger.get("/api/v1/services").await.read(200);
    assert_eq!((now.waiting, now.counters_open), (3, 1));
    let waiting: Vec<(&str, u32)> = now.categories.iter().map(|c| (c.code.as_str(), c.waiting)).collect();
    assert_eq!(waiting, [("A", 2), ("K", 1), ("M", 0), ("O", 0), ("T", 0), ("E", 0)]);
    assert_eq!((of(&now, "A01").state, of(&now, "A01").waiting), (ServiceState::Open, 1));
    assert_eq!(of(&now, "A02").state, ServiceState::Full);
    assert_eq!((of(&now, "A03").state, of(&now, "A03").why.as_deref()), (ServiceState::Suspended, Some("no-forms")));
    assert_eq!(of(&now, "K01").state, ServiceState::NobodyServes);
}

#[tokio::test]
async fn a_closed_service_says_when_it_opens() {
    let week = "[hall.hours]\nfriday = [\"09:00-13:00\", \"14:00-18:00\"]\nmonday = [\"09:00-13:00\"]\n\n[policy]";
    let text = DEMO.replacen("hours = \"always\"\n", "", 1).replacen("[policy]", week, 1);
    let hall = TestHall::open_with(Config::parse(&text, Path::new("hall.toml")).unwrap()).await;
    hall.later(Span::minutes(200));
    let now: HallNow = hall.stranger().get("/api/v1/services").await.read(200);
    assert_eq!(of(&now, "A01").state, ServiceState::Closed);
    assert_eq!(of(&now, "A01").opens.as_deref(), Some("2026-03-20T09:00:00Z"), "after lunch");
    hall.later(Span::minutes(6 * 60));
    let now: HallNow = hall.stranger().get("/api/v1/services").await.read(200);
    assert_eq!(of(&now, "A01").opens.as_deref(), Some("2026-03-23T04:00:00Z"), "on Monday");
}

#[tokio::test]
async fn a_kiosk_hears_of_the_hall_with_its_home() {
    let text = DEMO.replace(
        "purposes = [\"ticket\"]",
        "purposes = [\"ticket\", \"announcements\"]\npublic_address = \"http://10.0.0.2:8480/\"",
    );
    let hall = TestHall::open_with(Config::parse(&text, Path::new("hall.toml")).unwrap()).await;
    let kiosk = hall.kiosk();
    kiosk.takes("A01").await;
    let home: KioskHome = kiosk.get("/api/v1/kiosk").await.read(200);
    assert_eq!(home.now.as_ref().unwrap().waiting, 1);
    assert_eq!(home.now.unwrap(), hall.stranger().get("/api/v1/services").await.read(200));
    assert_eq!(home.purposes, ["ticket", "announcements"]);
    assert_eq!(home.public_address.as_deref(), Some("http://10.0.0.2:8480"));
    assert!(hall.now() == MORNING, "no time has passed: the figures are of this moment");
}
