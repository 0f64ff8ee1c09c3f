//! The stand-in for the Hub of Hugging Face on the wire. That its official client accepts it is seen in tests/clients/hub.

use modelyard_testserver::{
    Config, Content, Hub, HubFault, HubOn, Repository, RepositoryFile, Script, Server, Step,
};
use serde_json::{Value, json};

use crate::wire::{Open, Wire};

const SHA: &str = "0123456789abcdef0123456789abcdef01234567";
const PAGE: &str = "Origin: https://page.example\r\n";
const KEY: &str = "Authorization: Bearer hf_standin\r\n";

fn text(path: &str, text: &str) -> RepositoryFile {
    RepositoryFile {
        path: path.into(),
        text: Some(text.into()),
        ..RepositoryFile::default()
    }
}

fn one() -> Repository {
    Repository {
        id: "acme/One-GGUF".into(),
        sha: Some(SHA.into()),
        tags: vec!["gguf".into()],
        branches: vec!["refs/pr/1".into()],
        downloads: 5,
        gguf: Some(json!({ "total": 7 })),
        files: vec![
            text("README.md", "hello"),
            text("sub/one-Q4_0.gguf", "GGUF and more"),
            text("sub/deep/x.txt", ""),
        ],
        ..Repository::default()
    }
}

/// A server with two origins and a hub at `/h`.
fn start(settings: Hub) -> Server {
    let config = Config {
        ports: vec![0, 0],
        ..Config::default()
    };
    let server = Server::start(config).unwrap();
    server.hub("/h", settings).unwrap();
    server
}

fn with(repositories: Vec<Repository>) -> Server {
    start(Hub {
        repositories: Some(repositories),
        ..Hub::default()
    })
}

fn get(server: &Server, path: &str, headers: &str) -> Wire {
    Open::request(server, "GET", &format!("/h{path}"), headers).finish()
}

fn json_of(wire: &Wire) -> Value {
    serde_json::from_slice(wire.body()).unwrap_or_else(|error| panic!("{error}: {}", wire.head()))
}

fn refusal(wire: &Wire) -> (u16, Option<String>, Option<String>) {
    (
        wire.status(),
        wire.header("x-error-code"),
        wire.header("x-error-message"),
    )
}

#[test]
fn a_search_is_filtered_sorted_and_paged_by_links() {
    let named = |id: &str, downloads, likes| Repository {
        id: id.into(),
        tags: vec!["gguf".into(), format!("likes:{likes}")],
        downloads,
        likes,
        ..Repository::default()
    };
    let server = with(vec![
        named("a/Llama-1", 1, 9),
        named("b/Llama-2", 2, 8),
        named("b/Qwen", 3, 7),
    ]);
    let ids = |query: &str| -> Vec<String> {
        let wire = get(&server, &format!("/api/models?{query}"), "");
        json_of(&wire)
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["id"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(ids("sort=downloads"), ["b/Qwen", "b/Llama-2", "a/Llama-1"]);
    assert_eq!(ids("sort=likes&search=LLAMA"), ["a/Llama-1", "b/Llama-2"]);
    assert_eq!(ids("author=b&sort=likes"), ["b/Llama-2", "b/Qwen"]);
    assert_eq!(ids("filter=gguf&filter=likes%3A7"), ["b/Qwen"]);
    let first = get(
        &server,
        "/api/models?sort=downloads&limit=2&expand=sha&expand=likes",
        "",
    );
    let link = first.header("link").unwrap();
    let url = link
        .strip_prefix("<http://x")
        .and_then(|rest| rest.strip_suffix(">; rel=\"next\""))
        .unwrap();
    let second = Open::request(&server, "GET", url, "").finish();
    let items = json_of(&second);
    assert_eq!(items.as_array().unwrap().len(), 1);
    let mut keys: Vec<&String> = items[0].as_object().unwrap().keys().collect();
    keys.sort_unstable();
    assert_eq!(keys, ["_id", "id", "likes", "sha"]);
    assert_eq!(second.header("link"), None);
    for wrong in ["expand=nothing", "sort=size", "limit=0", "cursor=abc"] {
        let wire = get(&server, &format!("/api/models?{wrong}"), "");
        assert_eq!(wire.status(), 400, "{wrong}");
        assert!(json_of(&wire)["error"].is_string());
    }
}

#[test]
fn a_repository_is_known_by_its_branches_and_its_commit() {
    let server = with(vec![one()]);
    for path in [
        "/api/models/acme/One-GGUF",
        "/api/models/acme/One-GGUF/revision/main",
        "/api/models/acme/One-GGUF/revision/refs%2Fpr%2F1",
        &format!("/api/models/acme/One-GGUF/revision/{SHA}?expand=sha&expand=gguf"),
    ] {
        let facts = json_of(&get(&server, path, ""));
        assert_eq!(
            (&facts["id"], &facts["sha"]),
            (&json!("acme/One-GGUF"), &json!(SHA)),
            "{path}"
        );
        assert_eq!(facts["gguf"]["total"], 7);
    }
    let wrong = get(&server, "/api/models/acme/One-GGUF/revision/v9", "");
    assert_eq!(refusal(&wrong).1.as_deref(), Some("RevisionNotFound"));
}

#[test]
fn a_tree_names_sizes_and_digests_folder_by_folder_or_all_at_once() {
    let server = with(vec![one()]);
    let paths = |rest: &str| -> Vec<String> {
        let wire = get(&server, &format!("/api/models/acme/One-GGUF/tree/{rest}"), "");
        json_of(&wire)
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["path"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(paths("main"), ["README.md", "sub"]);
    assert_eq!(paths("main/sub"), ["sub/one-Q4_0.gguf", "sub/deep"]);
    assert_eq!(
        paths("main?recursive=true"),
        [
            "README.md",
            "sub",
            "sub/one-Q4_0.gguf",
            "sub/deep",
            "sub/deep/x.txt"
        ]
    );
    let tree = json_of(&get(
        &server,
        "/api/models/acme/One-GGUF/tree/main?recursive=1",
        "",
    ));
    assert_eq!(
        (&tree[0]["type"], &tree[0]["size"], &tree[0]["lfs"]),
        (&json!("file"), &json!(5), &Value::Null)
    );
    assert_eq!(
        (
            &tree[2]["lfs"]["size"],
            tree[2]["lfs"]["oid"].as_str().unwrap().len()
        ),
        (&json!(13), 64)
    );
    let missing = get(&server, "/api/models/acme/One-GGUF/tree/main/none", "");
    assert_eq!(refusal(&missing).1.as_deref(), Some("EntryNotFound"));
}

#[test]
fn a_tree_says_what_it_is_told_to_and_comes_in_pages() {
    let mut repository = one();
    repository.files[1].says = Some(json!({ "size": u64::MAX, "lfs": { "oid": "x" } }));
    let server = start(Hub {
        repositories: Some(vec![repository]),
        page: Some(3),
        ..Hub::default()
    });
    let first = get(
        &server,
        "/api/models/acme/One-GGUF/tree/main?recursive=true&expand=false",
        "",
    );
    let tree = json_of(&first);
    assert_eq!(
        (tree.as_array().unwrap().len(), &tree[2]["size"]),
        (3, &json!(u64::MAX))
    );
    let link = first.header("link").unwrap();
    assert!(
        link.starts_with(
            "<http://x/h/api/models/acme/One-GGUF/tree/main?recursive=true&expand=false&cursor="
        ),
        "{link}"
    );
}

#[test]
fn a_file_leads_to_another_origin_where_ranges_work() {
    let server = with(vec![one()]);
    let wire = get(&server, "/acme/One-GGUF/resolve/main/sub/one-Q4_0.gguf", PAGE);
    assert_eq!(wire.status(), 302);
    let location = wire.header("location").unwrap();
    assert!(location.starts_with(&server.origins()[1]), "{location}");
    let digest = Content::bytes(*b"GGUF and more").sha256().unwrap();
    assert_eq!(wire.header("x-linked-etag"), Some(format!("\"{digest}\"")));
    assert_eq!(
        (
            wire.header("x-linked-size").as_deref(),
            wire.header("x-repo-commit").as_deref()
        ),
        (Some("13"), Some(SHA))
    );
    let readable = wire.header("access-control-expose-headers").unwrap();
    assert!(
        readable.contains("X-Error-Code") && !readable.contains("RateLimit"),
        "{readable}"
    );
    let path = location.strip_prefix(&server.origins()[1]).unwrap();
    let part = Open::request(&server, "GET", path, "Range: bytes=5-7\r\n").finish();
    assert_eq!((part.status(), part.body()), (206, &b"and"[..]));
    // A script strikes it like any other file.
    server.script(path.split('?').next().unwrap(), Script::always(Step::status(403)));
    assert_eq!(Open::request(&server, "GET", path, "").finish().status(), 403);
    let facts = get(
        &server,
        "/acme/One-GGUF/resolve/main/sub/one-Q4_0.gguf",
        "Accept: application/vnd.xet-fileinfo+json, */*\r\n",
    );
    assert_eq!(
        (facts.status(), facts.header("x-linked-size").as_deref()),
        (200, Some("13"))
    );
    assert_eq!(facts.header("x-xet-hash").unwrap().len(), 64);
}

#[test]
fn a_small_file_stays_at_the_hub() {
    let server = with(vec![one()]);
    let wire = get(&server, "/acme/One-GGUF/resolve/main/README.md", "");
    let location = wire.header("location").unwrap();
    assert_eq!(
        (wire.status(), location.as_str()),
        (
            307,
            &*format!("/h/api/resolve-cache/models/acme/One-GGUF/{SHA}/README.md")
        )
    );
    let file = Open::request(&server, "GET", &location, "").finish();
    assert_eq!((file.status(), file.body()), (200, &b"hello"[..]));
    // A client that wants to know its length asks for one byte.
    let part = Open::request(&server, "GET", &location, "Range: bytes=0-0\r\n").finish();
    assert_eq!(
        (
            part.status(),
            part.body(),
            part.header("content-range").as_deref()
        ),
        (206, &b"h"[..], Some("bytes 0-0/5"))
    );
    let none = get(&server, "/acme/One-GGUF/resolve/main/none.md", "");
    assert_eq!(
        refusal(&none),
        (404, Some("EntryNotFound".into()), Some("Entry not found".into()))
    );
}

#[test]
fn what_is_not_for_everybody_is_refused_in_the_hubs_own_words() {
    let server = with(vec![
        Repository {
            gated: Some("manual".into()),
            granted: vec!["hf_granted".into()],
            ..one()
        },
        Repository {
            id: "acme/Secret".into(),
            private: true,
            ..one()
        },
        Repository {
            id: "acme/Gone".into(),
            disabled: true,
            ..one()
        },
    ]);
    let file = "/acme/One-GGUF/resolve/main/sub/one-Q4_0.gguf";
    let (status, code, message) = refusal(&get(&server, file, ""));
    assert_eq!((status, code.as_deref()), (401, Some("GatedRepo")));
    assert!(message.unwrap().contains("Please log in"));
    let (status, code, message) = refusal(&get(&server, file, KEY));
    assert_eq!((status, code.as_deref()), (403, Some("GatedRepo")));
    assert!(message.unwrap().contains("authorized list"));
    assert_eq!(
        json_of(&get(&server, "/api/models/acme/One-GGUF", ""))["gated"],
        "manual"
    );
    assert_eq!(
        get(&server, "/api/models/acme/One-GGUF/tree/main", "").status(),
        200
    );
    assert_eq!(
        refusal(&get(&server, "/api/models/acme/Secret", "")).1.as_deref(),
        Some("RepoNotFound")
    );
    assert_eq!(get(&server, "/api/models/acme/Secret", "").status(), 401);
    assert_eq!(get(&server, "/api/models/acme/Secret", KEY).status(), 200);
    assert_eq!(refusal(&get(&server, "/api/models/acme/None", "")).0, 401);
    assert_eq!(refusal(&get(&server, "/api/models/acme/None", KEY)).0, 404);
    let gone = refusal(&get(&server, "/api/models/acme/Gone", ""));
    assert_eq!(
        gone,
        (403, None, Some("Access to this resource is disabled.".into()))
    );
    let listed = json_of(&get(&server, "/api/models", ""))
        .as_array()
        .unwrap()
        .len();
    assert_eq!(
        (
            listed,
            json_of(&get(&server, "/api/models", KEY))
                .as_array()
                .unwrap()
                .len()
        ),
        (2, 3)
    );
    let bad = refusal(&get(&server, "/api/models", "Authorization: Bearer hf_other\r\n"));
    assert_eq!(
        bad,
        (
            401,
            None,
            Some("Invalid credentials in Authorization header".into())
        )
    );
    assert_eq!(json_of(&get(&server, "/api/whoami-v2", KEY))["type"], "user");
    assert_eq!(get(&server, "/api/whoami-v2", "").status(), 401);
}

#[test]
fn it_slows_down_moves_and_breaks_as_told() {
    let server = start(Hub {
        repositories: Some(vec![one()]),
        limit: Some(2),
        renamed: [("acme/Old".to_owned(), "acme/One-GGUF".to_owned())].into(),
        faults: vec![HubFault {
            on: HubOn::Files,
            status: 503,
            message: Some("Busy".into()),
            ..HubFault::default()
        }],
        ..Hub::default()
    });
    assert_eq!(
        get(&server, "/api/models/acme/One-GGUF/tree/main", "").status(),
        503
    );
    let moved = get(&server, "/api/models/acme/Old?expand=sha", "");
    assert_eq!(
        moved.header("location").as_deref(),
        Some("http://x/h/api/models/acme/One-GGUF?expand=sha")
    );
    let slow = get(&server, "/api/models", PAGE);
    assert_eq!(slow.status(), 429);
    assert_eq!(slow.header("ratelimit").as_deref(), Some("\"api\";r=0;t=166"));
    assert_eq!(
        slow.header("access-control-allow-origin").as_deref(),
        Some("https://page.example")
    );
}

#[test]
fn it_is_there_for_whoever_asks_and_takes_orders() {
    let server = Server::start(Config::default()).unwrap();
    server.put("/one.gguf", Content::noise(1, 5_000)).unwrap();
    let listed = Open::request(&server, "GET", "/as/huggingface/api/models?filter=gguf", "").finish();
    let ids: Vec<String> = json_of(&listed)
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["id"].as_str().unwrap().to_owned())
        .collect();
    assert!(ids.contains(&"standin/Llama-One-GGUF".to_owned()), "{ids:?}");
    let control = |command: &str, body: &Value| {
        let body = body.to_string();
        let mut open = Open::request(
            &server,
            "POST",
            &format!("/__control/{command}"),
            &format!("Content-Length: {}\r\n", body.len()),
        );
        std::io::Write::write_all(&mut open.stream, body.as_bytes()).unwrap();
        open.finish()
    };
    let up = json_of(&control("huggingface", &json!({ "prefix": "/t", "generate": 3 })));
    assert_eq!(
        (up["url"].as_str().unwrap().ends_with("/t"), &up["key"]),
        (true, &json!("hf_standin"))
    );
    let more = control(
        "huggingface/faults",
        &json!({ "prefix": "/t", "faults": [{ "status": 500, "on": "search" }] }),
    );
    assert_eq!(more.status(), 200);
    assert_eq!(
        Open::request(&server, "GET", "/t/api/models", "")
            .finish()
            .status(),
        500
    );
    assert_eq!(
        Open::request(&server, "GET", "/t/api/models", "")
            .finish()
            .status(),
        200
    );
    let journal = Open::request(&server, "GET", "/__control/huggingface/requests?prefix=/t", "").finish();
    assert_eq!(json_of(&journal)["requests"].as_array().unwrap().len(), 2);
    assert_eq!(
        control("huggingface", &json!({ "prefix": "/t", "typo": 3 })).status(),
        400
    );
    assert_eq!(
        control(
            "huggingface",
            &json!({ "repositories": [{ "id": "a/b", "files": [{ "path": "x", "sameAs": "/none" }] }] })
        )
        .status(),
        400
    );
}
