//! Cutting bytes into lines.

use std::ops::ControlFlow;

use modelyard::providers::ndjson::{LineTooLong, Lines, MAX_LINE_BYTES};
use proptest::collection::vec;
use proptest::prelude::*;

fn lines(pieces: &[&[u8]]) -> Result<Vec<String>, LineTooLong> {
    let mut found = Vec::new();
    let mut each = |line: &str| {
        found.push(line.to_owned());
        ControlFlow::Continue(())
    };
    let mut lines = Lines::new();
    for piece in pieces {
        let _ = lines.push(piece, &mut each)?;
    }
    let _ = lines.end(&mut each)?;
    Ok(found)
}

#[test]
fn blank_lines_and_carriage_returns_are_no_part_of_a_line() {
    let body = b"\n\r\n {\"a\":1} \r\n\n\t\n[2]\r\n3";
    assert_eq!(
        lines(&[body]),
        Ok(vec!["{\"a\":1}".into(), "[2]".into(), "3".into()])
    );
}

#[test]
fn the_last_line_needs_no_end() {
    assert_eq!(
        lines(&[b"one\n", b"tw", b"o"]),
        Ok(vec!["one".into(), "two".into()])
    );
}

#[test]
fn a_character_cut_in_the_middle_is_whole_again() {
    let body = "é👋日\n".as_bytes();
    for place in 0..=body.len() {
        let (one, other) = body.split_at(place);
        assert_eq!(lines(&[one, other]), Ok(vec!["é👋日".into()]), "cut at {place}");
    }
}

#[test]
fn bytes_that_are_no_text_become_replacement_characters() {
    assert_eq!(
        lines(&[b"a\xff\xfeb\n\xe2\x82"]),
        Ok(vec!["a\u{fffd}\u{fffd}b".into(), "\u{fffd}".into()])
    );
}

#[test]
fn a_line_can_be_as_long_as_the_limit_and_no_longer() {
    let mut body = vec![b'x'; MAX_LINE_BYTES];
    assert_eq!(lines(&[&body]).map(|lines| lines[0].len()), Ok(MAX_LINE_BYTES));
    body.push(b'x');
    assert_eq!(lines(&[&body]), Err(LineTooLong));
    let (one, other) = body.split_at(MAX_LINE_BYTES - 3);
    assert_eq!(lines(&[one, other]), Err(LineTooLong));
    body.push(b'\n');
    assert_eq!(
        lines(&[&body]),
        Err(LineTooLong),
        "also when its end is there already"
    );
}

#[test]
fn a_line_without_end_is_given_up_before_it_fills_the_memory() {
    let mut lines = Lines::new();
    let mut each = |_: &str| ControlFlow::Continue(());
    let piece = vec![b'x'; 1 << 20];
    let pushed = (0..100).position(|_| lines.push(&piece, &mut each).is_err());
    assert_eq!(pushed, Some(MAX_LINE_BYTES >> 20));
}

#[test]
fn whoever_has_enough_gets_no_further_line() {
    let mut seen = 0;
    let mut each = |_: &str| {
        seen += 1;
        ControlFlow::Break(())
    };
    let mut lines = Lines::new();
    assert_eq!(lines.push(b"1\n2\n3", &mut each), Ok(ControlFlow::Break(())));
    assert_eq!(seen, 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn lines_are_those_of_the_whole_text(
        text in "[a-c \r\né👋]{0,60}",
        places in vec(any::<prop::sample::Index>(), 0..20),
    ) {
        let body = text.as_bytes();
        let mut places: Vec<usize> = places.iter().map(|place| place.index(body.len() + 1)).collect();
        places.sort_unstable();
        let expected: Vec<String> = text
            .split('\n')
            .map(|line| line.trim_matches(|c: char| c.is_ascii_whitespace()).to_owned())
            .filter(|line| !line.is_empty())
            .collect();
        prop_assert_eq!(lines(&super::driving::cut(body, &places)), Ok(expected));
    }
}
