//! The network of a browser, against the server that serves the tests. It serves whole files only: what a server can
//! do wrong is tested end to end, against the faulty one.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod browser;
mod contract;

use browser::{Replaced, js};
use modelyard::net::browser::{BrowserBody, BrowserNet};
use modelyard::net::browser_chunk::BrowserChunk;
use modelyard::net::{Abort, Body, Chunk, Net, NetError, ResponseHead};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_dedicated_worker);

/// A file of some megabytes on the server: this test itself.
async fn url() -> String {
    js("return new URL('/wasm-bindgen-test_bg.wasm', location.origin).href")
        .await
        .as_string()
        .unwrap()
}

async fn get(url: &str) -> Result<(ResponseHead, BrowserBody), NetError> {
    BrowserNet.get(url, 0, None, &BrowserNet.abort_handle()).await
}

/// Reads to the end, with one buffer that goes round; gives the bytes and how many chunks they came in.
async fn read_all(body: &mut BrowserBody) -> Result<(Vec<u8>, usize), NetError> {
    let (mut bytes, mut chunks, mut spare) = (Vec::new(), 0, None);
    while let Some(chunk) = body.read(spare.take()).await? {
        let start = bytes.len();
        bytes.resize(start + chunk.len(), 0);
        chunk.copy_to(&mut bytes[start..]);
        chunks += 1;
        spare = Some(chunk);
    }
    Ok((bytes, chunks))
}

async fn expected() -> Vec<u8> {
    let url = url().await;
    let buffer = js(&format!(
        "return new Uint8Array(await (await fetch('{url}')).arrayBuffer())"
    ))
    .await;
    js_sys::Uint8Array::from(buffer).to_vec()
}

#[wasm_bindgen_test]
async fn a_body_comes_whole_through_one_buffer() {
    let (head, mut body) = get(&url().await).await.unwrap();
    assert_eq!(
        (head.status, head.content_type.as_deref()),
        (200, Some("application/wasm"))
    );
    let (bytes, chunks) = read_all(&mut body).await.unwrap();
    assert!(
        bytes == expected().await,
        "{} bytes in {chunks} chunks",
        bytes.len()
    );
    assert_eq!(body.read(None).await.unwrap().map(|chunk| chunk.len()), None);
}

#[wasm_bindgen_test]
async fn a_body_comes_whole_where_streams_take_no_buffer() {
    let _older = Replaced::new(
        "ReadableStream.prototype",
        "getReader",
        "(original => function (options) {
             if (options) throw new TypeError('no such mode');
             return original.call(this);
         })(ReadableStream.prototype.getReader)",
    );
    let (_, mut body) = get(&url().await).await.unwrap();
    assert!(read_all(&mut body).await.unwrap().0 == expected().await);
}

#[wasm_bindgen_test]
async fn a_spare_that_was_given_away_or_is_short_is_no_harm() {
    let (_, mut body) = get(&url().await).await.unwrap();
    let first = body
        .read(Some(BrowserChunk::copy_of(b"short")))
        .await
        .unwrap()
        .unwrap();
    assert!(first.len() > 5);
    let spare = BrowserChunk::copy_of(&vec![0; 1 << 20]);
    let given = wasm_bindgen::JsValue::from(spare.buffer());
    js_sys::Reflect::set(&js_sys::global(), &"given".into(), &given).unwrap();
    js("structuredClone(given, { transfer: [given] })").await;
    assert!(body.read(Some(spare)).await.unwrap().unwrap().len() > 5);
}

/// What the request is, as the browser sees it.
#[wasm_bindgen_test]
async fn a_request_asks_for_a_range_and_sends_nothing_else() {
    let _spy = Replaced::new(
        "globalThis",
        "fetch",
        "(original => request => { globalThis.sent = request; return original(request); })(fetch)",
    );
    let abort = BrowserNet.abort_handle();
    BrowserNet
        .get(&url().await, 1_234_567_890_123, None, &abort)
        .await
        .unwrap();
    let sent = js(
        "return JSON.stringify([sent.method, [...sent.headers], sent.cache, sent.credentials,
                   sent.referrerPolicy, sent.redirect, sent.mode])",
    )
    .await;
    let expected =
        r#"["GET",[["range","bytes=1234567890123-"]],"no-store","omit","no-referrer","follow","cors"]"#;
    assert_eq!(sent.as_string().as_deref(), Some(expected));
}

#[wasm_bindgen_test]
async fn an_abort_stops_before_the_head_and_in_the_body() {
    let url = url().await;
    let abort = BrowserNet.abort_handle();
    abort.abort();
    assert_eq!(
        BrowserNet.get(&url, 0, None, &abort).await.err(),
        Some(NetError::Aborted)
    );

    let abort = BrowserNet.abort_handle();
    let (_, mut body) = BrowserNet.get(&url, 0, None, &abort).await.unwrap();
    body.read(None).await.unwrap();
    abort.clone().abort();
    assert_eq!(body.read(None).await.err(), Some(NetError::Aborted));
    abort.abort();
    assert_eq!(body.read(None).await.err(), Some(NetError::Aborted));
}

#[wasm_bindgen_test]
async fn an_abort_wakes_a_read_that_waits() {
    // A body that gives one chunk and then nothing: no server here does that.
    let _stalled = Replaced::new(
        "globalThis",
        "fetch",
        "async request => new Response(new ReadableStream({
             type: 'bytes',
             start(controller) {
                 controller.enqueue(new Uint8Array([1, 2, 3]));
                 request.signal.addEventListener('abort', () => controller.error(request.signal.reason));
             },
         }))",
    );
    let abort = BrowserNet.abort_handle();
    let (head, mut body) = BrowserNet.get(&url().await, 0, None, &abort).await.unwrap();
    assert_eq!(
        head,
        ResponseHead {
            status: 200,
            ..ResponseHead::default()
        }
    );
    assert_eq!(body.read(None).await.unwrap().map(|chunk| chunk.len()), Some(3));
    let stopper = abort.clone();
    wasm_bindgen_futures::spawn_local(async move {
        js("await new Promise(resolve => setTimeout(resolve, 50))").await;
        stopper.abort();
    });
    assert_eq!(body.read(None).await.err(), Some(NetError::Aborted));
}

#[wasm_bindgen_test]
async fn a_body_that_breaks_off_is_cut_and_its_message_has_no_url() {
    for message in [
        "network error",
        "loading https://user:secret@models.example/a failed",
    ] {
        let _cut = Replaced::new(
            "globalThis",
            "fetch",
            &format!(
                "async () => new Response(new ReadableStream({{
                     type: 'bytes',
                     start(controller) {{ controller.error(new TypeError('{message}')); }},
                 }}))"
            ),
        );
        let (_, mut body) = get(&url().await).await.unwrap();
        let Err(NetError::Cut { message }) = body.read(None).await else {
            panic!("not cut")
        };
        assert!(!message.is_empty() && !message.contains("secret"), "{message}");
    }
}

#[wasm_bindgen_test]
async fn a_head_is_taken_as_it_was_sent() {
    let _head = Replaced::new(
        "globalThis",
        "fetch",
        "async () => new Response('', { status: 206, headers: {
             'Content-Range': 'bytes 5-9/10', 'Content-Length': '-5', 'Content-Type': 'text/html',
             'ETag': 'W/\"a\"', 'Retry-After': 'soon',
         } })",
    );
    let (head, _) = get(&url().await).await.unwrap();
    let expected = ResponseHead {
        status: 206,
        content_range: Some("bytes 5-9/10".to_owned()),
        content_length: Some("-5".to_owned()),
        content_type: Some("text/html".to_owned()),
        etag: Some("W/\"a\"".to_owned()),
        retry_after: Some("soon".to_owned()),
        ..ResponseHead::default()
    };
    assert_eq!(head, expected);
}

#[wasm_bindgen_test]
async fn an_answer_without_a_body_ends_at_once() {
    let _empty = Replaced::new(
        "globalThis",
        "fetch",
        "async () => new Response(null, { status: 204 })",
    );
    let (head, mut body) = get(&url().await).await.unwrap();
    assert_eq!(head.status, 204);
    assert_eq!(body.read(None).await.unwrap().map(|chunk| chunk.len()), None);
}

#[wasm_bindgen_test]
async fn a_server_that_is_not_there_is_a_failure_without_its_url() {
    let Err(NetError::Failed { message }) = get("http://127.0.0.1:9/models/secret-name.gguf").await else {
        panic!("something answered")
    };
    assert!(
        !message.is_empty() && !message.contains("secret-name"),
        "{message}"
    );
}

#[wasm_bindgen_test]
async fn a_fetch_of_the_page_s_own_making_is_no_panic() {
    for answer in [
        "'a text'",
        "undefined",
        "Promise.reject('a text')",
        "(() => { throw null; })()",
        "{ status: 200 }",
    ] {
        let _patched = Replaced::new("globalThis", "fetch", &format!("async () => {answer}"));
        assert!(
            matches!(get(&url().await).await, Err(NetError::Failed { .. })),
            "{answer}"
        );
    }
}

#[wasm_bindgen_test]
async fn what_is_no_http_url_is_not_asked() {
    for url in [
        "",
        "models/a.gguf",
        "//models.example/a",
        "data:text/plain,a",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://user:secret@models.example/a",
        "https://",
    ] {
        assert_eq!(get(url).await.err(), Some(NetError::InvalidUrl), "{url}");
    }
}

#[wasm_bindgen_test]
async fn a_probe_finds_a_server_whatever_it_allows_and_nobody_where_there_is_none() {
    assert!(BrowserNet.probe(&url().await).await);
    // The port of a service that no machine runs any more; browsers do not even try it.
    assert!(!BrowserNet.probe("http://127.0.0.1:9/models/model.gguf").await);
}
