//! The processes that make, keep and resume calls, and that may crash.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, SystemTime};

use tokio::runtime::{Builder, Runtime};
use zuora_payments::{
    BaseUrl, Client, ClientBuilder, CreateAuthorizationRequest, CreatePaymentRequest, CreatePaymentSessionRequest,
    Decimal, IdempotencyKey, Outcome, PaymentType, ResumableCall, RetryBudget, RetryPolicy, operations,
};

use crate::clock::{SimulatedClock, time_of_day};
use crate::executor::{Call, Crash, drive, drive_both};
use crate::judge::{Age, Claims, Ended, Figures, judge};
use crate::network::{SimulatedTransport, VERY_LATE};
use crate::premises::Premise;
use crate::service::{LIFE, Operation, Service};
use crate::world::{HOUR, Millis, SECOND, Shared};

/// The key of every call; each world has one call.
const KEY: &str = "6f1c8a52-0000-4000-8000-00000000c0de";
/// The access token.
const TOKEN: &str = "5e2c-access-token";
/// How long one attempt may take.
const ATTEMPT: Duration = Duration::from_secs(10);
/// How long a call may take.
const TOTAL: Duration = Duration::from_secs(30);
/// How many attempts a call makes.
const ATTEMPTS: u32 = 4;
/// How many attempts a resumed call makes.
const RESUMED_ATTEMPTS: u32 = 3;
/// How many attempts a resumed call makes with nothing in the way: one that tells, and one that compares.
const LAST_ATTEMPTS: u32 = 2;

/// Who makes the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Caller {
    /// A process that does not crash, with a fresh key.
    Plain,
    /// A process that keeps the call first, and may crash.
    Keeper,
    /// A process with a key of its own, of unknown age.
    Undated,
    /// A process with a key of its own that says when it was used first.
    Dated,
    /// A process that keeps the call and crashes, with a clock that is wrong, as the one may be that resumes it.
    WrongClocks,
    /// A process that keeps the call and does not learn its end, and two that resume it at the same time.
    Resumers,
    /// Two processes that send at the same time.
    Beside,
}

/// What happened under a caller's own key before.
#[derive(Clone, Copy, Debug)]
enum Before {
    Never,
    /// The service has acted, and knows the key for a time.
    Acted(Millis),
    /// A request is under way, and arrives after the next one.
    OnItsWay,
}

/// The key of a call.
#[derive(Clone, Copy, Debug)]
enum Key {
    Fresh,
    Undated,
    Dated(SystemTime),
}

/// The bodies of the requests.
struct Requests {
    payment: CreatePaymentRequest,
    authorization: CreateAuthorizationRequest,
    session: CreatePaymentSessionRequest,
}

fn requests() -> &'static Requests {
    static REQUESTS: OnceLock<Requests> = OnceLock::new();
    REQUESTS.get_or_init(|| {
        let amount = "49.90".parse::<Decimal>().expect("the text is a number");
        Requests {
            payment: CreatePaymentRequest::new(amount, "EUR", PaymentType::External).account_id("A1"),
            authorization: CreateAuthorizationRequest::new(amount, "A001").account_id("A1"),
            session: CreatePaymentSessionRequest::save_payment_method(amount, "EUR"),
        }
    })
}

/// A process: its client, and what it calls.
struct Process<'a> {
    world: &'a Shared,
    client: Client,
    /// Where it fetches tokens, if it does.
    runtime: Option<Runtime>,
    operation: Operation,
}

impl<'a> Process<'a> {
    /// Starts a process whose clock is ahead of true time. With credentials, it fetches its token before its first call.
    fn start(world: &'a Shared, operation: Operation, ahead: i64, credentials: bool) -> Self {
        world.lock().unplugged = false;
        let builder = builder(world, ahead)
            .random_source(|| u64::MAX / 2)
            .retry(policy(ATTEMPTS))
            .attempt_timeout(ATTEMPT)
            .total_timeout(TOTAL);
        let builder =
            if credentials { builder.client_credentials("id", "secret") } else { builder.access_token(TOKEN) };
        let client = builder.build().expect("the options go together");
        let runtime = credentials
            .then(|| Builder::new_current_thread().build().expect("a runtime without drivers needs nothing"));
        Self { world, client, runtime, operation }
    }

    /// Prepares the call, and keeps it first where that is asked for.
    fn call(&self, key: Key, keep: bool) -> (Call, Option<ResumableCall>) {
        macro_rules! prepare {
            ($call:expr, $effect:expr) => {{
                let call = $call;
                let call = match key {
                    Key::Fresh => call,
                    Key::Undated => call.idempotency_key(the_key()),
                    Key::Dated(first) => call.idempotency_key(the_key()).key_first_used(first),
                };
                let kept = keep.then(|| call.resumable()).transpose().ok().flatten();
                let ended = async move {
                    match call.await {
                        Ok(response) => Ended::Success($effect(&response)),
                        Err(error) => Ended::failed(&error),
                    }
                };
                (Box::pin(ended) as Call, kept)
            }};
        }
        let Requests { payment, authorization, session } = requests();
        match self.operation {
            Operation::Payment => prepare!(self.client.create_payment(payment), payment_effect),
            Operation::Authorization => {
                prepare!(self.client.create_authorization("M1", authorization), authorization_effect)
            }
            Operation::Session => prepare!(self.client.create_payment_session(session), session_effect),
        }
    }

    /// Prepares to resume a call.
    fn resume(&self, kept: ResumableCall, attempts: u32) -> Call {
        macro_rules! prepare {
            ($operation:ty, $effect:expr) => {{
                let call = self.client.resume::<$operation>(kept).retry(policy(attempts));
                Box::pin(async move {
                    match call.await {
                        Ok(response) => Ended::Success($effect(&response)),
                        Err(error) => Ended::failed(&error),
                    }
                })
            }};
        }
        match self.operation {
            Operation::Payment => prepare!(operations::CreatePayment, payment_effect),
            Operation::Authorization => prepare!(operations::CreateAuthorization, authorization_effect),
            Operation::Session => prepare!(operations::CreatePaymentSession, session_effect),
        }
    }

    /// Runs a call to its end.
    fn drive(&self, call: Call, crash: Crash) -> Ended {
        drive(self.world, call, crash, self.runtime.as_ref())
    }

    /// Makes the call.
    fn make(&self, key: Key, keep: bool, crash: Crash) -> (Ended, Option<ResumableCall>) {
        let (call, kept) = self.call(key, keep);
        if keep {
            self.world.lock().tell(|| "the process keeps the call".into());
        }
        if crash == Crash::Perhaps {
            let mut world = self.world.lock();
            if world.choose(2) == 1 {
                world.tell(|| "the process crashes before it sends".into());
                return (Ended::Crashed, kept);
            }
        }
        let ended = self.drive(call, crash);
        self.world.lock().tell(|| format!("the call ends: {}", ended.words()));
        (ended, kept)
    }
}

/// Returns a builder with what every client of a world has.
fn builder(world: &Shared, ahead: i64) -> ClientBuilder {
    Client::builder(BaseUrl::new("http://localhost").expect("the text is a URL"))
        .transport(SimulatedTransport(world.clone()))
        .clock(SimulatedClock::new(world.clone(), ahead))
        .idempotency_key_source(the_key)
        .retry_budget(RetryBudget::unlimited())
}

fn policy(attempts: u32) -> RetryPolicy {
    RetryPolicy::default().max_attempts(attempts).backoff(Duration::from_secs(1), Duration::from_secs(1))
}

fn the_key() -> IdempotencyKey {
    static MADE: OnceLock<IdempotencyKey> = OnceLock::new();
    MADE.get_or_init(|| IdempotencyKey::new(KEY).expect("the text is a key")).clone()
}

fn payment_effect(payment: &zuora_payments::Payment) -> String {
    payment.id.clone().unwrap_or_default()
}

fn authorization_effect(authorization: &zuora_payments::Authorization) -> String {
    authorization.transaction_id.clone().unwrap_or_default()
}

fn session_effect(session: &zuora_payments::PaymentSession) -> String {
    session.token.expose().to_owned()
}

/// What became of one sequence.
pub(crate) struct Played {
    pub(crate) figures: Figures,
    pub(crate) violation: Option<String>,
}

/// Plays one sequence to its end: every call, every resumption, and every late copy.
pub(crate) fn play(world: &Shared) -> Played {
    let (operation, caller) = {
        let mut world = world.lock();
        let beside = !world.premises.hold(Premise::NobodyBeside);
        let callers = [
            Caller::Plain,
            Caller::Keeper,
            Caller::Undated,
            Caller::WrongClocks,
            Caller::Dated,
            Caller::Resumers,
            Caller::Beside,
        ];
        let caller = world.pick(&callers[..callers.len() - usize::from(!beside)]);
        let operation = world.pick(&[Operation::Payment, Operation::Authorization, Operation::Session]);
        world.fresh = !matches!(caller, Caller::Undated | Caller::Dated);
        (operation, caller)
    };
    let stage = Stage { world, operation };
    let mut claims = Claims::default();
    match caller {
        Caller::Plain => stage.plain(&mut claims),
        Caller::Keeper => stage.keeper(&mut claims),
        Caller::Undated => stage.own_key(&mut claims, false),
        Caller::Dated => stage.own_key(&mut claims, true),
        Caller::WrongClocks => stage.wrong_clocks(&mut claims),
        Caller::Resumers => stage.resumers(&mut claims),
        Caller::Beside => stage.beside(&mut claims),
    }
    let mut world = world.lock();
    world.release_all();
    world.settle();
    let age = if caller == Caller::Undated { Age::Undated } else { Age::Known };
    let violation = judge(&world, &claims, age);
    let requests = world.exchanges.len() as u64;
    let mut figures = Figures { sequences: 1, requests, ..Figures::default() };
    for ended in &claims.ended {
        figures.count(ended);
    }
    Played { figures, violation }
}

struct Stage<'a> {
    world: &'a Shared,
    operation: Operation,
}

impl Stage<'_> {
    fn process(&self) -> Process<'_> {
        Process::start(self.world, self.operation, 0, false)
    }

    /// Makes a call with a fresh key, and resumes it if its outcome is unknown.
    fn plain(&self, claims: &mut Claims) {
        let (ended, _) = self.process().make(Key::Fresh, false, Crash::Never);
        self.go_on(claims, ended, None);
    }

    /// Makes a call that is kept first, in a process that may crash at each step.
    fn keeper(&self, claims: &mut Claims) {
        let (ended, kept) = self.process().make(Key::Fresh, true, Crash::Perhaps);
        let forgotten = !matches!(ended, Ended::Crashed) && {
            let mut world = self.world.lock();
            let forgotten = world.choose(2) == 1;
            if forgotten {
                world.tell(|| "the process crashes before it writes that down".into());
            }
            forgotten
        };
        if forgotten && !matches!(ended, Ended::Stuck) {
            // What nobody has heard was not claims.
            return self.go_on(claims, Ended::Crashed, kept);
        }
        self.go_on(claims, ended, kept);
    }

    /// Makes a call with the caller's own key, which may have been used before.
    fn own_key(&self, claims: &mut Claims, dated: bool) {
        let left = {
            let mut world = self.world.lock();
            let before = world.pick(&[Before::Never, Before::Acted(23 * HOUR), Before::Acted(300), Before::OnItsWay]);
            match before {
                Before::Never => LIFE,
                Before::Acted(left) => {
                    world.prompt = left < HOUR;
                    world.used_before(Arc::from(KEY), left, self.operation);
                    world.tell(|| format!("the key was used before; the service knows it for {left} ms more"));
                    left
                }
                Before::OnItsWay => {
                    world.send_before(Arc::from(KEY), self.operation);
                    world.tell(|| "the key was used before, and that request is still on its way".into());
                    LIFE - SECOND
                }
            }
        };
        let first = time_of_day(self.world.lock().now) - Duration::from_millis(LIFE - left);
        let key = if dated { Key::Dated(first) } else { Key::Undated };
        let (ended, _) = self.process().make(key, false, Crash::Never);
        self.go_on(claims, ended, None);
    }

    /// Makes a call that is kept by a process with a wrong clock, and resumed by another. Both know the service's time.
    fn wrong_clocks(&self, claims: &mut Claims) {
        const THREE: i64 = 3 * 3_600_000;
        let (ahead, later, wait) = {
            let mut world = self.world.lock();
            let ahead = world.pick(&[THREE, -THREE, 0]);
            let later = world.pick(&[-THREE, 0, THREE]);
            let wait = world.pick(&[26 * HOUR, 22 * HOUR, 24 * HOUR - 60 * SECOND]);
            world.tell(|| format!("a process starts whose clock is {} h ahead", ahead / 3_600_000));
            (ahead, later, wait)
        };
        let unseen = self.world.lock().without(Premise::ClockRight);
        let kept = {
            let process = Process::start(self.world, self.operation, ahead, !unseen);
            if !unseen {
                self.see_service(&process);
            }
            let (ended, kept) = process.make(Key::Fresh, true, Crash::Perhaps);
            match ended {
                Ended::Crashed => kept,
                Ended::Failed { outcome: Outcome::Unknown, again: Some(again), .. } => Some(*again),
                ended => return claims.ended.push(ended),
            }
        };
        let Some(kept) = kept else { return };
        self.wait(wait);
        self.world.lock().fresh = false;
        self.world.lock().tell(|| format!("resumed by a process whose clock is {} h ahead", later / 3_600_000));
        let process = Process::start(self.world, self.operation, later, !unseen);
        let ended = process.drive(process.resume(kept, RESUMED_ATTEMPTS), Crash::Never);
        self.world.lock().tell(|| format!("the resumed call ends: {}", ended.words()));
        claims.ended.push(ended);
    }

    /// Makes another call before, so that the client has seen the service's time.
    fn see_service(&self, process: &Process<'_>) {
        let (calm, story) = {
            let mut world = self.world.lock();
            (std::mem::replace(&mut world.calm, true), world.story.take())
        };
        let (call, _) = process.call(Key::Fresh, false);
        process.drive(call, Crash::Never);
        let mut world = self.world.lock();
        (world.calm, world.story) = (calm, story);
        world.service = Service::default();
        world.exchanges.clear();
        world.attempts = 0;
        world.fresh = true;
        world.tell(|| "the process has seen the service's time".into());
    }

    /// Makes a call whose process crashes or times out, resumed by two processes at the same time. Each of them is in doubt from the
    /// start, so that neither needs to be alone.
    fn resumers(&self, claims: &mut Claims) {
        let crash = self.world.lock().pick_freely(&[Crash::OnceSent, Crash::Never]);
        let (ended, kept) = self.process().make(Key::Fresh, true, crash);
        let call = match &ended {
            Ended::Crashed => kept,
            Ended::Failed { outcome: Outcome::Unknown, again, .. } => again.as_deref().cloned(),
            _ => None,
        };
        claims.ended.push(ended);
        let Some(call) = call else { return };
        self.wait(5 * SECOND);
        {
            let mut world = self.world.lock();
            world.fresh = false;
            world.tell(|| "two processes resume the call at the same time".into());
        }
        let processes = [self.process(), self.process()];
        let calls = processes.each_ref().map(|process| process.resume(call.clone(), RESUMED_ATTEMPTS));
        let ended = drive_both(self.world, calls);
        self.world.lock().tell(|| format!("the resumed calls end: {}; {}", ended[0].words(), ended[1].words()));
        claims.ended.extend(ended);
    }

    /// Sends the same call from two processes, at once or one after the other.
    fn beside(&self, claims: &mut Claims) {
        let (first, second) = (self.process(), self.process());
        let (call, kept) = first.call(Key::Fresh, true);
        let Some(kept) = kept else { return };
        self.world.lock().tell(|| "the process keeps the call, and another one resumes it".into());
        let both = self.world.lock().choose(2) == 1;
        let ended = if both {
            drive_both(self.world, [call, second.resume(kept, RESUMED_ATTEMPTS)])
        } else {
            let ended = first.drive(call, Crash::Never);
            self.world.lock().tell(|| format!("the call ends: {}", ended.words()));
            let other = second.drive(second.resume(kept, RESUMED_ATTEMPTS), Crash::Never);
            self.world.lock().tell(|| format!("the other call ends: {}", other.words()));
            [ended, other]
        };
        if both {
            self.world.lock().tell(|| format!("the calls end: {}; {}", ended[0].words(), ended[1].words()));
        }
        claims.ended.extend(ended);
    }

    /// Resumes a call whose end is unknown: once as the world goes, and once with nothing in the way.
    fn go_on(&self, claims: &mut Claims, mut ended: Ended, mut kept: Option<ResumableCall>) {
        for last in [false, true] {
            let call = match &mut ended {
                Ended::Crashed => kept.clone(),
                Ended::Failed { outcome: Outcome::Unknown, again, .. } => again.take().map(|call| *call),
                _ => None,
            };
            claims.ended.push(ended);
            let Some(call) = call else { return };
            kept = Some(call.clone());
            // Once nothing can go wrong any more, the first resumption is like the last.
            let last = last || self.world.lock().is_spent();
            ended = self.resume_later(call, last);
            if last {
                break;
            }
        }
        claims.ended.push(ended);
    }

    fn resume_later(&self, call: ResumableCall, last: bool) -> Ended {
        let waits: [Millis; 4] = [5 * SECOND, 23 * HOUR, 24 * HOUR - 360 * SECOND, 25 * HOUR];
        let wait = {
            let mut world = self.world.lock();
            world.calm |= last;
            world.fresh = false;
            world.pick(&waits)
        };
        self.wait(wait);
        self.world.lock().tell(|| "the call is resumed".into());
        let process = self.process();
        let attempts = if last { LAST_ATTEMPTS } else { RESUMED_ATTEMPTS };
        // Its process may crash as well, and leaves the call to the next one.
        let ended = process.drive(process.resume(call, attempts), if last { Crash::Never } else { Crash::Perhaps });
        self.world.lock().tell(|| format!("the resumed call ends: {}", ended.words()));
        ended
    }

    /// Lets time pass while no process runs.
    fn wait(&self, time: Millis) {
        let mut world = self.world.lock();
        if time > VERY_LATE {
            // The network holds nothing back for longer.
            world.release_all();
        }
        let until = world.now + time;
        world.pass_until(until);
    }
}

/// Makes one call with the client's own policy and timeouts. Returns how it ended.
pub(crate) fn one_call(world: &Shared, operation: Operation, seed: u64) -> Ended {
    let random = Mutex::new(fastrand::Rng::with_seed(seed));
    let client = builder(world, 0)
        .random_source(move || random.lock().unwrap_or_else(PoisonError::into_inner).u64(..))
        .access_token(TOKEN)
        .build()
        .expect("the options go together");
    Process { world, client, runtime: None, operation }.make(Key::Fresh, false, Crash::Never).0
}
