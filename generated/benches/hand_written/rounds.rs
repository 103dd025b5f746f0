//! Measures in turns, so that all contenders run under the same conditions.

use allocation_counter::{AllocationInfo, measure, opt_out};
use cpu_time::ProcessTime;

/// How often everything is done.
#[derive(Clone, Copy)]
pub(crate) struct Rounds {
    rounds: usize,
    /// How often a contender runs in a round.
    runs: usize,
}

/// How much is done altogether.
#[derive(Clone, Copy)]
pub(crate) struct Effort {
    pub(crate) codec: Rounds,
    pub(crate) memory: Rounds,
    pub(crate) one_by_one: Rounds,
    pub(crate) at_once: Rounds,
}

impl Effort {
    pub(crate) const FULL: Self = Self {
        codec: Rounds { rounds: 301, runs: 2000 },
        memory: Rounds { rounds: 301, runs: 500 },
        one_by_one: Rounds { rounds: 301, runs: 10 },
        at_once: Rounds { rounds: 201, runs: 2 },
    };

    pub(crate) const QUICK: Self = Self {
        codec: Rounds { rounds: 41, runs: 1000 },
        memory: Rounds { rounds: 41, runs: 300 },
        one_by_one: Rounds { rounds: 41, runs: 5 },
        at_once: Rounds { rounds: 21, runs: 2 },
    };
}

/// What something costs each contender, ours first: the median, and the median of ours over each of the others, round by round.
pub(crate) struct Costs {
    pub(crate) medians: Vec<f64>,
    pub(crate) ratios: Vec<f64>,
}

impl Costs {
    fn of(rounds: &[Vec<f64>], contenders: usize) -> Self {
        let column = |of: &dyn Fn(&Vec<f64>) -> f64| median(rounds.iter().map(of).collect());
        Self {
            medians: (0..contenders).map(|at| column(&|round| round[at])).collect(),
            ratios: (1..contenders).map(|at| column(&|round| round[0] / round[at])).collect(),
        }
    }

    /// Costs that are the same each time.
    pub(crate) fn counted(costs: Vec<f64>) -> Self {
        let contenders = costs.len();
        Self::of(&[costs], contenders)
    }

    /// Returns the costs of one call, where a run has several.
    pub(crate) fn per(mut self, calls: usize) -> Self {
        self.medians.iter_mut().for_each(|median| *median /= calls as f64);
        self
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Nanoseconds of CPU time a run.
pub(crate) fn cpu_time(Rounds { rounds, runs }: Rounds, contenders: &mut [&mut dyn FnMut()]) -> Costs {
    let count = contenders.len();
    let mut taken = vec![vec![0.0; count]; rounds];
    // Counting is not free either.
    opt_out(|| {
        contenders.iter_mut().for_each(|run| (0..runs).for_each(|_| run()));
        for (round, taken) in taken.iter_mut().enumerate() {
            for at in (0..count).map(|at| (at + round) % count) {
                let start = ProcessTime::now();
                (0..runs).for_each(|_| contenders[at]());
                taken[at] = start.elapsed().as_nanos() as f64 / runs as f64;
            }
        }
    });
    Costs::of(&taken, count)
}

/// Allocations a call, once everything is warm; a reallocation counts as one.
pub(crate) fn allocations(calls: usize, contenders: &mut [&mut dyn FnMut()]) -> Costs {
    counted(contenders, &|counted| counted.count_total as f64 / calls as f64)
}

/// Returns the most bytes that were allocated at the same time.
pub(crate) fn peak(contenders: &mut [&mut dyn FnMut()]) -> Costs {
    counted(contenders, &|counted| counted.bytes_max as f64)
}

fn counted(contenders: &mut [&mut dyn FnMut()], what: &dyn Fn(&AllocationInfo) -> f64) -> Costs {
    const ROUNDS: usize = 11;
    let mut round = || contenders.iter_mut().map(|run| what(&measure(run))).collect::<Vec<_>>();
    round();
    let rounds: Vec<_> = (0..ROUNDS).map(|_| round()).collect();
    Costs::of(&rounds, rounds[0].len())
}
