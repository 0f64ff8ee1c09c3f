//! Wrong answers to ranges.

use modelyard_testserver::{RangeAnswer, Step};

use crate::wire::{SIZE, Wire, always, get, get_range};

fn answered(range: RangeAnswer, asked: &str) -> (Wire, Vec<u8>) {
    let (server, bytes) = always(Step {
        range,
        ..Step::default()
    });
    (get_range(&server, asked), bytes)
}

#[track_caller]
fn is_part(range: RangeAnswer, content_range: Option<&str>, start: usize, count: usize) {
    let (wire, bytes) = answered(range, "bytes=1000-1999");
    assert_eq!(wire.status(), 206);
    assert_eq!(wire.header("content-range").as_deref(), content_range);
    assert_eq!(wire.header("content-length"), Some(count.to_string()));
    assert_eq!(wire.body(), &bytes[start..start + count]);
}

#[test]
fn ranges_are_ignored() {
    let (wire, bytes) = answered(RangeAnswer::Ignore, "bytes=1000-");
    assert_eq!(
        (wire.status(), wire.body(), wire.header("content-range")),
        (200, &bytes[..], None)
    );
}

#[test]
fn a_206_starts_elsewhere_and_says_so() {
    is_part(RangeAnswer::OtherStart, Some("bytes 0-1999/100000"), 0, 2000);
    let (wire, bytes) = answered(RangeAnswer::OtherStart, "bytes=0-");
    assert_eq!(
        wire.header("content-range").as_deref(),
        Some("bytes 1-99999/100000")
    );
    assert_eq!(wire.body(), &bytes[1..]);
}

#[test]
fn a_206_says_the_right_range_and_sends_other_bytes() {
    is_part(RangeAnswer::WrongBytes, Some("bytes 1000-1999/100000"), 999, 1000);
}

#[test]
fn a_206_lies_in_its_header() {
    is_part(
        RangeAnswer::OtherTotal,
        Some("bytes 1000-1999/100001"),
        1000,
        1000,
    );
    is_part(RangeAnswer::OtherUnit, Some("items 1000-1999/100000"), 1000, 1000);
    is_part(RangeAnswer::Inverted, Some("bytes 1999-1000/100000"), 1000, 1000);
    is_part(RangeAnswer::UnknownTotal, Some("bytes 1000-1999/*"), 1000, 1000);
    is_part(RangeAnswer::NoContentRange, None, 1000, 1000);
    let huge = format!("bytes 1000-1{0}/1{0}", "0".repeat(30));
    is_part(RangeAnswer::HugeNumbers, Some(&huge), 1000, 1000);
}

#[test]
fn a_206_holds_less_than_was_asked_for() {
    is_part(RangeAnswer::Half, Some("bytes 1000-1499/100000"), 1000, 500);
}

#[test]
fn a_206_is_multipart() {
    let (wire, bytes) = answered(RangeAnswer::Multipart, "bytes=1000-1009");
    assert_eq!(wire.status(), 206);
    assert_eq!(wire.header("content-range"), None);
    assert!(
        wire.header("content-type")
            .unwrap()
            .starts_with("multipart/byteranges; boundary=")
    );
    assert_eq!(wire.header("content-length"), Some(wire.body().len().to_string()));
    assert!(wire.body().windows(10).any(|window| window == &bytes[1000..1010]));
    assert!(String::from_utf8_lossy(wire.body()).contains("Content-Range: bytes 1000-1009/100000\r\n"));
}

#[test]
fn a_range_that_exists_is_called_not_satisfiable() {
    let (wire, _) = answered(RangeAnswer::NotSatisfiable, "bytes=5-");
    assert_eq!(
        (wire.status(), wire.header("content-range")),
        (416, Some(format!("bytes */{SIZE}")))
    );
    let (wire, _) = answered(RangeAnswer::NotSatisfiableBare, "bytes=5-");
    assert_eq!((wire.status(), wire.header("content-range")), (416, None));
}

#[test]
fn a_206_comes_unasked() {
    let (server, bytes) = always(Step {
        range: RangeAnswer::OtherTotal,
        ..Step::default()
    });
    let wire = get(&server, "/f");
    assert_eq!((wire.status(), wire.body()), (206, &bytes[..]));
}
