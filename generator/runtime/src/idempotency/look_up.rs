//! What is needed to look up with the service what became of a call.

use std::fmt;
use std::time::SystemTime;

use http::Request;

use super::resumable_call::ResumableCall;
use crate::contract::{HeaderRoles, Operation};
use crate::model::RawObject;
use crate::syntax::{gzip, header_text};

/// What is needed to look up with the service what became of a call whose outcome is unknown: when it was sent, under which ID, and the
/// members of its body by which it can be found.
///
/// `Debug` shows none of the members: they may be personal.
#[derive(Clone, PartialEq, Eq)]
pub struct LookUp {
    track_id: Option<String>,
    path: String,
    sent_at: Option<SystemTime>,
    members: Vec<(&'static str, String)>,
}

impl LookUp {
    /// Takes down what a request says.
    pub(crate) fn new(
        operation: &Operation,
        roles: &HeaderRoles,
        request: &Request<bytes::Bytes>,
        body: &[u8],
        sent_at: Option<SystemTime>,
    ) -> Self {
        Self {
            track_id: header_text(request.headers(), roles.track_id).map(str::to_owned),
            path: request.uri().path().to_owned(),
            sent_at,
            members: members_of(operation, body),
        }
    }

    /// Takes down what a kept call says.
    pub(crate) fn of_kept(operation: &Operation, roles: &HeaderRoles, kept: &ResumableCall) -> Self {
        let is_track_id = |name: &str| roles.track_id.is_some_and(|role| role.eq_ignore_ascii_case(name));
        let track_id = kept.headers.iter().find(|(name, _)| is_track_id(name)).map(|(_, value)| value.clone());
        let body = gzip::unpack(&kept.body, usize::MAX).map_or_else(|_| kept.body.clone(), |unpacked| unpacked.bytes);
        let sent_at = Some(kept.first_used());
        Self { track_id, path: kept.path.clone(), sent_at, members: members_of(operation, &body) }
    }

    /// Returns the caller's ID of the call, as it was sent; `None` if the operation takes none.
    #[must_use]
    pub fn track_id(&self) -> Option<&str> {
        self.track_id.as_deref()
    }

    /// Returns the path of the request's URL, which may hold IDs.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Returns the earliest time at which the call can have reached the service, by this machine's clock or the server's, whichever was
    /// behind; `None` when it was not sent. Under a key of the caller's own, an earlier call may have reached it before.
    #[must_use]
    pub fn sent_at(&self) -> Option<SystemTime> {
        self.sent_at
    }

    /// Returns the members of the request's body by which the call can be found, with the text of their values.
    pub fn members(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.members.iter().map(|(name, text)| (*name, text.as_str()))
    }

    /// Returns the text of one of the [`members`](Self::members), by its name on the wire.
    #[must_use]
    pub fn member(&self, name: &str) -> Option<&str> {
        self.members().find(|(known, _)| *known == name).map(|(_, text)| text)
    }
}

/// Returns the members of a body by which a call can be looked up.
fn members_of(operation: &Operation, body: &[u8]) -> Vec<(&'static str, String)> {
    let text = String::from_utf8_lossy(body);
    let members = RawObject::read(&text);
    operation.look_up_by.iter().filter_map(|name| Some((*name, members.text(name)?))).collect()
}

impl fmt::Debug for LookUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LookUp")
            .field("track_id", &self.track_id)
            .field("sent_at", &self.sent_at)
            .finish_non_exhaustive()
    }
}
