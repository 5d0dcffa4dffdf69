//! Time stamps of Windows (MS-DTYP section 2.3.3): units of 100 ns since 1601.

/// Units of 100 ns between 1601 and 1970.
const EPOCH: i128 = 116_444_736_000_000_000;

/// Nanoseconds since 1970; `None` where 64 bits do not hold them, and for 0, which stands for "no time".
pub(super) fn nanoseconds(filetime: u64) -> Option<i64> {
    if filetime == 0 {
        return None;
    }
    i64::try_from((i128::from(filetime) - EPOCH) * 100).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_count_from_1601() {
        assert_eq!(nanoseconds(116_444_736_000_000_000), Some(0));
        assert_eq!(nanoseconds(125_952_192_000_000_000), Some(950_745_600_000_000_000));
        assert_eq!((nanoseconds(0), nanoseconds(u64::MAX)), (None, None));
    }
}
