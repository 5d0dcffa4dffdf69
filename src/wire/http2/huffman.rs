//! The Huffman code of HPACK (RFC 7541 appendix B). It is canonical: the lengths of its codes tell the codes.

/// Length of each byte's code, bits; the last one is that of the end of a string, which never stands in one.
#[rustfmt::skip]
const LENGTHS: [u8; 257] = [
    13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28,
    28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
    6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6,
    5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
    13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
    7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
    15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5,
    6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
    20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23,
    24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
    22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23,
    21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
    26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25,
    19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
    20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23,
    26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
    30,
];

/// The longest code, bits.
const BITS_MAX: usize = 30;
/// Padding is shorter than a byte.
const PADDING_BITS_MAX: usize = 7;

/// The code, ordered by length.
struct Code {
    /// Symbols in the order of their codes.
    symbols: [u16; 257],
    /// By length: how many codes are that long.
    counts: [u32; BITS_MAX + 1],
}

const CODE: Code = code();

#[expect(clippy::indexing_slicing, reason = "a mistake here does not compile")]
const fn code() -> Code {
    let mut code = Code { symbols: [0; 257], counts: [0; BITS_MAX + 1] };
    let (mut length, mut place) = (1, 0);
    while length <= BITS_MAX {
        let mut symbol = 0;
        while symbol < LENGTHS.len() {
            if LENGTHS[symbol] as usize == length {
                code.symbols[place] = symbol as u16;
                code.counts[length] += 1;
                place += 1;
            }
            symbol += 1;
        }
        length += 1;
    }
    code
}

/// The bytes that `bytes` encode; `None` when a code or the padding is none.
pub(super) fn decode(bytes: &[u8]) -> Option<Vec<u8>> {
    // No code is shorter than five bits.
    let mut plain = Vec::with_capacity(bytes.len() * 8 / 5);
    let mut bits = bytes.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1));
    loop {
        match symbol(&mut bits) {
            Symbol::Byte(byte) => plain.push(byte),
            Symbol::Padding => return Some(plain),
            Symbol::None => return None,
        }
    }
}

enum Symbol {
    Byte(u8),
    Padding,
    None,
}

/// Reads one code: codes of a length are numbers in a row, behind all shorter ones.
fn symbol(bits: &mut impl Iterator<Item = u8>) -> Symbol {
    let (mut value, mut first, mut place) = (0u32, 0u32, 0u32);
    let mut ones = true;
    for (length, count) in CODE.counts.iter().enumerate().skip(1) {
        let Some(bit) = bits.next() else {
            let padding = ones && length - 1 <= PADDING_BITS_MAX;
            return if padding { Symbol::Padding } else { Symbol::None };
        };
        ones &= bit == 1;
        value = value << 1 | u32::from(bit);
        first <<= 1;
        if let Some(offset) = value.checked_sub(first).filter(|offset| offset < count) {
            let symbol = CODE.symbols.get((place + offset) as usize);
            return symbol
                .and_then(|symbol| u8::try_from(*symbol).ok())
                .map_or(Symbol::None, Symbol::Byte);
        }
        first += count;
        place += count;
    }
    Symbol::None
}

#[cfg(test)]
mod tests {
    use super::*;

    // RFC 7541 appendix C.4 and C.6.
    #[test]
    fn the_examples_of_the_rfc_are_read() {
        let samples: [(&[u8], &[u8]); 4] = [
            (
                &[0xf1, 0xe3, 0xc2, 0xe5, 0xf2, 0x3a, 0x6b, 0xa0, 0xab, 0x90, 0xf4, 0xff],
                b"www.example.com",
            ),
            (&[0xa8, 0xeb, 0x10, 0x64, 0x9c, 0xbf], b"no-cache"),
            (&[0x64, 0x02], b"302"),
            (&[0xae, 0xc3, 0x77, 0x1a, 0x4b], b"private"),
        ];
        for (code, plain) in samples {
            assert_eq!(decode(code).as_deref(), Some(plain));
        }
    }

    #[test]
    fn what_is_no_code_is_none() {
        assert_eq!(decode(&[]).as_deref(), Some(&b""[..]));
        assert_eq!(decode(&[0xff]), None, "a byte of padding");
        assert_eq!(decode(&[0xff, 0xff, 0xff, 0xff]), None, "the end of a string within");
        assert_eq!(decode(&[0x00]), None, "padding of zeros");
    }
}
