//! The choices of one sequence, and the step to the next sequence.

use std::fmt;

use anyhow::{Context, ensure};

/// The largest number of options of one choice: a choice is one digit of base 36.
const MOST: u8 = 36;

/// The choices of one sequence, in the order in which they are made. Zero is the default of each choice.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tape {
    digits: Vec<Digit>,
    at: usize,
    depth: u32,
    /// How many more choices may differ from the default.
    left: u32,
    /// Makes the choices, where they are made at random.
    random: Option<fastrand::Rng>,
}

#[derive(Clone, Copy, Debug)]
struct Digit {
    value: u8,
    options: u8,
    /// Whether another option than the default counts towards the depth.
    counts: bool,
}

impl Tape {
    /// Returns the first sequence, all defaults. At most `depth` choices of each sequence differ from the default.
    #[must_use]
    pub(crate) fn new(depth: u32) -> Self {
        Self { depth, left: depth, ..Self::default() }
    }

    /// Reads the id of a sequence.
    ///
    /// # Errors
    ///
    /// When the text holds something else than digits of base 36.
    pub(crate) fn parse(id: &str) -> anyhow::Result<Self> {
        ensure!(id.is_ascii(), "the id holds something else than digits of base 36");
        let digit = |c: char| c.to_digit(u32::from(MOST)).context("the id holds something else than digits of base 36");
        let values = id.chars().map(digit).collect::<anyhow::Result<Vec<u32>>>()?;
        let digits = values.into_iter().filter_map(|value| u8::try_from(value).ok());
        let digits = digits.map(|value| Digit { value, options: MOST, counts: true }).collect();
        Ok(Self { digits, depth: u32::MAX, left: u32::MAX, ..Self::default() })
    }

    /// Returns a sequence whose choices are made at random; one in four differs from the default.
    pub(crate) fn random(seed: u64) -> Self {
        let random = Some(fastrand::Rng::with_seed(seed));
        Self { depth: u32::MAX, left: u32::MAX, random, ..Self::default() }
    }

    /// Returns a number below `options`: the one of this sequence, or the default.
    pub(crate) fn choose(&mut self, options: u8) -> u8 {
        self.take(options, true)
    }

    /// Does the same, and other options than the default do not count towards the depth.
    pub(crate) fn choose_freely(&mut self, options: u8) -> u8 {
        self.take(options, false)
    }

    fn take(&mut self, options: u8, counts: bool) -> u8 {
        let digit = match self.digits.get(self.at) {
            Some(digit) => Digit { value: digit.value.min(options.saturating_sub(1)), ..*digit },
            None => {
                // Out of deviations: no other option of this choice belongs to the exploration.
                let spent = counts && self.left == 0;
                let options = if spent { 1 } else { options.min(MOST) };
                let value =
                    self.random.as_mut().map_or(0, |random| if random.u8(..4) == 0 { random.u8(..options) } else { 0 });
                let digit = Digit { value, options, counts };
                self.digits.push(digit);
                digit
            }
        };
        self.at += 1;
        self.left = self.left.saturating_sub(u32::from(digit.counts && digit.value > 0));
        digit.value
    }

    /// Returns whether every further choice that counts has its default.
    pub(crate) fn is_spent(&self) -> bool {
        self.left == 0 && self.at >= self.digits.len()
    }

    /// Goes on to the next sequence that has the first `fixed` choices in common. Returns false if there is none.
    pub(crate) fn advance(&mut self, fixed: usize) -> bool {
        self.digits.truncate(self.at);
        while self.digits.len() > fixed {
            if let Some(last) = self.digits.last_mut()
                && last.value + 1 < last.options
            {
                last.value += 1;
                self.rewind();
                return true;
            }
            self.digits.pop();
        }
        false
    }

    /// Goes back to the first choice.
    pub(crate) fn rewind(&mut self) {
        self.at = 0;
        self.left = self.depth;
    }

    /// Returns the tapes that share the first `length` choices with this one and differ in the choice after, with the
    /// rest at its default; none if the sequence ended before.
    #[must_use]
    pub(crate) fn split(&self, length: usize) -> Vec<Self> {
        let Some(next) = self.digits.get(length).filter(|_| length < self.at) else { return Vec::new() };
        let branch = |value| {
            let mut digits = self.digits[..length].to_vec();
            digits.push(Digit { value, ..*next });
            Self { digits, depth: self.depth, left: self.depth, ..Self::default() }
        };
        (0..next.options).map(branch).collect()
    }

    /// Returns the number of choices that differ from the default.
    #[must_use]
    pub(crate) fn deviations(&self) -> usize {
        self.digits.iter().filter(|digit| digit.value > 0).count()
    }
}

/// The id of the sequence: a digit of base 36 for each choice, without the defaults at the end.
impl fmt::Display for Tape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = self.digits.iter().rposition(|digit| digit.value > 0).map_or(1, |last| last + 1);
        for digit in self.digits.iter().take(end) {
            write!(f, "{}", char::from_digit(u32::from(digit.value), u32::from(MOST)).unwrap_or('?'))?;
        }
        if self.digits.is_empty() { f.write_str("0") } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::Tape;

    /// Returns two choices of three options, and a third after the first deviation.
    fn run(tape: &mut Tape) -> Vec<u8> {
        let mut made = vec![tape.choose(3)];
        made.push(tape.choose(3));
        if made[0] > 0 {
            made.push(tape.choose(2));
        }
        made
    }

    fn all(depth: u32) -> Vec<Vec<u8>> {
        let mut tape = Tape::new(depth);
        let mut made = vec![run(&mut tape)];
        while tape.advance(0) {
            made.push(run(&mut tape));
        }
        made
    }

    #[test]
    fn every_sequence_up_to_the_depth_is_made_once() {
        assert_eq!(all(0), [vec![0, 0]]);
        assert_eq!(all(1), [vec![0, 0], vec![0, 1], vec![0, 2], vec![1, 0, 0], vec![2, 0, 0]]);
        assert_eq!(all(9).len(), 3 + 2 * 3 * 2);
    }

    #[test]
    fn an_id_leads_back_to_its_sequence() {
        let mut tape = Tape::new(9);
        loop {
            let made = run(&mut tape);
            let mut replay = Tape::parse(&tape.to_string()).unwrap();
            assert_eq!(run(&mut replay), made);
            if !tape.advance(0) {
                break;
            }
        }
        Tape::parse("a-b").unwrap_err();
    }

    #[test]
    fn split_parts_hold_every_sequence_once() {
        let mut first = Tape::new(2);
        run(&mut first);
        let mut made = Vec::new();
        for mut part in first.split(0) {
            made.push(run(&mut part));
            while part.advance(1) {
                made.push(run(&mut part));
            }
        }
        assert_eq!(made, all(2));
    }
}
