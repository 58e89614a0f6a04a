//! What a kiosk asks about applications: a place, sealed pieces, the filing, what became of one.

use crate::{
    applications::{
        ApplicationFiled, ApplicationSeen, ApplicationSlot, AskApplication, FileApplication, FormLists,
        ReserveApplication,
    },
    client::{HubClient, NoAnswer},
};
use reqwest::Method;
use std::time::Duration;
use uuid::Uuid;

/// A piece of 10 MiB over a slow wireless line.
const PIECE_WITHIN: Duration = Duration::from_secs(60);

impl HubClient {
    /// What the hall's forms choose from.
    pub async fn form_lists(&self) -> Result<FormLists, NoAnswer> {
        self.send(self.request(Method::GET, &["applications", "lists"])).await
    }

    /// A place for an application; the same again is the same place.
    pub async fn reserve_application(&self, asked: &ReserveApplication) -> Result<ApplicationSlot, NoAnswer> {
        self.send(self.request(Method::POST, &["applications", "slots"]).json(asked)).await
    }

    /// Puts a sealed piece; again replaces it.
    pub async fn put_piece(&self, case_id: Uuid, nth: u32, closed: Vec<u8>) -> Result<(), NoAnswer> {
        let path = ["applications", &case_id.to_string(), "pieces", &nth.to_string()];
        let request = self.request(Method::PUT, &path).header("content-type", "application/octet-stream");
        self.tell(request.timeout(PIECE_WITHIN).body(closed)).await
    }

    /// Makes it an application; the same again is answered as the first time.
    pub async fn file_application(&self, filing: &FileApplication) -> Result<ApplicationFiled, NoAnswer> {
        let language = filing.language.clone();
        self.send(self.request(Method::POST, &["applications"]).header("accept-language", language).json(filing)).await
    }

    /// What became of one; a refusal is said in this language.
    pub async fn ask_application(&self, asked: &AskApplication, language: &str) -> Result<ApplicationSeen, NoAnswer> {
        let request = self.request(Method::POST, &["applications", "ask"]).header("accept-language", language);
        self.send(request.json(asked)).await
    }

    /// The address where a phone asks what became of an application, for its QR code.
    pub fn application_page(&self, number: &str) -> String {
        self.address(&["a", number]).into()
    }
}
