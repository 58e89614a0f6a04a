//! Whether an implementation of HHX 1.0 keeps the protocol, asked from outside as a hall asks.
//!
//! It needs an address, a hall that is enrolled there, and that hall's key; it begins a new life of the hall's hub, sends what
//! a hall may and may not send, all of it marked as a rehearsal, and reads what is answered. One line for each rule, with its
//! paragraph of `PROTOCOL.md`. Deliberately absent: anything that looks into the office; whatever keeps the rules passes.

mod hall;
mod line;
mod reading;
mod refusing;
mod taking;
mod wire;

use hall::{Hall, Made};
use hhx::{
    Envelope,
    container::{self, Limits},
    envelope::SignatureMode,
    line::Mark,
    receipt::Delivered,
    seal::Recipient,
    sign::Signer,
};
use std::{fmt, future::Future, pin::Pin, time::Duration};
use uuid::Uuid;
use wire::Wire;

/// How often the inbox is asked for something that should be there.
const ASKED_MAX: u32 = 8;

/// What is checked.
pub struct Target {
    /// The implementation's address.
    pub url: String,
    /// The office's code there.
    pub office: String,
    /// The hall's hub there.
    pub hub: String,
    /// What the hall shows.
    pub token: String,
    /// What the hall signs with, PEM.
    pub key: String,
    /// Its certificate, PEM.
    pub certificate: String,
    /// An address of the same implementation that cannot take anything now.
    pub busy: Option<String>,
    /// A case of this hall that was answered.
    pub answered: Option<Uuid>,
}

/// What became of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It is kept.
    Kept,
    /// It is broken, so.
    Broken(String),
    /// It was not asked, for want of this.
    NotAsked(&'static str),
}

/// One rule's line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Of `PROTOCOL.md`.
    pub paragraph: &'static str,
    /// What is asked for.
    pub rule: &'static str,
    /// What became of it.
    pub verdict: Verdict,
}

/// How many rules are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// Kept.
    pub passed: usize,
    /// Broken.
    pub failed: usize,
    /// Not asked.
    pub left: usize,
}

impl Tally {
    /// Of all findings.
    pub fn of(findings: &[Finding]) -> Tally {
        let count = |is: fn(&Verdict) -> bool| findings.iter().filter(|finding| is(&finding.verdict)).count();
        Tally {
            passed: count(|verdict| *verdict == Verdict::Kept),
            failed: count(|verdict| matches!(verdict, Verdict::Broken(_))),
            left: count(|verdict| matches!(verdict, Verdict::NotAsked(_))),
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.left > 0 {
            writeln!(f, "{} not asked", self.left)?;
        }
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Finding { paragraph, rule, verdict } = self;
        match verdict {
            Verdict::Kept => write!(f, "{paragraph:<4} kept       {rule}"),
            Verdict::Broken(how) => write!(f, "{paragraph:<4} BROKEN     {rule}: {how}"),
            Verdict::NotAsked(lacks) => write!(f, "{paragraph:<4} not asked  {rule}: needs {lacks}"),
        }
    }
}

/// Why nothing could be checked.
#[derive(Debug, thiserror::Error)]
pub enum NotChecked {
    /// The hall's key or certificate.
    #[error("the hall's key and certificate are not a pair in PEM")]
    Signer(#[from] hhx::sign::SignatureError),
    /// The address.
    #[error("the address cannot be asked")]
    Client(#[from] reqwest::Error),
    /// Without keys and a mark nothing can be sent.
    #[error("the office does not say what a hall must know first: {0}")]
    Silent(String),
}

/// Why a rule is not kept, or not asked.
enum Fault {
    Broken(String),
    NotAsked(&'static str),
}

type Outcome = Result<(), Fault>;
type Check = for<'a> fn(&'a mut Visit) -> Pin<Box<dyn Future<Output = Outcome> + Send + 'a>>;

const CHECKS: &[(&str, &str, Check)] = &[
    ("8.1", "the keys are signed by the office, and named by their hash", |visit| Box::pin(reading::keys(visit))),
    ("4.1", "without a token nobody hands over or reads", |visit| Box::pin(refusing::token(visit))),
    ("4.2", "R1 names bytes and mark and is signed", |visit| Box::pin(taking::receipt(visit))),
    ("4.3", "the same again gets the first receipt", |visit| Box::pin(taking::again(visit))),
    ("4.4", "the same twice at one time is taken once", |visit| Box::pin(taking::together(visit))),
    ("5.1", "R2 is in the inbox, signed, with number and date", |visit| Box::pin(taking::registered(visit))),
    ("5.4", "the same case under another consignment is registered once", |visit| Box::pin(taking::same_case(visit))),
    ("1.6", "a body with attachments is taken", |visit| Box::pin(taking::attachments(visit))),
    ("2.3", "unknown keys are kept in what is chained", |visit| Box::pin(taking::unknown_keys(visit))),
    ("2.2", "a later minor version is taken", |visit| Box::pin(taking::minor_version(visit))),
    ("2.2", "another major version is refused", |visit| Box::pin(refusing::major_version(visit))),
    ("2.1", "an envelope that is not canonical is refused", |visit| Box::pin(refusing::not_canonical(visit))),
    ("2.4", "an envelope of another hub is refused", |visit| Box::pin(refusing::other_hub(visit))),
    ("1.2", "an envelope beyond the limit is refused", |visit| Box::pin(refusing::too_long(visit))),
    ("4.5", "what is no container is nobody's", |visit| Box::pin(refusing::no_container(visit))),
    ("4.5", "half a container is nobody's", |visit| Box::pin(refusing::half(visit))),
    ("3.2", "a hole is a GAP with the mark, and the line goes on from it", |visit| Box::pin(line::gap(visit))),
    ("3.3", "another one at a taken place is a FORK", |visit| Box::pin(line::taken_place(visit))),
    ("3.3", "a chain that does not go on is a FORK", |visit| Box::pin(line::wrong_chain(visit))),
    ("3.4", "a life that is over is FENCED", |visit| Box::pin(line::fenced(visit))),
    ("3.5", "a new life sends again, and nothing is done twice", |visit| Box::pin(line::new_life(visit))),
    ("3.6", "statistics have a line of their own", |visit| Box::pin(line::statistics(visit))),
    ("1.3", "an entry that was changed is refused, and the line goes on", |visit| Box::pin(refusing::changed(visit))),
    ("1.4", "a stranger's signature is refused, and the line goes on", |visit| Box::pin(refusing::stranger(visit))),
    ("1.5", "an entry that nobody names is refused, and the line goes on", |visit| Box::pin(refusing::extra(visit))),
    ("5.2", "an unknown service is refused, and the line goes on", |visit| Box::pin(refusing::service(visit))),
    ("5.3", "a case that is taken back is told so", |visit| Box::pin(reading::recalled(visit))),
    ("6.1", "the inbox goes on after its cursor", |visit| Box::pin(reading::cursor(visit))),
    ("6.2", "an acknowledgement is noted, once and twice", |visit| Box::pin(reading::acknowledged(visit))),
    ("7.1", "a case says where it stands, and only to its hall", |visit| Box::pin(reading::case(visit))),
    ("7.2", "the list of cases has it, with its steps", |visit| Box::pin(reading::list(visit))),
    ("7.3", "an answer is sealed to the key that is shown", |visit| Box::pin(reading::answer(visit))),
    ("4.6", "BUSY says when to come again", |visit| Box::pin(refusing::busy(visit))),
];

/// Every rule with its paragraph, in the order they are asked.
pub fn rules() -> impl Iterator<Item = (&'static str, &'static str)> {
    CHECKS.iter().map(|(paragraph, rule, _)| (*paragraph, *rule))
}

/// Asks every rule; each is told as soon as it is known.
pub async fn run(target: Target, mut tell: impl FnMut(&Finding)) -> Result<Vec<Finding>, NotChecked> {
    let mut visit = Visit::begin(target).await?;
    let mut findings = vec![];
    for (paragraph, rule, check) in CHECKS {
        let verdict = match check(&mut visit).await {
            Ok(()) => Verdict::Kept,
            Err(Fault::Broken(how)) => Verdict::Broken(how),
            Err(Fault::NotAsked(lacks)) => Verdict::NotAsked(lacks),
        };
        // Whatever a rule left behind, the next one begins where the office says it is.
        drop(visit.find_place().await);
        let finding = Finding { paragraph, rule, verdict };
        tell(&finding);
        findings.push(finding);
    }
    Ok(findings)
}

/// A rule that must hold.
fn holds(is: bool, broken: impl Into<String>) -> Outcome {
    if is { Ok(()) } else { Err(Fault::Broken(broken.into())) }
}

/// A hall on its visit.
struct Visit {
    target: Target,
    wire: Wire,
    hall: Hall,
    /// What the office signs with.
    trusted: Vec<x509_cert::Certificate>,
    /// What the inbox had before.
    cursor: i64,
    /// The first consignment that was taken, with its receipt.
    first: Option<(Made, Delivered)>,
}

impl Visit {
    async fn begin(target: Target) -> Result<Visit, NotChecked> {
        let wire = Wire::new(&target.url, &target.token)?;
        let silent = NotChecked::Silent;
        let keys = wire.get("/v1/keys").await.map_err(silent)?;
        let recipients: Vec<Recipient> = serde_json::from_value(keys.json["keys"].clone())
            .map_err(|error| NotChecked::Silent(format!("/v1/keys: {error}")))?;
        let to = recipients.into_iter().next().ok_or(NotChecked::Silent("/v1/keys has none".to_owned()))?;
        let trusted = hhx::sign::certificates(keys.json["certificate"].as_str().unwrap_or_default())?;
        let inbox = wire.get("/v1/inbox?after=0&wait=0").await.map_err(silent)?;
        let mark: Mark = serde_json::from_value(inbox.json["marks"]["documents"].clone())
            .map_err(|error| NotChecked::Silent(format!("/v1/inbox: {error}")))?;
        let cursor = inbox.json["last"].as_i64().unwrap_or(0);
        let signer = Signer::from_pem(&target.key, &target.certificate, SignatureMode::Dev)?;
        let mut hall = Hall::new((&target.office, &target.hub), signer, to);
        // Later than any life that was; never the first, so that there is one before it.
        hall.begin_life(mark.epoch.saturating_add(1).max(2));
        Ok(Visit { target, wire, hall, trusted, cursor, first: None })
    }

    /// Goes to where the office says the present life is, if that is this one.
    async fn find_place(&mut self) -> Outcome {
        let mark = self.mark("documents").await?;
        if mark.epoch == self.hall.epoch {
            (self.hall.seq, self.hall.chain) = (mark.high_water, mark.chain);
        }
        Ok(())
    }

    async fn mark(&self, stream: &str) -> Result<Mark, Fault> {
        let inbox = self.wire.get(&format!("/v1/inbox?after={}&wait=0", i64::MAX)).await?;
        serde_json::from_value(inbox.json["marks"][stream].clone())
            .map_err(|error| Fault::Broken(format!("the inbox has no mark of {stream}: {error}")))
    }

    /// Sends the next consignment, which must be taken, and goes on.
    async fn takes(&mut self, made: &Made) -> Result<Delivered, Fault> {
        let said = self.wire.post(&made.bytes).await?;
        holds(said.status == 201, format!("a good consignment is answered with {}", said.shown()))?;
        self.hall.went(made);
        said.read()
    }

    /// What the inbox has for a consignment, asked until it is there.
    async fn reply(&self, made: &Made) -> Result<Envelope, Fault> {
        let is_it = |envelope: &Envelope| envelope.in_reply_to == Some(made.envelope.consignment_id);
        self.told(is_it).await?.ok_or_else(|| Fault::Broken("the inbox has no answer to it".to_owned()))
    }

    /// The first envelope of the inbox that is looked for; every one is signed by the office.
    async fn told(&self, is_it: impl Fn(&Envelope) -> bool) -> Result<Option<Envelope>, Fault> {
        for _ in 0..ASKED_MAX {
            for (_, envelope) in self.inbox(self.cursor).await? {
                if is_it(&envelope) {
                    return Ok(Some(envelope));
                }
            }
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
        Ok(None)
    }

    /// Everything after a cursor.
    async fn inbox(&self, mut after: i64) -> Result<Vec<(i64, Envelope)>, Fault> {
        let mut all = vec![];
        loop {
            let page = self.wire.inbox(after).await?;
            let Some(last) = page.last().map(|(cursor, _)| *cursor) else { return Ok(all) };
            holds(last > after, "the cursors of the inbox do not grow")?;
            after = last;
            for (cursor, bytes) in page {
                let opened = container::open(&bytes, &Limits::USUAL, &self.trusted)
                    .map_err(|error| Fault::Broken(format!("a container of the inbox does not hold: {error}")))?;
                all.push((cursor, opened.envelope));
            }
        }
    }
}

impl From<String> for Fault {
    fn from(broken: String) -> Fault {
        Fault::Broken(broken)
    }
}
