//! Calls to servers by the browser's `fetch`, and the class that management's wasm file exports. The servers are
//! stand-ins: the real one answers in `tests/e2e`.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod browser;
mod contract;

use browser::{Replaced, js};
use modelyard::bindings::ManagementCore;
use modelyard::engine::Zone;
use modelyard::net::browser::BrowserNet;
use modelyard::net::call::{CallRequest, Calls};
use modelyard::net::{Abort, Body, Chunk, NetError};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_dedicated_worker);

fn request(zone: Zone) -> CallRequest {
    CallRequest {
        method: "POST",
        url: "http://127.0.0.1:11434/api/chat".to_owned(),
        headers: vec![
            ("Accept", "application/json"),
            ("Content-Type", "application/json"),
        ],
        key: None,
        body: b"{\"a\":1}".to_vec(),
        zone,
    }
}

/// A server that writes down what it is asked, and gives the pieces in `globalThis.pieces` one by one, as they come.
const SERVER: &str = "async (url, options) => {
    globalThis.asked = { url, options };
    return new Response(new ReadableStream({
        type: 'bytes',
        start(controller) {
            globalThis.say = text => controller.enqueue(new TextEncoder().encode(text));
            globalThis.finish = () => controller.close();
            options.signal.addEventListener('abort', () => controller.error(options.signal.reason));
        },
    }), { headers: { 'Content-Type': 'application/x-ndjson' } });
}";

fn text(chunk: &impl Chunk) -> String {
    let mut bytes = vec![0; chunk.len()];
    chunk.copy_to(&mut bytes);
    String::from_utf8(bytes).unwrap()
}

#[wasm_bindgen_test]
async fn a_call_says_all_it_has_to_and_nothing_else() {
    let _server = Replaced::new("globalThis", "fetch", SERVER);
    let abort = BrowserNet.stop_button();
    BrowserNet.call(request(Zone::Loopback), &abort).await.unwrap();
    let said = js(
        "const { headers, body, signal, targetAddressSpace, ...rest } = asked.options;
         return JSON.stringify([asked.url, rest, headers, new TextDecoder().decode(body)])",
    )
    .await;
    let expected = concat!(
        r#"["http://127.0.0.1:11434/api/chat",{"method":"POST","cache":"no-store","credentials":"omit","#,
        r#""referrerPolicy":"no-referrer","mode":"cors","redirect":"error"},"#,
        r#"{"Accept":"application/json","Content-Type":"application/json"},"{\"a\":1}"]"#
    );
    assert_eq!(said.as_string().as_deref(), Some(expected));
}

#[wasm_bindgen_test]
async fn a_browser_is_told_of_the_place_in_the_words_it_knows() {
    let _server = Replaced::new("globalThis", "fetch", SERVER);
    let space = async |zone| {
        let abort = BrowserNet.stop_button();
        BrowserNet.call(request(zone), &abort).await.unwrap();
        js("return asked.options.targetAddressSpace").await.as_string()
    };
    assert_eq!(space(Zone::Public).await, None);
    assert_eq!(space(Zone::Loopback).await.as_deref(), Some("loopback"));
    assert_eq!(space(Zone::Private).await.as_deref(), Some("local"));
    // A browser with other words for it would refuse the request as a whole.
    let _other = Replaced::new(
        "globalThis",
        "Request",
        "class { constructor(_, options) { if (options.targetAddressSpace) throw new TypeError('no such place'); } }",
    );
    assert_eq!(space(Zone::Loopback).await, None);
}

#[wasm_bindgen_test]
async fn pieces_come_as_they_are_sent_and_an_abort_closes_the_connection() {
    let _server = Replaced::new("globalThis", "fetch", SERVER);
    let abort = BrowserNet.stop_button();
    let (head, mut body) = BrowserNet.call(request(Zone::Loopback), &abort).await.unwrap();
    assert_eq!(
        (head.status, head.content_type.as_deref()),
        (200, Some("application/x-ndjson"))
    );
    js("say('one')").await;
    let first = body.read(None).await.unwrap().unwrap();
    assert_eq!(text(&first), "one");
    js("say('two')").await;
    assert_eq!(text(&body.read(Some(first)).await.unwrap().unwrap()), "two");
    abort.abort();
    assert_eq!(body.read(None).await.err(), Some(NetError::Aborted));
    assert_eq!(js("return asked.options.signal.aborted").await, true);
}

#[wasm_bindgen_test]
async fn a_server_that_is_not_there_is_a_failure_without_its_url() {
    let nobody = CallRequest {
        url: "http://127.0.0.1:9/secret-name".to_owned(),
        ..request(Zone::Loopback)
    };
    let abort = BrowserNet.stop_button();
    let Err(NetError::Failed { message }) = BrowserNet.call(nobody, &abort).await else {
        panic!("something answered")
    };
    assert!(
        !message.is_empty() && !message.contains("secret-name"),
        "{message}"
    );
    assert!(!BrowserNet.answers_at("http://127.0.0.1:9/", Zone::Loopback).await);
}

/// A management core whose host writes down what it is told, in `globalThis.told`.
async fn management() -> ManagementCore {
    let host = js("globalThis.told = [];
         const tell = name => (...said) => void told.push([name, ...said]);
         return Object.fromEntries(['listed', 'removed', 'providerChanged', 'pullReport', 'reach', 'crashed']
             .map(name => [name, tell(name)]))")
    .await;
    let namespace = format!("test-{}", js_sys::Math::random().to_string().replace('.', ""));
    let options = format!(
        r#"{{"namespace":"{}","engines":["wllama"],"pageOrigin":"http://localhost"}}"#,
        &namespace[..20]
    );
    let core = ManagementCore::new(&options, host.unchecked_into()).ok().unwrap();
    let layers = r#"[{"layer":"options","text":"{\"providers\":{\"ollama\":{}}}"}]"#;
    core.set_layers(layers).unwrap();
    core.open().await.unwrap();
    core
}

const SINK: &str = "globalThis.heard = [];
    delete globalThis.say;
    globalThis.ending = new Promise(resolve => { globalThis.ended = resolve; });
    return {
        delta: text => void heard.push(...JSON.parse(text).map(delta => delta.text)),
        ended: (end, failure) => ended({ end: end && JSON.parse(end), failure }),
    }";
const ASK: &str = r#"{"provider":"ollama","model":"tiny","messages":[{"role":"user","text":"Hello"}]}"#;

#[wasm_bindgen_test]
async fn an_answer_comes_piece_by_piece_and_ends_once() {
    let _server = Replaced::new("globalThis", "fetch", SERVER);
    let core = management().await;
    let sink = js(SINK).await;
    core.chat(ASK, sink.unchecked_into()).unwrap();
    js(
        "while (!globalThis.say) await new Promise(resolve => setTimeout(resolve));
        const line = (content, done) => JSON.stringify({ message: { content }, done }) + '\\n';
        say(line('Hel', false)); say(line('lo', false)); say(line('', true));",
    )
    .await;
    let all =
        js("const { end } = await ending; return heard.filter(Boolean).join('') + ' ' + end.provider").await;
    assert_eq!(all.as_string().as_deref(), Some("Hello ollama"));
    core.close().await.unwrap();
}

#[wasm_bindgen_test]
async fn an_abort_ends_an_answer_within_the_call() {
    let _server = Replaced::new("globalThis", "fetch", SERVER);
    let core = management().await;
    let sink = js(SINK).await;
    let id = core.chat(ASK, sink.unchecked_into()).unwrap();
    js("while (!globalThis.say) await new Promise(resolve => setTimeout(resolve))").await;
    core.abort(id).unwrap();
    let said = js("const { end, failure } = await ending; return [end, failure.code].join()").await;
    assert_eq!(said.as_string().as_deref(), Some(",canceled"));
    assert_eq!(js("return asked.options.signal.aborted").await, true);
}

#[wasm_bindgen_test]
async fn lists_are_told_to_the_host_and_what_was_saved_is_there_again() {
    let _server = Replaced::new(
        "globalThis",
        "fetch",
        r#"async url => new Response(url.endsWith('/api/tags')
             ? '{"models":[{"name":"tiny:1b","details":{"context_length":5},"capabilities":["completion"]}]}'
             : '{"models":[]}')"#,
    );
    let core = management().await;
    let report = core.list("{}".to_owned()).await.unwrap();
    js_sys::Reflect::set(&js_sys::global(), &"report".into(), &report).unwrap();
    let said = js(
        "const [, provider, models] = told.find(([name]) => name === 'listed');
         return [report.providers[0].state, provider, JSON.parse(models)[0].id].join(' ')",
    )
    .await;
    assert_eq!(said.as_string().as_deref(), Some("ok ollama ollama/tiny:1b"));
    let text = r#"{ "contextSize" : 4096 }"#;
    core.save_config(text.to_owned()).await.unwrap();
    assert_eq!(core.stored_config().as_deref(), Some(text));
    let options = core.options_for("ollama/tiny:1b", "").unwrap();
    assert_eq!(options, r#"{"contextSize":4096}"#);
    core.close().await.unwrap();
}

#[wasm_bindgen_test]
async fn what_is_wrong_is_a_failure_with_its_field() {
    let core = management().await;
    let field = |failure: &JsValue| {
        let field = js_sys::Reflect::get(failure, &"field".into()).unwrap();
        field.as_string()
    };
    let layers = r#"[{"layer":"page","text":"?modelyard.temperature=9"}]"#;
    let failure = core.set_layers(layers).unwrap_err();
    assert_eq!(field(&failure).as_deref(), Some("modelyard.temperature"));
    let failure = core
        .show(r#"{"provider":"ollama"}"#.to_owned())
        .await
        .unwrap_err();
    assert_eq!(field(&failure).as_deref(), Some("model"));
}
