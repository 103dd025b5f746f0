//! What is needed to look up with the service what became of a call.

use std::fmt;
use std::time::SystemTime;

use http::Request;

use crate::members::Members;
use crate::operation::Operation;
use crate::response::Head;
use crate::service::HeaderRoles;

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
        let text = String::from_utf8_lossy(body);
        let members = Members::read(&text);
        let found = |name: &&'static str| Some((*name, members.text(name)?));
        Self {
            track_id: Head::value(request.headers(), roles.track_id).map(str::to_owned),
            path: request.uri().path().to_owned(),
            sent_at,
            members: operation.look_up_by.iter().filter_map(found).collect(),
        }
    }

    /// The caller's ID of the call, as it was sent; `None` if the operation takes none.
    #[must_use]
    pub fn track_id(&self) -> Option<&str> {
        self.track_id.as_deref()
    }

    /// The path of the request's URL, which may hold IDs.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The earliest time at which the call can have reached the service, by this machine's clock or the server's, whichever was behind.
    /// `None` when that is not known: the caller's own key may have been used before.
    #[must_use]
    pub fn sent_at(&self) -> Option<SystemTime> {
        self.sent_at
    }

    /// The members of the request's body by which the call can be found, with the text of their values.
    pub fn members(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.members.iter().map(|(name, text)| (*name, text.as_str()))
    }

    /// The text of one of the [`members`](Self::members), by its name on the wire.
    #[must_use]
    pub fn member(&self, name: &str) -> Option<&str> {
        self.members().find(|(known, _)| *known == name).map(|(_, text)| text)
    }
}

impl fmt::Debug for LookUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LookUp")
            .field("track_id", &self.track_id)
            .field("sent_at", &self.sent_at)
            .finish_non_exhaustive()
    }
}
