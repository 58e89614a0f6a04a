//! `POST /v1/consignments`: a container comes, a receipt goes.

use super::{Fault, permit::Hall};
use crate::{
    accept::{self, Receipt},
    office::Offices,
};
use axum::{
    Json,
    body::Bytes,
    extract::{FromRequest, Request, State},
    http::StatusCode,
};
use hhx::{Code, receipt::Delivered};

/// Takes a container: 201 and R1, or 200 and the first R1 if it came before.
pub(super) async fn take(
    State(offices): State<Offices>,
    Hall(hall): Hall,
    request: Request,
) -> Result<(StatusCode, Json<Delivered>), Fault> {
    let body = Bytes::from_request(request, &offices).await.map_err(|refused| match refused.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Fault::Coded(Code::SizeLimit, "the container is too long".to_owned(), None),
        _ => Fault::Unreadable("the container did not arrive whole"),
    })?;
    match accept::accept(&offices, &hall, body.into()).await? {
        Receipt::First(receipt) => Ok((StatusCode::CREATED, Json(receipt))),
        Receipt::Again(receipt) => Ok((StatusCode::OK, Json(receipt))),
    }
}
