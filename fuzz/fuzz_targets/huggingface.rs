//! Any bytes as what a hub says: no panic, the same however they are cut, and of whatever files it names, all that becomes
//! a manifest the core takes. And any text as the name of a repository, as a search, as a link: what goes out is a URL of
//! that hub.

#![no_main]

use std::fmt::Debug;

use modelyard::engine::ids::EngineId;
use modelyard::engine::{Engine, Options};
use modelyard::providers::huggingface::{Commit, Files, HubDetails, Listed, Page, Paged, Repository, Search};
use modelyard::providers::{BaseUrl, Call, Decoder, Head, Kind, Provider, ProviderError, Reading};

const HOME: &str = "https://hub.example/at";
const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";
const FACTS: &str = r#"{"id":"acme/One-1B-GGUF","sha":"0123456789abcdef0123456789abcdef01234567"}"#;

fn hub() -> Provider {
    Provider::new(
        "hub",
        Kind::HuggingFace,
        BaseUrl::parse(HOME).expect("an address"),
    )
}

fn one() -> Repository {
    Repository::new("acme/One-1B-GGUF").expect("a name")
}

fn feed<T>(call: Call<Paged<T>>, head: Head, pieces: &[&[u8]]) -> Result<Page<T>, ProviderError> {
    let mut decoder = call.decoder;
    let mut items = Vec::new();
    let mut reading = decoder.head(head);
    for piece in pieces {
        if reading == Reading::Enough {
            break;
        }
        reading = decoder.bytes(piece, &mut items);
    }
    decoder.end(&mut items)
}

/// Reads the answer in every way, and gives what came out.
fn read<T: PartialEq + Debug>(
    call: impl Fn() -> Call<Paged<T>>,
    status: u16,
    bytes: &[u8],
) -> Result<Page<T>, ProviderError> {
    let head = || Head {
        status,
        content_type: Some("application/json".to_owned()),
        ..Head::default()
    };
    let [whole, others @ ..] = modelyard_fuzz::ways(bytes);
    let expected = feed(call(), head(), &whole);
    for pieces in others {
        assert_eq!(feed(call(), head(), &pieces), expected);
    }
    expected
}

fn check_files(files: Files) {
    let facts = hub().repository(&one(), None).expect("a request");
    let head = Head {
        status: 200,
        ..Head::default()
    };
    let found = feed(facts, head, &[FACTS.as_bytes()])
        .expect("a repository")
        .value;
    let mut listed = Listed::default();
    listed.take(files);
    listed.settle();
    let engine = EngineId::new("wllama").expect("an id");
    let details = HubDetails::new(found, listed, &hub().base, Some(&engine));
    let mut models = Vec::new();
    for model in details.models {
        assert_eq!(model.manifest.is_some(), model.why.is_none(), "{:?}", model.path);
        models.extend(model.manifest);
    }
    let prefix = [HOME, "/acme/One-1B-GGUF/resolve/", COMMIT, "/"].concat();
    for file in models.iter().flat_map(|model| &model.files) {
        assert!(file.url.starts_with(&prefix), "{}", file.url);
    }
    let options = Options {
        models,
        ..Options::default()
    };
    if let Err(failure) = Engine::new(options) {
        panic!("{failure:?}");
    }
}

fn check_answers(bytes: &[u8], status: u16) {
    let (server, repository) = (hub(), one());
    let commit = Commit::new(COMMIT).expect("a commit");
    let is_good = status == 200;
    let finds = read(
        || server.search(&Search::default()).expect("a request"),
        status,
        bytes,
    );
    let found = read(
        || server.repository(&repository, None).expect("a request"),
        status,
        bytes,
    );
    let files = read(
        || server.files(&repository, &commit, None).expect("a request"),
        status,
        bytes,
    );
    assert!(is_good || finds.is_err() && found.is_err() && files.is_err());
    for repository in finds.into_iter().flat_map(|page| page.value.repositories) {
        assert!(Repository::new(&repository.id).is_ok(), "{}", repository.id);
    }
    if let Ok(page) = files {
        check_files(page.value);
    }
}

/// What a URL is made of that is asked for.
fn check_url(url: &str) {
    assert!(url.starts_with(&[HOME, "/api/models"].concat()), "{url}");
    assert!(url.bytes().all(|byte| byte.is_ascii_graphic()), "{url}");
    assert!(!url.contains(['#', '"', '\\', '<', '>']), "{url}");
}

fn check_texts(text: &str) {
    let server = hub();
    let base = &server.base;
    if let Ok((repository, revision)) = Repository::pasted(text, base)
        && let Ok(call) = server.repository(&repository, revision.as_deref())
    {
        check_url(&call.request.url);
    }
    let some = || Some(text.to_owned());
    for search in [
        Search {
            query: some(),
            ..Search::default()
        },
        Search {
            author: some(),
            ..Search::default()
        },
        Search {
            after: some(),
            ..Search::default()
        },
    ] {
        if let Ok(call) = server.search(&search) {
            check_url(&call.request.url);
        }
    }
    let head = Head {
        status: 200,
        link: some(),
        ..Head::default()
    };
    let call = server.search(&Search::default()).expect("a request");
    let next = feed(call, head, &[b"[]"]).expect("a page").next;
    // What was taken from a link can be asked for.
    if next.is_some() {
        let search = Search {
            after: next,
            ..Search::default()
        };
        check_url(&server.search(&search).expect("a request").request.url);
    }
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    check_answers(bytes, 200);
    check_answers(bytes, 401);
    check_texts(&String::from_utf8_lossy(bytes));
});
