//! Faults 22 and 26–30 of real programs, each named after what must happen instead.

use modelyard::engine::failure::ErrorCode;
use modelyard::engine::manifest::ModelFile;
use modelyard::engine::protocol::{FromWorker, ToWorker};

use super::support::network::{Reply, Step};
use super::support::rig::{Rig, ticket};
use super::support::{KIB, MIB, digest, gguf, known, noise};

fn gguf_file(bytes: &[u8]) -> ModelFile {
    ModelFile {
        name: "Model.GGUF".to_owned(),
        ..known(bytes)
    }
}

#[test]
fn fault_22_zeros_a_page_or_another_file_are_no_model_and_cost_next_to_nothing() {
    let wanted = gguf(4 * MIB, 1);
    let page = b"<!doctype html><title>Sign in</title>".repeat(200_000);
    for body in [vec![0; 4 * MIB], page[..4 * MIB].to_vec(), noise(4 * MIB, 2)] {
        let rig = Rig::new(move |asked| Reply::partial(&body, asked.offset));
        rig.start(&[gguf_file(&wanted)]);
        rig.finish_within_seconds(60);
        assert_eq!(rig.failure_code(), ErrorCode::NotAModel);
        assert!(rig.sent_bytes() <= 64 * KIB as u64);
        assert_eq!(rig.offsets().len(), 1);
        assert!(!rig.has_partials());
    }
    let rig = Rig::serving(&wanted);
    rig.start(&[gguf_file(&wanted)]);
    rig.finish_within_seconds(60);
    rig.check_committed(&wanted);
}

#[test]
fn group_89_a_header_that_promises_more_than_the_file_holds_is_no_model() {
    for (at, count) in [(8, 1_u64 << 63), (16, 1 << 62), (8, 1 << 20), (16, u64::MAX)] {
        let mut bytes = gguf(100 * KIB, 1);
        bytes[at..at + 8].copy_from_slice(&count.to_le_bytes());
        let rig = Rig::serving(&bytes);
        rig.start(&[ModelFile {
            sha256: None,
            ..gguf_file(&bytes)
        }]);
        rig.finish_within_seconds(60);
        assert_eq!(rig.failure_code(), ErrorCode::NotAModel, "{count} at {at}");
    }
    let mut short = b"GGUF\x03\0\0\0".to_vec();
    short.extend([0; 15]);
    let rig = Rig::serving(&short);
    rig.start(&[gguf_file(&short)]);
    rig.finish_within_seconds(60);
    assert_eq!(
        rig.failure_code(),
        ErrorCode::NotAModel,
        "one byte short of a header"
    );
}

#[test]
fn a_header_that_comes_byte_by_byte_is_checked_when_it_is_whole() {
    let bytes = gguf(100 * KIB, 1);
    let served = bytes.clone();
    let rig = Rig::new(move |asked| {
        let mut reply = Reply::partial(&served, asked.offset);
        let mut small: std::collections::VecDeque<_> =
            served[..40].iter().map(|byte| Step::Bytes(vec![*byte])).collect();
        small.push_back(Step::Bytes(served[40..].to_vec()));
        reply.steps = small;
        reply
    });
    rig.start(&[gguf_file(&bytes)]);
    rig.finish_within_seconds(60);
    rig.check_committed(&bytes);
}

#[test]
fn fault_26_a_second_worker_on_one_file_writes_to_a_file_of_its_own_or_waits() {
    let bytes = noise(2 * MIB, 1);
    let served = bytes.clone();
    let first = Rig::new(move |asked| Reply::partial(&served, asked.offset).paced(200));
    first.start(&[known(&bytes)]);
    first.advance(2_500);
    // Another tab takes over, although the first one (frozen, say) still holds its file.
    let second = Rig::on(
        first.executor.clone(),
        first.net.clone(),
        &first.disk,
        &first.kept,
        9,
    );
    second.start_as(ticket(2), &[known(&bytes)]);
    second.finish_within_seconds(60);
    assert_eq!(second.finished().len(), 1, "it does not fail");
    assert_eq!(second.blob(&digest(&bytes)), Some(bytes));
}

#[test]
fn fault_27_a_flipped_byte_is_noticed_and_so_is_one_that_is_missing() {
    let bytes = noise(300 * KIB, 1);
    let mut flipped = bytes.clone();
    flipped[12_345] ^= 0x10;
    let mut missing = bytes.clone();
    missing.remove(12_345);
    for (wrong, code) in [
        (flipped, ErrorCode::Integrity),
        (missing, ErrorCode::SizeMismatch),
    ] {
        // A clean end each time, as a browser reports a gzip body that was cut.
        let rig =
            Rig::new(move |asked| Reply::of(206).body(&wrong[usize::try_from(asked.offset).unwrap()..]));
        rig.start(&[known(&bytes)]);
        rig.finish_within_seconds(60);
        assert_eq!(rig.failure_code(), code);
        assert_eq!(rig.blob(&digest(&bytes)), None);
    }
}

#[test]
fn fault_28_no_more_than_eight_chunks_are_in_memory_while_the_hasher_is_behind() {
    let bytes = noise(4 * MIB, 1);
    let rig = Rig::serving(&bytes);
    rig.hasher_is_mute.set(true);
    rig.start(&[known(&bytes)]);
    rig.advance(5_000);
    assert_eq!(
        rig.sent_bytes(),
        8 * 64 * KIB as u64,
        "eight chunks of 64 KiB, then it waits"
    );
}

#[test]
fn fault_29_a_full_disk_deletes_nothing_that_is_kept() {
    let (kept, wanted) = (noise(300 * KIB, 1), noise(300 * KIB, 2));
    let rig = Rig::serving(&kept);
    rig.start(&[known(&kept)]);
    rig.finish_within_seconds(10);
    let served = wanted.clone();
    rig.net.set(move |asked| Reply::partial(&served, asked.offset));
    rig.disk.borrow_mut().capacity = Some(500 * KIB);
    rig.start_as(ticket(2), &[known(&wanted)]);
    rig.finish_within_seconds(10);
    assert_eq!(rig.failure_code(), ErrorCode::StorageFull);
    assert_eq!(rig.blob(&digest(&kept)), Some(kept));
}

#[test]
fn fault_30_progress_is_free_and_a_ping_is_answered_in_the_middle() {
    let bytes = noise(2 * MIB, 1);
    let served = bytes.clone();
    let rig = Rig::new(move |asked| Reply::partial(&served, asked.offset).paced(100));
    rig.start(&[known(&bytes)]);
    for _ in 0..10 {
        rig.advance(100);
        rig.tell(ToWorker::Ping);
        assert_eq!(rig.messages().last(), Some(&FromWorker::Alive));
    }
    rig.finish_within_seconds(60);
    assert!(rig.progress().len() > 5);
    assert_eq!(rig.sent_bytes(), bytes.len() as u64, "every byte came once");
}
