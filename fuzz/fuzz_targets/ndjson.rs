//! Any bytes in any pieces give the lines that a plain split gives.

#![no_main]

use std::ops::ControlFlow;

use modelyard::providers::ndjson::Lines;

fn read(pieces: &[&[u8]]) -> Vec<String> {
    let mut lines = Lines::new();
    let mut read = Vec::new();
    let mut take = |line: &str| {
        read.push(line.to_owned());
        ControlFlow::Continue(())
    };
    for piece in pieces {
        assert_eq!(lines.push(piece, &mut take), Ok(ControlFlow::Continue(())));
    }
    assert_eq!(lines.end(&mut take), Ok(ControlFlow::Continue(())));
    read
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let lines = bytes.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    let expected: Vec<String> = lines
        .filter(|line| !line.is_empty())
        .map(|line| String::from_utf8_lossy(line).into_owned())
        .collect();
    for pieces in modelyard_fuzz::ways(bytes) {
        assert_eq!(read(&pieces), expected);
    }
    // Whoever has enough gets no more of that piece.
    let mut first = None;
    let flow = Lines::new().push(bytes, &mut |line| {
        assert!(first.is_none());
        first = Some(line.to_owned());
        ControlFlow::Break(())
    });
    assert_eq!(flow == Ok(ControlFlow::Break(())), first.is_some());
    if let Some(first) = first {
        assert_eq!(Some(&first), expected.first());
    }
});
