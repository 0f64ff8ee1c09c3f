//! Heads of answers, judged one by one (bad-input groups 70–83 and scenarios 12–20 at decision level).

use modelyard::transfer::head::{Asked, Verdict, judge, usable_etag};
use modelyard::transfer::range::{ContentRange, InvalidContentRange};
use modelyard::transfer::step::{Head, Now};
use modelyard::transfer::trouble::Trouble;

const NOW: Now = Now {
    ms: 784_111_777_000,
    dice: 0,
};

/// Bytes 400 to 999 of a file of 1000 bytes, asked for with a little overlap at 500.
fn asked() -> Asked<'static> {
    Asked {
        end: None,
        name: "model.bin",
        from: 400,
        have: 500,
        total: Some(1000),
        etag: None,
    }
}

fn head(status: u16) -> Head {
    Head {
        status,
        ..Head::default()
    }
}

fn part(content_range: &str) -> Head {
    Head {
        content_range: Some(content_range.to_owned()),
        ..head(206)
    }
}

fn take(start: u64) -> Verdict {
    Verdict::Take {
        end: None,
        start,
        total: Some(1000),
    }
}

fn is_rejected(head: &Head) -> bool {
    matches!(judge(head, &asked(), NOW), Verdict::Reject(_))
}

#[test]
fn the_part_that_was_asked_for_is_taken() {
    assert_eq!(judge(&part("bytes 400-999/1000"), &asked(), NOW), take(400));
    let from_zero = Asked {
        from: 0,
        have: 0,
        ..asked()
    };
    assert_eq!(judge(&part("bytes 0-999/1000"), &from_zero, NOW), take(0));
    assert_eq!(judge(&head(200), &from_zero, NOW), take(0));
}

#[test]
fn a_total_that_was_not_known_is_learned() {
    let unknown = Asked {
        total: None,
        ..asked()
    };
    assert_eq!(judge(&part("bytes 400-999/1000"), &unknown, NOW), take(400));
    assert_eq!(
        judge(&head(206), &unknown, NOW),
        Verdict::Take {
            end: None,
            start: 400,
            total: None
        }
    );
}

#[test]
fn group_73_a_206_without_content_range_goes_on() {
    assert_eq!(judge(&head(206), &asked(), NOW), take(400));
}

#[test]
fn scenario_13_and_groups_74_75_76_another_part_is_rejected() {
    for content_range in [
        "bytes 0-9/1000",
        "bytes 500-400/1000",
        "bytes 400-999/*",
        "bytes 400-1000/1000",
        "bytes 401-999/1000",
        "bytes 399-999/1000",
        "bytes 400-998/1000",
        "bytes 400-999/999",
        "bytes 400-1000/1001",
        "items 1-2/3",
        "items 400-999/1000",
        "bytes */1000",
        "bytes 400-999",
        "bytes=400-999/1000",
        "bytes +400-999/1000",
        "bytes -400-999/1000",
        "bytes 400-999/1000000000000000000000000000000",
        "bytes 1000000000000000000000000000000-1000000000000000000000000000001/2000000000000000000000000000000",
        "bytes 18446744073709551615-18446744073709551615/18446744073709551615",
        "",
        " ",
        "bytes",
    ] {
        assert!(is_rejected(&part(content_range)), "{content_range}");
    }
    let multipart = Head {
        content_type: Some("multipart/byteranges; boundary=x".to_owned()),
        ..part("bytes 400-999/1000")
    };
    assert!(is_rejected(&multipart));
}

#[test]
fn another_total_says_which() {
    let verdict = judge(&part("bytes 400-1999/2000"), &asked(), NOW);
    assert_eq!(
        verdict,
        Verdict::Reject(Trouble::WrongSize {
            expected: Some(1000),
            actual: 2000
        })
    );
}

#[test]
fn content_ranges_are_read_strictly() {
    assert_eq!(
        ContentRange::parse("bytes 0-9/10"),
        Ok(ContentRange::Part {
            first: 0,
            last: 9,
            total: 10
        })
    );
    assert_eq!(
        ContentRange::parse("Bytes */10"),
        Ok(ContentRange::Unsatisfied { total: 10 })
    );
    assert_eq!(
        ContentRange::parse("bytes 0-18446744073709551614/18446744073709551615"),
        Ok(ContentRange::Part {
            first: 0,
            last: u64::MAX - 1,
            total: u64::MAX
        })
    );
    assert_eq!(ContentRange::parse("bytes 0-9/9"), Err(InvalidContentRange));
}

#[test]
fn scenario_12_a_server_that_ignores_the_range_is_taken_from_the_start() {
    assert_eq!(judge(&head(200), &asked(), NOW), take(0));
}

#[test]
fn scenario_15_a_416_at_the_end_is_complete_and_below_it_starts_over() {
    let told = |text: &str| Head {
        content_range: Some(text.to_owned()),
        ..head(416)
    };
    let all = Asked {
        have: 1000,
        ..asked()
    };
    assert_eq!(
        judge(&told("bytes */1000"), &all, NOW),
        Verdict::Complete { total: 1000 }
    );
    assert_eq!(
        judge(&head(416), &all, NOW),
        Verdict::Complete { total: 1000 },
        "group 79: without Content-Range"
    );
    assert!(is_rejected(&told("bytes */1000")));
    assert!(is_rejected(&head(416)));
    assert_eq!(
        judge(&told("bytes */400"), &asked(), NOW),
        Verdict::Reject(Trouble::WrongSize {
            expected: Some(1000),
            actual: 400
        })
    );
    let unknown = Asked {
        total: None,
        have: 1000,
        ..asked()
    };
    assert_eq!(
        judge(&told("bytes */1000"), &unknown, NOW),
        Verdict::Complete { total: 1000 }
    );
    assert!(matches!(judge(&head(416), &unknown, NOW), Verdict::Reject(_)));
}

#[test]
fn scenario_16_another_etag_starts_over() {
    let before = Asked {
        etag: Some("\"a\""),
        ..asked()
    };
    let with = |etag: &str| Head {
        etag: Some(etag.to_owned()),
        ..part("bytes 400-999/1000")
    };
    assert_eq!(judge(&with("\"b\""), &before, NOW), Verdict::Changed);
    assert_eq!(judge(&with("\"a\""), &before, NOW), take(400));
    let hidden_range = Head {
        etag: Some("\"b\"".to_owned()),
        ..head(206)
    };
    assert_eq!(judge(&hidden_range, &before, NOW), Verdict::Changed);
    let from_zero = Asked { from: 0, ..before };
    let whole = Head {
        etag: Some("\"b\"".to_owned()),
        ..head(200)
    };
    assert_eq!(judge(&whole, &from_zero, NOW), Verdict::Changed);
}

#[test]
fn scenario_17_a_weak_or_missing_etag_proves_nothing() {
    let before = Asked {
        etag: Some("\"a\""),
        ..asked()
    };
    assert_eq!(judge(&part("bytes 400-999/1000"), &before, NOW), take(400));
    let weak = Head {
        etag: Some("W/\"a\"".to_owned()),
        ..part("bytes 400-999/1000")
    };
    assert_eq!(judge(&weak, &before, NOW), take(400));
}

#[test]
fn group_82_strange_etags_are_no_etags() {
    let long = format!("\"{}\"", "x".repeat(64 << 10));
    for etag in [
        "",
        "\"\"",
        "W/\"\"",
        "abc",
        "W/abc",
        "\"a\r\n\"",
        "\"a b\"",
        "\"",
        "\"a\"b\"",
        &long,
    ] {
        assert_eq!(usable_etag(etag), None, "{etag:?}");
    }
    assert_eq!(usable_etag("W/\"x\""), Some("W/\"x\""));
    assert_eq!(usable_etag(" \"x\" "), Some("\"x\""));
    let before = Asked {
        etag: Some("\"a\""),
        ..asked()
    };
    let strange = Head {
        etag: Some(long),
        ..part("bytes 400-999/1000")
    };
    assert_eq!(judge(&strange, &before, NOW), take(400));
}

#[test]
fn scenario_20_refusals_are_told_from_failures_that_pass() {
    for status in [401, 403, 404, 410, 400, 451, 204, 203, 300, 301, 304] {
        let verdict = judge(&head(status), &asked(), NOW);
        assert_eq!(
            verdict,
            Verdict::Refuse(Trouble::Status { status }),
            "groups 72, 77, 78"
        );
    }
    for status in [408, 425, 429, 500, 502, 503, 504] {
        let verdict = judge(&head(status), &asked(), NOW);
        assert_eq!(
            verdict,
            Verdict::Retry {
                trouble: Trouble::Status { status },
                after_ms: None
            }
        );
    }
}

#[test]
fn scenario_18_and_group_83_retry_after() {
    let after = |value: &str| {
        let head = Head {
            retry_after: Some(value.to_owned()),
            ..head(429)
        };
        match judge(&head, &asked(), NOW) {
            Verdict::Retry { after_ms, .. } => after_ms,
            other => panic!("{other:?}"),
        }
    };
    // The least jitter there is, half a second, comes on top.
    assert_eq!(after("7"), Some(7_500));
    assert_eq!(after("0"), Some(500));
    assert_eq!(after("Sun, 06 Nov 1994 08:50:37 GMT"), Some(60_500));
    assert_eq!(
        after("Sun, 06 Nov 1994 08:00:00 GMT"),
        Some(500),
        "a time that has passed"
    );
    for long in [
        "1000000000",
        "99999999999999999999999999",
        "Tue, 15 Nov 2044 08:49:37 GMT",
        "601",
    ] {
        assert_eq!(after(long), Some(600_000), "{long}");
    }
    for strange in ["-1", "1e9", "Wed, 32 Foo", "1.5", "", "soon", "+5", "0x10"] {
        assert_eq!(after(strange), None, "{strange}");
    }
}

#[test]
fn scenario_22_and_group_71_a_page_is_no_model() {
    let page = |status| Head {
        content_type: Some("Text/HTML; charset=utf-8".to_owned()),
        ..head(status)
    };
    let fresh = Asked {
        from: 0,
        have: 0,
        ..asked()
    };
    for status in [200, 206] {
        let verdict = judge(&page(status), &fresh, NOW);
        assert!(
            matches!(verdict, Verdict::Refuse(Trouble::NotAModel { .. })),
            "{status}"
        );
        // In the middle of a file a portal has come between: what is here stays.
        let verdict = judge(&page(status), &asked(), NOW);
        assert!(
            matches!(
                verdict,
                Verdict::Retry {
                    trouble: Trouble::Unreachable { .. },
                    ..
                }
            ),
            "{status}"
        );
    }
    let wanted = Asked {
        name: "card.HTML",
        ..fresh
    };
    assert_eq!(judge(&page(200), &wanted, NOW), take(0));
    let mislabelled = Head {
        content_type: page(206).content_type,
        ..part("bytes 0-999/1000")
    };
    assert_eq!(
        judge(&mislabelled, &fresh, NOW),
        take(0),
        "the right part is right, whatever it is called"
    );
}
