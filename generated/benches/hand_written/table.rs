//! The printed table.

use std::fmt;

use crate::rounds::Costs;

#[derive(Clone, Copy)]
pub(crate) enum Unit {
    Nanoseconds,
    Count,
    Bytes,
}

impl Unit {
    fn show(self, value: f64) -> String {
        match self {
            Self::Nanoseconds if value < 10_000.0 => format!("{value:.0} ns"),
            Self::Nanoseconds => format!("{:.1} µs", value / 1000.0),
            Self::Count if value >= 10_000.0 => format!("{value:.0}"),
            Self::Count => format!("{value:.1}"),
            Self::Bytes => format!("{:.1} KiB", value / 1024.0),
        }
    }
}

pub(crate) struct Row {
    name: &'static str,
    unit: Unit,
    costs: Costs,
    /// The most that ours may cost, measured in the first of the others.
    target: Option<f64>,
}

impl Row {
    pub(crate) fn new(name: &'static str, unit: Unit, costs: Costs) -> Self {
        Self { name, unit, costs, target: None }
    }

    pub(crate) fn target(mut self, target: f64) -> Self {
        self.target = Some(target);
        self
    }

    fn verdict(&self) -> String {
        // What is shown as met has to be met: two decimals are what is shown.
        let met = |target| (self.costs.ratios[0] * 100.0).round() <= target * 100.0;
        self.target
            .map_or_else(String::new, |target| format!("<= {target:.2} {}", if met(target) { "met" } else { "MISSED" }))
    }
}

#[derive(Default)]
pub(crate) struct Table(Vec<Row>);

impl Table {
    pub(crate) fn add(&mut self, row: Row) {
        self.0.push(row);
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let heads = ["", "ours", "hyper+serde", "reqwest+serde", "/ hyper", "/ reqwest", "target"].map(str::to_owned);
        line(f, &heads)?;
        for row in &self.0 {
            let shown =
                |at: usize| row.costs.medians.get(at).map_or_else(|| "-".to_owned(), |cost| row.unit.show(*cost));
            let ratio =
                |at: usize| row.costs.ratios.get(at).map_or_else(|| "-".to_owned(), |ratio| format!("{ratio:.2}"));
            let name = row.name.to_owned();
            line(f, &[name, shown(0), shown(1), shown(2), ratio(0), ratio(1), row.verdict()])?;
        }
        Ok(())
    }
}

fn line(
    f: &mut fmt::Formatter<'_>,
    [name, ours, hyper, reqwest, by_hyper, by_reqwest, target]: &[String; 7],
) -> fmt::Result {
    writeln!(f, "{name:<36} {ours:>11} {hyper:>12} {reqwest:>14} {by_hyper:>8} {by_reqwest:>10}  {target}")
}
