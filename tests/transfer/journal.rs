//! Journal entries and what is recovered from them (scenario 52, bad-input groups 105–108, 112).

use modelyard::engine::manifest::ModelFile;
use modelyard::transfer::hash::{InvalidMidstate, MIDSTATE_BYTES, Midstate, StreamHash};
use modelyard::transfer::journal::{Record, ingest_name, key_of, parse_ingest_name, recover};
use modelyard::transfer::survey::survey;
use proptest::prelude::*;

use super::support::{known, noise};

const NOW: u64 = 1_800_000_000_000;

fn hash_of(bytes: &[u8]) -> StreamHash {
    let mut hash = StreamHash::new();
    hash.update(bytes);
    hash
}

fn record(file: &ModelFile, bytes: &[u8], fence: u64) -> Record {
    Record {
        key: key_of(file),
        url: file.url.clone(),
        etag: Some("\"v1\"".to_owned()),
        offset: bytes.len() as u64,
        midstate: hash_of(bytes).midstate(),
        tail_crc32: crc32fast::hash(bytes),
        fence,
        size: file.size_bytes,
        sha256: file.sha256,
        updated: NOW,
    }
}

fn sample() -> (ModelFile, Record) {
    let bytes = noise(1000, 7);
    let file = known(&bytes);
    let record = record(&file, &bytes[..700], 3);
    (file, record)
}

fn ingest(file: &ModelFile, fence: u64, len: u64) -> (String, u64) {
    (ingest_name(&key_of(file), fence), len)
}

#[test]
fn an_entry_reads_back_as_it_was_written() {
    let (file, record) = sample();
    assert_eq!(Record::decode(&key_of(&file), &record.encode()), Some(record));
}

#[test]
fn group_105_a_torn_entry_is_none() {
    let (_, record) = sample();
    let text = record.encode();
    for end in 0..text.len() {
        assert_eq!(Record::decode(&record.key, &text[..end]), None, "cut at {end}");
    }
}

#[test]
fn group_105_an_entry_with_any_bit_flipped_is_none() {
    let (_, record) = sample();
    let text = record.encode().into_bytes();
    for index in 0..text.len() {
        for bit in 0..8 {
            let mut flipped = text.clone();
            flipped[index] ^= 1 << bit;
            if let Ok(flipped) = String::from_utf8(flipped) {
                assert_eq!(
                    Record::decode(&record.key, &flipped),
                    None,
                    "byte {index}, bit {bit}: {flipped}"
                );
            }
        }
    }
}

#[test]
fn group_105_an_entry_swapped_between_two_files_is_none() {
    let (_, record) = sample();
    let other = known(&noise(1000, 8));
    assert_eq!(Record::decode(&key_of(&other), &record.encode()), None);
}

/// What a later version might write, with a checksum that is right by its own lights.
#[test]
fn an_entry_of_a_future_version_is_none() {
    let (_, record) = sample();
    let text = record.encode();
    let entry_at = text.find("\"entry\":").unwrap() + 8;
    let entry = text[entry_at..text.len() - 1].replace("\"v\":1", "\"v\":2");
    assert!(entry.contains("\"v\":2"));
    let future = format!(
        "{{\"crc32\":{},\"entry\":{entry}}}",
        crc32fast::hash(entry.as_bytes())
    );
    assert_eq!(Record::decode(&record.key, &future), None);
    let same = format!(
        "{{\"crc32\":{},\"entry\":{}}}",
        crc32fast::hash(&text.as_bytes()[entry_at..text.len() - 1]),
        &text[entry_at..text.len() - 1]
    );
    assert_eq!(
        Record::decode(&record.key, &same),
        Some(record),
        "or the test above proves nothing"
    );
}

#[test]
fn group_106_a_midstate_of_another_algorithm_or_count_is_none() {
    let (file, good) = sample();
    let shifted = Record {
        midstate: hash_of(&noise(701, 7)).midstate(),
        ..good.clone()
    };
    assert_eq!(
        Record::decode(&key_of(&file), &shifted.encode()),
        None,
        "it is of 701 bytes, not 700"
    );
    assert_eq!(
        Midstate::from_hex(&"ab".repeat(208)),
        Err(InvalidMidstate),
        "the 208 bytes of a SHA-512"
    );
    assert_eq!(Midstate::from_hex(""), Err(InvalidMidstate));
    let mut bytes = *good.midstate.as_bytes();
    bytes[40] = 64;
    assert!(
        Midstate::from_bytes(bytes).is_err(),
        "a block cannot hold 64 unfinished bytes"
    );
}

#[test]
fn group_107_an_offset_behind_the_size_is_none() {
    let (file, good) = sample();
    let long = Record {
        size: Some(699),
        ..good
    };
    assert_eq!(Record::decode(&key_of(&file), &long.encode()), None);
}

#[test]
fn a_file_goes_on_under_a_higher_fence() {
    let (file, good) = sample();
    let found = recover(&file, Some(&good.encode()), &[ingest(&file, 3, 1000)], NOW);
    assert_eq!(found.record, Some(good));
    assert_eq!(found.from, Some(ingest(&file, 3, 0).0));
    assert_eq!((found.fence, found.garbage), (4, vec![]));
}

#[test]
fn a_file_renamed_before_a_crash_goes_on_and_older_ones_are_garbage() {
    let (file, good) = sample();
    let ingests = [
        ingest(&file, 2, 1000),
        ingest(&file, 4, 1000),
        ("foreign-9.part".to_owned(), 1),
    ];
    let found = recover(&file, Some(&good.encode()), &ingests, NOW);
    assert_eq!(found.record, Some(good));
    assert_eq!(found.from, Some(ingest(&file, 4, 0).0));
    assert_eq!((found.fence, found.garbage), (5, vec![ingest(&file, 2, 0).0]));
}

#[test]
fn groups_107_and_108_an_entry_without_enough_file_starts_over() {
    let (file, good) = sample();
    for ingests in [vec![], vec![ingest(&file, 3, 699)], vec![ingest(&file, 2, 1000)]] {
        let found = recover(&file, Some(&good.encode()), &ingests, NOW);
        assert_eq!(
            (found.record, found.from, found.fence),
            (None, None, 4),
            "{ingests:?}"
        );
        assert_eq!(found.garbage.len(), ingests.len());
    }
}

#[test]
fn an_entry_about_another_manifest_starts_over() {
    let (file, good) = sample();
    let ingests = [ingest(&file, 3, 1000)];
    let starts_over = |file: &ModelFile| {
        recover(file, Some(&good.encode()), &ingests, NOW)
            .record
            .is_none()
    };
    assert!(starts_over(&ModelFile {
        size_bytes: Some(1001),
        ..file.clone()
    }));
    assert!(starts_over(&ModelFile {
        size_bytes: None,
        ..file.clone()
    }));
    assert!(
        !starts_over(&ModelFile {
            url: "https://mirror.example/".to_owned(),
            ..file.clone()
        }),
        "same digest"
    );
    let old = Record {
        updated: NOW - 31 * 24 * 3_600_000,
        ..good
    };
    assert!(
        recover(&file, Some(&old.encode()), &ingests, NOW)
            .record
            .is_none(),
        "a month old"
    );
}

#[test]
fn a_file_without_a_digest_is_known_by_its_url() {
    let unverified = ModelFile {
        sha256: None,
        size_bytes: None,
        ..known(b"x")
    };
    let elsewhere = ModelFile {
        url: "https://models.example/other".to_owned(),
        ..unverified.clone()
    };
    assert_ne!(key_of(&unverified), key_of(&elsewhere));
    let name = ingest_name(&key_of(&unverified), 1);
    assert!(
        name.bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.".contains(&byte))
    );
}

#[test]
fn only_names_we_make_are_read() {
    assert_eq!(parse_ingest_name("abc-12.part"), Some(("abc", 12)));
    for name in [
        "abc-012.part",
        "abc-+1.part",
        "abc.part",
        "abc-1",
        "abc-1.part.crswap",
        "-1.txt",
        "abc-99999999999999999999.part",
    ] {
        assert_eq!(parse_ingest_name(name), None, "{name}");
    }
}

#[test]
fn the_look_around_finds_partial_files_and_garbage() {
    let (file, good) = sample();
    let lost = known(&noise(10, 1));
    let records = [
        (key_of(&file), good.encode()),
        (key_of(&lost), record(&lost, b"12345", 1).encode()),
        ("torn".to_owned(), "{".to_owned()),
    ];
    let ingests = [
        ingest(&file, 3, 1000),
        ingest(&file, 2, 1000),
        ("unknown-1.part".to_owned(), 5),
        ("swap-1.part.crswap".to_owned(), 5),
    ];
    let found = survey(&records, &ingests, NOW);
    assert_eq!(found.partials.len(), 1);
    assert_eq!(
        (found.partials[0].offset_bytes, found.partials[0].sha256),
        (700, file.sha256)
    );
    let dead: Vec<_> = ingests[1..].iter().map(|(name, _)| name.clone()).collect();
    assert_eq!(found.dead_files, dead);
    assert_eq!(found.dead_records, [key_of(&lost), "torn".to_owned()]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn a_hash_goes_on_from_anywhere(len in 0_usize..1000, at in 0_usize..1000, seed: u64) {
        let (bytes, at) = (noise(len, seed), at.min(len));
        let saved = hash_of(&bytes[..at]).midstate();
        prop_assert_eq!(saved.as_bytes().len(), MIDSTATE_BYTES);
        prop_assert_eq!(saved.hashed_bytes(), Some(at as u64));
        let saved = Midstate::from_hex(&saved.to_string()).unwrap();
        let mut resumed = StreamHash::resume(&saved).unwrap();
        resumed.update(&bytes[at..]);
        prop_assert_eq!(resumed.digest(), hash_of(&bytes).digest());
    }

    #[test]
    fn no_text_makes_decoding_panic(text in ".{0,200}", key in "[a-z0-9-]{0,20}") {
        prop_assert_eq!(Record::decode(&key, &text), None);
    }
}
