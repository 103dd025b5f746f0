//! The simulator's time: the real one, or one that a test sets.

use std::fmt;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::time::Instant;

/// When simulated time begins: 2026-01-01 00:00:00 UTC.
const SIMULATED_START: Duration = Duration::from_secs(1_767_225_600);

/// Where the simulator reads the time.
///
/// Everything that ends by itself looks here: tokens, kept responses, rate windows, and "today".
/// Delays of faults take the runtime's time, whatever the clock says.
pub struct Clock {
    source: Box<dyn Fn() -> SystemTime + Send + Sync>,
    ahead_millis: AtomicU64,
}

impl Clock {
    /// Returns a clock that reads `source`.
    pub fn new(source: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        Self { source: Box::new(source), ahead_millis: AtomicU64::new(0) }
    }

    /// Creates a clock that goes with the runtime's time, which a test may have paused. It begins on 2026-01-01 when it
    /// is first looked at.
    pub fn simulated() -> Self {
        let start = OnceLock::new();
        Self::new(move || UNIX_EPOCH + SIMULATED_START + start.get_or_init(Instant::now).elapsed())
    }

    /// Returns the time now, with every [`advance`](Self::advance) counted in.
    pub fn now(&self) -> SystemTime {
        let ahead = Duration::from_millis(self.ahead_millis.load(Ordering::SeqCst));
        (self.source)().checked_add(ahead).unwrap_or(UNIX_EPOCH)
    }

    /// Lets `step` pass at once (whole milliseconds).
    pub fn advance(&self, step: Duration) {
        let millis = u64::try_from(step.as_millis()).unwrap_or(u64::MAX);
        self.ahead_millis.fetch_add(millis, Ordering::SeqCst);
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::new(SystemTime::now)
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Clock").field(&self.now()).finish()
    }
}

/// Returns `yyyy-mm-dd hh:mm:ss` in UTC, the form of the API's timestamps.
pub(crate) fn timestamp(time: SystemTime) -> String {
    let second = seconds(time) % 86_400;
    let (hour, minute) = (second / 3600, second / 60 % 60);
    format!("{} {hour:02}:{minute:02}:{:02}", date(time), second % 60)
}

/// Returns `yyyy-mm-dd` in UTC.
pub(crate) fn date(time: SystemTime) -> String {
    let (year, month, day) = civil(seconds(time) / 86_400);
    format!("{year:04}-{month:02}-{day:02}")
}

/// Returns the date of an HTTP header: `Sun, 06 Nov 1994 08:49:37 GMT`.
pub(crate) fn http_date(time: SystemTime) -> String {
    // 1970-01-01 was a Thursday.
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (day, second) = (seconds(time) / 86_400, seconds(time) % 86_400);
    let (year, month, of_month) = civil(day);
    let at = |names: &[&'static str], place: u64| names[usize::try_from(place).unwrap_or_default() % names.len()];
    let (weekday, month) = (at(&DAYS, day % 7), at(&MONTHS, month - 1));
    let (hour, minute) = (second / 3600, second / 60 % 60);
    format!("{weekday}, {of_month:02} {month} {year:04} {hour:02}:{minute:02}:{:02} GMT", second % 60)
}

/// Returns a time so many seconds later, or earlier.
pub(crate) fn shifted(time: SystemTime, by: i64) -> SystemTime {
    let distance = Duration::from_secs(by.unsigned_abs());
    let shifted = if by < 0 { time.checked_sub(distance) } else { time.checked_add(distance) };
    shifted.unwrap_or(time)
}

/// Returns whole seconds since 1970; earlier times count as 1970.
pub(crate) fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// Returns year, month and day of a day counted from 1970-01-01. Years begin in March here, so that the leap day comes last.
fn civil(day: u64) -> (u64, u64, u64) {
    let shifted = day + 719_468;
    let (era, of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * of_year + 2) / 153;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    (year, month, of_year - (153 * march_month + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_days() {
        let at = |s| UNIX_EPOCH + Duration::from_secs(s);
        assert_eq!(timestamp(at(0)), "1970-01-01 00:00:00");
        assert_eq!(timestamp(at(951_782_399)), "2000-02-28 23:59:59");
        assert_eq!(date(at(951_782_400)), "2000-02-29");
        assert_eq!(date(at(1_709_164_800)), "2024-02-29");
        assert_eq!(date(at(1_735_689_599)), "2024-12-31");
        assert_eq!(http_date(at(784_111_777)), "Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(http_date(shifted(at(60), -60)), "Thu, 01 Jan 1970 00:00:00 GMT");
    }

    #[test]
    fn advances() {
        let clock = Clock::new(|| UNIX_EPOCH);
        clock.advance(Duration::from_secs(90));
        assert_eq!(seconds(clock.now()), 90);
    }
}
