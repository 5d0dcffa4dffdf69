//! Times that a capture's clock cannot hold: the dates of certificates, up to the year 9999.

use jiff::SignedDuration;
use jiff::civil::{DateTime, date};

/// Seconds since the epoch as RFC 3339 in UTC with nanoseconds; beyond the years -9999 to 9999 the nearest of them.
pub(super) fn seconds(seconds: i64) -> String {
    let epoch = date(1970, 1, 1).at(0, 0, 0, 0);
    let stamp = epoch.checked_add(SignedDuration::from_secs(seconds)).unwrap_or(if seconds < 0 {
        DateTime::MIN
    } else {
        DateTime::MAX
    });
    format!("{stamp:.9}Z")
}

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn the_last_second_of_x509_is_written_out() {
        assert_eq!(seconds(253_402_300_799), "9999-12-31T23:59:59.000000000Z");
        assert_eq!(seconds(0), "1970-01-01T00:00:00.000000000Z");
        assert_eq!(seconds(-1), "1969-12-31T23:59:59.000000000Z");
    }

    #[test]
    fn absurd_dates_are_no_reason_to_panic() {
        assert!(seconds(i64::MAX).starts_with("9999-"));
        assert!(seconds(i64::MIN).starts_with("-9999") || seconds(i64::MIN).starts_with("-009999"));
    }
}
