//! Feeds answers to decoders.

use modelyard::providers::{BaseUrl, Call, Decoder, Head, Kind, Provider, ProviderError, Reading};

/// What came out of an answer.
pub(crate) type Outcome<D> = (
    Vec<<D as Decoder>::Item>,
    Result<<D as Decoder>::End, ProviderError>,
);

pub(crate) fn ollama() -> Provider {
    Provider::new(
        "home",
        Kind::Ollama,
        BaseUrl::parse("http://localhost:11434").expect("an address"),
    )
}

pub(crate) fn of_kind(kind: Kind) -> Provider {
    Provider::new(
        "far",
        kind,
        BaseUrl::parse(kind.default_host()).expect("an address"),
    )
}

pub(crate) fn fixture(name: &str) -> Vec<u8> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/providers/fixtures")
        .join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

pub(crate) fn head(status: u16, content_type: &str) -> Head {
    Head {
        status,
        content_type: Some(content_type.to_owned()),
        ..Head::default()
    }
}

pub(crate) fn good() -> Head {
    head(200, "application/json; charset=utf-8")
}

/// Feeds an answer in pieces, and stops as soon as the decoder has enough, as whoever does the I/O would.
pub(crate) fn feed<'b, D: Decoder>(
    call: Call<D>,
    head: Head,
    pieces: impl IntoIterator<Item = &'b [u8]>,
) -> Outcome<D> {
    let mut decoder = call.decoder;
    let mut items = Vec::new();
    let mut reading = decoder.head(head);
    for piece in pieces {
        if reading == Reading::Enough {
            break;
        }
        reading = decoder.bytes(piece, &mut items);
    }
    let end = decoder.end(&mut items);
    (items, end)
}

/// A good answer in one piece.
pub(crate) fn whole<D: Decoder>(call: Call<D>, body: &[u8]) -> Outcome<D> {
    feed(call, good(), [body])
}

/// What a refusal becomes.
pub(crate) fn refused<D: Decoder>(call: Call<D>, status: u16, body: &str) -> ProviderError
where
    D::End: std::fmt::Debug,
{
    feed(
        call,
        head(status, "application/json; charset=utf-8"),
        [body.as_bytes()],
    )
    .1
    .expect_err("a refusal")
}

/// A body cut before each of these places.
pub(crate) fn cut<'b>(body: &'b [u8], places: &[usize]) -> Vec<&'b [u8]> {
    let mut pieces = Vec::new();
    let mut start = 0;
    for place in places.iter().copied().chain([body.len()]) {
        pieces.push(&body[start..place]);
        start = place;
    }
    pieces
}
