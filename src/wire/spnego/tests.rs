use super::*;

/// One element of DER.
fn tlv(tag: u8, contents: &[u8]) -> Vec<u8> {
    let len = contents.len();
    let header = match len {
        0..=0x7f => vec![tag, len as u8],
        _ => vec![tag, 0x82, (len >> 8) as u8, len as u8],
    };
    [header, contents.to_vec()].concat()
}

fn oid(mechanism: Mechanism) -> Vec<u8> {
    let found = OIDS.iter().find(|(_, known)| *known == mechanism);
    tlv(tag::OID, found.expect("has an OID").0)
}

/// The framing of first tokens.
fn framed(mechanism: Mechanism, inner: &[u8]) -> Vec<u8> {
    tlv(INITIAL, &[&oid(mechanism), inner].concat())
}

const KERBEROS_OF_WINDOWS_2000: &[u8] = &[0x2a, 0x86, 0x48, 0x82, 0xf7, 0x12, 1, 2, 2];

/// What Windows offers: both Kerberos, NegoEx, NTLM.
fn offer(token: &[u8]) -> Vec<u8> {
    let list = [
        tlv(tag::OID, KERBEROS_OF_WINDOWS_2000),
        oid(Mechanism::Kerberos),
        oid(Mechanism::NegoEx),
        oid(Mechanism::Ntlm),
        tlv(tag::OID, &[0x2b, 7]),
    ]
    .concat();
    let fields = [tlv(0xa0, &tlv(tag::SEQUENCE, &list)), tlv(0xa2, &tlv(tag::OCTET_STRING, token))];
    framed(Mechanism::Spnego, &tlv(INIT, &tlv(tag::SEQUENCE, &fields.concat())))
}

#[test]
fn windows_offers_kerberos_and_sends_its_ticket_along() {
    let request = framed(Mechanism::Kerberos, &[&[1, 0][..], &tlv(AP_REQ, &[0; 300])].concat());
    let bytes = offer(&request);
    let Ok(Token::Init(init)) = token(&bytes) else { panic!() };
    use Mechanism::{Kerberos as Krb5, NegoEx, Ntlm, Other};
    assert_eq!(init.mechanisms, [Krb5, Krb5, NegoEx, Ntlm, Other]);
    let Ok(Token::Kerberos(Krb5, Kerberos::ApReq(message))) = token(init.token.unwrap()) else {
        panic!()
    };
    assert_eq!(message, tlv(AP_REQ, &[0; 300]));
}

#[test]
fn a_server_rejects() {
    let fields = tlv(0xa0, &[0x0a, 1, 2]);
    let bytes = tlv(RESPONSE, &tlv(tag::SEQUENCE, &fields));
    let rejected = Response { state: Some(2), ..Response::default() };
    assert_eq!(token(&bytes), Ok(Token::Response(rejected)));
}

#[test]
fn a_server_chooses_ntlm_and_sends_its_challenge() {
    let challenge = [ntlm::SIGNATURE, &[2, 0, 0, 0]].concat();
    let fields = [
        tlv(0xa0, &[0x0a, 1, 1]),
        tlv(0xa1, &oid(Mechanism::Ntlm)),
        tlv(0xa2, &tlv(tag::OCTET_STRING, &challenge)),
        tlv(0xa3, &tlv(tag::OCTET_STRING, &[0; 16])),
    ];
    let bytes = tlv(RESPONSE, &tlv(tag::SEQUENCE, &fields.concat()));
    let Ok(Token::Response(response)) = token(&bytes) else { panic!() };
    assert_eq!((response.state, response.mechanism), (Some(1), Some(Mechanism::Ntlm)));
    assert!(response.has_mic);
    assert_eq!(token(response.token.unwrap()), Ok(Token::Ntlm(&challenge)));
}

#[test]
fn a_server_that_speaks_first_gives_hints_where_others_have_the_mic() {
    let hint = tlv(0xa0, &tlv(0x1b, b"not_defined_in_RFC4178@please_ignore"));
    let list = tlv(0xa0, &tlv(tag::SEQUENCE, &oid(Mechanism::Ntlm)));
    let hints = [list.clone(), tlv(0xa3, &tlv(tag::SEQUENCE, &hint))].concat();
    let bytes = framed(Mechanism::Spnego, &tlv(INIT, &tlv(tag::SEQUENCE, &hints)));
    let Ok(Token::Init(init)) = token(&bytes) else { panic!() };
    assert_eq!(init.hint, Some(&b"not_defined_in_RFC4178@please_ignore"[..]));
    assert!(!init.has_mic);

    let mic = [list, tlv(0xa3, &tlv(tag::OCTET_STRING, &[0; 16]))].concat();
    let bytes = tlv(INIT, &tlv(tag::SEQUENCE, &mic));
    let Ok(Token::Init(init)) = token(&bytes) else { panic!("also without the framing") };
    assert!(init.has_mic && init.hint.is_none());
}

#[test]
fn tokens_of_kerberos_tell_their_message() {
    let of = |id: [u8; 2]| framed(Mechanism::UserToUser, &id);
    let read = |id| match token(&of(id)) {
        Ok(Token::Kerberos(Mechanism::UserToUser, kerberos)) => {
            matches!(kerberos, Kerberos::Error(_))
        }
        other => panic!("{other:?}"),
    };
    assert!(read([3, 0]) && !read([4, 0]));
    assert_eq!(token(b"NEGOEXTS\0\0"), Ok(Token::NegoEx));
    let raw = tlv(KRB_ERROR, &[]);
    let error = Kerberos::Error(&raw);
    assert_eq!(token(&raw), Ok(Token::Kerberos(Mechanism::Kerberos, error)));
}

#[test]
fn what_is_no_token_names_its_field() {
    let flaw = |bytes: &[u8]| token(bytes).map_err(|flaw| flaw.field).err();
    assert_eq!(flaw(b""), Some("NegotiationToken"));
    assert_eq!(flaw(b"\x30\x00"), Some("NegotiationToken"));
    assert_eq!(flaw(&[INITIAL, 5, 6]), Some("initial token"));
    let whole = offer(&[1; 200]);
    for len in 0..whole.len() {
        assert!(token(&whole[..len]).is_err(), "a prefix of {len} bytes");
    }
}
