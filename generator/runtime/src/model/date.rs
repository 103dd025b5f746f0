//! Calendar dates.

use std::fmt;
use std::str::FromStr;

use super::error::ParseError;

/// A day of the calendar, without a time zone, written `yyyy-mm-dd`.
///
/// Kept as its text, whose order is that of the days.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(pub(super) [u8; 10]);

impl Date {
    /// Creates a day from its year (0 to 9999), month (1 to 12) and day; `None` when the calendar has no such day.
    #[must_use]
    pub const fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        if year > 9999 || day == 0 || day > days_in_month(year, month) {
            return None;
        }
        let [[y1, y2], [y3, y4]] = [digits((year / 100) as u8), digits((year % 100) as u8)];
        let [[m1, m2], [d1, d2]] = [digits(month), digits(day)];
        Some(Self([y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2]))
    }

    /// Returns the year.
    #[must_use]
    pub const fn year(self) -> u16 {
        self.number(0) as u16 * 100 + self.number(2) as u16
    }

    /// Returns the month, 1 to 12.
    #[must_use]
    pub const fn month(self) -> u8 {
        self.number(5)
    }

    /// Returns the day of the month, 1 to 31.
    #[must_use]
    pub const fn day(self) -> u8 {
        self.number(8)
    }

    const fn number(self, at: usize) -> u8 {
        (self.0[at] - b'0') * 10 + (self.0[at + 1] - b'0')
    }

    pub(super) fn text(&self) -> &str {
        str::from_utf8(&self.0).expect("digits and hyphens are ASCII")
    }
}

/// Returns a number below 100 as two digits.
const fn digits(number: u8) -> [u8; 2] {
    [b'0' + number / 10, b'0' + number % 10]
}

/// Returns how long a month is; 0 where there is no such month.
const fn days_in_month(year: u16, month: u8) -> u8 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    }
}

impl FromStr for Date {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        parse(text).ok_or(ParseError::new("not a day of the calendar written as yyyy-mm-dd"))
    }
}

pub(super) fn parse(text: &str) -> Option<Date> {
    let shaped = text.bytes().enumerate().all(|(at, byte)| match at {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    if !shaped || text.len() != 10 {
        return None;
    }
    Date::new(text[..4].parse().ok()?, text[5..7].parse().ok()?, text[8..].parse().ok()?)
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

crate::__serde_impls!(Date);

#[cfg(test)]
mod tests {
    use super::super::decode::decode;
    use super::super::encode::encode;
    use super::*;

    #[test]
    fn days_of_the_calendar_are_read_and_written() {
        for text in ["2024-02-29", "2000-02-29", "1999-12-31", "0001-01-01", "9999-04-30"] {
            let date: Date = text.parse().unwrap();
            assert_eq!(date.to_string(), text);
            assert_eq!(encode(&date), format!("\"{text}\"").as_bytes());
        }
        let date = Date::new(2024, 2, 29).unwrap();
        assert_eq!((date.year(), date.month(), date.day()), (2024, 2, 29));
        assert!(date < Date::new(2024, 3, 1).unwrap());
    }

    #[test]
    fn other_days_are_refused() {
        for text in [
            "",
            "2023-02-29",
            "1900-02-29",
            "2024-13-01",
            "2024-00-10",
            "2024-04-31",
            "2024-01-00",
            "2024-1-01",
            "24-01-01",
            "2024/01/01",
            "2024-01-01T00:00:00Z",
            "+024-01-01",
            "２024-01-01",
            "----------",
        ] {
            assert!(text.parse::<Date>().is_err(), "{text}");
        }
        assert_eq!(Date::new(10_000, 1, 1), None);
        let error = decode::<Date>(b" \"2023-02-29\"").unwrap_err();
        assert!(!error.to_string().contains("2023"), "{error}");
    }
}
