//! Who asks: a hall by its token.

use super::Fault;
use crate::{
    halls::{self, HallId},
    office::Offices,
};
use axum::{
    extract::FromRequestParts,
    http::{header, request::Parts},
};

/// A hall that showed its token.
pub(super) struct Hall(pub(super) HallId);

impl FromRequestParts<Offices> for Hall {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, offices: &Offices) -> Result<Self, Fault> {
        let shown = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = shown.and_then(|value| value.strip_prefix("Bearer ")).ok_or(Fault::NoToken)?;
        halls::of_token(offices, token.trim()).await?.map(Hall).ok_or(Fault::NoToken)
    }
}
