//! The loop of the line: documents before statistics, the inbox beside them, pauses that grow and differ by chance.

use super::{
    Exchange, moment,
    office::{self, Asked, Inbox, Office},
    spool,
};
use crate::{config::Way, journal::Clock};
use applications::{Answer, Due, Lesson, NotTaken, Parcel, StoreError, Taking, pause_ms};
use hhx::line::Stream;
use std::{path::Path, time::Duration};

/// How often a spool folder is looked into.
const SPOOL_EVERY: Duration = Duration::from_secs(10);
/// After a halt, or when the file failed: somebody has to look, and may have looked.
const HALTED_PAUSE: Duration = Duration::from_secs(15 * 60);

/// Hands over and fetches, for ever.
pub(crate) async fn run(exchange: Exchange, clock: Clock) {
    match exchange.0.entry.way.clone() {
        Way::Http { url, token } => match Office::new(&url, &token) {
            Ok(office) => {
                tokio::join!(send(&exchange, &office, &clock), fetch(&exchange, &office, &clock));
            }
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "the office cannot be asked");
            }
        },
        Way::Spool(folder) => carry(&exchange, &folder, &clock).await,
    }
}

/// One parcel after another; nothing waits, or the line is down: then a pause.
async fn send(exchange: &Exchange, office: &Office, clock: &Clock) {
    let mut failures = 0;
    loop {
        let Some(parcel) = next(exchange).await else {
            exchange.0.filed.notified().await;
            continue;
        };
        let answer = office.send(&parcel).await;
        let passing = office::is_passing(&answer);
        let due = remember(exchange, clock, parcel, answer).await;
        exchange.stand(|standing| standing.halted = if let Due::Halted(halt) = due { Some(halt) } else { None });
        match due {
            Due::Next => failures = 0,
            Due::Later => {
                failures += 1;
                if failures == 1 || !passing {
                    tracing::warn!(failures, "the office did not take a consignment; it is sent again");
                }
                let pause = Duration::from_millis(pause_ms(failures, chance()));
                // A new application does not hurry a line that is down.
                tokio::time::sleep(pause).await;
            }
            Due::Halted(halt) => {
                tracing::error!(?halt, "nothing is sent to the office: {halt:?}; a person has to decide");
                tokio::time::sleep(HALTED_PAUSE).await;
            }
        }
    }
}

/// Documents go before statistics.
async fn next(exchange: &Exchange) -> Option<Parcel> {
    let applications = exchange.0.applications.clone();
    let found = tokio::task::spawn_blocking(move || {
        let documents = applications.next_parcel(Stream::Documents)?;
        if documents.is_some() { Ok(documents) } else { applications.next_parcel(Stream::Statistics) }
    });
    match found.await {
        Ok(Ok(parcel)) => parcel,
        Ok(Err(error)) => {
            tracing::error!(error = &error as &dyn std::error::Error, "what waits for the office cannot be read");
            tokio::time::sleep(HALTED_PAUSE).await;
            None
        }
        Err(_) => None,
    }
}

async fn remember(exchange: &Exchange, clock: &Clock, parcel: Parcel, answer: Answer) -> Due {
    let (applications, now) = (exchange.0.applications.clone(), moment(clock()));
    if !matches!(answer, Answer::Silence) {
        exchange.stand(|standing| standing.heard = Some(now));
    }
    let answered = tokio::task::spawn_blocking(move || applications.answered(&parcel, &answer, now)).await;
    match answered {
        Ok(Ok(due)) => due,
        Ok(Err(error)) => {
            tracing::error!(error = &error as &dyn std::error::Error, "the office's answer cannot be kept");
            Due::Later
        }
        Err(_) => Due::Later,
    }
}

/// Asks the inbox; the office holds the question while there is nothing.
async fn fetch(exchange: &Exchange, office: &Office, clock: &Clock) {
    learn(exchange, office).await;
    let (mut failures, mut after) = (0, cursor(exchange).await);
    loop {
        let Some(inbox) = office.inbox(after, office::INBOX_WAIT_S).await else {
            failures += 1;
            tokio::time::sleep(Duration::from_millis(pause_ms(failures, chance()))).await;
            continue;
        };
        failures = 0;
        exchange.stand(|standing| standing.heard = Some(moment(clock())));
        compare(exchange, &inbox).await;
        if inbox.last.is_some_and(|last| last < after) {
            // The office was restored and counts anew: everything is asked for again, and known again.
            after = 0;
            continue;
        }
        for waiting in &inbox.consignments {
            let id = waiting.consignment_id;
            let kept = match waiting.container() {
                Some(container) => take(exchange, clock, (waiting.cursor, container)).await,
                None => Kept::Unreadable,
            };
            match kept {
                Kept::Yes | Kept::Unreadable => {
                    if kept == Kept::Unreadable {
                        tracing::error!(%id, "consignment {id} of the office's inbox cannot be read");
                    }
                    after = after.max(waiting.cursor);
                    office.acknowledge(id).await;
                }
                Kept::NotNow => {
                    tokio::time::sleep(HALTED_PAUSE).await;
                    break;
                }
            }
        }
    }
}

/// Asks, once in each life of the hub, what the office has of this hall: a hub that was restored does not know all of it.
async fn learn(exchange: &Exchange, office: &Office) {
    let mut failures = 0;
    while let Ok(Lesson::Next(after)) = exchange.0.applications.lesson() {
        match office.cases(after.as_deref()).await {
            Some(Asked::Page(page)) => {
                failures = 0;
                let applications = exchange.0.applications.clone();
                match tokio::task::spawn_blocking(move || applications.learn(&page)).await {
                    Ok(Ok(learned)) if learned.new > 0 => {
                        tracing::info!(new = learned.new, "{} cases of an earlier life are known again", learned.new);
                    }
                    Ok(Ok(_)) => {}
                    Ok(Err(error)) => {
                        tracing::error!(error = &error as &dyn std::error::Error, "the office's cases cannot be kept");
                        return;
                    }
                    Err(_) => return,
                }
            }
            Some(Asked::NotKnown) => {
                tracing::warn!("the office does not tell the cases of an earlier life of this hub");
                return;
            }
            None => {
                failures += 1;
                tokio::time::sleep(Duration::from_millis(pause_ms(failures, chance()))).await;
            }
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kept {
    Yes,
    Unreadable,
    NotNow,
}

async fn take(exchange: &Exchange, clock: &Clock, (cursor, container): (u64, Vec<u8>)) -> Kept {
    let (applications, now) = (exchange.0.applications.clone(), moment(clock()));
    match tokio::task::spawn_blocking(move || applications.take((cursor, &container), now)).await {
        Ok(Ok(Taking::Taken | Taking::Again | Taking::Stray)) => Kept::Yes,
        Ok(Err(NotTaken::Container(error))) => {
            tracing::error!(error = &error as &dyn std::error::Error, "something of the office's inbox is not taken");
            Kept::Unreadable
        }
        Ok(Err(NotTaken::Store(error))) => {
            tracing::error!(error = &error as &dyn std::error::Error, "what the office wrote cannot be kept");
            Kept::NotNow
        }
        Err(_) => Kept::NotNow,
    }
}

/// An office that has less than we believe is sent the rest; one that has more has it from another hub.
async fn compare(exchange: &Exchange, inbox: &Inbox) {
    let Some(marks) = inbox.marks else { return };
    let applications = exchange.0.applications.clone();
    let compared = tokio::task::spawn_blocking(move || {
        Ok::<_, StoreError>([
            applications.compare(Stream::Documents, marks.documents)?,
            applications.compare(Stream::Statistics, marks.statistics)?,
        ])
    });
    match compared.await {
        Ok(Ok(dues)) => {
            let halt = dues.into_iter().find_map(|due| if let Due::Halted(halt) = due { Some(halt) } else { None });
            if let Some(halt) = halt {
                exchange.stand(|standing| standing.halted = Some(halt));
            }
        }
        Ok(Err(error)) => {
            tracing::error!(error = &error as &dyn std::error::Error, "the office's mark cannot be compared");
        }
        Err(_) => {}
    }
    exchange.filed();
}

async fn cursor(exchange: &Exchange) -> u64 {
    let applications = exchange.0.applications.clone();
    let cursor = tokio::task::spawn_blocking(move || applications.inbox_cursor()).await;
    cursor.ok().and_then(Result::ok).unwrap_or(0)
}

/// Puts out what waits, takes in what came: the head of the line each time, so that places stay in order.
async fn carry(exchange: &Exchange, folder: &Path, clock: &Clock) {
    loop {
        if let Err(error) = carry_once(exchange, folder, clock).await {
            tracing::error!(error = &error as &dyn std::error::Error, "the spool folder cannot be used");
        }
        tokio::time::sleep(SPOOL_EVERY).await;
    }
}

async fn carry_once(exchange: &Exchange, folder: &Path, clock: &Clock) -> std::io::Result<()> {
    let waiting = exchange.0.applications.clone();
    let parcels = tokio::task::spawn_blocking(move || waiting.waiting_parcels()).await;
    for parcel in parcels.map_err(std::io::Error::other)?.map_err(std::io::Error::other)? {
        spool::put(folder, &parcel)?;
        let Some(answer) = spool::answer(folder, parcel.id)? else { continue };
        let id = parcel.id;
        if remember(exchange, clock, parcel, answer).await == Due::Next {
            spool::done(folder, id)?;
        }
    }
    for (path, container) in spool::came(folder)? {
        match take(exchange, clock, (0, container)).await {
            Kept::Yes => spool::kept(folder, &path)?,
            Kept::Unreadable => spool::set_aside(folder, &path)?,
            Kept::NotNow => {}
        }
    }
    Ok(())
}

fn chance() -> u64 {
    getrandom::u64().unwrap_or(0)
}
