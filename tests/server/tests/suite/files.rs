//! Right answers.

use modelyard_testserver::{Config, Content, Mount, Server};

use crate::wire::{End, Open, SIZE, get, get_range, server};

#[test]
fn a_file_comes_whole_with_its_length_digest_and_permissions() {
    let (server, bytes) = server();
    let wire = get(&server, "/f");
    assert_eq!(
        (wire.status(), wire.body(), wire.end),
        (200, &bytes[..], End::Fin)
    );
    assert_eq!(wire.header("content-length"), Some(SIZE.to_string()));
    let digest = Content::bytes(bytes).sha256().unwrap();
    assert_eq!(wire.header("etag"), Some(format!("\"{digest}\"")));
    assert_eq!(wire.header("accept-ranges").as_deref(), Some("bytes"));
    assert_eq!(
        wire.header("cache-control").as_deref(),
        Some("public, max-age=3600")
    );
    assert_eq!(wire.header("access-control-allow-origin").as_deref(), Some("*"));
    assert!(
        wire.header("access-control-expose-headers")
            .unwrap()
            .contains("ETag")
    );
}

#[test]
fn ranges_come_right() {
    let (server, bytes) = server();
    for (range, start, end) in [
        ("bytes=0-", 0, SIZE - 1),
        ("bytes=500-", 500, SIZE - 1),
        ("bytes=7-12", 7, 12),
        ("bytes=99999-", SIZE - 1, SIZE - 1),
        ("bytes=-3", SIZE - 3, SIZE - 1),
    ] {
        let wire = get_range(&server, range);
        assert_eq!(
            (wire.status(), wire.body()),
            (206, &bytes[start..=end]),
            "{range}"
        );
        assert_eq!(
            wire.header("content-range"),
            Some(format!("bytes {start}-{end}/{SIZE}"))
        );
        assert_eq!(wire.header("content-length"), Some((end - start + 1).to_string()));
    }
    let past = get_range(&server, "bytes=100000-");
    assert_eq!((past.status(), past.body().len()), (416, 0));
    assert_eq!(past.header("content-range"), Some(format!("bytes */{SIZE}")));
}

#[test]
fn conditions_are_looked_at() {
    let (server, bytes) = server();
    let etag = get(&server, "/f").header("etag").unwrap();
    let known = Open::request(&server, "GET", "/f", &format!("If-None-Match: {etag}\r\n")).finish();
    assert_eq!((known.status(), known.body().len()), (304, 0));
    let same = format!("Range: bytes=9-\r\nIf-Range: {etag}\r\n");
    assert_eq!(Open::request(&server, "GET", "/f", &same).finish().status(), 206);
    let other = "Range: bytes=9-\r\nIf-Range: \"other\"\r\n";
    let wire = Open::request(&server, "GET", "/f", other).finish();
    assert_eq!((wire.status(), wire.body()), (200, &bytes[..]));
}

#[test]
fn head_has_the_headers_and_no_body() {
    let (server, _) = server();
    let wire = Open::request(&server, "HEAD", "/f", "").finish();
    assert_eq!((wire.status(), wire.body().len()), (200, 0));
    assert_eq!(wire.header("content-length"), Some(SIZE.to_string()));
}

#[test]
fn what_is_not_there_is_not_found_and_other_methods_are_refused() {
    let (server, _) = server();
    assert_eq!(get(&server, "/none").status(), 404);
    assert_eq!(Open::request(&server, "DELETE", "/f", "").finish().status(), 405);
}

#[test]
fn directories_are_served_under_their_prefix() {
    let directory = std::env::temp_dir().join(format!("modelyard-testserver-{}", std::process::id()));
    std::fs::create_dir_all(directory.join("sub")).unwrap();
    std::fs::write(directory.join("index.html"), "<p>hello").unwrap();
    std::fs::write(directory.join("sub/a.wasm"), [0, 97, 115, 109]).unwrap();
    let mounts = vec![
        Mount {
            prefix: "/".into(),
            directory: directory.clone(),
        },
        Mount {
            prefix: "/deep".into(),
            directory: directory.join("sub"),
        },
    ];
    let server = Server::start(Config {
        mounts,
        isolated: true,
        ..Config::default()
    })
    .unwrap();
    let page = get(&server, "/");
    assert_eq!((page.status(), page.body()), (200, &b"<p>hello"[..]));
    assert_eq!(
        page.header("content-type").as_deref(),
        Some("text/html; charset=utf-8")
    );
    assert_eq!(page.header("cache-control").as_deref(), Some("no-cache"));
    assert_eq!(
        page.header("cross-origin-embedder-policy").as_deref(),
        Some("require-corp")
    );
    for path in ["/sub/a.wasm", "/deep/a.wasm"] {
        let wasm = get(&server, path);
        assert_eq!(
            wasm.header("content-type").as_deref(),
            Some("application/wasm"),
            "{path}"
        );
        assert_eq!(wasm.body(), [0, 97, 115, 109]);
    }
    assert_eq!(get(&server, "/../index.html").status(), 404);
    std::fs::remove_dir_all(directory).unwrap();
}

#[test]
fn a_file_larger_than_memory_should_be_is_served_at_any_place() {
    let (server, _) = server();
    let size = 5 << 30;
    server.put_unread("/f", Content::noise(1, size));
    let last = get_range(&server, &format!("bytes={}-", size - 10));
    assert_eq!(last.body(), Content::noise(1, size).read(size - 10, 10).unwrap());
    assert_eq!(
        last.header("content-range"),
        Some(format!("bytes {}-{}/{size}", size - 10, size - 1))
    );
}
