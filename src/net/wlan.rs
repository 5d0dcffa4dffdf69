//! IEEE 802.11 data frames, and the headers that capturing drivers put before them.

use super::layer::{Layer, NOT_IP, Next};
use super::view::{Reason, View};

/// A frame whose content is encrypted.
const ENCRYPTED: Reason = "wlan_encrypted";

/// Of a frame within an A-MSDU: two addresses and a length.
const HEADER: usize = 14;

/// An 802.11 frame (IEEE 802.11-2020 section 9.2.4): data frames carry LLC.
pub(super) fn frame(mut view: View<'_>) -> Result<Next<'_>, Reason> {
    let [first, second] = *view.peek()?;
    // Version 0 is the only one: Cisco's controllers swap the two bytes in CAPWAP.
    let (control, flags) = if first & 3 == 0 { (first, second) } else { (second, first) };
    // Type 2 is data; the third bit of the subtype says that there is none in it.
    if control & 0x0f != 0x08 || control & 0x40 != 0 {
        return Err(NOT_IP);
    }
    let quality = control & 0x80 != 0;
    let (between_aps, encrypted, ordered) = (flags & 3 == 3, flags & 0x40 != 0, flags & 0x80 != 0);
    view.skip(if between_aps { 30 } else { 24 })?;
    let aggregated = quality && view.u16()? & 0x8000 != 0;
    if quality && ordered {
        view.skip(4)?;
    }
    match (encrypted, aggregated) {
        (true, _) => Err(ENCRYPTED),
        (false, true) => Ok(Next::Header(Layer::Aggregate, view)),
        (false, false) => Ok(Next::Header(Layer::Llc, view)),
    }
}

/// A frame within an A-MSDU: addresses, length, LLC, padding to four bytes before the next one.
pub(super) fn aggregate(mut view: View<'_>) -> Result<Next<'_>, Reason> {
    let [.., high, low] = *view.take::<HEADER>()?;
    let length = usize::from(u16::from_be_bytes([high, low]));
    let (mut inside, mut rest) = (view, view);
    inside.limit(length);
    // The header counts for the padding as well.
    let padded = (HEADER + length).next_multiple_of(4) - HEADER;
    match rest.skip(padded) {
        Ok(()) if rest.bytes().len() > HEADER => {
            Ok(Next::Several(Layer::Llc, inside, (Layer::Aggregate, rest)))
        }
        _ => Ok(Next::Header(Layer::Llc, inside)),
    }
}

/// Radiotap: a length, words that say which fields are there, the fields.
pub(super) fn radiotap(view: View<'_>) -> Result<Next<'_>, Reason> {
    let [_, _, low, high, ..] = *view.peek::<8>()?;
    let mut inside = view;
    inside.skip(u16::from_le_bytes([low, high]).into())?;
    // The 802.11 header may be padded to a multiple of four.
    if radiotap_flags(view)? & 0x20 != 0 { padded(inside) } else { frame(inside) }
}

/// The field "flags" (zero where it is absent), which only the time stamp (TSFT) can precede.
fn radiotap_flags(view: View<'_>) -> Result<u8, Reason> {
    let mut fields = view;
    fields.skip(4)?;
    let present = u32::from_le_bytes(*fields.take()?);
    let mut more = present;
    while more >> 31 == 1 {
        more = u32::from_le_bytes(*fields.take()?);
    }
    if present & 1 != 0 {
        let offset = fields.at() - view.at();
        fields.skip(offset.next_multiple_of(8) - offset + 8)?;
    }
    let [flags] = *fields.take()?;
    Ok(flags * u8::from(present & 2 != 0))
}

/// Two bytes of padding between the header and the content.
fn padded(view: View<'_>) -> Result<Next<'_>, Reason> {
    match frame(view)? {
        Next::Header(layer, mut inside) => {
            let header = inside.at() - view.at();
            inside.skip(header.next_multiple_of(4) - header)?;
            Ok(Next::Header(layer, inside))
        }
        next => Ok(next),
    }
}

/// Prism: a message code and the length of the header, in the capturing system's byte order.
/// Some drivers put AVS headers under the same link type.
pub(super) fn prism(mut view: View<'_>) -> Result<Next<'_>, Reason> {
    let [a, b, c, _, length @ ..] = *view.peek::<8>()?;
    if [a, b, c] == [0x80, 0x21, 0x10] {
        return avs(view);
    }
    let length = u32::from_be_bytes(length).min(u32::from_le_bytes(length));
    view.skip(length as usize)?;
    frame(view)
}

/// AVS: a version and the length of the header, big-endian.
pub(super) fn avs(mut view: View<'_>) -> Result<Next<'_>, Reason> {
    let [_, _, _, _, length @ ..] = *view.peek::<8>()?;
    view.skip(u32::from_be_bytes(length) as usize)?;
    frame(view)
}

/// PPI: version, flags, length, and the link type of what follows.
pub(super) fn ppi(mut view: View<'_>) -> Result<Next<'_>, Reason> {
    let [_, _, low, high, kind_low, kind_high, ..] = *view.peek::<8>()?;
    view.skip(u16::from_le_bytes([low, high]).into())?;
    Ok(Next::Header(Layer::Link(u16::from_le_bytes([kind_low, kind_high])), view))
}
