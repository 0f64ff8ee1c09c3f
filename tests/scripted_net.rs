//! The scripted network does what was written down.
#![cfg(not(target_arch = "wasm32"))]

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use modelyard::net::scripted::{Answer, Gate, Request, ScriptedBody, ScriptedChunk, ScriptedNet, Step};
use modelyard::net::{Abort, Body, Net, NetError};

/// The outcome of a future as far as it comes without waiting.
fn poll<T>(future: impl Future<Output = T>) -> Poll<T> {
    pin!(future).poll(&mut Context::from_waker(Waker::noop()))
}

fn read(body: &mut ScriptedBody) -> Poll<Result<Option<ScriptedChunk>, NetError>> {
    poll(body.read(None))
}

fn bytes(text: &str) -> Poll<Result<Option<ScriptedChunk>, NetError>> {
    Poll::Ready(Ok(Some(ScriptedChunk(text.as_bytes().to_vec()))))
}

fn open(net: &ScriptedNet, offset: u64) -> (modelyard::net::ResponseHead, ScriptedBody) {
    match poll(net.get("https://models.example/a", offset, None, &net.abort_handle())) {
        Poll::Ready(Ok(answer)) => answer,
        _ => panic!("no answer"),
    }
}

#[test]
fn a_partial_answer_starts_at_the_offset_that_was_asked_for() {
    let net = ScriptedNet::new(|request| Answer::partial(b"abcdefgh", request.offset, 3));
    let (head, mut body) = open(&net, 2);
    assert_eq!(
        (head.status, head.content_range.as_deref()),
        (206, Some("bytes 2-7/8"))
    );
    assert_eq!(read(&mut body), bytes("cde"));
    assert_eq!(read(&mut body), bytes("fgh"));
    assert_eq!(read(&mut body), Poll::Ready(Ok(None)));
    assert_eq!(
        net.requests(),
        [Request {
            end: None,
            url: "https://models.example/a".to_owned(),
            offset: 2
        }]
    );
}

#[test]
fn answers_come_in_order_and_then_the_network_fails() {
    let net = ScriptedNet::answers([Answer::status(503), Answer::failed(NetError::InvalidUrl)]);
    let abort = net.abort_handle();
    let get = || match poll(net.get("", 0, None, &abort)) {
        Poll::Ready(outcome) => outcome.map(|(head, _)| head.status),
        Poll::Pending => panic!("no answer"),
    };
    assert_eq!(get(), Ok(503));
    assert_eq!(get(), Err(NetError::InvalidUrl));
    assert!(matches!(get(), Err(NetError::Failed { .. })));
}

#[test]
fn a_cut_body_stays_cut() {
    let net = ScriptedNet::answers([Answer::whole(b"abcdef", 2).after(1, Step::Cut)]);
    let (_, mut body) = open(&net, 0);
    assert_eq!(read(&mut body), bytes("ab"));
    assert!(matches!(read(&mut body), Poll::Ready(Err(NetError::Cut { .. }))));
    assert!(matches!(read(&mut body), Poll::Ready(Err(NetError::Cut { .. }))));
}

#[test]
fn a_gate_holds_the_body_until_it_is_opened() {
    let gate = Gate::new();
    let net = ScriptedNet::answers([Answer::whole(b"abcd", 2).insert(1, Step::Wait(gate.clone()))]);
    let (_, mut body) = open(&net, 0);
    assert_eq!(read(&mut body), bytes("ab"));
    assert_eq!(read(&mut body), Poll::Pending);
    assert_eq!(read(&mut body), Poll::Pending);
    gate.open();
    assert_eq!(read(&mut body), bytes("cd"));
}

#[test]
fn an_abort_ends_a_stall_before_and_after_the_head() {
    let net = ScriptedNet::answers([
        Answer::hang(),
        Answer::whole(b"abcd", 2).after(1, Step::Wait(Gate::new())),
    ]);
    let abort = net.abort_handle();
    {
        let mut get = pin!(net.get("", 0, None, &abort));
        let mut context = Context::from_waker(Waker::noop());
        assert!(get.as_mut().poll(&mut context).is_pending());
        abort.abort();
        assert!(matches!(
            get.as_mut().poll(&mut context),
            Poll::Ready(Err(NetError::Aborted))
        ));
    }
    let abort = net.abort_handle();
    let Poll::Ready(Ok((_, mut body))) = poll(net.get("", 0, None, &abort)) else {
        panic!("no answer")
    };
    assert_eq!(read(&mut body), bytes("ab"));
    assert_eq!(read(&mut body), Poll::Pending);
    abort.abort();
    assert_eq!(read(&mut body), Poll::Ready(Err(NetError::Aborted)));
}
