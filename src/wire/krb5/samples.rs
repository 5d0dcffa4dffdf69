//! Kerberos messages written by hand, for tests.

/// Tag, length, contents.
pub(crate) fn der(tag: u8, contents: &[u8]) -> Vec<u8> {
    let length = contents.len();
    let mut bytes = vec![tag];
    match length {
        0..=0x7F => bytes.push(length as u8),
        _ => bytes.extend([0x82, (length >> 8) as u8, length as u8]),
    }
    bytes.extend(contents);
    bytes
}

/// SEQUENCE
pub(crate) fn sequence(items: &[Vec<u8>]) -> Vec<u8> {
    der(0x30, &items.concat())
}

/// `[number]`
pub(crate) fn field(number: u8, value: Vec<u8>) -> Vec<u8> {
    der(0xA0 | number, &value)
}

pub(crate) fn int(value: i32) -> Vec<u8> {
    der(0x02, &value.to_be_bytes())
}

pub(crate) fn text(value: &str) -> Vec<u8> {
    der(0x1B, value.as_bytes())
}

pub(crate) fn octets(value: &[u8]) -> Vec<u8> {
    der(0x04, value)
}

pub(crate) fn time(value: &str) -> Vec<u8> {
    der(0x18, value.as_bytes())
}

pub(crate) fn flags(bits: u32) -> Vec<u8> {
    der(0x03, &[&[0][..], &bits.to_be_bytes()].concat())
}

/// PrincipalName of the components between slashes.
pub(crate) fn name(kind: i32, name: &str) -> Vec<u8> {
    let parts: Vec<_> = name.split('/').map(text).collect();
    sequence(&[field(0, int(kind)), field(1, sequence(&parts))])
}

/// PA-DATA
pub(crate) fn pa(kind: i32, value: &[u8]) -> Vec<u8> {
    sequence(&[field(1, int(kind)), field(2, octets(value))])
}

/// EncryptedData
pub(crate) fn encrypted(etype: i32, kvno: i32) -> Vec<u8> {
    sequence(&[field(0, int(etype)), field(1, int(kvno)), field(2, octets(&[0xEE; 40]))])
}

pub(crate) fn ticket(sname: &str, etype: i32) -> Vec<u8> {
    let fields = [
        field(0, vec![2, 1, 5]),
        field(1, text("EXAMPLE.COM")),
        field(2, name(2, sname)),
        field(3, encrypted(etype, 3)),
    ];
    der(0x61, &sequence(&fields))
}

/// AS-REQ of `cname` for a ticket-granting ticket, with PA-ENC-TIMESTAMP where `padata` has 2.
pub(crate) fn as_req(cname: &str, nonce: i32, padata: &[Vec<u8>]) -> Vec<u8> {
    let body = [
        field(0, flags(0x4081_0010)),
        field(1, name(1, cname)),
        field(2, text("EXAMPLE.COM")),
        field(3, name(2, "krbtgt/EXAMPLE.COM")),
        field(5, time("20370913024805Z")),
        field(7, int(nonce)),
        field(8, sequence(&[int(18), int(17), int(23), int(-135)])),
    ];
    kdc_req(10, padata, &body)
}

pub(crate) fn tgs_req(sname: &str, nonce: i32, padata: &[Vec<u8>]) -> Vec<u8> {
    let body = [
        field(0, flags(0x4080_0000)),
        field(2, text("EXAMPLE.COM")),
        field(3, name(2, sname)),
        field(5, time("20370913024805Z")),
        field(7, int(nonce)),
        field(8, sequence(&[int(18), int(17)])),
    ];
    kdc_req(12, padata, &body)
}

pub(crate) fn kdc_req(kind: u8, padata: &[Vec<u8>], body: &[Vec<u8>]) -> Vec<u8> {
    let mut fields = vec![field(1, vec![2, 1, 5]), field(2, vec![2, 1, kind])];
    if !padata.is_empty() {
        fields.push(field(3, sequence(padata)));
    }
    fields.push(field(4, sequence(body)));
    der(0x60 | kind, &sequence(&fields))
}

/// AS-REP (11) or TGS-REP (13).
pub(crate) fn kdc_rep(kind: u8, cname: &str, sname: &str) -> Vec<u8> {
    let fields = [
        field(0, vec![2, 1, 5]),
        field(1, vec![2, 1, kind]),
        field(3, text("EXAMPLE.COM")),
        field(4, name(1, cname)),
        field(5, ticket(sname, 18)),
        field(6, encrypted(17, 2)),
    ];
    der(0x60 | kind, &sequence(&fields))
}

pub(crate) fn ap_req(sname: &str) -> Vec<u8> {
    let fields = [
        field(0, vec![2, 1, 5]),
        field(1, vec![2, 1, 14]),
        field(2, flags(0x2000_0000)),
        field(3, ticket(sname, 18)),
        field(4, encrypted(18, 0)),
    ];
    der(0x6E, &sequence(&fields))
}

pub(crate) fn ap_rep() -> Vec<u8> {
    let fields = [field(0, vec![2, 1, 5]), field(1, vec![2, 1, 15]), field(2, encrypted(18, 0))];
    der(0x6F, &sequence(&fields))
}

/// KRB-ERROR about `sname`; `more` are further fields.
pub(crate) fn error(code: i32, stime: &str, sname: &str, more: &[Vec<u8>]) -> Vec<u8> {
    let mut fields = vec![
        field(0, vec![2, 1, 5]),
        field(1, vec![2, 1, 30]),
        field(4, time(stime)),
        field(5, int(250_000)),
        field(6, int(code)),
        field(9, text("EXAMPLE.COM")),
        field(10, name(2, sname)),
    ];
    fields.extend_from_slice(more);
    der(0x7E, &sequence(&fields))
}

/// ETYPE-INFO2 with one entry.
pub(crate) fn etype_info2(etype: i32, salt: &str) -> Vec<u8> {
    sequence(&[sequence(&[field(0, int(etype)), field(1, text(salt))])])
}

/// KERB-EXT-ERROR
pub(crate) fn ext_error(status: u32) -> Vec<u8> {
    [&status.to_le_bytes()[..], &[0; 4], &[1, 0, 0, 0]].concat()
}

/// A kpasswd message with `inside` in the place of AP-REQ or AP-REP.
pub(crate) fn kpasswd_message(version: u16, inside: &[u8], length: usize) -> Vec<u8> {
    let mut bytes = ((inside.len() + 6) as u16).to_be_bytes().to_vec();
    bytes.extend(version.to_be_bytes());
    bytes.extend((length as u16).to_be_bytes());
    bytes.extend(inside);
    bytes
}
