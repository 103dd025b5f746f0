//! One call in the making.

use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime};

use http::HeaderValue;

use crate::client::{Core, Shared};
use crate::codegen::{Node, Value, validate};
use crate::download::DownloadFuture;
use crate::encoding::hex;
use crate::error::What;
use crate::idempotency::is_uuid;
use crate::key::FirstUse;
use crate::media::Media;
use crate::model::{encode_valid, may_be_wide, validate_parts, wide_characters};
use crate::multipart;
use crate::operation::{HeaderField, Operation};
use crate::parameters::Given;
use crate::payload::{Content, Payload};
use crate::prepare::{Prepared, changed_after_kept, request_of};
use crate::response_value::ResponseValue;
use crate::retry::RetryPolicy;
use crate::send;
use crate::style::{form_pairs, form_urlencode};
use crate::template::TemplateField;
use crate::transport::BoxFuture;
use crate::{Error, IdempotencyKey, Response, ResumableCall, Violations};

/// A call in the making. Whatever is wrong with it comes to light, all at once, when it is sent.
#[must_use = "a call does nothing until it is sent"]
pub struct Call {
    pub(crate) core: Core,
    pub(crate) operation: &'static Operation,
    pub(crate) path: Vec<String>,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Option<Content>,
    /// What stands between the parts of the body, if it has parts.
    pub(crate) boundary: Option<String>,
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

impl Call {
    pub(crate) fn new(core: Core, operation: &'static Operation) -> Self {
        // Made before anything else, so that the caller can note it down before the call is sent.
        let takes_key = operation.idempotent && core.shared.service.idempotency.is_some();
        let key = takes_key.then(|| CallKey { text: (core.shared.keys)(), given: false });
        Self {
            core,
            operation,
            path: Vec::new(),
            headers: Vec::new(),
            secret_headers: Vec::new(),
            parameters: Vec::new(),
            body: None,
            boundary: None,
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

    /// Sets a header of the operation for this call.
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Sets the body. It is checked at once, and encoded in the form that the operation takes.
    pub fn body(mut self, body: &dyn Value) -> Self {
        match self.encoded(body) {
            Ok(body) => self.body = Some(body),
            Err(violations) => self.violations.append(violations),
        }
        if let Some(most) = self.operation.max_character_bytes
            && self.may_be_wide(most)
        {
            self.violations.append(wide_characters(body, most));
        }
        self
    }

    /// Tells whether the body may have a character of more bytes. Most bodies have none, and are not walked once more.
    fn may_be_wide(&self, most: usize) -> bool {
        match (&self.body, self.operation.request) {
            (Some(Content::Whole(body)), Media::Json(_)) => may_be_wide(body, most),
            _ => true,
        }
    }

    /// Checks a body and encodes it.
    fn encoded(&mut self, body: &dyn Value) -> Result<Content, Violations> {
        match self.operation.request {
            Media::Json(_) => Ok(Content::Whole(encode_valid(body)?.into())),
            Media::Form(encodings) => {
                validate(body)?;
                Ok(Content::Whole(form_urlencode(&form_pairs(body, encodings)).into()))
            }
            Media::Multipart(encodings) => {
                validate_parts(body)?;
                let boundary = self.boundary.insert(multipart::boundary(&self.core.shared.random));
                Ok(multipart::encode(body, encodings, boundary, &mut self.violations))
            }
            Media::Raw(_) => {
                validate(body)?;
                let mut violations = Violations::default();
                violations.push("body", "is one that the operation takes as it is, and not as a value");
                Err(violations)
            }
        }
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

    /// The idempotency key that the call is sent with; `None` for an operation that takes none.
    pub fn key(&self) -> Option<&IdempotencyKey> {
        Some(&self.key.as_ref()?.text)
    }

    /// Constraints the time from sending the request to its response, the token included if one has to be fetched.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.settings.attempt_timeout = Some(timeout);
        self
    }

    /// Constraints the time of the whole call.
    pub fn total_timeout(mut self, timeout: Duration) -> Self {
        self.settings.total_timeout = Some(timeout);
        self
    }

    /// Sets when the call is sent again after an attempt that failed.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.settings.retry = Some(policy);
        self
    }

    /// The call in a form that can be kept, and resumed when its response is lost.
    ///
    /// From now on the age of its key counts, for this call as well: whoever finds the kept call may send it. See to it that nobody
    /// does while this one is under way. What is set on the call must be set before; it is not sent if it is changed afterwards.
    ///
    /// # Errors
    ///
    /// When the call breaks a rule, or takes no idempotency key.
    pub fn resumable(&self) -> Result<ResumableCall, Error> {
        if matches!(self.body, Some(Content::Streamed(_))) {
            let flaw = "is read while it is sent, so that it cannot be kept".to_owned();
            return Err(Error::invalid_argument("body", flaw));
        }
        let shared = &self.core.shared;
        let kept = self.kept.get_or_init(|| {
            let at = FirstUse::now(&shared.now(None));
            Box::new(Kept { at, call: OnceLock::new() })
        });
        let (request, key) = request_of(self)?;
        match key {
            Some(key) => {
                let call = ResumableCall::new(self.operation, &request, &key, false, shared);
                let kept = kept.call.get_or_init(|| call.clone());
                if !kept.sends_same(&call) {
                    return Err(Error::new(What::Invalid(changed_after_kept()), self.operation.context(Some(key))));
                }
                Ok(kept.clone())
            }
            None => {
                let flaw = "is missing, without which a call cannot be resumed".to_owned();
                Err(Error::invalid_argument("idempotency key", flaw))
            }
        }
    }

    /// The track ID that is sent in a field unless the caller gives one: the idempotency key, or its digest where the field does not take
    /// it.
    pub(crate) fn derived_track_id(
        &self,
        field: &HeaderField,
        known: &TemplateField,
        key_value: &HeaderValue,
    ) -> Option<HeaderValue> {
        let key = self.key.as_ref()?.text.as_str();
        let fits = |text: &str| {
            let mut fits = true;
            field.constraints.check(&Node::Text(text.into()), &mut |_| fits = false);
            fits
        };
        // Nearly all keys are UUIDs, and whether those fit is known.
        let does_fit = if is_uuid(key) { known.takes_uuids } else { fits(key) };
        if does_fit {
            return Some(key_value.clone());
        }
        let digest = hex(&hmac_sha256::Hash::hash(key.as_bytes())[..16]);
        HeaderValue::from_str(&digest).ok().filter(|_| fits(&digest))
    }

    /// Sends the call. Must be awaited within a Tokio runtime that has its timer enabled.
    pub fn send<T: ResponseValue>(self) -> CallFuture<T> {
        let (shared, operation) = (Arc::clone(&self.core.shared), self.operation);
        call_future(shared, operation, Prepared::new(self))
    }

    /// Sends the call, and returns its response as text or bytes, as soon as that begins. Must be awaited within a Tokio runtime that
    /// has its timer enabled.
    pub fn download(self) -> DownloadFuture {
        DownloadFuture::new(self)
    }

    /// Sends the call and blocks this thread until it has ended. It may be a thread of an async program that runs synchronous code, as
    /// in Tokio's `spawn_blocking` and `block_in_place`.
    ///
    /// # Errors
    ///
    /// As when it is awaited; and [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) where async code runs, which must not be
    /// blocked. Nothing is sent then, and [`Error::resumable`] gives the call back.
    #[cfg(feature = "blocking")]
    pub fn wait<T: ResponseValue>(self) -> Result<Response<T>, Error> {
        let (core, operation) = (self.core.clone(), self.operation);
        let key = request_of(&self).ok().and_then(|(_, key)| key);
        crate::blocking::check(&core.shared)
            .map_err(|error| error.of_call(operation.context(key.clone())).giving_back(self.resumable().ok()))?;
        crate::blocking::wait(&core.shared, self.send()).map_err(|error| error.of_call(operation.context(key)))
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

/// The future of a call.
///
/// Nothing happens until it is polled. To drop it stops waiting, not what has been sent: the call's idempotency key, or a
/// [`ResumableCall`] made before, finds out what became of it. Dropping it harms no other call.
#[must_use = "a call does nothing until it is awaited"]
pub struct CallFuture<T>(BoxFuture<'static, Result<Response<T>, Error>>);

/// Sends a call. Only the place of the value depends on its type; what is done is compiled once.
pub(crate) fn call_future<T: ResponseValue>(
    shared: Arc<Shared>,
    operation: &'static Operation,
    prepared: Result<Box<Prepared>, Error>,
) -> CallFuture<T> {
    CallFuture(Box::pin(async move {
        let mut value = T::blank();
        let success = send::run(&shared, operation, prepared, &mut value).await?;
        Ok(Response::new(value, success, &shared.secrets))
    }))
}

impl<T> Future for CallFuture<T> {
    type Output = Result<Response<T>, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.as_mut().poll(context)
    }
}

impl<T> fmt::Debug for CallFuture<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallFuture").finish_non_exhaustive()
    }
}
