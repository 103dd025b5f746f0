//! The reference service: keys and codes as documented, and choices where the documentation is open.

use std::sync::Arc;

use bytes::Bytes;

use crate::network::{Copy, Delivery};
use crate::premises::Premise;
use crate::processing::{Execution, ReplyContent};
use crate::reply::{Body, Code, Form, Reply};
use crate::world::{Event, HOUR, Millis, World};

/// How long a key is known.
pub(crate) const LIFE: Millis = 24 * HOUR;

/// An operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    /// Creates a payment.
    Payment,
    /// Creates an authorization.
    Authorization,
    /// Creates a payment session.
    Session,
}

impl Operation {
    /// Returns the operation at a path; none for the token endpoint.
    #[must_use]
    pub(crate) fn of(path: &str) -> Option<Self> {
        match path {
            "/v1/payments" => Some(Self::Payment),
            "/web-payments/sessions" => Some(Self::Session),
            path => path.ends_with("/authorize").then_some(Self::Authorization),
        }
    }

    /// Writes the body of a success that names an effect.
    #[must_use]
    pub(crate) fn success(self, effect: u64, flag: bool) -> Bytes {
        let flag = if flag { ",\"success\":true" } else { "" };
        match self {
            Self::Payment => format!(
                "{{\"id\":\"{effect:032x}\",\"number\":\"P-{effect:08}\",\"status\":\"Processed\",\"type\":\"External\",\
                 \"amount\":49.90,\"currency\":\"EUR\",\"gatewayState\":\"NotSubmitted\"{flag}}}"
            ),
            Self::Authorization => format!(
                "{{\"gatewayOrderId\":\"A001\",\"resultCode\":0,\"resultMessage\":\"Request ID: {effect}\",\
                 \"transactionId\":\"{effect:032x}\"{flag}}}"
            ),
            Self::Session => format!("{{\"token\":\"{effect:032x}\"}}"),
        }
        .into()
    }
}

/// A key that the service knows.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    key: Arc<str>,
    until: Millis,
    state: State,
}

#[derive(Clone, Debug)]
enum State {
    InProgress,
    Ended { reply: Reply, acted: bool, success: bool },
}

/// What a service does when a key comes again after its request has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Keeping {
    /// It repeats the first response to the letter.
    All,
    /// It repeats a success. It works anew on what failed without acting.
    Successes,
    /// It keeps no response, only that it acted. It works anew on what did not act.
    Claims,
    /// It keeps no response, only that the key was used.
    EveryClaim,
    /// As `All`, but a success is repeated with status 409.
    SuccessAs409,
    /// It takes the repeated request for another one: 422.
    Mismatch,
}

/// How a request is refused whose key is in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum InUse {
    Empty,
    Coded,
    Message,
    Word,
}

/// Where the IDs of a failure are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ids {
    ProcessAndHeader,
    None,
    Header,
    Process,
    Request,
    /// In the header stands what the client has sent.
    Echo,
}

/// The service. What kind it is, is chosen when it first matters.
#[derive(Debug, Default)]
pub(crate) struct Service {
    /// What it did: the key and the number of each effect.
    pub(crate) effects: Vec<(Arc<str>, u64)>,
    keys: Vec<Entry>,
    keeping: Option<Keeping>,
    in_use: Option<InUse>,
    ids: Option<Ids>,
    /// Whether failures by category come as HTTP 200.
    all_200: Option<bool>,
    /// Why it refuses requests before it looks at their keys.
    state: Option<u8>,
    forgets: Option<bool>,
    issued: u64,
}

impl World {
    /// Handles a copy of a request that reaches the service.
    pub(crate) fn arrive(&mut self, copy: Copy) {
        self.release(&copy.key, copy.work);
        if let Some(reply) = self.refuse_by_state(&copy) {
            self.tell(|| format!("the service refuses the request before it looks at the key: {}", reply.words()));
            return self.respond(&copy, reply);
        }
        self.forget();
        match self.service.keys.iter().find(|entry| entry.key == copy.key).cloned() {
            None => self.execute(copy),
            Some(Entry { state: State::InProgress, .. }) => self.refuse_in_use(&copy),
            Some(Entry { state: State::Ended { reply, acted, success }, .. }) => {
                self.repeat(copy, reply, acted, success);
            }
        }
    }

    /// Lasts as long as the state for which the service refuses.
    fn refuse_by_state(&mut self, copy: &Copy) -> Option<Reply> {
        if copy.response == Delivery::Nowhere && !copy.by_hop {
            return None;
        }
        if copy.by_hop && self.premises.hold(Premise::CopiesPassTheDoor) {
            return None;
        }
        let before = self.service.state;
        let category = match before {
            Some(category) if self.choose(2) == 0 => category,
            Some(_) => 0,
            None => self.pick(&[0, 30, 50, 40]),
        };
        self.service.state = (category > 0).then_some(category);
        let category = self.service.state?;
        let status = self.status_of(category);
        Some(self.fail(&Body::coded(&[Code::category(category)]), status, Form::Plain, copy))
    }

    fn forget(&mut self) {
        if self.service.keys.is_empty() {
            return;
        }
        let early = match self.service.forgets {
            Some(early) => early,
            None if self.premises.hold(Premise::ResultsKept) => false,
            None => self.pick_freely(&[false, true]),
        };
        self.service.forgets = Some(early);
        let now = self.now;
        self.service.keys.retain(|entry| match entry.state {
            State::InProgress => true,
            State::Ended { .. } => now < entry.until && !early,
        });
    }

    /// Works on a request.
    fn execute(&mut self, copy: Copy) {
        if !self.without(Premise::KeyClaimedFirst) {
            let entry = Entry { key: copy.key.clone(), until: self.now + LIFE, state: State::InProgress };
            self.service.keys.push(entry);
        }
        let execution = self.execution(copy.operation);
        self.after(copy.work, Event::Finish(copy, execution));
    }

    /// Ends the work on a request.
    pub(crate) fn finish(&mut self, copy: Copy, Execution { acts, content }: Execution) {
        let effect = self.service.effects.len() as u64 + 1;
        if acts {
            self.service.effects.push((copy.key.clone(), effect));
        }
        let success = matches!(content, ReplyContent::Success { .. } | ReplyContent::Members(_));
        let reply = self.write(&content, effect, &copy);
        self.tell(|| {
            let acts = if acts { "acts" } else { "does not act" };
            format!("the service {acts} and replies {}", reply.words())
        });
        let state = State::Ended { reply: reply.clone(), acted: acts, success };
        match self.service.keys.iter_mut().find(|entry| entry.key == copy.key) {
            Some(entry) => entry.state = state,
            None => self.service.keys.push(Entry { key: copy.key.clone(), until: self.now + LIFE, state }),
        }
        self.respond(&copy, reply);
    }

    fn write(&mut self, content: &ReplyContent, effect: u64, copy: &Copy) -> Reply {
        match content {
            ReplyContent::Success { form, flag } => {
                let body = copy.operation.success(effect, *flag);
                let mut reply = Reply::new(200, self.now, Bytes::new());
                self.sign(&mut reply, copy);
                form.apply(String::from_utf8_lossy(&body).into_owned(), &mut reply);
                reply
            }
            ReplyContent::Members(members) => {
                let text = format!("{{\"id\":\"{effect:032x}\",\"transactionId\":\"{effect:032x}\",{members}}}");
                let mut reply = Reply::new(200, self.now, text.into());
                self.sign(&mut reply, copy);
                reply
            }
            ReplyContent::Failure { body, status, form } => self.fail(body, *status, *form, copy),
        }
    }

    /// Handles a request whose key has a final result.
    fn repeat(&mut self, copy: Copy, reply: Reply, acted: bool, success: bool) {
        let keeping = match self.service.keeping {
            Some(keeping) => keeping,
            None => match self.pick_freely(&[Keeping::All, Keeping::Successes, Keeping::Claims, Keeping::EveryClaim]) {
                Keeping::EveryClaim => self.pick(&[Keeping::EveryClaim, Keeping::SuccessAs409, Keeping::Mismatch]),
                keeping => keeping,
            },
        };
        self.service.keeping = Some(keeping);
        match keeping {
            Keeping::Mismatch => {
                let reply = self.fail(&Body::coded(&[Code::category(20)]), 422, Form::Plain, &copy);
                self.tell(|| format!("the service takes it for another request: {}", reply.words()));
                self.respond(&copy, reply);
            }
            Keeping::Successes if !acted && !success => self.work_anew(copy),
            Keeping::Claims if !acted => self.work_anew(copy),
            Keeping::Claims | Keeping::EveryClaim => self.refuse_in_use(&copy),
            Keeping::Successes if !success => self.refuse_in_use(&copy),
            _ => {
                let status = if keeping == Keeping::SuccessAs409 && success { 409 } else { reply.status };
                let reply = Reply { status, ..reply };
                self.tell(|| format!("the service repeats the kept response {}", reply.words()));
                self.respond(&copy, reply);
            }
        }
    }

    fn work_anew(&mut self, copy: Copy) {
        self.tell(|| "the service has not kept the failure".into());
        self.service.keys.retain(|entry| entry.key != copy.key);
        self.execute(copy);
    }

    fn refuse_in_use(&mut self, copy: &Copy) {
        let in_use = match self.service.in_use {
            Some(in_use) => in_use,
            None => match self.pick_freely(&[InUse::Empty, InUse::Coded]) {
                InUse::Coded => self.pick(&[InUse::Coded, InUse::Word, InUse::Message]),
                empty => empty,
            },
        };
        self.service.in_use = Some(in_use);
        let reply = match in_use {
            InUse::Empty => Reply::new(409, self.now, Bytes::new()),
            InUse::Message => {
                let mut reply = Reply::new(409, self.now, Bytes::from_static(br#"{"message":"in progress"}"#));
                self.sign(&mut reply, copy);
                reply
            }
            InUse::Coded => self.fail(&Body::coded(&[Code::category(50)]), 409, Form::Plain, copy),
            InUse::Word => self.fail(&Body::coded(&[Code::Word("InProgress")]), 409, Form::Plain, copy),
        };
        self.tell(|| format!("the key is in use: {}", reply.words()));
        self.respond(copy, reply);
    }

    /// Returns the status of a failure by its category, in the HTTP style of the tenant.
    pub(crate) fn status_of(&mut self, category: u8) -> u16 {
        let all_200 = match self.service.all_200 {
            Some(all_200) => all_200,
            None => self.pick_freely(&[false, true]),
        };
        self.service.all_200 = Some(all_200);
        match category {
            _ if all_200 => 200,
            10 => 403,
            11 => 401,
            40 => 404,
            45 => 405,
            50 => 409,
            60 | 61 | 99 => 500,
            70 => 429,
            _ => 400,
        }
    }

    /// Writes a failure, with IDs where this service has them.
    pub(crate) fn fail(&mut self, body: &Body, status: u16, form: Form, copy: &Copy) -> Reply {
        let ids = match self.service.ids {
            Some(ids) => ids,
            None => self.pick(&[Ids::ProcessAndHeader, Ids::None, Ids::Header, Ids::Process, Ids::Request, Ids::Echo]),
        };
        self.service.ids = Some(ids);
        if self.service.issued == 0 || !self.without(Premise::IdsUnique) {
            self.service.issued += 1;
        }
        let id = self.service.issued;
        let mut body = body.clone();
        if matches!(ids, Ids::ProcessAndHeader | Ids::Process) {
            body.process = Some(format!("{id:016X}"));
        }
        if ids == Ids::Request {
            body.request = Some(format!("00000000-0000-4000-8000-{id:012x}"));
        }
        let mut reply = Reply::new(status, self.now, Bytes::new());
        match ids {
            Ids::ProcessAndHeader | Ids::Header => {
                reply.header("zuora-request-id", &format!("00000000-0000-4000-9000-{id:012x}"));
            }
            Ids::Echo => reply.header("zuora-request-id", copy.track.as_deref().unwrap_or(&copy.key)),
            _ => {}
        }
        if let Some(track) = &copy.track {
            reply.header("zuora-track-id", track);
        }
        form.apply(body.json(form), &mut reply);
        reply
    }

    /// Adds the headers of a response that is no coded failure.
    fn sign(&mut self, reply: &mut Reply, copy: &Copy) {
        self.service.issued += 1;
        reply.header("zuora-request-id", &format!("00000000-0000-4000-9000-{:012x}", self.service.issued));
        if let Some(track) = &copy.track {
            reply.header("zuora-track-id", track);
        }
    }

    /// Notes that a key was used before this world began.
    pub(crate) fn used_before(&mut self, key: Arc<str>, life_left: Millis, operation: Operation) {
        let effect = self.service.effects.len() as u64 + 1;
        self.service.effects.push((key.clone(), effect));
        let reply = Reply::new(200, self.now, operation.success(effect, true));
        let state = State::Ended { reply, acted: true, success: true };
        self.service.keys.push(Entry { key, until: self.now + life_left, state });
    }
}
