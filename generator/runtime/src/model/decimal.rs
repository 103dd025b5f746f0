//! Exact decimal numbers.

use std::fmt;
use std::str::FromStr;

use super::error::ParseError;

/// An exact decimal number of up to 28 digits (29 for some), with the number of decimals it was written with.
///
/// It is read from and written as the number's own text and never passes through a binary floating-point number: `10.10`
/// stays `10.10`. Only the sign of a zero is not kept. What does not fit is an error, never a rounding. Numbers are equal when they are
/// numerically equal, so `1.0 == 1.00`.
///
/// ```
/// # use sdk_runtime::Decimal;
///
/// let amount: Decimal = "10.10".parse()?;
/// assert_eq!(amount.to_string(), "10.10");
/// assert_eq!(amount, "10.1".parse()?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// It is made of text, of [digits and a scale](Self::new), or of a constant that is checked when it is compiled,
/// [`decimal!`](crate::decimal). An integer does not convert into it: `1999` may be 1999 dollars or 1999 cents.
///
/// With a precision, as in `{:.1}`, it is shown rounded half to even.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Decimal(rust_decimal::Decimal);

/// A mantissa has 96 bits.
const MAX_MANTISSA: u128 = (1 << 96) - 1;
/// As many decimals as a number may have.
const MAX_SCALE: i32 = rust_decimal::Decimal::MAX_SCALE as i32;

impl Decimal {
    /// Zero.
    pub const ZERO: Self = Self(rust_decimal::Decimal::ZERO);

    /// Creates a number from its digits and the number of decimals: `new(1999, 2)` is 19.99.
    ///
    /// ```
    /// # use sdk_runtime::Decimal;
    /// assert_eq!(Decimal::new(1999, 2).to_string(), "19.99");
    /// assert_eq!(Decimal::new(-5, 0).to_string(), "-5");
    /// ```
    ///
    /// # Panics
    ///
    /// If there are more than 28 decimals.
    #[must_use]
    pub const fn new(digits: i64, scale: u32) -> Self {
        assert!(scale <= MAX_SCALE as u32, "a decimal number has at most 28 decimals");
        from_parts(digits < 0, digits.unsigned_abs() as u128, scale as i32).expect("64 bits fit into 96")
    }

    /// Creates a whole number.
    pub(crate) fn whole(number: u64) -> Self {
        Self(number.into())
    }

    /// Reads a number that is known when the program is compiled. [`decimal!`](crate::decimal) makes sure that it is.
    ///
    /// ```
    /// # use sdk_runtime::Decimal;
    /// const PRICE: Decimal = Decimal::literal("19.99");
    /// assert_eq!(PRICE.to_string(), "19.99");
    /// ```
    ///
    /// # Panics
    ///
    /// If the text is not a number that `parse` takes. In a constant, that is an error of the compiler.
    #[must_use]
    pub const fn literal(text: &str) -> Self {
        Self::parse(text).expect("not a decimal number of at most 28 digits, such as 19.99")
    }

    /// Returns how many decimals the number was written with: 2 for `10.10`.
    #[must_use]
    pub fn scale(&self) -> u32 {
        self.0.scale()
    }

    /// Returns whether the number is zero.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.0.is_zero()
    }

    /// Returns whether the number is below zero.
    #[must_use]
    pub fn is_negative(&self) -> bool {
        self.0.is_sign_negative() && !self.0.is_zero()
    }

    /// Returns the exact sum, or `None` when it has too many digits.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        let (one, other, scale) = self.aligned(other)?;
        Self::of_mantissa(one.checked_add(other)?, scale)
    }

    /// Returns the exact difference, or `None` when it has too many digits.
    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        let (one, other, scale) = self.aligned(other)?;
        Self::of_mantissa(one.checked_sub(other)?, scale)
    }

    /// Returns both numbers as integers of the same scale, that of the one with more decimals. `None` when one is so
    /// large that no sum of them fits. `rust_decimal` gives up decimals where the digits do not suffice, and where one
    /// of the numbers is zero.
    fn aligned(self, other: Self) -> Option<(i128, i128, u32)> {
        let scale = self.scale().max(other.scale());
        let mantissa = |number: Self| number.0.mantissa().checked_mul(10_i128.pow(scale - number.scale()));
        Some((mantissa(self)?, mantissa(other)?, scale))
    }

    fn of_mantissa(mantissa: i128, scale: u32) -> Option<Self> {
        rust_decimal::Decimal::try_from_i128_with_scale(mantissa, scale).ok().map(Self)
    }

    /// Returns whether the number is a whole multiple of `step`.
    pub(crate) fn is_multiple_of(self, step: Self) -> bool {
        self.0.checked_rem(step.0).is_some_and(|rest| rest.is_zero())
    }

    /// Writes the number as `Display` does.
    pub(crate) fn write(self, out: &mut Vec<u8>) {
        let Ok(mut rest) = u64::try_from(self.0.mantissa().unsigned_abs()) else {
            return out.extend_from_slice(self.0.to_string().as_bytes());
        };
        let decimals = self.scale() as usize;
        // Room for the digits of any scale, one before the point, the point and a sign.
        let mut text = [b'0'; MAX_SCALE as usize + 3];
        let mut start = text.len();
        for written in 0.. {
            if written > decimals && rest == 0 {
                break;
            }
            if written == decimals && written > 0 {
                start -= 1;
                text[start] = b'.';
            }
            start -= 1;
            text[start] = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
        if self.0.is_sign_negative() {
            start -= 1;
            text[start] = b'-';
        }
        out.extend_from_slice(&text[start..]);
    }

    /// Returns the number as an integer, if it is one.
    pub(crate) fn to_integer(self) -> Option<i128> {
        if self.0.fract().is_zero() { Some(self.0.trunc().mantissa()) } else { None }
    }

    /// Returns the `rust_decimal` number inside.
    #[must_use]
    pub fn into_inner(self) -> rust_decimal::Decimal {
        self.0
    }

    /// Reads a number as JSON writes it: an optional minus, digits, optional decimals, an optional exponent.
    ///
    /// `const`, so that the limits of a contract are checked when it is compiled. `None` when the text is no such number or
    /// the number does not fit.
    pub(crate) const fn parse(text: &str) -> Option<Self> {
        let text = text.as_bytes();
        let (negative, start) = match text {
            [b'-', ..] => (true, 1),
            _ => (false, 0),
        };
        let Some((mut mantissa, mut at)) = digits(text, start, 0) else { return None };
        let mut scale = 0;
        if at < text.len() && text[at] == b'.' {
            let Some((all, end)) = digits(text, at + 1, mantissa) else { return None };
            scale = (end - at - 1) as i32;
            (mantissa, at) = (all, end);
        }
        if at < text.len() && (text[at] == b'e' || text[at] == b'E') {
            let Some((exponent, end)) = exponent(text, at + 1) else { return None };
            scale -= exponent;
            at = end;
        }
        if at == text.len() { from_parts(negative, mantissa, scale) } else { None }
    }
}

/// Appends the digits from `at` on to `value`; at least one is needed. Returns the value and the end.
const fn digits(text: &[u8], at: usize, mut value: u128) -> Option<(u128, usize)> {
    let mut end = at;
    while end < text.len() && text[end].is_ascii_digit() {
        value = value * 10 + (text[end] - b'0') as u128;
        if value > MAX_MANTISSA {
            return None;
        }
        end += 1;
    }
    if end == at { None } else { Some((value, end)) }
}

/// Reads an exponent, at most ±9999: what lies beyond cannot be a number that fits, unless it is zero.
const fn exponent(text: &[u8], at: usize) -> Option<(i32, usize)> {
    let (sign, at) = match text.split_at_checked(at) {
        Some((_, [b'-', ..])) => (-1, at + 1),
        Some((_, [b'+', ..])) => (1, at + 1),
        _ => (1, at),
    };
    match digits(text, at, 0) {
        Some((value, end)) if value <= 9999 => Some((sign * value as i32, end)),
        _ => None,
    }
}

const fn from_parts(negative: bool, mut mantissa: u128, mut scale: i32) -> Option<Decimal> {
    while scale < 0 && mantissa != 0 {
        mantissa *= 10;
        scale += 1;
        if mantissa > MAX_MANTISSA {
            return None;
        }
    }
    if scale > MAX_SCALE {
        return None;
    }
    let scale = if scale < 0 { 0 } else { scale as u32 };
    let (lo, mid, hi) = (mantissa as u32, (mantissa >> 32) as u32, (mantissa >> 64) as u32);
    Some(Decimal(rust_decimal::Decimal::from_parts(lo, mid, hi, negative, scale)))
}

impl FromStr for Decimal {
    type Err = ParseError;

    /// Reads a number as JSON writes it, such as `44.10` or `1e2`.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        Self::parse(text).ok_or(ParseError::new("not a decimal number of at most 28 digits, such as 44.10"))
    }
}

/// Rounds half to even where a precision is given: `rust_decimal` cuts digits off there, and panics on some numbers.
impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let precision = f.precision();
        let decimals = precision.and_then(|decimals| u32::try_from(decimals).ok()).unwrap_or(u32::MAX);
        let shown = Self(self.0.round_dp(decimals));
        let mut digits = Vec::with_capacity(32);
        Self(shown.0.abs()).write(&mut digits);
        let mut text = String::from_utf8(digits).unwrap_or_default();
        let missing = precision.map_or(0, |decimals| decimals.saturating_sub(shown.scale() as usize));
        if missing > 0 {
            if shown.scale() == 0 {
                text.push('.');
            }
            text.extend(std::iter::repeat_n('0', missing));
        }
        f.pad_integral(!shown.is_negative(), "", &text)
    }
}

impl fmt::Debug for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl From<rust_decimal::Decimal> for Decimal {
    fn from(value: rust_decimal::Decimal) -> Self {
        Self(value)
    }
}

impl From<Decimal> for rust_decimal::Decimal {
    fn from(value: Decimal) -> Self {
        value.0
    }
}

/// What an exact decimal number is made of without loss and without doubt: [`Decimal`] itself, and `rust_decimal`'s.
///
/// Integers are not among them, since they do not say whether `1999` is a number of dollars or of cents; binary floating-point
/// numbers are not, since they do not hold most decimals. Types for amounts of your own can be.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an exact decimal number",
    label = "expected a `Decimal`",
    note = "write a constant as `decimal!(\"19.99\")`",
    note = "make a number of digits and decimals with `Decimal::new(1999, 2)`, which is 19.99",
    note = "read a number from text with `text.parse::<Decimal>()`"
)]
pub trait IntoDecimal {
    /// Returns the number.
    fn into_decimal(self) -> Decimal;
}

impl IntoDecimal for Decimal {
    fn into_decimal(self) -> Decimal {
        self
    }
}

impl IntoDecimal for rust_decimal::Decimal {
    fn into_decimal(self) -> Decimal {
        Decimal(self)
    }
}

/// Makes a [`Decimal`](crate::Decimal) of a constant text: a text that is no number does not compile.
///
/// ```
/// # use sdk_runtime::{Decimal, decimal};
/// const PRICE: Decimal = decimal!("19.99");
/// assert_eq!(PRICE.checked_add(decimal!("0.01")), Some(decimal!("20.00")));
/// ```
///
/// ```compile_fail
/// # use sdk_runtime::decimal;
/// let price = decimal!("19,99");
/// ```
#[macro_export]
macro_rules! decimal {
    // An item, and no block: the compiler looks at it as soon as it checks the program.
    ($text:expr) => {{
        const NUMBER: $crate::Decimal = $crate::Decimal::literal($text);
        NUMBER
    }};
}

crate::__serde_impls!(Decimal);

#[cfg(test)]
mod tests {
    use super::super::decode::decode;
    use super::super::encode::encode;
    use super::*;

    fn parse(text: &str) -> Option<String> {
        Decimal::parse(text).map(|number| number.to_string())
    }

    #[test]
    fn numbers_are_written_as_they_are_shown() {
        let most = u128::from(u64::MAX);
        for mantissa in [0, 1, 9, 10, 441, 1000, 12_345_678_901_234_567_890, most, most + 1, MAX_MANTISSA] {
            for (scale, sign) in (0..=28).flat_map(|scale| [(scale, 1), (scale, -1)]) {
                let number = rust_decimal::Decimal::from_i128_with_scale(sign * mantissa as i128, scale);
                let (mut written, negative) = (Vec::new(), -Decimal(number).into_inner());
                Decimal(number).write(&mut written);
                assert_eq!(String::from_utf8(written).unwrap(), number.to_string());
                assert_eq!(encode(&Decimal(negative)), negative.to_string().as_bytes());
            }
        }
    }

    #[test]
    fn the_text_of_a_number_survives() {
        for text in [
            "0",
            "1",
            "-1",
            "10.10",
            "0.1",
            "0.00",
            "-44.10",
            "100",
            "1234567890123456789012345678",
            "79228162514264337593543950335",
            "-79228162514264337593543950335",
            "0.1234567890123456789012345678",
            "7.9228162514264337593543950335",
        ] {
            assert_eq!(parse(text).as_deref(), Some(text));
            let read: Decimal = decode(text.as_bytes()).unwrap();
            assert_eq!(encode(&read), text.as_bytes());
        }
    }

    #[test]
    fn exponents_are_multiplied_out_exactly() {
        for (text, plain) in [
            ("1e2", "100"),
            ("1E+2", "100"),
            ("1.50e1", "15.0"),
            ("15e-1", "1.5"),
            ("1e-28", "0.0000000000000000000000000001"),
            ("7e28", "70000000000000000000000000000"),
            ("0e9999", "0"),
            ("-0", "0"),
        ] {
            assert_eq!(parse(text).as_deref(), Some(plain), "{text}");
        }
    }

    #[test]
    fn what_does_not_fit_is_refused_and_never_rounded() {
        for text in [
            "79228162514264337593543950336",
            "0.12345678901234567890123456789",
            "1e-29",
            "8e28",
            "1e29",
            "1e9999",
            "1e10000",
            "0.00000000000000000000000000000",
            "9999999999999999999999999999999999999999999999999999999999999999999999999999",
        ] {
            assert_eq!(parse(text), None, "{text}");
            assert!(decode::<Decimal>(text.as_bytes()).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in [
            "", "-", ".", "1.", ".5", "+1", "1_000", "1,0", " 1", "1 ", "1e", "1e+", "1e1.5", "0x1", "NaN", "--1",
            "1.2.3",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn equality_order_and_hash_are_numeric() {
        use std::collections::HashSet;

        let number = |text: &str| Decimal::from_str(text).unwrap();
        assert_eq!(number("1.0"), number("1.00"));
        assert!(number("0.3") > number("0.299"));
        assert_eq!(HashSet::from([number("1.0"), number("1.00")]).len(), 1);
    }

    #[test]
    fn sums_are_exact_or_nothing() {
        let number = |text: &str| Decimal::from_str(text).unwrap();
        assert_eq!(number("0.1").checked_add(number("0.2")).unwrap().to_string(), "0.3");
        assert_eq!(number("10.10").checked_sub(number("0.10")).unwrap().to_string(), "10.00");
        let most = number("79228162514264337593543950335");
        assert_eq!(most.checked_add(number("1")), None);
        assert_eq!(most.checked_sub(number("0.1")), None);
        for (one, other, sum, difference) in [
            ("0.00", "1", "1.00", "-1.00"),
            ("1", "0.00", "1.00", "1.00"),
            ("0.00", "0", "0.00", "0.00"),
            ("0", "1.5", "1.5", "-1.5"),
            ("5.00", "-5.0", "0.00", "10.00"),
            ("7.9228162514264337593543950334", "0", "7.9228162514264337593543950334", "7.9228162514264337593543950334"),
        ] {
            let (one, other) = (number(one), number(other));
            assert_eq!(one.checked_add(other).unwrap().to_string(), sum);
            assert_eq!(one.checked_sub(other).unwrap().to_string(), difference);
        }
    }

    #[test]
    fn a_number_may_stand_in_quotes() {
        assert_eq!(decode::<Decimal>(b"\"10.10\"").unwrap().to_string(), "10.10");
        let error = decode::<Decimal>(b"\"ten\"").unwrap_err();
        assert_eq!(
            error.to_string(),
            "cannot read the JSON document at $ (byte 0): expected a number of at most 28 digits, found a string"
        );
        assert!(decode::<Decimal>(b"true").is_err());
    }

    #[test]
    fn whole_numbers_are_told() {
        assert_eq!(Decimal::parse("5.00").and_then(Decimal::to_integer), Some(5));
        assert_eq!(Decimal::parse("5.01").and_then(Decimal::to_integer), None);
        assert_eq!(Decimal::parse("9223372036854775808").and_then(Decimal::to_integer), Some(1 << 63));
    }

    #[test]
    fn numbers_are_made_of_digits_and_a_scale() {
        for (number, text) in [
            (Decimal::new(1999, 2), "19.99"),
            (Decimal::new(1999, 0), "1999"),
            (Decimal::new(-5, 3), "-0.005"),
            (Decimal::new(0, 2), "0.00"),
            (Decimal::new(1, 28), "0.0000000000000000000000000001"),
            (Decimal::new(i64::MIN, 0), "-9223372036854775808"),
            (decimal!("44.10"), "44.10"),
        ] {
            assert_eq!(number.to_string(), text);
        }
    }

    #[test]
    #[should_panic(expected = "at most 28 decimals")]
    fn a_scale_that_does_not_fit_is_refused() {
        let _ = Decimal::new(1, 29);
    }

    #[test]
    fn a_precision_rounds_half_to_even() {
        for (text, decimals, shown) in [
            ("1.29", 1, "1.3"),
            ("1.25", 1, "1.2"),
            ("1.35", 1, "1.4"),
            ("-1.29", 1, "-1.3"),
            ("9.99", 1, "10.0"),
            ("0.5", 0, "0"),
            ("1.5", 0, "2"),
            ("-0.04", 1, "0.0"),
            ("1.5", 3, "1.500"),
            ("2", 2, "2.00"),
            ("0", 2, "0.00"),
            ("79228162514264337593543950335", 30, "79228162514264337593543950335.000000000000000000000000000000"),
            ("7.9228162514264337593543950335", 2, "7.92"),
        ] {
            let number: Decimal = text.parse().unwrap();
            assert_eq!(format!("{number:.decimals$}"), shown, "{text}");
            assert_eq!(format!("{number:.decimals$?}"), shown, "{text}");
        }
        assert_eq!(
            format!(
                "[{:>8.1}] [{:<6}] [{:+}] [{:07.2}]",
                decimal!("-1.26"),
                decimal!("1.5"),
                decimal!("3"),
                decimal!("-2.5")
            ),
            "[    -1.3] [1.5   ] [+3] [-002.50]"
        );
    }
}
