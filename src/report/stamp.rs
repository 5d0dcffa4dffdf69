//! Times that a capture's clock cannot hold: the dates of certificates, up to the year 9999.

use jiff::SignedDuration;
use jiff::civil::date;

/// Seconds since the epoch as RFC 3339 in UTC with nanoseconds; `None` outside the years 0 to 9999, which no
/// certificate can say: there the date could not be read.
pub(super) fn seconds(seconds: i64) -> Option<String> {
    let epoch = date(1970, 1, 1).at(0, 0, 0, 0);
    let stamp = epoch.checked_add(SignedDuration::from_secs(seconds)).ok()?;
    (stamp.year() >= 0).then(|| format!("{stamp:.9}Z"))
}

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn the_last_second_of_x509_is_written_out() {
        assert_eq!(seconds(253_402_300_799).as_deref(), Some("9999-12-31T23:59:59.000000000Z"));
        assert_eq!(seconds(0).as_deref(), Some("1970-01-01T00:00:00.000000000Z"));
        assert_eq!(seconds(-1).as_deref(), Some("1969-12-31T23:59:59.000000000Z"));
    }

    #[test]
    fn a_date_that_could_not_be_read_is_left_out() {
        assert_eq!(
            [i64::MIN, -100_000_000_000, 253_402_300_800, i64::MAX].map(seconds),
            [const { None }; 4]
        );
    }
}
