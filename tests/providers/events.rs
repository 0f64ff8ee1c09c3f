//! Events over time, against a plain reader of the rules of the HTML Standard.

use std::ops::ControlFlow;

use modelyard::providers::sse::{EventTooLong, Events, MAX_EVENT_BYTES};
use proptest::collection::vec;
use proptest::prelude::*;

use super::driving::cut;

type Pairs = Vec<(String, String)>;

/// What comes out of pieces: names and data, and what would have been the last one.
fn read<'b>(pieces: impl IntoIterator<Item = &'b [u8]>) -> (Pairs, Pairs) {
    let mut events = Events::new();
    let mut found = Pairs::new();
    for piece in pieces {
        let flow = events.push(piece, &mut |event| {
            found.push((event.name.to_owned(), event.data.to_owned()));
            ControlFlow::Continue(())
        });
        assert_eq!(flow, Ok(ControlFlow::Continue(())));
    }
    let mut rest = Pairs::new();
    let flow = events.rest(&mut |event| {
        rest.push((event.name.to_owned(), event.data.to_owned()));
        ControlFlow::Continue(())
    });
    assert_eq!(flow, Ok(ControlFlow::Continue(())));
    (found, rest)
}

fn data(body: &str) -> Vec<String> {
    let (found, _) = read([body.as_bytes()]);
    found.into_iter().map(|(_, data)| data).collect()
}

/// The standard, step by step (9.2.6): decode, cut into lines, interpret each.
fn reference(body: &[u8]) -> Pairs {
    let text = String::from_utf8_lossy(body);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' => {
                chars.next_if_eq(&'\n');
                lines.push(std::mem::take(&mut line));
            }
            '\n' => lines.push(std::mem::take(&mut line)),
            c => line.push(c),
        }
    }
    // What has no line end is no line.
    let (mut events, mut data, mut name) = (Pairs::new(), String::new(), String::new());
    for line in lines {
        if line.is_empty() {
            if !data.is_empty() {
                let whole = data.strip_suffix('\n').unwrap_or(&data).to_owned();
                events.push((name.clone(), whole));
            }
            data.clear();
            name.clear();
            continue;
        }
        let (field, value) = line.split_once(':').unwrap_or((&line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "data" => {
                data.push_str(value);
                data.push('\n');
            }
            "event" => value.clone_into(&mut name),
            _ => {}
        }
    }
    events
}

#[test]
fn the_examples_of_the_standard() {
    assert_eq!(data("data: YHOO\ndata: +2\ndata: 10\n\n"), ["YHOO\n+2\n10"]);
    let stream =
        ": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n";
    assert_eq!(data(stream), ["first event", "second event", " third event"]);
    assert_eq!(data("data\n\ndata\ndata\n\ndata:"), ["", "\n"]);
    assert_eq!(data("data:test\n\ndata: test\n\n"), ["test", "test"]);
}

#[test]
fn names_belong_to_one_event() {
    let body = "event: a\ndata: 1\n\ndata: 2\n\nevent: b\n\ndata: 3\n\ndata: 4\nevent: c\nevent\n\ndata: 5\nevent: d\n\n";
    let (found, rest) = read([body.as_bytes()]);
    let names: Vec<(&str, &str)> = found
        .iter()
        .map(|(name, data)| (name.as_str(), data.as_str()))
        .collect();
    assert_eq!(names, [("a", "1"), ("", "2"), ("", "3"), ("", "4"), ("d", "5")]);
    assert_eq!(rest, []);
}

#[test]
fn an_event_that_ends_with_the_body_is_no_event_but_is_not_lost() {
    for body in ["data: 1", "data: 1\n", "event: x\ndata: 1", "data: 1\r"] {
        let (found, rest) = read([body.as_bytes()]);
        assert_eq!(found, [], "{body:?}");
        assert_eq!(rest.len(), 1, "{body:?}");
        assert_eq!(rest[0].1, "1", "{body:?}");
    }
    for body in ["", "dat", "event: x", ": data: 1", "data: 1\n\n"] {
        assert_eq!(read([body.as_bytes()]).1, [], "{body:?}");
    }
}

#[test]
fn a_mark_of_byte_order_is_dropped_once_and_only_at_the_beginning() {
    let mark = "\u{feff}";
    assert_eq!(data(&format!("{mark}data: 1\n\n")), ["1"]);
    assert_eq!(data(&format!("{mark}{mark}data: 1\n\ndata: 2\n\n")), ["2"]);
    assert_eq!(data(&format!("\n{mark}data: 1\n\ndata: 2\n\n")), ["2"]);
    assert_eq!(data(&format!("data: {mark}1\n\n")), [format!("{mark}1")]);
}

#[test]
fn the_field_of_old_servers_is_an_event_of_the_name_error() {
    let (found, _) = read([b"error: {\"code\":500}\n\ndata: 1\n\n".as_slice()]);
    let expected = [("error", "{\"code\":500}"), ("", "1")];
    let found: Vec<(&str, &str)> = found
        .iter()
        .map(|(name, data)| (name.as_str(), data.as_str()))
        .collect();
    assert_eq!(found, expected);
}

/// Found by the property below.
#[test]
fn an_empty_piece_between_the_two_halves_of_a_line_end_changes_nothing() {
    let body = b"event: a\r\ndata: 1\r\n\r\n";
    let (found, _) = read([&body[..9], &body[9..9], &body[9..]]);
    assert_eq!(found, [("a".to_owned(), "1".to_owned())]);
}

#[test]
fn nothing_is_given_after_somebody_has_enough() {
    let mut events = Events::new();
    let mut found = Vec::new();
    let flow = events.push(b"data: 1\n\ndata: 2\n\n", &mut |event| {
        found.push(event.data.to_owned());
        ControlFlow::Break(())
    });
    assert_eq!(flow, Ok(ControlFlow::Break(())));
    assert_eq!(found, ["1"]);
}

#[test]
fn bad_input_90_what_is_too_long_is_refused_however_it_is_cut() {
    let long = "x".repeat(MAX_EVENT_BYTES - 6);
    for (body, fits) in [
        (format!("data: {long}\n\n"), true),
        (format!("data: {long}x\n\n"), false),
        (format!(":{long}xxxxxxxx\n\n"), false),
        (format!("data: {long}\ndata: xxxxx\n\n"), false),
    ] {
        for size in [body.len(), 1 << 16] {
            let mut events = Events::new();
            let mut came = 0;
            let mut each = |event: modelyard::providers::sse::Event| {
                came += event.data.len();
                ControlFlow::Continue(())
            };
            let refused = body
                .as_bytes()
                .chunks(size)
                .any(|piece| events.push(piece, &mut each) == Err(EventTooLong));
            assert_eq!((refused, came > 0), (!fits, fits), "{size}");
        }
    }
}

/// Bytes that are nearly events: fields, line ends of all kinds, halves of characters.
fn body() -> impl Strategy<Value = Vec<u8>> {
    let part = prop_oneof![
        6 => prop::sample::select(vec![
            "data", "data: ", "data:", "data:  ", "event: ", "event", "id: 1", "retry: 5", ": comment", "datax: ",
            " data: ", "\u{feff}", ":", " ", "{\"a\":\"é😀\"}", "x", "[DONE]",
        ]).prop_map(|text| text.as_bytes().to_vec()),
        6 => prop::sample::select(vec!["\n", "\r", "\r\n", "\n\n", "\r\r", "\r\n\r\n", "\n\r"])
            .prop_map(|text| text.as_bytes().to_vec()),
        1 => prop::sample::select(vec![vec![0xf0, 0x9f], vec![0x98, 0x80], vec![0xff], vec![0], vec![0xef, 0xbb]]),
        1 => vec(any::<u8>(), 0..4),
    ];
    vec(part, 0..60).prop_map(|parts| parts.concat())
}

/// The reference knows no field `error`.
fn is_of_the_standard(body: &[u8]) -> bool {
    !body.windows(5).any(|part| part == b"error")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn any_bytes_in_any_pieces_are_read_as_the_standard_says(
        body in body(),
        places in vec(any::<prop::sample::Index>(), 0..12),
    ) {
        prop_assume!(is_of_the_standard(&body));
        let expected = reference(&body);
        let whole = read([body.as_slice()]);
        prop_assert_eq!(&whole.0, &expected);
        let mut places: Vec<usize> = places.iter().map(|place| place.index(body.len() + 1)).collect();
        places.sort_unstable();
        prop_assert_eq!(&read(cut(&body, &places)), &whole);
        prop_assert_eq!(&read(body.chunks(1)), &whole);
    }

    #[test]
    fn what_a_writer_of_events_writes_is_what_is_read(
        events in vec(("[a-z]{0,6}", vec("[ -~é😀]{0,12}", 1..4)), 0..8),
        ending in prop::sample::select(vec!["\n", "\r", "\r\n"]),
        places in vec(any::<prop::sample::Index>(), 0..12),
    ) {
        let mut body = String::new();
        for (name, lines) in &events {
            if !name.is_empty() {
                body += &["event: ", name, ending].concat();
            }
            for line in lines {
                body += &["data: ", line, ending].concat();
            }
            body += ending;
        }
        let expected: Pairs = events.iter().map(|(name, lines)| (name.clone(), lines.join("\n"))).collect();
        let mut places: Vec<usize> = places.iter().map(|place| place.index(body.len() + 1)).collect();
        places.sort_unstable();
        let (found, rest) = read(cut(body.as_bytes(), &places));
        prop_assert_eq!(found, expected);
        prop_assert_eq!(rest, Pairs::new());
    }
}
