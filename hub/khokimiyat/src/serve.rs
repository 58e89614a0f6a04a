//! One instance: it serves until it is told to stop, then ends what it has begun.

use crate::{http, office::Offices, pages};
use axum::Router;
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};

/// Everything an instance answers.
pub fn router(offices: &Offices) -> Router {
    http::routes(offices).merge(pages::routes()).with_state(offices.clone())
}

/// Serves until SIGTERM or SIGINT.
pub async fn serve(offices: Offices, listener: TcpListener) -> std::io::Result<()> {
    let (mut term, mut int) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let stop = async move {
        tokio::select! {
            _ = term.recv() => {}
            _ = int.recv() => {}
        }
    };
    let address = listener.local_addr()?;
    tracing::info!(%address, "the office listens on {address}");
    axum::serve(listener, router(&offices)).with_graceful_shutdown(stop).await
}
