//! The time stamps of a pcapng interface: ticks of any resolution, shifted by an offset.

use crate::units::{SECOND, Time};

/// How an interface counts time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Clock {
    tick: Tick,
    /// Nanoseconds that are added (if_tsoffset).
    offset: i64,
}

/// The length of a tick.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tick {
    /// This many nanoseconds.
    Nanoseconds(u64),
    /// This many ticks are a nanosecond.
    Finer(u64),
    /// Two to this power are a second.
    Binary(u32),
}

impl Clock {
    /// What holds without options.
    pub(super) const MICROSECONDS: Self = Self { tick: Tick::Nanoseconds(1000), offset: 0 };

    /// Takes if_tsresol: a negative power of 2 with the highest bit, else of 10.
    pub(super) fn set_resolution(&mut self, value: u8) {
        let power = u32::from(value & 0x7f);
        self.tick = match value {
            0x80.. => Tick::Binary(power),
            0..=9 => Tick::Nanoseconds(10u64.pow(9 - power)),
            _ => Tick::Finer(10u64.checked_pow(power - 9).unwrap_or(u64::MAX)),
        };
    }

    /// Takes if_tsoffset: seconds.
    pub(super) fn set_offset(&mut self, seconds: i64) {
        self.offset = seconds.saturating_mul(SECOND);
    }

    /// The time of `ticks`; what does not fit is the latest time there is.
    #[inline]
    pub(super) fn time(self, ticks: u64) -> Time {
        let nanoseconds = match self.tick {
            Tick::Nanoseconds(length) => ticks.saturating_mul(length),
            Tick::Finer(count) => ticks / count,
            Tick::Binary(power) => binary(ticks, power),
        };
        let nanoseconds = i64::try_from(nanoseconds).unwrap_or(i64::MAX);
        Time(nanoseconds.saturating_add(self.offset))
    }
}

/// `ticks` of 2^-`power` seconds, in nanoseconds.
fn binary(ticks: u64, power: u32) -> u64 {
    let wide = u128::from(ticks) * SECOND.unsigned_abs() as u128;
    u64::try_from(wide.checked_shr(power).unwrap_or(0)).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(resolution: u8, offset: i64, ticks: u64) -> i64 {
        let mut clock = Clock::MICROSECONDS;
        clock.set_resolution(resolution);
        clock.set_offset(offset);
        clock.time(ticks).0
    }

    #[test]
    fn powers_of_ten_and_of_two() {
        assert_eq!(Clock::MICROSECONDS.time(1_500_000), Time(1_500_000_000));
        assert_eq!(time(0, 0, 2), 2 * SECOND);
        assert_eq!(time(3, 0, 2500), 2_500_000_000);
        assert_eq!(time(9, 0, 7), 7);
        assert_eq!(time(12, 0, 7_999), 7);
        assert_eq!(time(0x80, 0, 3), 3 * SECOND);
        assert_eq!(time(0x80 | 10, 0, 1536), 1_500_000_000);
        assert_eq!(time(0x80 | 32, 0, 3 << 31), 1_500_000_000);
    }

    #[test]
    fn an_offset_counts_in_seconds_and_may_be_negative() {
        assert_eq!(time(6, 10, 5), 10 * SECOND + 5000);
        assert_eq!(time(6, -10, 5), -10 * SECOND + 5000);
    }

    #[test]
    fn absurd_values_end_at_the_edge_of_time() {
        assert_eq!(time(0, 0, u64::MAX), i64::MAX);
        assert_eq!(time(0xff, 0, u64::MAX), 0);
        assert_eq!(time(0x7f, 0, u64::MAX), 1);
        assert_eq!(time(0, i64::MAX, u64::MAX), i64::MAX);
    }
}
