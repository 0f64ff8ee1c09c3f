//! Any bytes in any pieces give the events that a plain reader of the standard's rules gives.

#![no_main]

use std::ops::ControlFlow;

use modelyard::providers::sse::{Event, Events};

type Pairs = Vec<(String, String)>;

fn read(pieces: &[&[u8]]) -> Pairs {
    let mut events = Events::new();
    let mut read = Pairs::new();
    let mut take = |event: Event| {
        read.push((event.name.to_owned(), event.data.to_owned()));
        ControlFlow::Continue(())
    };
    for piece in pieces {
        assert_eq!(events.push(piece, &mut take), Ok(ControlFlow::Continue(())));
    }
    read
}

fn reference(bytes: &[u8]) -> Pairs {
    let text = String::from_utf8_lossy(bytes)
        .replace("\r\n", "\n")
        .replace('\r', "\n");
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let Some((whole, _)) = text.rsplit_once('\n') else {
        return Pairs::new();
    };
    let (mut events, mut data, mut name) = (Pairs::new(), None::<String>, String::new());
    for line in whole.split('\n') {
        if line.is_empty() {
            let name = std::mem::take(&mut name);
            events.extend(data.take().map(|data| (name, data)));
            continue;
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        if field == "event" {
            value.clone_into(&mut name);
        } else if field == "data" || field == "error" {
            if field == "error" {
                name = "error".to_owned();
            }
            data = Some(match data.take() {
                Some(before) => before + "\n" + value,
                None => value.to_owned(),
            });
        }
    }
    events
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let expected = reference(bytes);
    for pieces in modelyard_fuzz::ways(bytes) {
        assert_eq!(read(&pieces), expected);
    }
    // Whoever has enough gets no more of that piece.
    let mut first = None;
    let flow = Events::new().push(bytes, &mut |event| {
        assert!(first.is_none());
        first = Some((event.name.to_owned(), event.data.to_owned()));
        ControlFlow::Break(())
    });
    assert_eq!(flow == Ok(ControlFlow::Break(())), first.is_some());
    assert_eq!(first.as_ref(), expected.first());
});
