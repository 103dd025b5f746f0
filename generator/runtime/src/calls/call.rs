//! A call being built: its fields and its setters.

use std::fmt;
use std::sync::OnceLock;
use std::time::{Duration, SystemTime};

use super::given_parameter::Given;
use crate::body::{Content, Payload};
use crate::client::Core;
use crate::contract::{Media, Operation};
use crate::idempotency::{FirstUse, IdempotencyKey, ResumableCall};
use crate::model::Violations;
use crate::retry::RetryPolicy;

/// A call being built. All its mistakes are reported together when it is sent.
#[must_use = "a call does nothing until it is sent"]
pub struct Call {
    pub(crate) core: Core,
    pub(crate) operation: &'static Operation,
    pub(crate) path: Vec<String>,
    /// Variables of the operation's own server.
    pub(crate) server_variables: Vec<(&'static str, String)>,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Option<Content>,
    /// The content type of a body in parts, with the boundary between them.
    pub(crate) parts_type: Option<String>,
    /// The content type that the caller chose.
    pub(crate) content_type: Option<String>,
    /// The content types of responses that the call asks for, in place of the operation's.
    pub(crate) accept: Option<&'static str>,
    /// Headers that must not be shown.
    pub(crate) secret_headers: Vec<&'static str>,
    pub(crate) parameters: Vec<Given>,
    pub(crate) key: Option<CallKey>,
    /// When the caller's key was used first, if the caller says so.
    pub(crate) first_use: Option<SystemTime>,
    /// Boxed, since few calls are kept.
    pub(crate) kept: OnceLock<Box<Kept>>,
    pub(crate) settings: Settings,
    pub(crate) violations: Violations,
}

/// A call that was made resumable: another process may send it from then on.
pub(crate) struct Kept {
    pub(crate) at: FirstUse,
    pub(crate) call: OnceLock<ResumableCall>,
}

/// The idempotency key of a call, and where it is from.
#[derive(Clone)]
pub(crate) struct CallKey {
    pub(crate) text: IdempotencyKey,
    /// The caller gave it, so that the server may know it already.
    pub(crate) given: bool,
}

/// What a call sets differently from its client.
#[derive(Clone, Copy, Default)]
pub(crate) struct Settings {
    pub(crate) attempt_timeout: Option<Duration>,
    pub(crate) total_timeout: Option<Duration>,
    pub(crate) retry: Option<RetryPolicy>,
}

impl Core {
    /// Begins a call of an operation.
    pub fn call(&self, operation: &'static Operation) -> Call {
        Call::new(self.clone(), operation)
    }
}

impl Call {
    pub(crate) fn new(core: Core, operation: &'static Operation) -> Self {
        // Made before anything else, so that the caller can note it down before the call is sent.
        let takes_key = operation.idempotent && core.shared.service.idempotency.is_some();
        let key = takes_key.then(|| CallKey { text: (core.shared.keys)(), given: false });
        Self {
            core,
            operation,
            path: Vec::new(),
            server_variables: Vec::new(),
            headers: Vec::new(),
            secret_headers: Vec::new(),
            parameters: Vec::new(),
            body: None,
            parts_type: None,
            content_type: None,
            accept: None,
            key,
            first_use: None,
            kept: OnceLock::new(),
            settings: Settings::default(),
            violations: Violations::default(),
        }
    }

    /// Gives the next path parameter.
    pub fn path_parameter(mut self, value: impl AsRef<str>) -> Self {
        self.path.push(value.as_ref().to_owned());
        self
    }

    /// Sets a variable of the operation's own server.
    pub fn server_variable(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.server_variables.push((name, value.into()));
        self
    }

    /// Sets a header of the operation for this call.
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Sets the body as it is, for an operation that takes no value of the model.
    pub fn payload(mut self, payload: impl Into<Payload>) -> Self {
        match self.operation.request {
            Media::Raw(_) => self.body = Some(payload.into().into_content()),
            _ => self.violations.push("body", "is a value to the operation, and cannot be given as it is"),
        }
        self
    }

    /// Sets the content type of the body: another of those that the operation takes.
    pub fn content_type(mut self, content_type: impl Into<String>) -> Self {
        self.content_type = Some(content_type.into());
        self
    }

    /// Sets the content types of responses that the call asks for, as they stand in `Accept`, in place of the operation's.
    pub fn accept(mut self, content_types: &'static str) -> Self {
        self.accept = Some(content_types);
        self
    }

    /// Sets the idempotency key, in place of a random one.
    ///
    /// Something may have been sent under it before, by another process say, so what became of the call is in doubt from the
    /// start. Say when it was [first used](Self::key_first_used); without that, the service may have forgotten it, and the call is
    /// sent again only where nothing was sent before, or with a new token. Then no failure settles it.
    pub fn idempotency_key(mut self, key: IdempotencyKey) -> Self {
        self.key = Some(CallKey { text: key, given: true });
        self.first_use = None;
        self
    }

    /// Says when the first request under the caller's own key may have been sent, by any process. If unsure, say an earlier time: a date
    /// that is too late can lead to a second effect. The call begins in doubt, even if the key is new. Call it after
    /// [`idempotency_key`](Self::idempotency_key).
    pub fn key_first_used(mut self, at: SystemTime) -> Self {
        self.first_use = Some(at);
        self
    }

    /// Returns the idempotency key that the call is sent with; `None` for an operation that takes none.
    pub fn key(&self) -> Option<&IdempotencyKey> {
        Some(&self.key.as_ref()?.text)
    }

    /// Overrides the per-attempt timeout, which includes fetching a token.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.settings.attempt_timeout = Some(timeout);
        self
    }

    /// Overrides the timeout of the whole call.
    pub fn total_timeout(mut self, timeout: Duration) -> Self {
        self.settings.total_timeout = Some(timeout);
        self
    }

    /// Overrides the retry policy.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.settings.retry = Some(policy);
        self
    }
}

/// Shows which call it is, and none of what it says: values may be sensitive.
impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("operation", &self.operation.id)
            .field("idempotency_key", &self.key())
            .finish_non_exhaustive()
    }
}
