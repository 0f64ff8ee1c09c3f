//! Keys in a page: the contract of `WebCrypto` with `IndexedDB`, the key of the device as no script can export it, and the
//! signed call as `fetch` gets it.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod browser;
mod contract;

use std::rc::Rc;

use browser::{Replaced, js, namespace};
use modelyard::engine::Zone;
use modelyard::keys::Redactor;
use modelyard::net::NetError;
use modelyard::net::browser::BrowserNet;
use modelyard::net::call::{CallRequest, Calls};
use modelyard::net::signing::SignedBy;
use modelyard::storage::browser::{AnyRecords, open_records};
use modelyard::storage::browser_crypto::BrowserCrypto;
use modelyard::storage::crypto::{Crypto, CryptoError};
use modelyard::storage::memory_records::MemoryRecords;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

struct Device {
    namespace: String,
}

impl contract::crypto::Place for Device {
    type Crypto = BrowserCrypto;

    async fn open(&self) -> BrowserCrypto {
        let (records, refused) = open_records(&self.namespace).await;
        assert_eq!(refused, None);
        BrowserCrypto::new(&records)
    }
}

fn device() -> Device {
    Device {
        namespace: namespace(),
    }
}

macro_rules! crypto {
    (crypto: $($name:ident,)*) => {
        mod crypto {
            use super::*;
            $( #[wasm_bindgen_test] async fn $name() { contract::crypto::$name(device()).await; } )*
        }
    };
}

crypto_contract!(crypto);

#[wasm_bindgen_test]
async fn the_key_of_the_device_lies_in_the_database_and_cannot_be_exported() {
    let at = device();
    let crypto = contract::crypto::Place::open(&at).await;
    crypto.device_key(true).await.unwrap();
    let found = js(&format!(
        "const database = await new Promise((resolve, reject) => {{
             const request = indexedDB.open('modelyard-{}');
             request.onsuccess = () => resolve(request.result);
             request.onerror = reject;
         }});
         const key = await new Promise(resolve => {{
             const request = database.transaction('meta').objectStore('meta').get('device');
             request.onsuccess = () => resolve(request.result);
         }});
         database.close();
         const exported = await crypto.subtle.exportKey('raw', key).catch(error => error.name);
         return `${{key.type}} ${{key.algorithm.name}} ${{key.algorithm.length}} ${{key.extractable}} ${{exported}}`",
        at.namespace
    ))
    .await;
    assert_eq!(
        found.as_string().unwrap(),
        "secret AES-GCM 256 false InvalidAccessError"
    );
}

#[wasm_bindgen_test]
async fn two_tabs_that_make_the_key_of_a_device_at_once_have_the_same() {
    let at = device();
    let one = contract::crypto::Place::open(&at).await;
    let other = contract::crypto::Place::open(&at).await;
    let (mut first, mut second) = (Box::pin(one.device_key(true)), Box::pin(other.device_key(true)));
    // Both have found none before either has made one.
    let mut keys = (None, None);
    std::future::poll_fn(|context| {
        if keys.0.is_none()
            && let std::task::Poll::Ready(key) = first.as_mut().poll(context)
        {
            keys.0 = Some(key.unwrap().unwrap());
        }
        if keys.1.is_none()
            && let std::task::Poll::Ready(key) = second.as_mut().poll(context)
        {
            keys.1 = Some(key.unwrap().unwrap());
        }
        if keys.0.is_some() && keys.1.is_some() {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
    let secret = contract::crypto::secret(contract::crypto::KEY);
    let sealed = one.seal(&keys.0.unwrap(), &secret, "x").await.unwrap();
    let opened = other.open(&keys.1.unwrap(), &sealed, "x").await.unwrap();
    assert!(opened.is(&secret));
}

#[wasm_bindgen_test]
async fn where_nothing_can_be_kept_there_is_no_key_of_a_device() {
    let crypto = BrowserCrypto::new(&AnyRecords::Memory(MemoryRecords::new()));
    assert!(matches!(
        crypto.device_key(true).await,
        Err(CryptoError::Unavailable(_))
    ));
}

#[wasm_bindgen_test]
async fn bad_input_100_without_webcrypto_it_says_so() {
    let crypto = contract::crypto::Place::open(&device()).await;
    {
        let _missing = Replaced::new("crypto", "subtle", "undefined");
        let error = crypto.device_key(true).await.unwrap_err();
        assert!(
            matches!(&error, CryptoError::Unavailable(words) if words.contains("secure")),
            "{error:?}"
        );
    }
    let _missing = Replaced::new("globalThis", "crypto", "undefined");
    assert!(crypto.salt().is_err());
    let secret = contract::crypto::secret("x");
    assert!(crypto.seal(&JsValue::NULL, &secret, "x").await.is_err());
}

fn signed(url: &str, origin: &str) -> CallRequest {
    let live = Redactor::default().watch(contract::crypto::secret(contract::crypto::KEY));
    let key = SignedBy::new("x-api-key", "", Rc::clone(&live), origin, url);
    CallRequest {
        method: "GET",
        url: url.to_owned(),
        headers: vec![("Accept", "application/json")],
        key,
        body: Vec::new(),
        zone: Zone::Public,
    }
}

/// What `fetch` is asked for with a request, as JSON; `null` where it is not asked.
async fn asked(request: CallRequest) -> (String, Result<(), NetError>) {
    let _fetch = Replaced::new(
        "globalThis",
        "fetch",
        "(url, { signal, ...options }) => { globalThis.asked = { url, options }; return Promise.reject(new TypeError('no')); }",
    );
    js("globalThis.asked = null").await;
    let net = BrowserNet;
    let outcome = net.call(request, &net.stop_button()).await.map(drop);
    let text = js("return JSON.stringify(globalThis.asked)").await;
    (text.as_string().unwrap(), outcome)
}

#[wasm_bindgen_test]
async fn a_key_is_in_one_header_of_a_call_that_goes_to_its_origin_and_nowhere_else() {
    let (asked, _) = asked(signed(
        "https://api.example/v1/models?limit=1",
        "https://api.example",
    ))
    .await;
    let expected = concat!(
        r#"{"url":"https://api.example/v1/models?limit=1","options":{"method":"GET","cache":"no-store","#,
        r#""credentials":"omit","referrerPolicy":"no-referrer","mode":"cors","redirect":"error","#,
        r#""headers":{"Accept":"application/json","x-api-key":"sk-canary-0123456789abcdef"}}}"#,
    );
    assert_eq!(asked, expected);
}

#[wasm_bindgen_test]
async fn a_call_to_another_origin_is_not_signed() {
    for url in [
        "https://api.example.evil.com/v1",
        "https://api.example@evil.com/v1",
        "https://evil.com/https://api.example/v1",
        "https://api.example:8443/v1",
        "http://api.example/v1",
        "https://api.example\\@evil.com/v1",
        "https:api.example/v1",
    ] {
        let (asked, _) = asked(signed(url, "https://api.example")).await;
        assert!(!asked.contains("canary"), "{url}: {asked}");
    }
}

/// What was signed for one origin is changed on its way.
#[wasm_bindgen_test]
async fn right_before_it_is_sent_the_origin_is_compared_once_more() {
    for url in [
        "https://evil.com/v1",
        "https://api.example.evil.com/",
        "https://api.example:444/",
        "http://api.example/",
    ] {
        let mut request = signed("https://api.example/v1", "https://api.example");
        assert!(request.key.is_some());
        url.clone_into(&mut request.url);
        let (asked, outcome) = asked(request).await;
        assert_eq!(
            (asked.as_str(), outcome),
            ("null", Err(NetError::InvalidUrl)),
            "{url}: nothing is sent"
        );
    }
}
