//! What is between the client and the service: a network that loses and delays, and hops that repeat, refuse and reply
//! for the service.

use std::future::{Future, poll_fn};
use std::sync::Arc;
use std::task::Poll;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use zuora_payments::transport::BoxFuture;
use zuora_payments::{Transport, TransportError};

use crate::early_refusals::{Door, HOP_STATUSES};
use crate::premises::Premise;
use crate::reply::Reply;
use crate::service::{LIFE, Operation};
use crate::world::{Event, HOUR, Millis, SECOND, Shared, World};

/// How long a request or a response is under way.
pub(crate) const WAY: Millis = 50;
/// How long a copy is late that nothing else brings forward.
pub(crate) const VERY_LATE: Millis = 240 * SECOND;

/// A request on its way to the service.
#[derive(Clone, Debug)]
pub(crate) struct Copy {
    /// The exchange it belongs to.
    pub(crate) exchange: usize,
    /// The operation it asks for.
    pub(crate) operation: Operation,
    /// Its idempotency key.
    pub(crate) key: Arc<str>,
    /// Its track ID.
    pub(crate) track: Option<Arc<str>>,
    /// Whether a hop made it of another copy.
    pub(crate) by_hop: bool,
    /// How long the service works on it.
    pub(crate) work: Millis,
    /// What becomes of the response.
    pub(crate) response: Delivery,
}

/// What becomes of the response to a copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Delivery {
    /// The client gets it.
    Whole,
    /// The client gets its head and the beginning of its body.
    Cut,
    /// The connection is lost instead.
    Lost,
    /// Nobody hears of it.
    Nowhere,
}

/// A copy that the network holds back.
#[derive(Debug)]
pub(crate) struct Held {
    copy: Copy,
    until: Until,
}

/// When a copy that is held back goes on: relative to the next copy under the same key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Until {
    /// While the service works on the next one.
    DuringNext,
    /// After the service has replied to the next one.
    AfterNext,
}

/// What happens to one request of the client.
#[derive(Clone, Copy, Debug)]
enum Fate {
    /// It arrives, and so does the response.
    Plain,
    /// No connection is made.
    NotConnected,
    /// No connection is made, and none until another process runs.
    Unplugged,
    /// The connection is lost.
    Lost(Reach),
    /// Nothing is heard of it.
    Silent(Reach),
    /// A hop sends it twice; the client gets the response to the second copy.
    Repeated(Second),
    /// The response is cut off.
    Cut,
    /// A hop gives a status of its own, without a body of the service.
    Hop(Reach),
    /// A gateway refuses it.
    Door(Door),
    /// The client gets the response to another client's request.
    Mixed(Reach),
}

/// Every fate; the first is the default, and the last are those of a first request.
const FATES: &[Fate] = &[
    Fate::Plain,
    Fate::NotConnected,
    Fate::Unplugged,
    Fate::Lost(Reach::Arrives),
    Fate::Lost(Reach::Never),
    Fate::Lost(Reach::Slow),
    Fate::Lost(Reach::Late(Until::AfterNext)),
    Fate::Lost(Reach::Late(Until::DuringNext)),
    Fate::Lost(Reach::VeryLate),
    Fate::Door(Door::Unauthorized),
    Fate::Door(Door::TooMany),
    Fate::Door(Door::Forbidden),
    Fate::Hop(Reach::Arrives),
    Fate::Hop(Reach::Never),
    Fate::Hop(Reach::Slow),
    Fate::Hop(Reach::VeryLate),
    Fate::Repeated(Second::After),
    Fate::Repeated(Second::During),
    Fate::Silent(Reach::Arrives),
    Fate::Silent(Reach::Slow),
    Fate::Silent(Reach::Late(Until::AfterNext)),
    Fate::Silent(Reach::VeryLate),
    Fate::Cut,
    Fate::Mixed(Reach::Never),
    Fate::Mixed(Reach::Arrives),
    Fate::Mixed(Reach::VeryLate),
];

/// How many of them end with the response of another request.
const MIXED: usize = 3;

/// The fates of what arrives at once or not at all.
const PROMPT: &[Fate] = &[
    Fate::Plain,
    Fate::NotConnected,
    Fate::Unplugged,
    Fate::Lost(Reach::Arrives),
    Fate::Lost(Reach::Never),
    Fate::Door(Door::Unauthorized),
    Fate::Hop(Reach::Arrives),
    Fate::Hop(Reach::Never),
    Fate::Repeated(Second::After),
    Fate::Repeated(Second::During),
    Fate::Silent(Reach::Arrives),
    Fate::Cut,
];

/// Whether a request reaches the service whose response does not reach the client.
#[derive(Clone, Copy, Debug)]
enum Reach {
    Arrives,
    Never,
    Slow,
    Late(Until),
    VeryLate,
}

/// When the second copy of a hop arrives.
#[derive(Clone, Copy, Debug)]
enum Second {
    After,
    During,
    Before,
}

/// A request of the client.
#[derive(Debug)]
pub(crate) struct Exchange {
    /// Whether it left the process.
    pub(crate) left: bool,
    /// Whether the client has heard of it.
    pub(crate) over: bool,
    heard: Option<Heard>,
}

/// What the client hears of a request.
#[derive(Debug)]
pub(crate) enum Heard {
    /// No connection could be made.
    NotSent,
    /// The connection was lost.
    Interrupted,
    /// A response.
    Response(Reply),
    /// The head of a response.
    Cut(Reply),
}

impl Exchange {
    /// Notes what the client hears; the first counts.
    pub(crate) fn heard(&mut self, heard: Heard) {
        self.heard.get_or_insert(heard);
    }
}

impl Heard {
    fn outcome(self) -> Result<Response<Bytes>, TransportError> {
        match self {
            Self::NotSent => Err(TransportError::not_sent("no connection")),
            Self::Interrupted => Err(TransportError::interrupted("connection lost")),
            Self::Response(reply) => Ok(reply.into_response()),
            Self::Cut(reply) => {
                let status = StatusCode::from_u16(reply.status).unwrap_or_default();
                Err(TransportError::body_lost(status, reply.headers, "connection lost"))
            }
        }
    }
}

/// The transport of one process.
#[derive(Clone, Debug)]
pub(crate) struct SimulatedTransport(pub(crate) Shared);

impl Transport for SimulatedTransport {
    fn send(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        let exchange = self.0.lock().send(&request);
        Box::pin(hear(&self.0, exchange))
    }
}

fn hear(shared: &Shared, exchange: usize) -> impl Future<Output = Result<Response<Bytes>, TransportError>> + Send {
    poll_fn(move |context| {
        let mut world = shared.lock();
        let here = &mut world.exchanges[exchange];
        let Some(heard) = here.heard.take() else {
            world.wait(context);
            return Poll::Pending;
        };
        here.over = true;
        Poll::Ready(heard.outcome())
    })
}

impl World {
    /// Takes a request of the client over. Returns the number of its exchange.
    fn send(&mut self, request: &Request<Bytes>) -> usize {
        let number = self.exchanges.len();
        self.exchanges.push(Exchange { left: true, over: false, heard: None });
        let Some(operation) = Operation::of(request.uri().path()) else {
            let token = Reply::token(self.now);
            self.hear_after(2 * WAY, number, Heard::Response(token));
            return number;
        };
        let text = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok()).map(Arc::from);
        let copy = Copy {
            exchange: number,
            operation,
            key: text("idempotency-key").unwrap_or_else(|| Arc::from("")),
            track: text("zuora-track-id"),
            by_hop: false,
            work: 2 * WAY,
            response: Delivery::Whole,
        };
        let fate = self.fate();
        self.fresh = false;
        self.attempts += 1;
        let attempt = self.attempts;
        self.tell(|| format!("attempt {attempt}: {}", fate.words()));
        self.carry(copy, fate);
        number
    }

    fn hear_after(&mut self, wait: Millis, exchange: usize, heard: Heard) {
        self.after(wait, Event::Hear(exchange, Box::new(heard)));
    }

    fn fate(&mut self) -> Fate {
        if let Some(dice) = self.dice() {
            return match dice.network() {
                crate::cost::Network::Plain => Fate::Plain,
                crate::cost::Network::NotConnected => Fate::NotConnected,
                crate::cost::Network::LostBefore => Fate::Lost(Reach::Never),
                crate::cost::Network::LostAfter => Fate::Lost(Reach::Arrives),
                crate::cost::Network::TimedOut => Fate::Silent(Reach::Slow),
                crate::cost::Network::Unavailable => Fate::Hop(Reach::Never),
                crate::cost::Network::GatewayTimeout => Fate::Hop(Reach::Arrives),
                crate::cost::Network::TooMany => Fate::Door(Door::TooMany),
                crate::cost::Network::Unauthorized => Fate::Door(Door::Unauthorized),
            };
        }
        if self.unplugged {
            return Fate::NotConnected;
        }
        if self.without(Premise::CopiesInTime) {
            return Fate::Repeated(Second::Before);
        }
        // At the first request under a fresh key, the echo of another track ID shows that a response was mixed up.
        let mixed = self.fresh || self.without(Premise::ResponsesNotMixed);
        let fates = match (self.prompt, mixed) {
            (true, _) => PROMPT,
            (false, true) => FATES,
            (false, false) => &FATES[..FATES.len() - MIXED],
        };
        match self.pick(fates) {
            Fate::Unplugged => {
                self.unplugged = true;
                Fate::NotConnected
            }
            Fate::Door(Door::Unauthorized) => Fate::Door(self.door()),
            fate => fate,
        }
    }

    fn carry(&mut self, copy: Copy, fate: Fate) {
        let number = copy.exchange;
        match fate {
            Fate::Plain => self.after(WAY, Event::Arrive(copy)),
            Fate::NotConnected | Fate::Unplugged => {
                self.exchanges[number].left = false;
                self.hear_after(WAY, number, Heard::NotSent);
            }
            Fate::Lost(Reach::Arrives) => self.after(WAY, Event::Arrive(Copy { response: Delivery::Lost, ..copy })),
            Fate::Lost(reach) => {
                self.reach_service(copy, reach);
                self.hear_after(2 * WAY, number, Heard::Interrupted);
            }
            Fate::Silent(reach) => self.reach_service(copy, reach),
            Fate::Cut => self.after(WAY, Event::Arrive(Copy { response: Delivery::Cut, ..copy })),
            Fate::Repeated(Second::Before) => {
                self.after(WAY, Event::Arrive(Copy { by_hop: true, ..copy.clone() }));
                self.reach_service(copy, Reach::VeryLate);
            }
            Fate::Repeated(second) => {
                let wait = match second {
                    Second::After => WAY + copy.work + 1,
                    _ => WAY + 1,
                };
                self.after(WAY, Event::Arrive(Copy { response: Delivery::Nowhere, ..copy.clone() }));
                if self.without(Premise::CopiesPassTheDoor) {
                    let door = self.door();
                    let reply = self.refuse_early(door, &copy);
                    self.tell(|| format!("a gateway refuses the second copy: {}", reply.words()));
                    return self.hear_after(wait + WAY, number, door.heard(reply));
                }
                self.after(wait, Event::Arrive(Copy { by_hop: true, ..copy }));
            }
            Fate::Hop(reach) => {
                let status = self.pick(HOP_STATUSES);
                let reply = self.hop_reply(status);
                self.tell(|| format!("a hop replies {}", reply.words()));
                self.hear_after(4 * WAY + 3, number, Heard::Response(reply));
                self.reach_service(copy, reach);
            }
            Fate::Door(door) => {
                let reply = self.refuse_early(door, &copy);
                self.tell(|| format!("a gateway refuses it: {}", reply.words()));
                self.hear_after(WAY, number, door.heard(reply));
                if self.without(Premise::DoorPassesNothingOn) {
                    self.tell(|| "the gateway passes it on nevertheless".into());
                    self.reach_service(copy, Reach::Arrives);
                }
            }
            Fate::Mixed(reach) => {
                let reply = self.reply_to_another(copy.operation);
                self.tell(|| format!("the client gets the response to another request: {}", reply.words()));
                self.hear_after(4 * WAY, number, Heard::Response(reply));
                self.reach_service(copy, reach);
            }
        }
    }

    /// Brings a copy to the service whose response nobody hears.
    fn reach_service(&mut self, copy: Copy, reach: Reach) {
        let copy = Copy { response: Delivery::Nowhere, ..copy };
        match reach {
            Reach::Arrives => self.after(WAY, Event::Arrive(copy)),
            Reach::Never => {}
            Reach::Slow => self.after(WAY, Event::Arrive(Copy { work: 15 * SECOND, ..copy })),
            Reach::Late(until) => self.held.push(Held { copy, until }),
            Reach::VeryLate => {
                let wait = if self.without(Premise::NothingVeryLate) { LIFE + HOUR } else { VERY_LATE };
                self.after(wait, Event::Arrive(copy));
            }
        }
    }

    /// Notes that a request of an earlier process is still on its way.
    pub(crate) fn send_before(&mut self, key: Arc<str>, operation: Operation) {
        let response = Delivery::Nowhere;
        let copy = Copy { exchange: usize::MAX, operation, key, track: None, by_hop: false, work: 2 * WAY, response };
        self.held.push(Held { copy, until: Until::AfterNext });
    }

    /// Lets go what was held back until now, since another copy under the same key has come.
    pub(crate) fn release(&mut self, key: &str, work: Millis) {
        for Held { copy, until } in std::mem::take(&mut self.held) {
            if *copy.key != *key {
                self.held.push(Held { copy, until });
                continue;
            }
            let wait = match until {
                Until::DuringNext => work / 2,
                Until::AfterNext => work + 1,
            };
            self.after(wait, Event::Arrive(copy));
        }
    }

    /// Lets go everything that was held back: no other request comes.
    pub(crate) fn release_all(&mut self) {
        for Held { copy, .. } in std::mem::take(&mut self.held) {
            self.after(WAY, Event::Arrive(copy));
        }
    }

    /// Sends a response on its way to the client.
    pub(crate) fn respond(&mut self, copy: &Copy, reply: Reply) {
        let heard = match copy.response {
            Delivery::Nowhere => return,
            Delivery::Lost => Heard::Interrupted,
            Delivery::Cut => Heard::Cut(reply),
            Delivery::Whole => Heard::Response(reply),
        };
        self.hear_after(WAY, copy.exchange, heard);
    }
}

impl Fate {
    fn words(self) -> String {
        let (what, reach) = match self {
            Self::Plain => return "arrives".into(),
            Self::NotConnected | Self::Unplugged => return "no connection is made".into(),
            Self::Cut => return "arrives, and the response is cut off".into(),
            Self::Repeated(Second::After) => {
                return "a hop sends it twice, the second copy after the first has ended".into();
            }
            Self::Repeated(Second::During) => {
                return "a hop sends it twice, the second copy while the first is in progress".into();
            }
            Self::Repeated(Second::Before) => return "a hop sends it twice, and the first copy is late".into(),
            Self::Door(_) => return "reaches a gateway".into(),
            Self::Lost(reach) => ("the connection is lost", reach),
            Self::Silent(reach) => ("no response comes", reach),
            Self::Hop(reach) => ("a hop replies for the service", reach),
            Self::Mixed(reach) => ("the response of another request comes", reach),
        };
        let reach = match reach {
            Reach::Arrives => "the request has arrived",
            Reach::Never => "the request does not arrive",
            Reach::Slow => "the request has arrived and takes 15 s",
            Reach::Late(Until::AfterNext) => "the request arrives late, after the next one has ended",
            Reach::Late(Until::DuringNext) => "the request arrives late, while the next one is in progress",
            Reach::VeryLate => "the request arrives very late",
        };
        format!("{what}; {reach}")
    }
}
