use super::*;

/// A message with a body.
fn message(command: u16, flags: u32, body: &[u8]) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    bytes.extend([64, 0, 0, 0]);
    bytes.extend(0xc000_0022_u32.to_le_bytes());
    bytes.extend(command.to_le_bytes());
    bytes.extend([1, 0]);
    bytes.extend(flags.to_le_bytes());
    bytes.extend(0_u32.to_le_bytes());
    bytes.extend(7_u64.to_le_bytes());
    bytes.extend([0; 4]);
    bytes.extend(5_u32.to_le_bytes());
    bytes.extend(9_u64.to_le_bytes());
    bytes.extend([0; 16]);
    bytes.extend(body);
    bytes
}

#[test]
fn a_header_says_what_came_of_which_request() {
    let header = header(&message(TREE_CONNECT, 1, &[])).expect("a header");
    assert!(header.is_response());
    assert_eq!((header.status, header.message_id, header.session_id), (0xc000_0022, 7, 9));
    assert_eq!(header.tree_id, Some(5));
    assert_eq!(command_name(header.command), Some("TREE_CONNECT"));
    assert_eq!(command_name(19), None);
}

#[test]
fn an_asynchronous_message_has_no_tree() {
    assert_eq!(header(&message(CREATE, 3, &[])).expect("a header").tree_id, None);
}

#[test]
fn names_are_found_by_their_offsets() {
    let path = [9, 0, 0, 0, 72, 0, 4, 0, b'a', 0, b'b', 0];
    assert_eq!(tree_path(&message(TREE_CONNECT, 0, &path)).as_deref(), Ok("ab"));
    let beyond = [9, 0, 0, 0, 72, 0, 99, 0, b'a', 0];
    assert!(tree_path(&message(TREE_CONNECT, 0, &beyond)).is_err());
}

#[test]
fn no_cut_of_a_message_does_harm() {
    let whole = message(NEGOTIATE, 1, &[255; 80]);
    for len in 0..whole.len() {
        let cut = &whole[..len];
        let read = header(cut);
        assert_eq!(read.is_ok(), len >= HEADER_BYTES);
        let _ = (negotiated(cut), request_token(cut), response_token(cut), create_name(cut));
    }
}
