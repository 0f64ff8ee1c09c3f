//! Calls by `fetch`. The options are set one by one, because the bindings know neither `targetAddressSpace` nor a
//! browser that has no such thing.

use gloo_net::http::Headers;
use js_sys::{Array, Function, Object, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};

use super::browser::{BrowserAbort, BrowserBody, BrowserNet, answers_at, failed};
use super::browser_chunk::BrowserChunk;
use super::call::{CallRequest, Calls};
use super::{NetError, ResponseHead};
use crate::engine::Zone;
use crate::js;

impl Calls for BrowserNet {
    type Chunk = BrowserChunk;
    type Body = BrowserBody;
    type Abort = BrowserAbort;

    fn stop_button(&self) -> BrowserAbort {
        BrowserAbort::new()
    }

    async fn call(
        &self,
        request: CallRequest,
        abort: &BrowserAbort,
    ) -> Result<(ResponseHead, BrowserBody), NetError> {
        // What cannot be set here is no URL, no header or no method.
        let options = options(&request, abort).map_err(|_| NetError::InvalidUrl)?;
        let (scope, url) = (js_sys::global(), JsValue::from(&request.url));
        let answer = js::call_async(&scope, "fetch", &[&url, &options]).await;
        let answer = answer
            .and_then(JsCast::dyn_into::<web_sys::Response>)
            .map_err(|error| failed(abort, &error))?;
        let headers = Headers::from_raw(answer.headers());
        let (head, body) = BrowserBody::of(answer, abort)?;
        // What only servers say that work for us; downloads are spared it.
        let head = ResponseHead {
            link: headers.get("link"),
            error_code: headers.get("x-error-code"),
            error_message: headers.get("x-error-message"),
            ..head
        };
        Ok((head, body))
    }

    async fn answers_at(&self, url: &str, zone: Zone) -> bool {
        answers_at(url, zone).await
    }
}

fn options(request: &CallRequest, abort: &BrowserAbort) -> Result<Object, JsValue> {
    let headers = Object::new();
    for (name, value) in &request.headers {
        Reflect::set(&headers, &(*name).into(), &(*value).into())?;
    }
    if let Some(signed) = &request.key {
        let origin = web_sys::Url::new(&request.url)?.origin();
        let value = signed.value_at(&origin).ok_or(JsValue::NULL)?;
        Reflect::set(&headers, &signed.header().into(), &value.as_str().into())?;
    }
    let options = plain_options(request.method, &request.url, request.zone, abort)?;
    Reflect::set(&options, &"mode".into(), &"cors".into())?;
    // Not followed: a server elsewhere must get nothing of what is meant for this one.
    Reflect::set(&options, &"redirect".into(), &"error".into())?;
    Reflect::set(&options, &"headers".into(), &headers)?;
    if !request.body.is_empty() {
        let body = Uint8Array::from(request.body.as_slice());
        Reflect::set(&options, &"body".into(), &body)?;
    }
    Ok(options)
}

/// What all requests say that go to a server outside.
pub(super) fn plain_options(
    method: &str,
    url: &str,
    zone: Zone,
    abort: &BrowserAbort,
) -> Result<Object, JsValue> {
    let options = Object::new();
    for (name, value) in [
        ("method", method),
        ("cache", "no-store"),
        ("credentials", "omit"),
        ("referrerPolicy", "no-referrer"),
    ] {
        Reflect::set(&options, &name.into(), &value.into())?;
    }
    // A browser blocks a request whose word does not fit its address.
    let space = match zone {
        Zone::Public => None,
        Zone::Private => Some("local"),
        Zone::Loopback => Some("loopback"),
    };
    if let Some(space) = space.filter(|space| takes_space(url, space)) {
        Reflect::set(&options, &"targetAddressSpace".into(), &space.into())?;
    }
    if let Some(signal) = abort.signal() {
        Reflect::set(&options, &"signal".into(), &signal)?;
    }
    Ok(options)
}

/// Whether the browser takes this word for a place: one that knows of places but not of the word refuses the request.
fn takes_space(url: &str, space: &str) -> bool {
    let options = Object::new();
    let set = Reflect::set(&options, &"targetAddressSpace".into(), &space.into());
    let request = js::global("Request").and_then(|request| request.dyn_into::<Function>().ok());
    let made = request
        .map(|request| Reflect::construct(&request, &Array::of2(&url.into(), &options)))
        .and_then(Result::ok);
    set.is_ok() && made.is_some()
}
