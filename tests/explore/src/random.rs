//! Random numbers with stated rates.

use crate::cost::{BUSINESS, Business, NETWORK, Network, WHOLE};

/// A die that falls by the rates of the mixture.
#[derive(Debug)]
pub(crate) struct Dice(fastrand::Rng);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(fastrand::Rng::with_seed(seed))
    }

    pub(crate) fn network(&mut self) -> Network {
        self.by_rate(NETWORK)
    }

    pub(crate) fn business(&mut self) -> Business {
        self.by_rate(BUSINESS)
    }

    /// Returns one of the events, each by its rate; the first has what is left.
    fn by_rate<T: Copy>(&mut self, rates: &[(T, u32)]) -> T {
        let mut left = self.0.u32(..WHOLE);
        let chosen = rates.iter().find(|(_, rate)| {
            let here = left < *rate;
            left = left.saturating_sub(*rate);
            here
        });
        chosen.unwrap_or(&rates[0]).0
    }
}
