//! Keeps a call as data, so that another process can send it.

use std::sync::OnceLock;

use super::call::{Call, Kept};
use super::prepare::{changed_after_kept, request_of};
use crate::body::Content;
use crate::classification::FailureKind;
use crate::error::{CallContext, Error};
use crate::idempotency::{FirstUse, ResumableCall};

impl Call {
    /// Returns the call in a form that can be kept, and resumed when its response is lost.
    ///
    /// The key's lifetime is counted from this call. The kept call must not be sent while this one is running. Set everything else before:
    /// a call that is changed afterwards is not sent.
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
                    return Err(Error::new(
                        FailureKind::Invalid(changed_after_kept()),
                        CallContext::new(self.operation, Some(key)),
                    ));
                }
                Ok(kept.clone())
            }
            None => {
                let flaw = "is missing, without which a call cannot be resumed".to_owned();
                Err(Error::invalid_argument("idempotency key", flaw))
            }
        }
    }
}
