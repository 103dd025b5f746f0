//! Faults on demand.

use std::collections::VecDeque;
use std::time::Duration;

use serde::Deserialize;

/// Something that goes wrong with one request.
///
/// Faults wait in a queue; each request takes the oldest. "Processed" means that the effect is in the ledger and the
/// answer is kept under the idempotency key, so that a repetition with the same key finds it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The connection closes after the request was read; nothing is processed.
    CloseBefore,
    /// The request is processed, then the connection closes without a byte of an answer.
    CloseAfterProcessing,
    /// Processing begins this much later (in real time, whatever the clock says). The key counts as in progress
    /// meanwhile, and the request is processed even when the caller has gone.
    Delay(Duration),
    /// The request is processed; its answer announces its full length and stops half-way.
    Truncate,
    /// The request is processed; the answer is the true one's status with a body that is no JSON.
    Garbage,
    /// Nothing is processed; this status is answered, with the kind of body that goes with it.
    Status(u16),
    /// The request is processed; this status is answered, as by a gateway that lost patience.
    StatusAfterProcessing(u16),
    /// Nothing is processed: 429, the quota used up for this long. No `Retry-After`, as documented for rates.
    RateLimit(Duration),
    /// Nothing is processed: 429, too many requests at once, with `Retry-After`.
    ConcurrencyLimit(Duration),
    /// Every token issued so far is void from now on; the request itself goes its way (to a 401).
    ExpireTokens,
}

/// Which requests a fault waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Target {
    Operation,
    Token,
}

/// The faults still to happen.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    operations: VecDeque<Fault>,
    tokens: VecDeque<Fault>,
}

impl Faults {
    pub(crate) fn push(&mut self, target: Target, fault: Fault) {
        self.queue(target).push_back(fault);
    }

    pub(crate) fn take(&mut self, target: Target) -> Option<Fault> {
        self.queue(target).pop_front()
    }

    fn queue(&mut self, target: Target) -> &mut VecDeque<Fault> {
        match target {
            Target::Operation => &mut self.operations,
            Target::Token => &mut self.tokens,
        }
    }
}

/// A fault as `POST /_simulator/faults` takes it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Order {
    fault: String,
    milliseconds: Option<u64>,
    status: Option<u16>,
    on: Option<Target>,
    times: Option<usize>,
}

impl Order {
    /// The target, the fault and how often, or what is wrong with the order.
    pub(crate) fn read(&self) -> Result<(Target, Fault, usize), String> {
        let fault = match self.fault.as_str() {
            "close-before" => Fault::CloseBefore,
            "close-after-processing" => Fault::CloseAfterProcessing,
            "delay" => Fault::Delay(self.duration()?),
            "truncate" => Fault::Truncate,
            "garbage" => Fault::Garbage,
            "status" => Fault::Status(self.status()?),
            "status-after-processing" => Fault::StatusAfterProcessing(self.status()?),
            "rate-limit" => Fault::RateLimit(self.duration()?),
            "concurrency-limit" => Fault::ConcurrencyLimit(self.duration()?),
            "expire-tokens" => Fault::ExpireTokens,
            other => return Err(format!("there is no fault `{other}`")),
        };
        let target = self.on.unwrap_or(Target::Operation);
        Ok((target, fault, self.times.unwrap_or(1)))
    }

    fn duration(&self) -> Result<Duration, String> {
        let missing = || format!("the fault `{}` needs `milliseconds`", self.fault);
        Ok(Duration::from_millis(self.milliseconds.ok_or_else(missing)?))
    }

    fn status(&self) -> Result<u16, String> {
        match self.status {
            Some(status @ 200..=599) => Ok(status),
            _ => Err(format!("the fault `{}` needs a `status` of 200 to 599", self.fault)),
        }
    }
}
