//! The cost of the rules: `Unknown` calls, extra requests and time, over a mixture with stated rates.

use std::fmt;

use crate::caller::one_call;
use crate::judge::Figures;
use crate::premises::Premises;
use crate::random::Dice;
use crate::service::Operation;
use crate::world::{Choices, Millis, Shared};

/// What the rates below are parts of.
pub const WHOLE: u32 = 100_000;

/// What the network does to one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Network {
    /// It delivers request and response.
    Plain,
    /// No connection is made.
    NotConnected,
    /// The connection is lost before the request arrives.
    LostBefore,
    /// The connection is lost after the request has arrived.
    LostAfter,
    /// No response comes, and the request has arrived.
    TimedOut,
    /// A hop gives a 5xx, and the request does not arrive.
    Unavailable,
    /// A hop gives a 5xx, and the request has arrived.
    GatewayTimeout,
    /// The rate limiter gives 429.
    TooMany,
    /// The token is refused with 401.
    Unauthorized,
}

/// The network's rates, of 100,000 requests.
pub const NETWORK: &[(Network, u32)] = &[
    (Network::Plain, 98_500),
    (Network::NotConnected, 200),
    (Network::LostBefore, 150),
    (Network::LostAfter, 150),
    (Network::TimedOut, 100),
    (Network::Unavailable, 200),
    (Network::GatewayTimeout, 100),
    (Network::TooMany, 500),
    (Network::Unauthorized, 100),
];

/// What the service does with a request that it works on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Business {
    /// It acts, and says so.
    Success,
    /// It refuses by a business rule.
    Refused,
    /// Another request has a lock.
    Locked,
    /// The gateway declines; the response has category 60.
    DeclinedByCategory,
    /// The gateway declines; the response has the result code of an authorization, or the state of a payment.
    Declined,
    /// It fails for the moment, category 61.
    Failed,
}

/// The service's rates, of 100,000 requests that it works on.
pub const BUSINESS: &[(Business, u32)] = &[
    (Business::Success, 97_000),
    (Business::Refused, 1_000),
    (Business::Locked, 300),
    (Business::DeclinedByCategory, 300),
    (Business::Declined, 1_300),
    (Business::Failed, 100),
];

/// What a number of calls cost.
#[derive(Clone, Debug)]
pub struct Cost {
    figures: Figures,
    calls: u64,
    mean: Millis,
    percentile: Millis,
}

/// Makes calls at the stated rates, half of them payments and half authorizations.
#[must_use]
pub fn count(calls: u64, seed: u64) -> Cost {
    let mut figures = Figures::default();
    let mut latencies = Vec::new();
    for number in 0..calls {
        let seed = seed.wrapping_add(number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let world = Shared::new(Choices::Dice(Dice::new(seed)), Premises::ALL, false);
        let operation = if number % 2 == 0 { Operation::Payment } else { Operation::Authorization };
        let ended = one_call(&world, operation, seed);
        let world = world.lock();
        figures.add(&Figures { sequences: 1, requests: world.exchanges.len() as u64, ..Figures::default() });
        figures.count(&ended);
        latencies.push(world.now);
    }
    latencies.sort_unstable();
    let mean = latencies.iter().sum::<Millis>() / calls.max(1);
    let percentile = latencies.get(latencies.len() * 99 / 100).copied().unwrap_or_default();
    Cost { figures, calls, mean, percentile }
}

impl Cost {
    /// Returns how many of 100,000 calls end `Unknown`.
    #[must_use]
    pub fn unknown(&self) -> u64 {
        self.figures.unknown * 100_000 / self.calls.max(1)
    }

    /// Returns how many more requests than calls there are, for 1,000 calls.
    #[must_use]
    pub fn extra_requests(&self) -> u64 {
        (self.figures.requests - self.calls.min(self.figures.requests)) * 1_000 / self.calls.max(1)
    }
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unknown = self.unknown();
        writeln!(f, "{} calls of the mixture", self.calls)?;
        writeln!(f, "end `Unknown`: {}.{:03} %", unknown / 1_000, unknown % 1_000)?;
        writeln!(f, "extra requests: {} in 1,000 calls", self.extra_requests())?;
        write!(f, "latency: {} ms on average, {} ms at the 99th percentile", self.mean, self.percentile)
    }
}

#[cfg(test)]
mod tests {
    use super::{BUSINESS, NETWORK, WHOLE};

    #[test]
    fn the_rates_add_up() {
        assert_eq!(NETWORK.iter().map(|(_, rate)| rate).sum::<u32>(), WHOLE);
        assert_eq!(BUSINESS.iter().map(|(_, rate)| rate).sum::<u32>(), WHOLE);
    }
}
