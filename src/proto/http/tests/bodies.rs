//! Bodies are passed over, the words of errors are read.

use super::{line, talk};
use crate::proto::Fact;
use crate::proto::clock::Source;

#[test]
fn chunks_are_passed_over_up_to_the_trailers() {
    let mut told = talk();
    told.ask("GET /1 HTTP/1.1\r\n\r\n")
        .say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n3e8;x=y\r\n")
        .say([b'x'; 600])
        .say([b'x'; 400])
        .say("\r\n0\r\nTrailer: a\r\n")
        .say("\r\nHTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    assert_eq!(told.told(), [line(2, 200, "/1"), line(6, 404, "")]);
}

#[test]
fn chunks_of_a_request_are_passed_over_too() {
    let mut told = talk();
    told.ask("POST /1 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nGET /\r\n0\r\n\r\nGET /2 HTTP/1.1\r\n\r\n");
    told.close();
    assert_eq!(told.told(), [line(1, 0, "/1"), line(1, 0, "/2")]);
}

#[test]
fn a_body_without_length_ends_with_the_connection() {
    let mut told = talk();
    told.ask("GET /1 HTTP/1.0\r\n\r\n")
        .say("HTTP/1.0 200 OK\r\n\r\n")
        .say("HTTP/1.1 404 Not Found\r\n\r\n in the body");
    assert_eq!(told.told(), [line(2, 200, "/1")]);
}

#[test]
fn a_response_without_length_that_did_not_close_ends_where_the_next_begins() {
    let mut told = talk();
    told.ask("GET /1 HTTP/1.1\r\n\r\n")
        .say("HTTP/1.1 200 OK\r\n\r\nbody")
        .ask("GET /2 HTTP/1.1\r\n\r\n")
        .say("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    assert_eq!(told.told(), [line(2, 200, "/1"), line(4, 404, "/2")]);
}

#[test]
fn the_words_of_an_error_come_also_from_the_next_packet() {
    let page = "<html><title>400 No required SSL certificate was sent</title></html>";
    let head = format!(
        "HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\nContent-Length: {}\r\n\r\n",
        page.len()
    );
    for (one, two) in [
        (format!("{head}{page}"), ""),
        (head.clone(), page),
        (format!("{head}{}", &page[..20]), &page[20..]),
    ] {
        let mut told = talk();
        told.ask("GET / HTTP/1.1\r\n\r\n").say(one);
        if !two.is_empty() {
            told.say(two);
        }
        assert_eq!(told.told(), [line(2, 400, "/")]);
        assert_eq!(
            told.exchanges()[0].text.as_deref(),
            Some("400 No required SSL certificate was sent")
        );
    }
}

#[test]
fn the_words_of_an_error_come_in_chunks_and_with_what_the_proxy_says() {
    let mut told = talk();
    told.ask("GET http://a/ HTTP/1.1\r\n\r\n")
        .say("HTTP/1.1 503 No\r\nX-Squid-Error: ERR_DNS_FAIL 0\r\nTransfer-Encoding: chunked\r\n\r\n6\r\n<p>one\r\n4\r\n two\r\n")
        .say("0\r\n\r\n");
    assert_eq!(told.exchanges()[0].text.as_deref(), Some("ERR_DNS_FAIL 0 one two"));
    assert_eq!(told.exchanges()[0].host.as_deref(), Some("a"));
}

#[test]
fn a_long_error_page_is_read_in_part_and_passed_over() {
    let mut told = talk();
    told.ask("GET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n\r\n")
        .say("HTTP/1.1 500 Oh\r\nContent-Type: text/plain\r\nContent-Length: 10000\r\n\r\n")
        .say([b'a'; 5000])
        .say([b'b'; 5000])
        .say("HTTP/1.1 502 Oh\r\nContent-Type: image/png\r\nContent-Length: 3\r\n\r\nabc");
    assert_eq!(told.told(), [line(2, 500, "/1"), line(5, 502, "/2")]);
    let texts: Vec<_> =
        told.exchanges().iter().map(|told| told.text.as_deref().map(str::len)).collect();
    assert_eq!(texts, [Some(300), None]);
}

#[test]
fn the_date_is_read_once_unless_a_cache_may_have_kept_it() {
    let date = "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n";
    let mut told = talk();
    for field in ["Age: 5\r\n", "Via: 1.1 proxy\r\n", "", ""] {
        told.ask("GET / HTTP/1.1\r\n\r\n").say(format!("HTTP/1.1 204 OK\r\n{date}{field}\r\n"));
    }
    let readings = told.facts().iter().filter_map(|emitted| match &emitted.fact {
        Fact::Clock(reading) => {
            Some((emitted.at.frame.number(), reading.source, reading.clock.seconds()))
        }
        _ => None,
    });
    assert_eq!(readings.collect::<Vec<_>>(), [(6, Source::HttpDate, 784_111_777)]);
}
