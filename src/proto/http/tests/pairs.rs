//! Requests and responses find each other.

use super::{Client, Server, line, talk};
use crate::proto::http::Version;
use crate::units::{Close, Side};

#[test]
fn a_page_then_another_on_the_same_connection() {
    let mut told = talk();
    told.ask("GET /a HTTP/1.1\r\nHost: Web.Example.com:8080\r\nUser-Agent: test/1\r\n\r\n")
        .say("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")
        .ask("GET /b HTTP/1.1\r\nHost: web\r\n\r\n")
        .say("HTTP/1.1 404 Not Found\r\nServer: test\r\nContent-Length: 0\r\n\r\n")
        .close();
    assert_eq!(told.told(), [line(2, 200, "/a"), line(4, 404, "/b")]);
    let [first, second] = told.exchanges()[..] else { panic!("{:?}", told.told()) };
    assert_eq!((first.host.as_deref(), first.port), (Some("web.example.com"), Some(8080)));
    assert_eq!((&*first.method, first.user_agent.as_deref()), ("GET", Some("test/1")));
    assert_eq!((first.first, second.first, first.closes), (true, false, false));
    assert_eq!((second.version, second.server.as_deref()), (Version::Http11, Some("test")));
}

#[test]
fn pipelined_requests_are_answered_in_order_within_one_packet() {
    let mut told = talk();
    told.ask("GET /1 HTTP/1.1\r\n\r\nHEAD /2 HTTP/1.1\r\n\r\nGET /3 HTTP/1.1\r\n\r\n")
        .say("HTTP/1.1 304 Not Modified\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nHTTP/1.1 500 Oh\r\n\r\n")
        .close();
    assert_eq!(told.told(), [line(2, 304, "/1"), line(2, 200, "/2"), line(2, 500, "/3")]);
}

#[test]
fn header_sections_in_single_bytes_stand_at_their_last_packet() {
    let mut told = talk();
    let request = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    let response = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n";
    for byte in request {
        told.ask([*byte]);
    }
    for byte in response {
        told.say([*byte]);
    }
    let end = (request.len() + response.len()) as u64;
    assert_eq!(told.told(), [line(end, 403, "/")]);
    let asked = told.exchanges()[0].request.map(|at| at.frame.number());
    assert_eq!(asked, Some(request.len() as u64));
}

#[test]
fn healthy_activesync_goes_on_after_a_hundred() {
    let mut told = talk();
    let head = "POST /Microsoft-Server-ActiveSync?Cmd=Sync HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n";
    told.ask(head)
        .say("HTTP/1.1 100 Continue\r\n\r\n")
        .ask("body")
        .say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    let uri = "/Microsoft-Server-ActiveSync?Cmd=Sync";
    assert_eq!(told.told(), [line(2, 100, uri), line(4, 200, uri)]);
    let last = told.exchanges()[1];
    assert!(last.is_active_sync() && last.expects_continue);
    assert_eq!(last.continued.map(|at| at.frame.number()), Some(2));
    assert_eq!(last.body.map(|at| at.frame.number()), Some(3));
}

#[test]
fn a_refused_body_may_stay_away() {
    let mut told = talk();
    told.ask("POST /a HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 4000\r\n\r\n")
        .say("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n")
        .ask("POST /a HTTP/1.1\r\nContent-Length: 4\r\n\r\nbody")
        .say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    assert_eq!(told.told(), [line(2, 401, "/a"), line(4, 200, "/a")]);
}

#[test]
fn a_refused_body_in_chunks_may_stay_away_too() {
    let mut told = talk();
    told.ask("POST /a HTTP/1.1\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n")
        .say("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n")
        .ask("GET /b HTTP/1.1\r\n\r\n")
        .say("HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n");
    assert_eq!(told.told(), [line(2, 401, "/a"), line(4, 404, "/b")]);
}

#[test]
fn a_request_without_response_is_told_at_the_end() {
    for how in [Close::Fin, Close::Reset, Close::Silence] {
        let mut told = talk();
        told.ask("GET /slow HTTP/1.1\r\n\r\n").end(Server, how).end(Client, how);
        assert_eq!(told.told(), [line(1, 0, "/slow")]);
        let ended = told.exchanges()[0].ended.map(|(side, how, at)| (side, how, at.frame.number()));
        assert_eq!(ended, Some((Side::Server, how, 2)));
    }
    let mut told = talk();
    told.two_sided = false;
    told.ask("GET /slow HTTP/1.1\r\n\r\n").close();
    assert_eq!(told.told(), [], "the server was not captured");
}

#[test]
fn a_client_that_closes_its_side_is_still_answered() {
    let mut told = talk();
    told.ask("GET / HTTP/1.0\r\n\r\n").end(Client, Close::Fin).say("HTTP/1.0 503 No\r\n\r\n");
    told.end(Server, Close::Fin);
    assert_eq!(told.told(), [line(3, 503, "/")]);
    assert!(told.exchanges()[0].closes);
}

#[test]
fn a_response_that_began_is_no_silence() {
    let mut told = talk();
    told.ask("GET / HTTP/1.1\r\n\r\n").say("HTTP/1.1 200 OK\r\nContent-").close();
    assert_eq!(told.told(), []);
}

#[test]
fn responses_without_their_requests_are_told() {
    let mut told = talk();
    told.from_start = false;
    told.say("tail of a body").say("HTTP/1.1 500 Oh\r\nContent-Length: 2\r\n\r\nnoHTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n");
    told.close();
    assert_eq!(told.told(), [line(2, 500, ""), line(2, 404, "")]);
    assert_eq!(&*told.exchanges()[0].method, "");
}

#[test]
fn behind_a_gap_nobody_guesses_whose_response_it_is() {
    let mut told = talk();
    told.ask("GET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n\r\n")
        .lose(Server, 500)
        .say("half of something\r\n\r\nHTTP/1.1 400 In A Body\r\n\r\n")
        .say("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
        .ask("GET /3 HTTP/1.1\r\n\r\n")
        .say("HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n")
        .close();
    assert_eq!(told.told(), [line(4, 404, ""), line(6, 403, "/3")]);
}

#[test]
fn a_gap_within_a_body_does_not_matter() {
    let mut told = talk();
    told.ask("GET /1 HTTP/1.1\r\n\r\n")
        .say("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        .lose(Server, 900)
        .say([b'x'; 100])
        .ask("GET /2 HTTP/1.1\r\n\r\n")
        .say("HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n");
    assert_eq!(told.told(), [line(2, 200, "/1"), line(6, 404, "/2")]);
}

#[test]
fn empty_lines_before_a_request_are_no_request() {
    let mut told = talk();
    told.ask("POST /1 HTTP/1.1\r\nContent-Length: 1\r\n\r\na\r\n").say("HTTP/1.1 204 OK\r\n\r\n");
    told.ask("\r\nGET /2 HTTP/1.1\r\n\r\n").say("HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n");
    assert_eq!(told.told(), [line(2, 204, "/1"), line(4, 410, "/2")]);
}

#[test]
fn a_header_section_without_end_is_given_up() {
    let mut told = talk();
    told.ask("GET / HTTP/1.1\r\n");
    for _ in 0..140 {
        told.ask([b'a'; 1024]);
    }
    assert!(told.is_stopped());
}

#[test]
fn what_was_given_up_is_not_called_unanswered() {
    let mut told = talk();
    told.ask("GET / HTTP/1.1\r\n\r\n").say("HTTP/1.1 200 OK\r\n");
    for _ in 0..140 {
        told.say([b'a'; 1024]);
    }
    told.close();
    assert!(told.is_stopped());
    assert_eq!(told.told(), []);
}
