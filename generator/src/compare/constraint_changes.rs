//! Limits: which of two lets less pass.

use std::cmp::Ordering;

use crate::ir::{Check, Constraints};

/// How a limit changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shift {
    pub(super) kind: Kind,
    pub(super) was: Option<String>,
    pub(super) is: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Tightened,
    Loosened,
    /// A pattern for another: nobody can tell which lets more pass.
    Pattern,
    /// The format, which is no limit.
    Format,
}

/// Returns what changed between the limits of a value, those of its elements included.
pub(super) fn shifts(old: &Constraints, new: &Constraints) -> Vec<Shift> {
    let mut found = Vec::new();
    let empty = Constraints::default();
    let (mut old, mut new, mut each) = (old, new, String::new());
    loop {
        level(old, new, &each, &mut found);
        match (&old.each, &new.each) {
            (None, None) => return found,
            (inner_old, inner_new) => {
                (old, new) = (inner_old.as_deref().unwrap_or(&empty), inner_new.as_deref().unwrap_or(&empty));
                each.push_str("each ");
            }
        }
    }
}

fn level(old: &Constraints, new: &Constraints, each: &str, found: &mut Vec<Shift>) {
    let spelt = |check: &Check| format!("{each}{}", spelt(check));
    for check in &old.checks {
        match new.checks.iter().find(|other| subject(other) == subject(check)) {
            Some(other) if other == check => {}
            Some(other) => found.push(Shift {
                kind: match (check, other) {
                    (Check::Pattern(_), _) => Kind::Pattern,
                    _ if lets_less_pass(check, other) => Kind::Tightened,
                    _ => Kind::Loosened,
                },
                was: Some(spelt(check)),
                is: Some(spelt(other)),
            }),
            None => found.push(Shift { kind: Kind::Loosened, was: Some(spelt(check)), is: None }),
        }
    }
    for check in new.checks.iter().filter(|check| !old.checks.iter().any(|other| subject(other) == subject(check))) {
        found.push(Shift { kind: Kind::Tightened, was: None, is: Some(spelt(check)) });
    }
    if old.format != new.format {
        let spelt = |format: &Option<String>| Some(format!("{each}{}", format.as_deref().unwrap_or("no format")));
        found.push(Shift { kind: Kind::Format, was: spelt(&old.format), is: spelt(&new.format) });
    }
}

/// Returns what a check is about: two on the same can be compared.
fn subject(check: &Check) -> &'static str {
    match check {
        Check::MinLength(_) => "minLength",
        Check::MaxLength(_) => "maxLength",
        Check::Pattern(_) => "pattern",
        Check::Minimum(_) | Check::ExclusiveMinimum(_) => "minimum",
        Check::Maximum(_) | Check::ExclusiveMaximum(_) => "maximum",
        Check::MultipleOf(_) => "multipleOf",
        Check::MinItems(_) => "minItems",
        Check::MaxItems(_) => "maxItems",
        Check::UniqueItems => "uniqueItems",
        Check::MinProperties(_) => "minProperties",
        Check::MaxProperties(_) => "maxProperties",
    }
}

/// Returns a check in the document's words.
pub(super) fn spelt(check: &Check) -> String {
    let name = subject(check);
    match check {
        Check::MinLength(n)
        | Check::MaxLength(n)
        | Check::MinItems(n)
        | Check::MaxItems(n)
        | Check::MinProperties(n)
        | Check::MaxProperties(n) => format!("{name} {n}"),
        Check::Pattern(text) | Check::Minimum(text) | Check::Maximum(text) | Check::MultipleOf(text) => {
            format!("{name} {text}")
        }
        Check::ExclusiveMinimum(text) | Check::ExclusiveMaximum(text) => format!("exclusive {name} {text}"),
        Check::UniqueItems => name.to_owned(),
    }
}

/// Returns whether the second of two checks on the same refuses something that the first lets pass; where that cannot be
/// told, it may.
fn lets_less_pass(old: &Check, new: &Check) -> bool {
    use Check::*;
    match (old, new) {
        (MinLength(old), MinLength(new))
        | (MinItems(old), MinItems(new))
        | (MinProperties(old), MinProperties(new)) => new > old,
        (MaxLength(old), MaxLength(new))
        | (MaxItems(old), MaxItems(new))
        | (MaxProperties(old), MaxProperties(new)) => new < old,
        (Minimum(old) | ExclusiveMinimum(old), Minimum(bound) | ExclusiveMinimum(bound)) => {
            match decimal_order(old, bound) {
                Some(Ordering::Equal) => matches!(new, ExclusiveMinimum(_)),
                Some(order) => order == Ordering::Less,
                None => true,
            }
        }
        (Maximum(old) | ExclusiveMaximum(old), Maximum(bound) | ExclusiveMaximum(bound)) => {
            match decimal_order(old, bound) {
                Some(Ordering::Equal) => matches!(new, ExclusiveMaximum(_)),
                Some(order) => order == Ordering::Greater,
                None => true,
            }
        }
        _ => true,
    }
}

/// Returns the order of two numbers in decimal text without exponents, exactly; nothing when one of them is no such
/// text.
pub(super) fn decimal_order(one: &str, other: &str) -> Option<Ordering> {
    let (one, other) = (Digits::of(one)?, Digits::of(other)?);
    let order = match (one.negative, other.negative) {
        (false, true) => Ordering::Greater,
        (true, false) => Ordering::Less,
        (false, false) => one.size(&other),
        (true, true) => other.size(&one),
    };
    Some(order)
}

/// The digits of a number.
struct Digits<'a> {
    negative: bool,
    whole: &'a str,
    fraction: &'a str,
}

impl<'a> Digits<'a> {
    fn of(text: &'a str) -> Option<Self> {
        let (negative, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !is_digits(whole) || !is_digits(fraction) {
            return None;
        }
        let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
        Some(Self { negative: negative && !(whole.is_empty() && fraction.is_empty()), whole, fraction })
    }

    /// Compares decimal texts: without zeros at either end, by the count of whole digits, then by the digits.
    fn size(&self, other: &Self) -> Ordering {
        let whole = self.whole.len().cmp(&other.whole.len()).then_with(|| self.whole.cmp(other.whole));
        whole.then_with(|| self.fraction.cmp(other.fraction))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(checks: &[Check]) -> Constraints {
        Constraints { checks: checks.to_vec(), ..Constraints::default() }
    }

    fn kinds(old: &[Check], new: &[Check]) -> Vec<Kind> {
        shifts(&of(old), &of(new)).into_iter().map(|shift| shift.kind).collect()
    }

    #[test]
    fn what_lets_less_pass_is_tighter() {
        use Check::*;
        assert_eq!(kinds(&[MaxLength(5)], &[MaxLength(4)]), [Kind::Tightened]);
        assert_eq!(kinds(&[MinItems(2)], &[MinItems(1)]), [Kind::Loosened]);
        assert_eq!(kinds(&[], &[UniqueItems]), [Kind::Tightened]);
        assert_eq!(kinds(&[Pattern("a".into())], &[]), [Kind::Loosened]);
        assert_eq!(kinds(&[Pattern("a".into())], &[Pattern("b".into())]), [Kind::Pattern]);
        assert_eq!(kinds(&[Minimum("0".into())], &[ExclusiveMinimum("0.0".into())]), [Kind::Tightened]);
        assert_eq!(kinds(&[ExclusiveMaximum("10".into())], &[Maximum("10".into())]), [Kind::Loosened]);
        assert_eq!(kinds(&[Maximum("9.5".into())], &[Maximum("10".into())]), [Kind::Loosened]);
        assert_eq!(kinds(&[Minimum("-1".into())], &[Minimum("-2.5".into())]), [Kind::Loosened]);
        assert_eq!(kinds(&[MinLength(1), MaxLength(3)], &[MaxLength(3), MinLength(1)]), []);
    }

    #[test]
    fn limits_of_elements_count_by_their_level() {
        let nested = |limits: Constraints| Constraints { each: Some(Box::new(limits)), ..Constraints::default() };
        let found = shifts(&nested(of(&[Check::MaxLength(3)])), &nested(of(&[Check::MaxLength(2)])));
        assert_eq!(found[0].was.as_deref(), Some("each maxLength 3"));
        assert_eq!(shifts(&Constraints::default(), &nested(of(&[Check::MaxLength(2)])))[0].kind, Kind::Tightened);
    }

    #[test]
    fn decimals_are_compared_as_they_are_written() {
        assert_eq!(decimal_order("0.10", "0.1"), Some(Ordering::Equal));
        assert_eq!(decimal_order("-0", "0.000"), Some(Ordering::Equal));
        assert_eq!(decimal_order("99999999999999999999.1", "99999999999999999999.2"), Some(Ordering::Less));
        assert_eq!(decimal_order("-10", "-9"), Some(Ordering::Less));
        assert_eq!(decimal_order("1e3", "1"), None);
    }
}
