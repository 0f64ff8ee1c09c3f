//! What is asked for.

use modelyard::engine::Zone;
use modelyard::providers::error::ProviderErrorKind;
use modelyard::providers::huggingface::{Commit, Format, Repository, Search, Sort};
use modelyard::providers::request::{Expects, KeyPlace, Method};
use modelyard::providers::{Ability, BaseUrl, HttpRequest, Kind, Provider};

use super::{COMMIT, commit, hub, lantern};

fn asked(search: &Search) -> HttpRequest {
    hub().search(search).expect("a request").request
}

const EXPANDED: &str = "expand=createdAt&expand=disabled&expand=downloads&expand=gated&expand=gguf&expand=lastModified\
                        &expand=library_name&expand=likes&expand=pipeline_tag&expand=private&expand=safetensors\
                        &expand=sha&expand=tags";

#[test]
fn a_search_for_nothing_in_particular_asks_for_what_is_fetched_most() {
    let request = asked(&Search::default());
    assert_eq!(
        request.url,
        format!("https://huggingface.co/api/models?limit=20&sort=downloads&{EXPANDED}")
    );
    assert_eq!(
        (request.method, request.expects, request.key, request.zone),
        (Method::Get, Expects::Json, KeyPlace::Bearer, Zone::Public)
    );
    assert!(request.body.is_empty());
    let headers: Vec<_> = request.headers.iter().map(|(header, _)| header.name()).collect();
    assert_eq!(headers, ["Accept"], "any other makes a browser ask first");
}

#[test]
fn a_search_for_something_says_it_in_the_hubs_words_and_nothing_else() {
    let request = asked(&Search {
        query: Some(" llama 3&author=evil#x%41é/?".to_owned()),
        author: Some("acme".to_owned()),
        format: Some(Format::Gguf),
        sort: Sort::Trending,
        limit: Some(100),
        after: Some("eyJfaWQiOnsiJGd0Ijoi%3D%3D".to_owned()),
    });
    let path = request
        .url
        .strip_prefix("https://huggingface.co/api/models?")
        .expect("a search");
    let path = path.replace(&format!("&{EXPANDED}"), "");
    assert_eq!(
        path,
        "limit=100&sort=trendingScore&search=llama%203%26author%3Devil%23x%2541%C3%A9%2F%3F&author=acme&filter=gguf\
         &cursor=eyJfaWQiOnsiJGd0Ijoi%3D%3D"
    );
    let sorts = [Sort::Downloads, Sort::Likes, Sort::Modified, Sort::Created];
    let words = sorts.map(|sort| {
        let url = asked(&Search {
            sort,
            ..Search::default()
        })
        .url;
        let (_, rest) = url.split_once("sort=").expect("a sort");
        rest.split('&').next().expect("a word").to_owned()
    });
    assert_eq!(words, ["downloads", "likes", "lastModified", "createdAt"]);
    let onnx = asked(&Search {
        format: Some(Format::Onnx),
        ..Search::default()
    });
    assert!(onnx.url.contains("&filter=onnx&"));
    let blank = asked(&Search {
        query: Some("  ".to_owned()),
        ..Search::default()
    });
    assert!(!blank.url.contains("search="));
}

#[test]
fn what_cannot_be_searched_for_is_refused_by_field() {
    let field = |search: Search| match hub().search(&search).expect_err("refused").kind {
        ProviderErrorKind::InvalidRequest { field, .. } => field,
        other => panic!("{other:?}"),
    };
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(
        field(Search {
            query: text("a\0b"),
            ..Search::default()
        }),
        "query"
    );
    assert_eq!(
        field(Search {
            query: text(&"x".repeat(257)),
            ..Search::default()
        }),
        "query"
    );
    assert_eq!(
        field(Search {
            author: text("a\r\nHost: x"),
            ..Search::default()
        }),
        "author"
    );
    assert_eq!(
        field(Search {
            limit: Some(0),
            ..Search::default()
        }),
        "limit"
    );
    assert_eq!(
        field(Search {
            limit: Some(101),
            ..Search::default()
        }),
        "limit"
    );
    for after in ["", "a b", "a&limit=500", "a#b", "a\"b", "é", &"a".repeat(2_001)] {
        assert_eq!(
            field(Search {
                after: text(after),
                ..Search::default()
            }),
            "after",
            "{after:?}"
        );
    }
    assert!(
        hub()
            .search(&Search {
                query: text(&"é".repeat(256)),
                ..Search::default()
            })
            .is_ok()
    );
}

#[test]
fn a_repository_is_asked_for_by_itself_and_its_files_by_commit() {
    let url = |revision| {
        hub()
            .repository(&lantern(), revision)
            .expect("a request")
            .request
            .url
    };
    let base = "https://huggingface.co/api/models/acme/Lantern-1.5B-Instruct-GGUF";
    assert_eq!(url(None), format!("{base}?{EXPANDED}"));
    assert_eq!(
        url(Some("refs/pr/1")),
        format!("{base}/revision/refs%2Fpr%2F1?{EXPANDED}")
    );
    let files = |after| {
        hub()
            .files(&lantern(), &commit(), after)
            .expect("a request")
            .request
            .url
    };
    let tree = format!("{base}/tree/{COMMIT}?recursive=true&expand=false");
    assert_eq!(files(None), tree);
    assert_eq!(files(Some("ZXlK")), format!("{tree}&cursor=ZXlK"));
    assert_eq!(files(Some("a&b")), tree);
    let key = hub().check_key().expect("a request").request;
    assert_eq!(key.url, "https://huggingface.co/api/whoami-v2");
}

#[test]
fn a_revision_that_cannot_be_is_refused() {
    for revision in ["", "a b", "a..b", "a\n", "a:b", "é", "x^", &"x".repeat(129)] {
        let refused = hub().repository(&lantern(), Some(revision)).expect_err("refused");
        assert!(
            matches!(
                refused.kind,
                ProviderErrorKind::InvalidRequest {
                    field: "revision",
                    ..
                }
            ),
            "{revision:?}"
        );
    }
}

#[test]
fn only_a_source_is_asked_for_repositories() {
    let ollama = Provider::new(
        "home",
        Kind::Ollama,
        BaseUrl::parse("http://localhost:11434").expect("an address"),
    );
    let refused = ollama.search(&Search::default()).expect_err("no source").kind;
    assert_eq!(refused, ProviderErrorKind::Unsupported(Ability::Search));
    let refused = ollama.repository(&lantern(), None).expect_err("no source").kind;
    assert_eq!(refused, ProviderErrorKind::Unsupported(Ability::Files));
    assert!(ollama.files(&lantern(), &commit(), None).is_err());
    let chat = hub().chat(&modelyard::providers::chat::ChatRequest::default());
    assert_eq!(
        chat.expect_err("a source").kind,
        ProviderErrorKind::Unsupported(Ability::Chat)
    );
    assert!(hub().list(None).is_err());
}

#[test]
fn names_of_repositories_are_owner_and_name() {
    for good in [
        "gpt2",
        "acme/Lantern-1.5B.v2_x",
        "a/b",
        "0x/0",
        "__proto__",
        "constructor",
        "a/__proto__",
    ] {
        assert_eq!(
            Repository::new(good).map(|name| name.as_str().to_owned()),
            Ok(good.to_owned())
        );
    }
    let long = format!("{}/b", "x".repeat(97));
    for bad in [
        "",
        " ",
        "a/",
        "/a",
        "a/b/c",
        "a//b",
        "..",
        "../x",
        "a/..",
        "a/.",
        "a/.b",
        "a/-b",
        "a b/c",
        "a/b?x=1",
        "a/b#c",
        "a\\b",
        "a/b\n",
        "é/b",
        "a%2Fb",
        "a/b..c",
        "datasets/a/b",
        &long,
        "\u{202e}a/b",
    ] {
        assert!(Repository::new(bad).is_err(), "{bad:?}");
    }
}

#[test]
fn what_people_paste_is_read_too() {
    let base = BaseUrl::parse("http://127.0.0.1:4173/as/huggingface").expect("an address");
    let read = |text: &str| {
        Repository::pasted(text, &base).map(|(name, revision)| (name.as_str().to_owned(), revision))
    };
    let plain = Ok(("acme/One".to_owned(), None));
    for text in [
        "acme/One",
        " acme/One/ ",
        "https://huggingface.co/acme/One",
        "https://huggingface.co/acme/One/?library=transformers#files",
        "http://hf.co/acme/One",
        "hf.co/acme/One",
        "http://127.0.0.1:4173/as/huggingface/acme/One",
    ] {
        assert_eq!(read(text), plain, "{text:?}");
    }
    assert_eq!(
        read("https://huggingface.co/acme/One/blob/v2/one.gguf"),
        Ok(("acme/One".to_owned(), Some("v2".to_owned())))
    );
    assert_eq!(
        read("https://huggingface.co/acme/One/tree/main"),
        Ok(("acme/One".to_owned(), Some("main".to_owned())))
    );
    assert_eq!(
        read("tree/main").map(|(name, _)| name),
        Ok("tree/main".to_owned())
    );
    for text in [
        "https://evil.com/acme/One",
        "https://huggingface.co.evil.com/acme/One",
        "https://huggingface.co@evil.com/acme/One",
        "https://huggingface.co/",
        "https://huggingface.co/datasets/acme/One",
        "javascript:alert(1)",
        "",
    ] {
        assert!(read(text).is_err(), "{text:?}");
    }
}

#[test]
fn a_commit_is_forty_hex_digits() {
    assert_eq!(
        Commit::new(&COMMIT.to_uppercase()).expect("a commit").as_str(),
        COMMIT
    );
    for bad in [
        "",
        "main",
        &COMMIT[1..],
        &format!("{COMMIT}0"),
        &COMMIT.replace('a', "g"),
        &format!("{}é", &COMMIT[2..]),
    ] {
        assert_eq!(Commit::new(bad), None, "{bad:?}");
    }
}
