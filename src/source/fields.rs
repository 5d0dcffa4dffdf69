//! Numbers of either byte order, and the option lists of pcapng.

/// The byte order of a capture or section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// The first byte is the highest.
    Big,
    /// The first byte is the lowest.
    Little,
}

impl Order {
    /// The 16-bit number at `at`.
    pub(super) fn u16(self, bytes: &[u8], at: usize) -> Option<u16> {
        let field = *bytes.get(at..)?.first_chunk()?;
        Some(match self {
            Self::Big => u16::from_be_bytes(field),
            Self::Little => u16::from_le_bytes(field),
        })
    }

    /// The 32-bit number at `at`.
    pub(super) fn u32(self, bytes: &[u8], at: usize) -> Option<u32> {
        let field = *bytes.get(at..)?.first_chunk()?;
        Some(match self {
            Self::Big => u32::from_be_bytes(field),
            Self::Little => u32::from_le_bytes(field),
        })
    }

    /// The 64-bit number at `at`.
    pub(super) fn u64(self, bytes: &[u8], at: usize) -> Option<u64> {
        let field = *bytes.get(at..)?.first_chunk()?;
        Some(match self {
            Self::Big => u64::from_be_bytes(field),
            Self::Little => u64::from_le_bytes(field),
        })
    }

    /// Two 32-bit halves at `at`, the upper first in either order.
    pub(super) fn halves(self, bytes: &[u8], at: usize) -> Option<u64> {
        let (high, low) = (self.u32(bytes, at)?, self.u32(bytes, at + 4)?);
        Some(u64::from(high) << 32 | u64::from(low))
    }

    /// Code and value of each option or record in `bytes`, up to the one with code 0 or the first that is not whole.
    pub(super) fn options(self, mut bytes: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
        std::iter::from_fn(move || {
            let code = self.u16(bytes, 0).filter(|code| *code != 0)?;
            let len = usize::from(self.u16(bytes, 2)?);
            let value = bytes.get(4..4 + len)?;
            bytes = bytes.get(4 + len.next_multiple_of(4)..).unwrap_or_default();
            Some((code, value))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_padded_and_end_where_they_say() {
        let bytes = [9, 0, 1, 0, 6, 0, 0, 0, 14, 0, 2, 0, 7, 8, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 1];
        let options: Vec<_> = Order::Little.options(&bytes).collect();
        assert_eq!(options, [(9, &[6][..]), (14, &[7, 8][..])]);
    }

    #[test]
    fn an_option_that_is_not_whole_ends_the_list() {
        let bytes = [0, 9, 0, 1, 6, 0, 0, 0, 0, 14, 0, 8, 7, 8];
        let options: Vec<_> = Order::Big.options(&bytes).collect();
        assert_eq!(options, [(9, &[6][..])]);
    }

    #[test]
    fn both_orders() {
        let bytes = [1, 2, 3, 4, 5, 6, 7, 8];
        assert_eq!(Order::Big.u16(&bytes, 6), Some(0x0708));
        assert_eq!(Order::Little.u32(&bytes, 0), Some(0x0403_0201));
        assert_eq!(Order::Big.u64(&bytes, 0), Some(0x0102_0304_0506_0708));
        assert_eq!(Order::Little.halves(&bytes, 0), Some(0x0403_0201_0807_0605));
        assert_eq!(Order::Little.u32(&bytes, 5), None);
    }
}
