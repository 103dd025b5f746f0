//! The simulated world: its time, what happens in it next, and the choices that decide it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Waker};

use crate::network::{Copy, Exchange};
use crate::premises::{Premise, Premises};
use crate::processing::Execution;
use crate::random::Dice;
use crate::service::Service;
use crate::tape::Tape;

/// Milliseconds since the world began.
pub(crate) type Millis = u64;

/// One second.
pub(crate) const SECOND: Millis = 1000;
/// One hour.
pub(crate) const HOUR: Millis = 3600 * SECOND;

/// Who decides what happens.
#[derive(Debug)]
pub(crate) enum Choices {
    /// One sequence of the exploration.
    Tape(Tape),
    /// A random mixture with stated rates.
    Dice(Dice),
}

/// What happens at a moment.
#[derive(Debug)]
pub(crate) enum Event {
    /// A copy of a request reaches the service.
    Arrive(Copy),
    /// The service ends its work on a request.
    Finish(Copy, Execution),
    /// The client hears of an exchange.
    Hear(usize, Box<crate::network::Heard>),
}

/// Everything that exists outside of the client.
#[derive(Debug)]
pub(crate) struct World {
    /// True time.
    pub(crate) now: Millis,
    /// What the service is and knows.
    pub(crate) service: Service,
    /// Every request of the client, in order.
    pub(crate) exchanges: Vec<Exchange>,
    /// Copies that the network holds back until another request has come.
    pub(crate) held: Vec<crate::network::Held>,
    /// Whether the next request is the first one under a fresh key.
    pub(crate) fresh: bool,
    /// Whether the process that runs makes no connection any more.
    pub(crate) unplugged: bool,
    /// Whether what arrives at all arrives at once.
    pub(crate) prompt: bool,
    /// How many requests were sent for the call.
    pub(crate) attempts: u32,
    /// Whether nothing goes wrong any more.
    pub(crate) calm: bool,
    /// Which premises hold.
    pub(crate) premises: Premises,
    /// Tasks of a runtime that wait for something to happen.
    wakers: Vec<Waker>,
    choices: Choices,
    queue: Vec<(Millis, Event)>,
    timers: Vec<Option<Millis>>,
    pub(crate) story: Option<Vec<String>>,
}

/// The world, shared by a transport, clocks and the one who drives them.
#[derive(Clone, Debug)]
pub(crate) struct Shared(Arc<Mutex<World>>);

impl Shared {
    /// Makes a world.
    #[must_use]
    pub(crate) fn new(choices: Choices, premises: Premises, told: bool) -> Self {
        Self(Arc::new(Mutex::new(World {
            now: 0,
            service: Service::default(),
            exchanges: Vec::new(),
            held: Vec::new(),
            fresh: false,
            unplugged: false,
            prompt: false,
            attempts: 0,
            calm: false,
            premises,
            wakers: Vec::new(),
            choices,
            queue: Vec::new(),
            timers: Vec::new(),
            story: told.then(Vec::new),
        })))
    }

    /// Gives access to it. Only one thread has it at a time, so that nobody waits.
    pub(crate) fn lock(&self) -> MutexGuard<'_, World> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the choices and the story out at the end.
    #[must_use]
    pub(crate) fn end(&self) -> (Choices, Vec<String>) {
        let mut world = self.lock();
        let choices = std::mem::replace(&mut world.choices, Choices::Tape(Tape::default()));
        (choices, world.story.take().unwrap_or_default())
    }
}

impl World {
    /// Returns a number below `options`. Zero is the default, and all there is once nothing goes wrong any more.
    pub(crate) fn choose(&mut self, options: u8) -> u8 {
        match &mut self.choices {
            Choices::Tape(tape) if !self.calm => tape.choose(options),
            _ => 0,
        }
    }

    /// Returns one of the options, of which the first is the default. All of them are explored at any depth.
    pub(crate) fn pick_freely<T: std::marker::Copy>(&mut self, options: &[T]) -> T {
        let most = u8::try_from(options.len()).unwrap_or(u8::MAX);
        let chosen = match &mut self.choices {
            Choices::Tape(tape) if !self.calm => tape.choose_freely(most),
            _ => 0,
        };
        options[usize::from(chosen)]
    }

    /// Returns whether nothing can go wrong any more in this sequence.
    pub(crate) fn is_spent(&self) -> bool {
        match &self.choices {
            Choices::Tape(tape) => tape.is_spent(),
            Choices::Dice(_) => false,
        }
    }

    /// Returns one of the options, of which the first is the default.
    pub(crate) fn pick<T: std::marker::Copy>(&mut self, options: &[T]) -> T {
        let most = u8::try_from(options.len()).unwrap_or(u8::MAX);
        options[usize::from(self.choose(most))]
    }

    /// Returns whether something happens that needs a premise to be off.
    pub(crate) fn without(&mut self, premise: Premise) -> bool {
        !self.premises.hold(premise) && self.pick_freely(&[false, true])
    }

    /// Returns the random numbers, where these decide.
    pub(crate) fn dice(&mut self) -> Option<&mut Dice> {
        match &mut self.choices {
            Choices::Dice(dice) if !self.calm => Some(dice),
            _ => None,
        }
    }

    /// Lets something happen later.
    pub(crate) fn after(&mut self, wait: Millis, event: Event) {
        self.queue.push((self.now + wait, event));
    }

    /// Notes a moment at which a process wakes up. Returns its number.
    pub(crate) fn wake_at(&mut self, moment: Millis) -> usize {
        let free = self.timers.iter().position(Option::is_none);
        let at = free.unwrap_or_else(|| {
            self.timers.push(None);
            self.timers.len() - 1
        });
        self.timers[at] = Some(moment);
        at
    }

    /// Forgets such a moment.
    pub(crate) fn forget_timer(&mut self, number: usize) {
        self.timers[number] = None;
    }

    /// Notes that a process waits for something to happen. Who is polled by hand needs no waking.
    pub(crate) fn wait(&mut self, context: &Context<'_>) {
        if !context.waker().will_wake(Waker::noop()) {
            self.wakers.push(context.waker().clone());
        }
    }

    /// Goes on to the next moment at which something happens or a process wakes up. Returns false if there is none.
    pub(crate) fn step(&mut self) -> bool {
        let next = self.next_event();
        let timer = self.timers.iter().flatten().copied().filter(|&moment| moment > self.now).min();
        match (next, timer) {
            (Some((at, _)), Some(timer)) if timer < at => self.now = timer,
            (Some((at, index)), _) => self.happen(at, index),
            (None, Some(timer)) => self.now = timer,
            (None, None) => return false,
        }
        self.wakers.drain(..).for_each(Waker::wake);
        true
    }

    /// Lets everything happen that is on its way, while nobody is awake.
    pub(crate) fn settle(&mut self) {
        while let Some((at, index)) = self.next_event() {
            self.happen(at, index);
        }
    }

    /// Lets everything happen that happens before a moment, while nobody is awake.
    pub(crate) fn pass_until(&mut self, moment: Millis) {
        while let Some((at, index)) = self.next_event().filter(|(at, _)| *at <= moment) {
            self.happen(at, index);
        }
        self.now = self.now.max(moment);
    }

    /// Returns the earliest event; of several at a moment, the one that was planned first.
    fn next_event(&self) -> Option<(Millis, usize)> {
        self.queue.iter().enumerate().map(|(index, (at, _))| (*at, index)).min()
    }

    fn happen(&mut self, at: Millis, index: usize) {
        self.now = self.now.max(at);
        match self.queue.remove(index).1 {
            Event::Arrive(copy) => self.arrive(copy),
            Event::Finish(copy, execution) => self.finish(copy, execution),
            Event::Hear(exchange, heard) => self.exchanges[exchange].heard(*heard),
        }
    }

    /// Adds a line to the story, if it is told.
    pub(crate) fn tell(&mut self, line: impl FnOnce() -> String) {
        if let Some(story) = &mut self.story {
            story.push(format!("{}  {}", moment(self.now), line()));
        }
    }
}

/// Returns a moment in seconds, or in hours where it is late.
fn moment(at: Millis) -> String {
    match at {
        0..HOUR => format!("{:>5}.{:03} s", at / SECOND, at % SECOND),
        _ => format!("{:>4} h {:02} min", at / HOUR, at % HOUR / (60 * SECOND)),
    }
}
