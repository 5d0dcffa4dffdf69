//! The part of a packet that is still to be decoded, and where it lies in its buffer.

/// Why a packet gave no segment: the keys of [`super::Decoder::undecoded`].
pub(super) type Reason = &'static str;

/// The bytes end inside a header.
pub(super) const CUT: Reason = "header_cut";

/// No packet is longer (RFC 2675 would allow it); lengths in a capture need not be true.
const WIRE_MAX: usize = 1 << 20;

/// Bytes from some header on.
#[derive(Clone, Copy, Debug)]
pub(super) struct View<'a> {
    bytes: &'a [u8],
    at: usize,
    wire: usize,
    /// What carries them says that no more than these were ever sent.
    most: usize,
}

impl<'a> View<'a> {
    /// `bytes` lie `at` bytes into their buffer; on the wire they were `wire` long.
    pub(super) fn new(bytes: &'a [u8], at: usize, wire: usize) -> Self {
        let wire = wire.min(WIRE_MAX).max(bytes.len());
        Self { bytes, at, wire, most: usize::MAX }
    }

    /// All of them.
    pub(super) fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Offset in the buffer.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// Length on the wire: more than captured when a snap length cut the packet.
    pub(super) fn wire(&self) -> usize {
        self.wire
    }

    /// A snap length cut them.
    pub(super) fn is_cut(&self) -> bool {
        self.bytes.len() < self.wire
    }

    /// The upper half of the first byte: the IP version where IP follows.
    pub(super) fn nibble(&self) -> Option<u8> {
        self.bytes.first().map(|byte| byte >> 4)
    }

    /// The first bytes, left in place.
    ///
    /// # Errors
    /// [`CUT`]
    pub(super) fn peek<const N: usize>(&self) -> Result<&'a [u8; N], Reason> {
        self.bytes.first_chunk().ok_or(CUT)
    }

    /// The first bytes, taken off.
    ///
    /// # Errors
    /// [`CUT`]
    pub(super) fn take<const N: usize>(&mut self) -> Result<&'a [u8; N], Reason> {
        let head = self.peek()?;
        self.skip(N)?;
        Ok(head)
    }

    /// Two bytes, big-endian, taken off.
    ///
    /// # Errors
    /// [`CUT`]
    pub(super) fn u16(&mut self) -> Result<u16, Reason> {
        self.take().copied().map(u16::from_be_bytes)
    }

    /// Four bytes, big-endian, taken off.
    ///
    /// # Errors
    /// [`CUT`]
    pub(super) fn u32(&mut self) -> Result<u32, Reason> {
        self.take().copied().map(u32::from_be_bytes)
    }

    /// Leaves out the first `len` bytes.
    ///
    /// # Errors
    /// [`CUT`]
    pub(super) fn skip(&mut self, len: usize) -> Result<(), Reason> {
        self.bytes = self.bytes.get(len..).ok_or(CUT)?;
        self.at += len;
        self.wire -= len;
        self.most -= len;
        Ok(())
    }

    /// An IP header says that `len` bytes follow: what lies behind is padding. It is believed where less
    /// was captured, also when the capture does not say so: mirrors cut packets as well.
    pub(super) fn limit(&mut self, len: usize) {
        let len = len.min(self.most);
        self.bytes = self.bytes.get(..len).unwrap_or(self.bytes);
        self.wire = len.max(self.bytes.len());
    }

    /// A link layer's header says that `len` bytes follow, whatever the headers within will say.
    pub(super) fn bound(&mut self, len: usize) {
        self.limit(len);
        self.most = self.wire;
    }

    /// See [`View::bound`].
    pub(super) fn is_bounded(&self) -> bool {
        self.most <= WIRE_MAX
    }
}
