//! The files of a model: in order, shared ones once, those that are here not at all.

use modelyard::engine::failure::ErrorCode;
use modelyard::engine::manifest::ModelFile;
use modelyard::engine::protocol::{FromWorker, ToWorker};

use super::support::network::Reply;
use super::support::rig::{Rig, ticket};
use super::support::{KIB, digest, known, noise};

/// Serves several files by their URLs.
fn serving(files: &[(ModelFile, Vec<u8>)]) -> Rig {
    let files: Vec<_> = files
        .iter()
        .map(|(file, bytes)| (file.url.clone(), bytes.clone()))
        .collect();
    Rig::new(move |asked| {
        let found = files.iter().find(|(url, _)| *url == asked.url);
        found.map_or_else(
            || Reply::of(404),
            |(_, bytes)| Reply::partial(bytes, asked.offset),
        )
    })
}

fn file(name: &str, bytes: &[u8]) -> (ModelFile, Vec<u8>) {
    let url = format!("https://models.example/{name}");
    (
        ModelFile {
            name: name.to_owned(),
            url,
            ..known(bytes)
        },
        bytes.to_vec(),
    )
}

#[test]
fn files_come_one_after_the_other_and_finish_in_the_order_of_the_manifest() {
    let files = [
        file("a", &noise(100 * KIB, 1)),
        file("b", &noise(200 * KIB, 2)),
        file("c", &noise(9, 3)),
    ];
    let rig = serving(&files);
    let manifest: Vec<_> = files.iter().map(|(file, _)| file.clone()).collect();
    rig.start(&manifest);
    rig.finish_within_seconds(10);
    let finished = rig.finished();
    assert_eq!(
        finished.iter().map(|file| file.name.as_str()).collect::<Vec<_>>(),
        ["a", "b", "c"]
    );
    let committed = rig.messages().into_iter().filter_map(|message| match message {
        FromWorker::Committed { file, .. } => Some(file),
        _ => None,
    });
    assert_eq!(committed.collect::<Vec<_>>(), finished);
    let totals: Vec<_> = rig
        .messages()
        .into_iter()
        .filter_map(|message| match message {
            FromWorker::Progress { total_bytes, .. } => Some(total_bytes),
            _ => None,
        })
        .collect();
    assert!(
        totals.iter().all(|total| *total == Some(300 * KIB as u64 + 9)),
        "known from the start"
    );
}

#[test]
fn what_is_kept_is_not_fetched_again_and_a_shared_file_comes_once() {
    let shared = noise(100 * KIB, 1);
    let files = [
        file("a", &shared),
        file("b", &noise(50 * KIB, 2)),
        file("a-again", &shared),
    ];
    let manifest: Vec<_> = files.iter().map(|(file, _)| file.clone()).collect();
    let rig = serving(&files);
    rig.start(&manifest);
    rig.finish_within_seconds(10);
    assert_eq!(rig.finished().len(), 3);
    assert_eq!(rig.offsets().len(), 2, "one digest, one download");
    rig.start_as(ticket(2), &manifest);
    rig.finish_within_seconds(10);
    assert_eq!(rig.finished().len(), 3);
    assert_eq!(rig.offsets().len(), 2, "all of it was here");
    let last = rig.progress().last().copied().unwrap();
    assert_eq!(last.1, 250 * KIB as u64, "100 %, also of what was here before");
}

#[test]
fn scenario_42_a_blob_that_was_cut_behind_our_back_is_fetched_again() {
    let bytes = noise(100 * KIB, 1);
    let rig = Rig::serving(&bytes);
    rig.start(&[known(&bytes)]);
    rig.finish_within_seconds(10);
    rig.disk
        .borrow_mut()
        .blobs
        .get_mut(&digest(&bytes))
        .unwrap()
        .written
        .truncate(50);
    rig.start_as(ticket(2), &[known(&bytes)]);
    rig.finish_within_seconds(10);
    rig.check_committed(&bytes);
    assert_eq!(rig.offsets().len(), 2);
}

#[test]
fn q10_a_file_of_unknown_digest_is_kept_unverified_under_the_one_it_has() {
    let bytes = noise(100 * KIB, 1);
    for size_bytes in [None, Some(bytes.len() as u64)] {
        for whole in [false, true] {
            let served = bytes.clone();
            let rig = Rig::new(move |asked| {
                if whole {
                    Reply::whole(&served)
                } else {
                    Reply::partial(&served, asked.offset)
                }
            });
            rig.start(&[ModelFile {
                size_bytes,
                sha256: None,
                ..known(&bytes)
            }]);
            rig.finish_within_seconds(10);
            let file = &rig.finished()[0];
            assert!(!file.verified);
            assert_eq!(
                (file.digest, file.size_bytes),
                (digest(&bytes), bytes.len() as u64)
            );
            rig.check_committed(&bytes);
        }
    }
}

#[test]
fn a_file_that_fails_ends_the_transfer_and_keeps_those_before_it() {
    let files = [file("a", &noise(100 * KIB, 1)), file("b", &noise(100 * KIB, 2))];
    let rig = serving(&files[..1]);
    rig.start(&[files[0].0.clone(), files[1].0.clone()]);
    rig.finish_within_seconds(10);
    let failure = rig.failure();
    assert_eq!(failure.code, ErrorCode::NotFound);
    assert!(
        failure.message.contains("`b`"),
        "it says which: {}",
        failure.message
    );
    assert_eq!(failure.model.as_deref(), Some("test-model"));
    assert!(rig.blob(&digest(&files[0].1)).is_some());
}

#[test]
fn a_model_without_files_is_finished() {
    let rig = Rig::serving(b"");
    rig.start(&[]);
    rig.finish_within_seconds(1);
    assert_eq!(rig.finished(), []);
}

#[test]
fn deleting_gives_the_space_back_and_says_what_could_not_be_deleted() {
    let files = [file("a", &noise(100 * KIB, 1)), file("b", &noise(50 * KIB, 2))];
    let rig = serving(&files);
    rig.start(&[files[0].0.clone(), files[1].0.clone()]);
    rig.finish_within_seconds(10);
    let (a, b, missing) = (digest(&files[0].1), digest(&files[1].1), digest(b"missing"));
    let locked = modelyard::storage::weights::WeightsError::Locked;
    rig.disk.borrow_mut().failing.push(("delete_blob", locked));
    rig.tell(ToWorker::Delete {
        request: 7,
        digests: vec![a, b, missing],
    });
    rig.advance(100);
    let Some(FromWorker::Deleted {
        request,
        digests,
        freed_bytes,
        failure,
    }) = rig.messages().pop()
    else {
        panic!("no answer")
    };
    assert_eq!(
        (request, digests, freed_bytes),
        (7, vec![b, missing], 50 * KIB as u64)
    );
    assert_eq!(failure.unwrap().code, ErrorCode::InUse);
    assert!(rig.blob(&a).is_some() && rig.blob(&b).is_none());
}

#[test]
fn a_url_that_cannot_be_asked_is_an_invalid_input() {
    let error = modelyard::net::NetError::InvalidUrl;
    let rig = Rig::replying([Reply {
        head: Err(error),
        ..Reply::of(0)
    }]);
    rig.start(&[known(b"x")]);
    rig.finish_within_seconds(1);
    assert_eq!(rig.failure_code(), ErrorCode::InvalidInput);
}
