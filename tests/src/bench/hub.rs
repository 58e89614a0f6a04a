//! The hub over HTTP keep-alive: the same tickets as [`super::sqlite`], reserved and printed, each acknowledged.

use crate::{figures::percentile, hall::Hall, keepalive::Connection, load};
use anyhow::{Context, Result};
use serde_json::json;
use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};
use uuid::Uuid;

/// The median of one write over one connection, in seconds.
pub(super) fn request_p50(hall: &Hall, issues: usize) -> Result<f64> {
    let spans = drive(hall, issues, 1)?;
    Ok(percentile(spans, 50))
}

/// Issues per second over so many connections.
pub(super) fn issues(hall: &Hall, issues: usize, connections: usize) -> Result<f64> {
    let began = Instant::now();
    drive(hall, issues, connections)?;
    Ok(issues as f64 / began.elapsed().as_secs_f64())
}

/// Whether the hub answers.
pub(super) fn healthy(hall: &Hall, patience: Duration) -> Result<()> {
    let asked = async {
        let reply = Connection::open(hall.address, None).await?.get("/health").await?;
        anyhow::ensure!(reply.status == 200, "health: {}", reply.status);
        Ok(())
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async { tokio::time::timeout(patience, asked).await })?
}

fn drive(hall: &Hall, issues: usize, connections: usize) -> Result<Vec<f64>> {
    let (address, token) = (hall.address, Arc::<str>::from(hall.facts.device_token.as_str()));
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
        let mut tasks = tokio::task::JoinSet::new();
        for nth in 0..connections {
            let share = (nth..issues).step_by(connections).count();
            tasks.spawn(visitor(address, Arc::clone(&token), share));
        }
        let mut spans = vec![];
        while let Some(one) = tasks.join_next().await {
            spans.extend(one??);
        }
        Ok(spans)
    })
}

async fn visitor(address: SocketAddr, token: Arc<str>, issues: usize) -> Result<Vec<f64>> {
    let mut hub = Connection::open(address, Some(&token)).await?;
    let mut spans = Vec::with_capacity(issues * 2);
    for _ in 0..issues {
        let body = json!({"command_id": Uuid::now_v7(), "service": "A01", "language": "uz-Latn"});
        let began = Instant::now();
        let reply = hub.post("/api/v1/tickets", &body).await?;
        spans.push(began.elapsed().as_secs_f64());
        let answer = load::expect(reply.status, &[201], &reply.json())?;
        let ticket = answer["ticket_id"].as_str().context("no ticket_id")?;
        let path = format!("/api/v1/tickets/{ticket}/printed");
        let began = Instant::now();
        let reply = hub.post(&path, &json!({"command_id": Uuid::now_v7()})).await?;
        spans.push(began.elapsed().as_secs_f64());
        load::expect(reply.status, &[200], &reply.json())?;
    }
    Ok(spans)
}
