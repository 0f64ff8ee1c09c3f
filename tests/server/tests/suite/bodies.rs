//! Bodies that are not what the headers say, or not what the file says.

use std::io::Read;

use flate2::read::GzDecoder;
use modelyard_testserver::{Gzip, Length, Script, Step};

use crate::wire::{End, Open, SIZE, always, get, get_range, server};

#[test]
fn a_byte_is_flipped_once_or_always() {
    let flip = Step {
        flip: vec![50_000],
        ..Step::default()
    };
    let (server, bytes) = server();
    let mut wrong = bytes.clone();
    wrong[50_000] ^= 1;
    server.script("/f", Script::steps([flip.clone()]));
    assert_eq!(get(&server, "/f").body(), wrong);
    assert_eq!(get(&server, "/f").body(), bytes);
    server.script("/f", Script::always(flip));
    for _ in 0..3 {
        assert_eq!(get_range(&server, "bytes=49000-").body(), &wrong[49_000..]);
        assert_eq!(get_range(&server, "bytes=0-49999").body(), &bytes[..50_000]);
    }
}

#[test]
fn the_file_is_shorter_or_longer_and_all_headers_agree() {
    let (server, bytes) = always(Step {
        resize: Some(99_000),
        ..Step::default()
    });
    let wire = get_range(&server, "bytes=98000-");
    assert_eq!(
        wire.header("content-range").as_deref(),
        Some("bytes 98000-98999/99000")
    );
    assert_eq!(wire.body(), &bytes[98_000..99_000]);
    let (server, bytes) = always(Step {
        resize: Some(100_001),
        ..Step::default()
    });
    let wire = get(&server, "/f");
    assert_eq!(wire.header("content-length").as_deref(), Some("100001"));
    assert_eq!((&wire.body()[..SIZE], wire.body()[SIZE]), (&bytes[..], 0));
}

#[test]
fn more_comes_than_was_declared() {
    let (server, bytes) = always(Step {
        extra: 7,
        ..Step::default()
    });
    let wire = get(&server, "/f");
    assert_eq!(wire.header("content-length"), Some(SIZE.to_string()));
    assert_eq!(
        (&wire.body()[..SIZE], &wire.body()[SIZE..]),
        (&bytes[..], &b"+++++++"[..])
    );
}

#[test]
fn the_length_is_untold_doubled_or_absurd() {
    let length = |length| {
        let (server, bytes) = always(Step {
            length,
            ..Step::default()
        });
        let wire = get(&server, "/f");
        assert_eq!((wire.body(), wire.end), (&bytes[..], End::Fin));
        wire.headers("content-length")
    };
    assert_eq!(length(Length::None), Vec::<String>::new());
    for raw in [vec!["-5"], vec!["100000", "99"], vec!["99999999999999999999999"]] {
        let raw: Vec<String> = raw.into_iter().map(String::from).collect();
        assert_eq!(length(Length::Raw(raw.clone())), raw);
    }
}

#[test]
fn chunks_come_whole_and_are_cut_in_the_middle() {
    let step = Step {
        length: Length::Chunked,
        slice: Some(40_000),
        ..Step::default()
    };
    let (server, bytes) = always(step.clone());
    let wire = get(&server, "/f");
    assert_eq!(wire.header("transfer-encoding").as_deref(), Some("chunked"));
    assert_eq!(wire.headers("content-length"), Vec::<String>::new());
    let mut expected = Vec::new();
    for chunk in bytes.chunks(40_000) {
        expected.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
        expected.extend_from_slice(chunk);
        expected.extend_from_slice(b"\r\n");
    }
    let cut = Script::steps([Step {
        faults: Step::fault(
            modelyard_testserver::At::Byte(80_000),
            modelyard_testserver::Do::Fin,
        )
        .faults,
        ..step
    }]);
    server.script("/f", cut);
    let short = get(&server, "/f");
    assert_eq!(short.body(), &expected[..80_000 + 2 * b"9c40\r\n\r\n".len()]);
    expected.extend_from_slice(b"0\r\n\r\n");
    assert_eq!(wire.body(), expected);
}

#[test]
fn gzip_comes_if_accepted_or_always_and_may_be_damaged() {
    let (server, bytes) = always(Step {
        gzip: Some(Gzip::Accepted),
        ..Step::default()
    });
    let plain = Open::request(
        &server,
        "GET",
        "/f",
        "Accept-Encoding: identity\r\nRange: bytes=5-\r\n",
    )
    .finish();
    assert_eq!((plain.status(), plain.header("content-encoding")), (206, None));
    let packed = Open::request(
        &server,
        "GET",
        "/f",
        "Accept-Encoding: gzip, br\r\nRange: bytes=5-\r\n",
    )
    .finish();
    assert_eq!(
        (packed.status(), packed.header("content-encoding").as_deref()),
        (200, Some("gzip"))
    );
    assert_eq!(
        packed.header("content-length"),
        Some(packed.body().len().to_string())
    );
    let mut unpacked = Vec::new();
    GzDecoder::new(packed.body()).read_to_end(&mut unpacked).unwrap();
    assert_eq!(unpacked, bytes);

    let damaged = Step {
        gzip: Some(Gzip::Always),
        flip_encoded: vec![30],
        ..Step::default()
    };
    server.script("/f", Script::always(damaged));
    let wire = get(&server, "/f");
    let different: Vec<usize> = (0..wire.body().len())
        .filter(|&at| wire.body()[at] != packed.body()[at])
        .collect();
    assert_eq!(different, [30]);
}
