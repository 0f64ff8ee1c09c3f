//! The page's core as TypeScript holds it: a real `PageCore` with a scripted host and worker, and real `IndexedDB`.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use js_sys::{Array, Function, JSON, Reflect};
use modelyard::bindings::PageCore;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// A host that writes everything down. Its worker says `ready` to `hello`, and otherwise what a test makes it say.
const HOST: &str = r#"(() => {
    const host = {
        events: [], patches: [], said: [], calls: [], workers: 0, onChanged: null,
        changed(patch, events) {
            host.patches.push(patch);
            host.events.push(...events);
            host.onChanged?.(patch, events);
            host.wake?.();
        },
        startWorker(onMessage, onError) {
            host.workers += 1;
            let ended = false;
            // A worker that was ended says nothing more; that much the package's own handle sees to.
            host.say = (message) => ended || onMessage(typeof message === "string" ? message : JSON.stringify(message));
            host.breakWorker = () => ended || onError("it broke");
            return {
                post(text) {
                    const message = JSON.parse(text);
                    host.said.push(message);
                    if (message.hello) queueMicrotask(() => host.say(host.ready));
                    if (message.stop) queueMicrotask(() => host.say({ stopped: { ticket: message.stop.ticket } }));
                },
                terminate() { ended = true; host.calls.push("terminate"); },
            };
        },
        ready: { ready: { weights: "opfs", blobs: [], partials: [] } },
        load(...given) { host.calls.push(["load", ...given]); },
        abortLoad(id) { host.calls.push(["abortLoad", id]); },
        unload(id) { host.calls.push(["unload", id]); },
        startAnswer(...given) { host.calls.push(["startAnswer", ...given]); },
        endAnswer(...given) { host.calls.push(["endAnswer", ...given]); },
        onEnd(end) { host.calls.push("onEnd"); },
        crashed(place) { host.calls.push(["crashed", place]); },
        async until(expression) {
            const test = new Function("host", `return (${expression})`);
            while (!test(host)) await new Promise((resolve) => { host.wake = resolve; });
            return true;
        },
    };
    return host;
})()"#;

const MODELS: &str = r#"[
    {"id":"one","name":"One","engine":"fake","files":[{"name":"one.gguf","url":"https://models.example/one.gguf",
     "sizeBytes":1000,"sha256":"1111111111111111111111111111111111111111111111111111111111111111"}]},
    {"id":"two","name":"Two","engine":"fake","files":[{"name":"two.gguf","url":"https://models.example/two.gguf",
     "sizeBytes":2000,"sha256":"2222222222222222222222222222222222222222222222222222222222222222"}]},
    {"id":"__proto__","name":"Three","engine":"fake","files":[{"name":"t","url":"https://models.example/t"}]}
]"#;

struct Yard {
    host: JsValue,
    core: PageCore,
}

fn new_host() -> JsValue {
    js_sys::eval(HOST).unwrap()
}

fn options(namespace: &str) -> String {
    format!(r#"{{"namespace":"{namespace}","engines":["fake"],"defaultModel":"one","models":{MODELS}}}"#)
}

fn fresh_namespace() -> String {
    format!("core-{}", (js_sys::Math::random() * 1e15).floor())
}

impl Yard {
    fn made(namespace: &str) -> Self {
        let host = new_host();
        let core = PageCore::new(&options(namespace), host.clone().unchecked_into())
            .ok()
            .unwrap();
        Self { host, core }
    }

    async fn open(namespace: &str) -> Self {
        let yard = Self::made(namespace);
        JsFuture::from(yard.core.open()).await.unwrap();
        yard
    }

    /// What an expression over `host` gives, as JSON text.
    fn look(&self, expression: &str) -> String {
        let function = Function::new_with_args("host", &format!("return JSON.stringify({expression})"));
        function
            .call1(&JsValue::UNDEFINED, &self.host)
            .unwrap()
            .as_string()
            .unwrap_or_default()
    }

    fn run(&self, statements: &str) {
        Function::new_with_args("host", statements)
            .call1(&JsValue::UNDEFINED, &self.host)
            .unwrap();
    }

    async fn until(&self, expression: &str) {
        let until: Function = Reflect::get(&self.host, &"until".into())
            .unwrap()
            .dyn_into()
            .unwrap();
        let done = until.call1(&self.host, &expression.into()).unwrap();
        JsFuture::from(done.unchecked_into::<js_sys::Promise>())
            .await
            .unwrap();
    }

    fn command(&self, json: &str) -> String {
        text(&self.core.command(json).unwrap())
    }

    fn refused(&self, json: &str) -> String {
        text(&self.core.command(json).unwrap_err())
    }
}

fn text(value: &JsValue) -> String {
    JSON::stringify(value).unwrap().into()
}

fn field(value: &JsValue, name: &str) -> JsValue {
    Reflect::get(value, &name.into()).unwrap()
}

#[wasm_bindgen_test]
async fn opening_gives_models_storage_and_the_worker_its_namespace() {
    let namespace = fresh_namespace();
    let yard = Yard::open(&namespace).await;
    assert_eq!(
        yard.look("host.said[0]"),
        format!(r#"{{"hello":{{"namespace":"{namespace}"}}}}"#)
    );
    assert_eq!(
        yard.look("host.patches.find(p => p.models.length === 3).models.map(([id]) => id)"),
        r#"["__proto__","one","two"]"#
    );
    let storage = yard.look("host.patches.map(p => p.storage).filter(Boolean).at(-1)");
    assert!(storage.contains(r#""records":"indexeddb""#), "{storage}");
    assert_eq!(yard.look("Object.prototype.name ?? null"), "null");
}

#[wasm_bindgen_test]
fn wrong_options_name_the_field_and_the_reason() {
    let with = |from: &str, to: &str| options("x").replace(from, to);
    for (json, wanted) in [
        ("nonsense".to_owned(), r#""field":"options""#),
        (
            with("\"namespace\":\"x\"", "\"namespace\":\"../x\""),
            r#""field":"namespace""#,
        ),
        (
            with("\"defaultModel\":\"one\"", "\"defaultModel\":\"onee\""),
            "Did you mean one",
        ),
        (
            with("\"id\":\"two\"", "\"id\":\"one\""),
            r#""field":"models[1].id""#,
        ),
        (
            with("https://models.example/two.gguf", "javascript:alert(1)"),
            r#""field":"models[1].files[0].url""#,
        ),
        (
            with(
                "https://models.example/two.gguf",
                "https://u:sk-canary@x.example/t",
            ),
            "user info",
        ),
        (
            with("\"sizeBytes\":2000", "\"sizeBytes\":0"),
            r#""field":"models[1].files[0].sizeBytes""#,
        ),
        (
            with("\"sizeBytes\":2000", "\"sizeBytes\":-1"),
            r#""code":"invalid_input""#,
        ),
        (
            with("\"engines\"", "\"apiKey\":\"sk-canary\",\"engines\""),
            "unknown field",
        ),
    ] {
        let host = new_host();
        let thrown = PageCore::new(&json, host.unchecked_into()).err().unwrap();
        let shown = text(&thrown);
        assert!(shown.contains(wanted), "{wanted} is not in {shown}");
        assert!(
            field(&thrown, "recovery").is_array() && field(&thrown, "retryable").is_falsy(),
            "{shown}"
        );
    }
}

#[wasm_bindgen_test]
fn a_refused_option_does_not_repeat_a_key() {
    let json = options("x").replace(
        "https://models.example/two.gguf",
        "https://u:sk-canary@x.example/t?k=sk-canary",
    );
    let thrown = PageCore::new(&json, new_host().unchecked_into()).err().unwrap();
    assert!(!text(&thrown).contains("sk-canary"), "{}", text(&thrown));
}

#[wasm_bindgen_test]
async fn a_refused_command_throws_a_failure_and_changes_nothing() {
    let yard = Yard::open(&fresh_namespace()).await;
    let before = yard.look("[host.patches.length, host.events.length, host.said.length]");
    for (command, wanted) in [
        (
            r#"{"type":"select","conversationId":"a","modelId":"two"}"#,
            r#""code":"not_found""#,
        ),
        (r#"{"type":"cancel","jobId":7}"#, r#""field":"jobId""#),
        (r#"{"type":"download","modelId":"twoo"}"#, "Did you mean two"),
        (
            r#"{"type":"openConversation","conversationId":"a b"}"#,
            r#""code":"invalid_input""#,
        ),
        (r#"{"type":"fly"}"#, r#""field":"type""#),
        ("[", r#""field":"command""#),
    ] {
        let shown = yard.refused(command);
        assert!(shown.contains(wanted), "{wanted} is not in {shown}");
    }
    assert_eq!(
        yard.look("[host.patches.length, host.events.length, host.said.length]"),
        before
    );
}

#[wasm_bindgen_test]
async fn choosing_an_absent_model_starts_its_download_under_a_ticket() {
    let yard = Yard::open(&fresh_namespace()).await;
    yard.command(r#"{"type":"openConversation","conversationId":"a"}"#);
    assert_eq!(
        yard.command(r#"{"type":"select","conversationId":"a","modelId":"two"}"#),
        r#"{"type":"selected","intent":1}"#
    );
    yard.until("host.said.some(m => m.start)").await;
    assert_eq!(yard.look("host.said.find(m => m.start).start.model"), r#""two""#);
    yard.run(
        "const { ticket } = host.said.find(m => m.start).start;
         host.say({ progress: { ticket, downloadedBytes: 500, totalBytes: 2000, restarted: false } });
         host.say({ progress: { ticket: { ...ticket, epoch: ticket.epoch - 1 }, downloadedBytes: 1999, totalBytes: 2000, restarted: false } });",
    );
    assert_eq!(yard.look("host.patches.at(-1).staleDropped"), "1");
    let shown = yard.look("host.patches.flatMap(p => p.jobs).at(-1)[1].progress.downloadedBytes");
    assert_eq!(shown, "500");
    assert_eq!(
        yard.look("host.events.map(e => e.type).slice(0, 4)"),
        r#"["modelSelected","downloadQueued","downloadStarted","downloadProgress"]"#
    );
}

#[wasm_bindgen_test]
async fn a_host_that_calls_back_while_it_is_told_is_served_at_once_and_in_order() {
    let yard = Yard::open(&fresh_namespace()).await;
    let core = yard.core.share();
    let inner = std::rc::Rc::new(std::cell::RefCell::new(Array::new()));
    let log = std::rc::Rc::clone(&inner);
    let on_changed = Closure::<dyn FnMut(JsValue, Array)>::new(move |_, events: Array| {
        for event in events {
            let kind = field(&event, "type");
            log.borrow().push(&kind);
            if kind == "downloadQueued" && log.borrow().length() == 1 {
                let reply = core.command(r#"{"type":"download","modelId":"one"}"#).unwrap();
                log.borrow().push(&field(&reply, "type"));
            }
        }
    });
    Reflect::set(&yard.host, &"onChanged".into(), on_changed.as_ref()).unwrap();
    yard.command(r#"{"type":"download","modelId":"two"}"#);
    let seen = text(&inner.borrow());
    assert!(seen.starts_with(r#"["downloadQueued","job""#), "{seen}");
    assert_eq!(seen.matches("downloadQueued").count(), 2, "{seen}");
}

#[wasm_bindgen_test]
async fn a_host_that_throws_keeps_nothing_from_going_on() {
    let yard = Yard::open(&fresh_namespace()).await;
    yard.run("host.onChanged = () => { throw new Error('a broken listener'); }; host.load = () => { throw new Error('no'); };");
    yard.command(r#"{"type":"openConversation","conversationId":"a"}"#);
    yard.command(r#"{"type":"select","conversationId":"a","modelId":"two"}"#);
    yard.run("host.onChanged = null");
    yard.command(r#"{"type":"openConversation","conversationId":"b"}"#);
    assert_eq!(yard.look("host.patches.at(-1).conversations[0][0]"), r#""b""#);
}

#[wasm_bindgen_test]
async fn a_broken_worker_is_started_anew_and_the_job_goes_on_under_a_new_epoch() {
    let yard = Yard::open(&fresh_namespace()).await;
    yard.command(r#"{"type":"download","modelId":"two"}"#);
    yard.until("host.said.some(m => m.start)").await;
    yard.run("host.first = host.said.find(m => m.start).start.ticket; host.breakWorker();");
    assert_eq!(yard.look("host.workers"), "2");
    yard.until("host.said.filter(m => m.start).length === 2").await;
    assert_eq!(
        yard.look("host.said.filter(m => m.start)[1].start.ticket.job === host.first.job"),
        "true"
    );
    assert_eq!(
        yard.look("host.said.filter(m => m.start)[1].start.ticket.epoch > host.first.epoch"),
        "true"
    );
    for _ in 0..3 {
        yard.run("host.breakWorker()");
    }
    assert_eq!(yard.look("host.workers"), "4", "three restarts and no more");
    assert_eq!(yard.look("host.events.at(-1).type"), r#""storageFailed""#);
}

#[wasm_bindgen_test]
async fn what_was_stored_is_there_again_and_the_queue_goes_on() {
    let namespace = fresh_namespace();
    let yard = Yard::open(&namespace).await;
    yard.command(r#"{"type":"openConversation","conversationId":"a"}"#);
    yard.command(r#"{"type":"select","conversationId":"a","modelId":"two"}"#);
    yard.command(r#"{"type":"download","modelId":"one"}"#);
    yard.until("host.said.some(m => m.start)").await;
    JsFuture::from(yard.core.close()).await.unwrap();
    assert_eq!(yard.look("host.said.at(-1).stop.keep"), "true");

    let again = Yard::open(&namespace).await;
    let conversation = again.look("host.patches.flatMap(p => p.conversations)[0][1]");
    assert!(
        conversation.contains(r#""activeModel":"one","requestedModel":"two""#),
        "{conversation}"
    );
    again.until("host.said.some(m => m.start)").await;
    assert_eq!(again.look("host.said.find(m => m.start).start.model"), r#""two""#);
    assert_eq!(
        again.look("host.patches.find(p => p.jobs.length > 0).jobs.length"),
        "2"
    );
}

#[wasm_bindgen_test]
async fn closing_twice_is_closing_once_and_a_closed_core_says_nothing_more() {
    let yard = Yard::open(&fresh_namespace()).await;
    JsFuture::from(yard.core.close()).await.unwrap();
    JsFuture::from(yard.core.close()).await.unwrap();
    assert_eq!(yard.look("host.calls.filter(c => c === 'terminate').length"), "1");
    let before = yard.look("host.events.length");
    yard.run("host.breakWorker(); host.say(host.ready);");
    assert_eq!(
        yard.look("[host.events.length, host.workers]"),
        format!("[{before},1]")
    );
}

#[wasm_bindgen_test]
async fn a_message_nobody_understands_changes_nothing() {
    let yard = Yard::open(&fresh_namespace()).await;
    let before = yard.look("[host.patches.length, host.events.length]");
    yard.run(
        "for (const text of ['', '{', '{\"fly\":{}}', '[]', 'null', '{\"progress\":{}}']) host.say(text);",
    );
    assert_eq!(yard.look("[host.patches.length, host.events.length]"), before);
}

#[wasm_bindgen_test]
async fn reports_of_unknown_loads_and_answers_are_stale() {
    let yard = Yard::open(&fresh_namespace()).await;
    for id in [0.0, -1.0, 1.5, f64::NAN, 99.0] {
        yard.core.loaded(id).unwrap();
        yard.core.unloaded(id).unwrap();
        yard.core.load_progressed(id, f64::NAN).unwrap();
        yard.core.load_failed(id, &JsValue::from_str("nonsense")).unwrap();
        yard.core.answer_ended(id, 1, &JsValue::NULL).unwrap();
    }
    assert_eq!(yard.look("host.patches.at(-1).staleDropped"), "25");
    assert_eq!(yard.look("host.events.length"), "0");
}
