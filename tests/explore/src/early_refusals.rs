//! Refusals before the service sees a request, and replies of proxies.

use bytes::Bytes;
use http::HeaderValue;

use crate::network::{Copy, Heard};
use crate::reply::{Body, Code, Form, Reply};
use crate::service::Operation;
use crate::world::World;

/// Statuses that a hop gives without a body of the service.
pub(crate) const HOP_STATUSES: &[u16] = &[504, 502, 503, 408, 425, 444, 460, 499, 500, 520, 423, 402];

/// A refusal by a gateway or by the first thing that the service does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Door {
    /// 401 with `{message}`.
    Unauthorized,
    /// 401 with a reason.
    UnauthorizedCoded,
    /// 429 with the bare category 70.
    TooMany,
    /// 429 with a body that is something else.
    TooManyOdd,
    /// A status that decides alone, with a body that is cut off.
    Cut(u16),
    /// 403 with `{code, message}`.
    Forbidden,
    /// A listed 4xx with `Content-Length: 0`.
    Empty(u16),
    /// 400 with `{code, message}`.
    BadRequest,
    /// A category that refuses before anything is done, as HTTP 200 or by its status.
    Category(u8),
}

const DOORS: &[Door] = &[
    Door::Unauthorized,
    Door::Empty(404),
    Door::BadRequest,
    Door::Category(10),
    Door::Category(11),
    Door::Category(70),
    Door::UnauthorizedCoded,
    Door::TooManyOdd,
    Door::Cut(401),
    Door::Cut(429),
    Door::Empty(400),
    Door::Empty(403),
    Door::Empty(405),
    Door::Empty(413),
    Door::Empty(415),
    Door::Empty(421),
    Door::Empty(431),
    Door::Empty(451),
];

impl Door {
    /// Returns what the client hears of the refusal.
    pub(crate) fn heard(self, reply: Reply) -> Heard {
        if matches!(self, Self::Cut(_)) { Heard::Cut(reply) } else { Heard::Response(reply) }
    }
}

impl World {
    /// Chooses a refusal.
    pub(crate) fn door(&mut self) -> Door {
        self.pick(DOORS)
    }

    /// Writes a refusal.
    pub(crate) fn refuse_early(&mut self, door: Door, copy: &Copy) -> Reply {
        let plain = |status, text: &'static str| Reply::new(status, self.now, Bytes::from_static(text.as_bytes()));
        match door {
            Door::Unauthorized => plain(401, r#"{"message":"Authentication error"}"#),
            Door::Forbidden => plain(403, r#"{"code":403,"message":"Forbidden"}"#),
            Door::BadRequest => plain(400, r#"{"code":400,"message":"Bad request"}"#),
            Door::Empty(status) | Door::Cut(status) => plain(status, ""),
            Door::TooMany => {
                let mut reply = plain(429, r#"{"reasons":[{"code":70,"message":"retry after 1 seconds"}]}"#);
                reply.headers.insert("retry-after", HeaderValue::from_static("1"));
                reply
            }
            Door::TooManyOdd => plain(429, "\u{feff}<p>slow down"),
            Door::UnauthorizedCoded => self.fail(&Body::coded(&[Code::full(90_000_011)]), 401, Form::Plain, copy),
            Door::Category(category) => {
                let code = if category == 70 { Code::Bare(70) } else { Code::category(category) };
                let status = self.status_of(category);
                self.fail(&Body::coded(&[code]), status, Form::Plain, copy)
            }
        }
    }

    /// Writes the response of a hop that speaks for itself.
    pub(crate) fn hop_reply(&mut self, status: u16) -> Reply {
        let body = self.pick(&["", "<html><body>gateway</body></html>"]);
        let mut reply = Reply::new(status, self.now, Bytes::from_static(body.as_bytes()));
        if !body.is_empty() {
            reply.headers.insert("content-type", HeaderValue::from_static("text/html"));
        }
        reply
    }

    /// Writes a response to another call, with the track ID of that call.
    pub(crate) fn reply_to_another(&mut self, operation: Operation) -> Reply {
        let refused = self.choose(2) == 1;
        let mut reply = match refused {
            true => {
                let text = r#"{"success":false,"processId":"00000000000A11CE","reasons":[{"code":53000030,"message":"refused"}]}"#;
                Reply::new(400, self.now, Bytes::from_static(text.as_bytes()))
            }
            false => Reply::new(200, self.now, operation.success(u64::MAX, true)),
        };
        reply.headers.insert("zuora-track-id", HeaderValue::from_static("track-of-another-call"));
        reply
    }
}
