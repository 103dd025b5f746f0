//! Moments in time.

use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime};

use super::date::Date;
use super::error::ParseError;

/// A moment in time, written as RFC 3339 has it: `2024-02-29T12:30:00.25+01:00`.
///
/// Kept as its own text, with all its digits and its offset. Two are equal when they are written alike, and
/// two moments are the same when their [`to_system_time`](DateTime::to_system_time) is.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct DateTime(pub(super) String);

impl DateTime {
    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the day of the calendar at the place that the offset stands for.
    #[must_use]
    pub fn date(&self) -> Date {
        self.moment().date
    }

    /// Returns the moment by the system's clock, to the nanosecond; `None` where that cannot tell it.
    ///
    /// A leap second is the one after it.
    #[must_use]
    pub fn to_system_time(&self) -> Option<SystemTime> {
        let Moment { date, seconds, nanos, offset } = self.moment();
        let seconds = days_since_1970(date) * 86_400 + seconds - offset;
        let whole = Duration::from_secs(seconds.unsigned_abs());
        let start = SystemTime::UNIX_EPOCH;
        let second = if seconds < 0 { start.checked_sub(whole) } else { start.checked_add(whole) };
        second?.checked_add(Duration::from_nanos(nanos))
    }

    /// Creates a date-time in UTC; `None` outside the years 0 to 9999.
    #[must_use]
    pub fn from_system_time(time: SystemTime) -> Option<Self> {
        let nanos = match time.duration_since(SystemTime::UNIX_EPOCH) {
            Ok(after) => i128::try_from(after.as_nanos()).ok()?,
            Err(before) => -i128::try_from(before.duration().as_nanos()).ok()?,
        };
        let (seconds, nanos) = (i64::try_from(nanos.div_euclid(NANOS)).ok()?, nanos.rem_euclid(NANOS));
        let (date, second) = (date_of(seconds.div_euclid(86_400))?, seconds.rem_euclid(86_400));
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        let fraction = if nanos == 0 { String::new() } else { format!(".{nanos:09}") };
        let fraction = fraction.trim_end_matches('0');
        Some(Self(format!("{date}T{hour:02}:{minute:02}:{second:02}{fraction}Z")))
    }

    fn moment(&self) -> Moment {
        Moment::parse(&self.0).expect("the text was checked when the value was made")
    }
}

const NANOS: i128 = 1_000_000_000;

/// The parts of the text.
pub(super) struct Moment {
    date: Date,
    /// Since midnight.
    seconds: i64,
    nanos: u64,
    /// How far the place is ahead of UTC, in seconds.
    offset: i64,
}

impl Moment {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (date, rest) = text.split_at_checked(10)?;
        let (time, rest) = rest.strip_prefix(['T', 't', ' '])?.split_at_checked(8)?;
        let [hour, minute, second] = pairs(time)?;
        let (nanos, offset) = match rest.strip_prefix('.') {
            Some(rest) => fraction(rest)?,
            None => (0, rest),
        };
        let possible = hour < 24 && minute < 60 && second <= 60;
        possible.then_some(())?;
        Some(Self {
            date: date.parse().ok()?,
            seconds: hour * 3600 + minute * 60 + second,
            nanos,
            offset: offset_of(offset)?,
        })
    }
}

/// Returns the nanoseconds of a fraction of a second, and what follows it.
fn fraction(text: &str) -> Option<(u64, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).filter(|end| *end > 0)?;
    let (digits, rest) = text.split_at(end);
    Some((format!("{digits:0<9}")[..9].parse().ok()?, rest))
}

/// Parses an offset such as `Z` or `+01:30`, in seconds.
fn offset_of(text: &str) -> Option<i64> {
    if matches!(text, "Z" | "z") {
        return Some(0);
    }
    let (sign, text) = match text.split_at_checked(1)? {
        ("+", text) => (1, text),
        ("-", text) => (-1, text),
        _ => return None,
    };
    let [hours, minutes] = pairs(text)?;
    (hours < 24 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

/// Numbers of two digits, with a colon between them and nothing else.
fn pairs<const COUNT: usize>(text: &str) -> Option<[i64; COUNT]> {
    let mut parts = text.split(':').map(|part| match part.as_bytes() {
        [tens @ b'0'..=b'9', ones @ b'0'..=b'9'] => Some(i64::from(tens - b'0') * 10 + i64::from(ones - b'0')),
        _ => None,
    });
    let mut numbers = [0; COUNT];
    for number in &mut numbers {
        *number = parts.next()??;
    }
    parts.next().is_none().then_some(numbers)
}

/// Days are counted in years that begin in March, where the leap day is the last one (Howard Hinnant's `days_from_civil`).
const DAYS_BEFORE_1970: i64 = 719_468;
const DAYS_OF_400_YEARS: i64 = 146_097;

fn days_since_1970(date: Date) -> i64 {
    let (month, day) = (i64::from(date.month()), i64::from(date.day()));
    let year = i64::from(date.year()) - i64::from(month <= 2);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let year_of_era = year.rem_euclid(400);
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    year.div_euclid(400) * DAYS_OF_400_YEARS + day_of_era - DAYS_BEFORE_1970
}

fn date_of(days_since_1970: i64) -> Option<Date> {
    let days = days_since_1970 + DAYS_BEFORE_1970;
    let day_of_era = days.rem_euclid(DAYS_OF_400_YEARS);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let year = year_of_era + days.div_euclid(DAYS_OF_400_YEARS) * 400 + i64::from(month >= 10);
    Date::new(u16::try_from(year).ok()?, u8::try_from((month + 2) % 12 + 1).ok()?, u8::try_from(day).ok()?)
}

impl FromStr for DateTime {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        match Moment::parse(text) {
            Some(_) => Ok(Self(text.to_owned())),
            None => Err(ParseError::new("not a date and time with an offset, such as 2024-02-29T12:30:00Z")),
        }
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

crate::__serde_impls!(DateTime);

#[cfg(test)]
mod tests {
    use super::super::decode::decode;
    use super::super::encode::encode;
    use super::*;

    fn seconds(text: &str) -> i64 {
        let time = text.parse::<DateTime>().unwrap().to_system_time().unwrap();
        match time.duration_since(SystemTime::UNIX_EPOCH) {
            Ok(after) => after.as_secs().try_into().unwrap(),
            Err(before) => -i64::try_from(before.duration().as_secs()).unwrap(),
        }
    }

    #[test]
    fn moments_keep_their_text() {
        for text in [
            "2024-02-29T12:30:00Z",
            "1985-04-12t23:20:50.52z",
            "1990-12-31T15:59:60-08:00",
            "1937-01-01 12:00:27.870000000000000+00:20",
            "0000-01-01T00:00:00.0-23:59",
        ] {
            let time: DateTime = text.parse().unwrap();
            assert_eq!((time.as_str(), time.to_string().as_str(), format!("{time:?}").as_str()), (text, text, text));
            let json = format!("\"{text}\"");
            assert_eq!(decode(json.as_bytes()), Ok(time.clone()));
            assert_eq!(encode(&time), json.as_bytes());
        }
        assert_eq!(
            "2024-02-29T23:59:59-12:00".parse::<DateTime>().map(|time| time.date()),
            Ok(Date::new(2024, 2, 29).unwrap())
        );
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "2024-02-29",
            "2024-02-29T12:30:00",
            "2024-02-29T12:30Z",
            "2024-02-30T12:30:00Z",
            "2024-02-29T24:00:00Z",
            "2024-02-29T12:60:00Z",
            "2024-02-29T12:30:61Z",
            "2024-02-29T12:30:00.Z",
            "2024-02-29T12:30:00,5Z",
            "2024-02-29T12:30:00.5",
            "2024-02-29T12:30:00+0100",
            "2024-02-29T12:30:00+24:00",
            "2024-02-29T12:30:00+01:60",
            "2024-02-29T12:30:00 Z",
            "2024-02-29T12:30:00Z ",
            "2024-02-29T1:30:000Z",
            "2024-02-29T+1:30:00Z",
            "2024-02-29é12:30:00Z",
            "2024-02-29T12:30:0é",
        ] {
            assert!(text.parse::<DateTime>().is_err(), "{text}");
        }
        let error = decode::<DateTime>(b" \"2023-02-29\"").unwrap_err();
        assert!(!error.to_string().contains("2023"), "{error}");
        assert_eq!(error.offset(), 1);
    }

    #[test]
    fn moments_are_those_of_the_clock() {
        for (text, expected) in [
            ("1970-01-01T00:00:00Z", 0),
            ("1969-12-31T23:59:59Z", -1),
            ("1970-01-01T01:00:00+01:00", 0),
            ("2000-02-29T00:00:00Z", 951_782_400),
            ("2000-03-01T00:00:00Z", 951_868_800),
            ("2024-02-29T12:30:00-00:30", 1_709_211_600),
            ("2016-12-31T23:59:60Z", 1_483_228_800),
            ("9999-12-31T23:59:59Z", 253_402_300_799),
            ("0000-01-01T00:00:00Z", -62_167_219_200),
        ] {
            assert_eq!(seconds(text), expected, "{text}");
        }
        let time = "1969-12-31T23:59:59.250000000999Z".parse::<DateTime>().unwrap().to_system_time().unwrap();
        assert_eq!(SystemTime::UNIX_EPOCH.duration_since(time).unwrap(), Duration::from_millis(750));
    }

    #[test]
    fn moments_of_the_clock_are_written_in_utc() {
        for text in [
            "1970-01-01T00:00:00Z",
            "1969-12-31T23:59:59.75Z",
            "2000-02-29T23:00:09.000001Z",
            "2001-03-01T00:00:00Z",
            "1900-02-28T12:00:00Z",
            "2100-12-31T23:59:59Z",
            "9999-12-31T23:59:59.9Z",
            "0000-01-01T00:00:00Z",
        ] {
            let time = text.parse::<DateTime>().unwrap().to_system_time().unwrap();
            assert_eq!(DateTime::from_system_time(time).unwrap().as_str(), text);
        }
        let beyond = "9999-12-31T23:59:59-01:00".parse::<DateTime>().unwrap().to_system_time().unwrap();
        assert_eq!(DateTime::from_system_time(beyond), None);
        let before = "0000-01-01T00:00:00+01:00".parse::<DateTime>().unwrap().to_system_time().unwrap();
        assert_eq!(DateTime::from_system_time(before), None);
    }

    #[test]
    fn days_are_found_by_their_number() {
        for day in (-719_528..2_932_897).step_by(11) {
            assert_eq!(date_of(day).map(days_since_1970), Some(day));
        }
    }
}
