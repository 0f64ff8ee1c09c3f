//! Pulls: faults 34 and 37, and requirement Q6 as far as a codec can keep it.

use modelyard::providers::error::Foreign::{OtherJson, Page, Text};
use modelyard::providers::error::{Foreign, ProviderError, ProviderErrorKind};
use modelyard::providers::ndjson::MAX_LINE_BYTES;
use modelyard::providers::pull::PullPhase::{Done, Downloading, Preparing, Verifying, Writing};
use modelyard::providers::pull::{PullEnd, PullPhase, PullProgress};
use modelyard::providers::{Decoder, Reading};
use proptest::collection::vec;
use proptest::prelude::*;

use super::driving::{feed, fixture, good, head, ollama, whole};

fn pull(body: &[u8]) -> (Vec<PullProgress>, Result<(), ProviderError>) {
    let (items, end) = whole(ollama().pull("one").expect("a request"), body);
    (items, end.map(|end| assert_eq!(end, PullEnd::Done)))
}

fn kind(body: &str) -> ProviderErrorKind {
    pull(body.as_bytes()).1.expect_err(body).kind
}

fn never_falls(items: &[PullProgress]) {
    for pair in items.windows(2) {
        let [one, next] = pair else { continue };
        assert!(one.phase <= next.phase, "{one:?} {next:?}");
        assert!(one.downloaded_bytes <= next.downloaded_bytes, "{one:?} {next:?}");
        assert!(one.total_bytes <= next.total_bytes, "{one:?} {next:?}");
        assert!(one.permille <= next.permille, "{one:?} {next:?}");
    }
    for item in items {
        assert!(
            item.total_bytes
                .is_none_or(|total| item.downloaded_bytes <= total),
            "{item:?}"
        );
        assert_eq!(
            item.permille == Some(1_000),
            item.phase == PullPhase::Done,
            "{item:?}"
        );
    }
}

#[test]
fn progress_begins_at_nothing_ends_at_everything_and_never_falls() {
    let (items, end) = pull(&fixture("pull-falling.ndjson"));
    assert_eq!(end, Ok(()));
    never_falls(&items);
    assert_eq!(items[0], PullProgress::default());
    assert_eq!(items[1].permille, Some(0));
    // 734 MB were here, then 210 MB of them had to be fetched again.
    let permille: Vec<Option<u16>> = items.iter().map(|item| item.permille).collect();
    assert_eq!(permille[3..6], [Some(363), Some(363), Some(363)]);
    assert_eq!(items[5].downloaded_bytes, 734_003_200);
    // The first file is here, and nobody knows yet that there are others: not 100 %.
    assert_eq!(
        (items[7].downloaded_bytes, items[7].permille),
        (2_019_377_376, Some(999))
    );
    let phases: Vec<PullPhase> = items[10..].iter().map(|item| item.phase).collect();
    assert_eq!(phases, [Downloading, Verifying, Writing, Writing, Done]);
    let total = 2_019_377_376 + 7_711 + 96;
    assert_eq!(
        items.last(),
        Some(&PullProgress {
            phase: Done,
            downloaded_bytes: total,
            total_bytes: Some(total),
            permille: Some(1_000),
        })
    );
}

#[test]
fn a_pull_that_says_nothing_of_its_files_still_ends_at_everything() {
    let (items, end) = pull(&fixture("pull-0.32.15.ndjson"));
    assert_eq!(end, Ok(()));
    never_falls(&items);
    let last = items.last().expect("progress");
    assert_eq!(
        (last.phase, last.total_bytes, last.permille),
        (PullPhase::Done, None, Some(1_000))
    );
}

#[test]
fn pulling_what_is_here_says_how_much_that_is() {
    let (items, end) = pull(&fixture("pull-again-0.6.5.ndjson"));
    assert_eq!(end, Ok(()));
    never_falls(&items);
    assert_eq!(items.last().and_then(|last| last.total_bytes), Some(24_215_792));
}

#[test]
fn an_error_within_the_stream_is_the_end_of_it() {
    let (items, end) = pull(&fixture("pull-none-0.32.15.ndjson"));
    let error = end.expect_err("no such model");
    assert_eq!(error.kind, ProviderErrorKind::NotFound);
    assert_eq!(
        error.said.as_deref(),
        Some("pull model manifest: file does not exist")
    );
    assert_eq!(items, [PullProgress::default()]);

    let (items, end) = pull(&fixture("pull-broken.ndjson"));
    let error = end.expect_err("given up");
    assert_eq!((error.kind, error.status), (ProviderErrorKind::Failed, Some(200)));
    assert_eq!(error.said.as_deref(), Some("max retries exceeded: EOF"));
    assert_eq!(items.last().map(|last| last.downloaded_bytes), Some(104_857_600));

    let mut decoder = ollama().pull("one").expect("a request").decoder;
    let mut items = Vec::new();
    assert_eq!(decoder.head(good()), Reading::More);
    let body = b"{\"error\":\"no\"}\n{\"status\":\"success\"}\n";
    assert_eq!(decoder.bytes(body, &mut items), Reading::Enough);
    assert!(decoder.end(&mut items).is_err(), "success after an error is none");
}

#[test]
fn a_stream_without_success_is_no_success() {
    assert_eq!(
        kind("{\"status\":\"pulling manifest\"}\n"),
        ProviderErrorKind::Incomplete
    );
    assert_eq!(
        kind("{\"status\":\"successive\"}x"),
        ProviderErrorKind::NotThisProtocol(Foreign::Text)
    );
    assert_eq!(kind(""), ProviderErrorKind::NotThisProtocol(Foreign::Nothing));
    let cut = "{\"status\":\"pulling manifest\"}\n{\"status\":\"succ";
    assert_eq!(kind(cut), ProviderErrorKind::Incomplete);
    // The last line counts without its end (fault 37), and with an error in it too.
    let (items, end) = pull(b"{\"status\":\"pulling manifest\"}\n{\"status\":\"success\"}");
    assert_eq!((items.len(), end), (2, Ok(())));
    assert_eq!(
        kind("{\"status\":\"x\"}\n{\"error\":\"x\"}"),
        ProviderErrorKind::Failed
    );
    // The answer without a stream.
    assert_eq!(pull(b"{\"status\":\"success\"}").1, Ok(()));
}

#[test]
fn words_of_a_status_nobody_knows_change_nothing() {
    let body = concat!(
        "{\"status\":\"warming up\"}\n{\"status\":7}\n{\"new\":1}\n",
        "{\"status\":\"pulling model\",\"digest\":\"sha256:model\",\"total\":100,\"completed\":50}\n",
        "{\"status\":\"unpacking something new\"}\n{\"status\":\"success\"}\n",
    );
    let (items, end) = pull(body.as_bytes());
    assert_eq!(end, Ok(()));
    let phases: Vec<PullPhase> = items.iter().map(|item| item.phase).collect();
    assert_eq!(phases, [Preparing, Downloading, Downloading, Done]);
}

#[test]
fn what_is_no_pull_is_another_protocol() {
    for (body, expected) in [
        ("hello\n", Text),
        ("[1]\n", OtherJson),
        ("\"success\"\n", OtherJson),
        ("<html>\n", Page),
        ("{\"status\":\"x\"}\nnot json\n{\"status\":\"success\"}\n", Text),
    ] {
        assert_eq!(kind(body), ProviderErrorKind::NotThisProtocol(expected), "{body}");
    }
    let page = feed(
        ollama().pull("one").expect("a request"),
        head(200, "text/html"),
        [b"{\"status\":\"success\"}".as_slice()],
    );
    assert_eq!(
        page.1.expect_err("a page").kind,
        ProviderErrorKind::NotThisProtocol(Page)
    );
    let long = [b"{\"status\":\"".as_slice(), &vec![b'x'; 9 << 20]].concat();
    assert_eq!(
        pull(&long).1.expect_err("too long").kind,
        ProviderErrorKind::TooLong
    );
    // Byte by byte too, and not only at the end.
    let mut decoder = ollama().pull("one").expect("a request").decoder;
    let mut items = Vec::new();
    assert_eq!(decoder.head(good()), Reading::More);
    let enough = long
        .chunks(1)
        .position(|byte| decoder.bytes(byte, &mut items) == Reading::Enough);
    assert_eq!(enough, Some(MAX_LINE_BYTES));
}

#[test]
fn a_server_that_names_files_without_end_is_not_believed() {
    let mut body: Vec<u8> = Vec::new();
    for index in 0..10_000 {
        let line = format!(
            "{{\"status\":\"pulling\",\"digest\":\"sha256:{index}\",\"total\":{}}}\n",
            u64::MAX
        );
        body.extend_from_slice(line.as_bytes());
    }
    let (items, _) = pull(&body);
    never_falls(&items);
    assert_eq!(items.last().and_then(|last| last.total_bytes), Some(u64::MAX));
    let small = String::from_utf8(body)
        .expect("text")
        .replace(&u64::MAX.to_string(), "1");
    let (items, _) = pull(small.as_bytes());
    assert_eq!(
        items.last().and_then(|last| last.total_bytes),
        Some(4_096),
        "the rest is not kept"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_200))]

    #[test]
    fn progress_never_falls_whatever_the_server_says(
        reports in vec((0..5_u8, 0..2_000_u64, 0..2_500_u64, 0..8_u8), 0..60),
        succeeds in any::<bool>(),
    ) {
        let mut body = String::from("{\"status\":\"pulling manifest\"}\n");
        for (file, total, completed, word) in &reports {
            let line = match word {
                0 => "{\"status\":\"verifying sha256 digest\"}\n".to_owned(),
                1 => "{\"status\":\"pulling manifest\"}\n".to_owned(),
                2 => format!("{{\"status\":\"pulling\",\"digest\":\"sha256:{file}\",\"total\":{total}}}\n"),
                _ => format!(
                    "{{\"status\":\"pulling\",\"digest\":\"sha256:{file}\",\"total\":{total},\"completed\":{completed}}}\n"
                ),
            };
            body.push_str(&line);
        }
        if succeeds {
            body.push_str("{\"status\":\"success\"}");
        }
        let (items, end) = pull(body.as_bytes());
        prop_assert_eq!(end.is_ok(), succeeds);
        never_falls(&items);
    }
}
