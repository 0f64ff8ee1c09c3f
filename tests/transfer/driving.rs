//! The driver and the protocol: what the page says, what it hears.

use modelyard::engine::protocol::{FromWorker, ToWorker, WeightsBackEnd};

use super::support::rig::Rig;
use super::support::{MIB, digest, known, noise};

#[test]
fn a_file_comes_is_verified_and_committed() {
    let bytes = noise(3 * MIB + 17, 1);
    let rig = Rig::serving(&bytes);
    rig.hello();
    rig.start(&[known(&bytes)]);
    rig.finish_within_seconds(10);
    let files = rig.finished();
    assert_eq!(files.len(), 1);
    assert!(files[0].verified);
    assert_eq!(files[0].digest, digest(&bytes));
    assert_eq!(files[0].size_bytes, bytes.len() as u64);
    rig.check_committed(&bytes);
    assert_eq!(
        rig.offsets(),
        [0],
        "one request, with a range from the first byte"
    );
}

#[test]
fn hello_is_answered_by_what_the_disk_holds() {
    let bytes = noise(1000, 1);
    let rig = Rig::serving(&bytes);
    rig.start(&[known(&bytes)]);
    rig.finish_within_seconds(10);
    let rig = rig.killed();
    rig.hello();
    rig.advance(10);
    let messages = rig.messages();
    let [
        FromWorker::Ready {
            weights,
            blobs,
            partials,
        },
    ] = &messages[..]
    else {
        panic!("not ready")
    };
    assert_eq!(*weights, WeightsBackEnd::Opfs);
    assert_eq!((blobs[0].digest, blobs[0].size_bytes), (digest(&bytes), 1000));
    assert_eq!(*partials, []);
}

#[test]
fn a_second_hello_in_the_middle_disturbs_nothing() {
    let bytes = noise(MIB, 1);
    let rig = Rig::serving(&bytes);
    rig.weights.latency_ms.set(5);
    rig.start(&[known(&bytes)]);
    for _ in 0..20 {
        rig.hello();
        rig.advance(3);
    }
    rig.finish_within_seconds(10);
    rig.check_committed(&bytes);
}

#[test]
fn a_ping_is_answered_while_the_disk_is_busy() {
    let rig = Rig::serving(b"x");
    rig.weights.latency_ms.set(60_000);
    rig.hello();
    rig.tell(ToWorker::Ping);
    assert_eq!(rig.messages(), [FromWorker::Alive]);
}

#[test]
fn nothing_is_left_running_when_a_transfer_has_ended() {
    let bytes = noise(MIB, 1);
    let rig = Rig::serving(&bytes);
    rig.start(&[known(&bytes)]);
    rig.finish_within_seconds(10);
    let said = rig.messages().len();
    rig.advance_seconds(120);
    assert_eq!(rig.messages().len(), said);
    assert_eq!(rig.offsets().len(), 1);
}
