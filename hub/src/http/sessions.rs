//! Sessions: staff sign in and out.

use super::{
    Fault, Hub,
    json::Json,
    permit::{self, Clerk, Manager},
    problem_groups::{BareWriteProblems, EntryProblems, WriteProblems},
};
use crate::people::{By, SignInRefused};
use axum::{
    extract::{FromRequestParts, RawPathParams, State},
    http::{HeaderMap, HeaderName, StatusCode, header, request::Parts},
};
use queue::ids::ClerkId;
use utoipa::IntoParams;
use wire::{
    sessions::{SignIn, SignedIn},
    tickets::Confirm,
};

/// The member of staff of the address.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub struct ClerkPath {
    /// The id in the hall's configuration.
    #[param(value_type = String, pattern = "^[A-Za-z0-9_-]{1,32}$", example = "clerk-1")]
    pub clerk: ClerkId,
}

impl FromRequestParts<Hub> for ClerkPath {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, hub: &Hub) -> Result<Self, Fault> {
        let params = RawPathParams::from_request_parts(parts, hub).await.map_err(|_| Fault::BadPath)?;
        let (_, clerk) = params.iter().find(|(name, _)| *name == "clerk").ok_or(Fault::BadPath)?;
        Ok(ClerkPath { clerk: clerk.parse().map_err(|_| Fault::BadPath)? })
    }
}

/// Sign in with name and PIN.
///
/// After five wrong PINs each further try has to wait, after fifteen a manager has to help.
#[utoipa::path(post, path = "/api/v1/sessions", tag = "sessions", operation_id = "sign_in", request_body = SignIn,
    responses((status = 201, description = "A bearer token, good for 30 minutes idle and 12 hours at most",
        body = SignedIn), EntryProblems))]
pub async fn sign_in(State(hub): State<Hub>, Json(asked): Json<SignIn>) -> Result<(StatusCode, Json<SignedIn>), Fault> {
    let signed_in = hub.people.sign_in(&asked.name, &asked.pin, hub.now()).await?;
    let role = signed_in.member.role.name().to_owned();
    Ok((StatusCode::CREATED, Json(SignedIn { token: signed_in.token.as_str().to_owned(), role })))
}

/// Sign out: the token of this request opens nothing any more.
#[utoipa::path(delete, path = "/api/v1/sessions", tag = "sessions", operation_id = "sign_out",
    responses((status = 204, description = "Signed out"), BareWriteProblems), security(("staff" = [])))]
pub async fn sign_out(State(hub): State<Hub>, _: Clerk, headers: HeaderMap) -> Result<StatusCode, Fault> {
    let token = permit::session_token(&headers).ok_or(Fault::SignInNeeded)?;
    hub.people.sign_out(token)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Let a member of staff try again after too many wrong PINs.
#[utoipa::path(post, path = "/api/v1/staff/{clerk}/unlock", tag = "manager", operation_id = "unlock_staff",
    params(ClerkPath), request_body = Confirm, security(("manager" = [])),
    responses((status = 204, description = "They may try again"), WriteProblems))]
pub async fn unlock(
    State(hub): State<Hub>,
    Manager(manager): Manager,
    ClerkPath { clerk }: ClerkPath,
    Json(_): Json<Confirm>,
) -> Result<StatusCode, Fault> {
    hub.people.unlock(&clerk, &By::Staff(manager.id.clone()), hub.now())?;
    Ok(StatusCode::NO_CONTENT)
}

/// The header that gives a page its session.
pub(crate) fn session_cookie(token: &str) -> (HeaderName, String) {
    let seconds = crate::people::SESSION_MAX.0 / 1000;
    let name = permit::SESSION_COOKIE;
    (header::SET_COOKIE, format!("{name}={token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict"))
}

/// The header that takes a page's session away.
pub(crate) fn no_session_cookie() -> (HeaderName, String) {
    let name = permit::SESSION_COOKIE;
    (header::SET_COOKIE, format!("{name}=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict"))
}

impl From<SignInRefused> for Fault {
    fn from(refused: SignInRefused) -> Fault {
        match refused {
            SignInRefused::Wrong => Fault::SignInFailed,
            SignInRefused::Wait(wait) => Fault::SignInWait { wait },
            SignInRefused::Locked => Fault::SignInLocked,
            SignInRefused::Busy => Fault::Busy,
            SignInRefused::Broken => Fault::NotSaved,
        }
    }
}
