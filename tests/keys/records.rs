//! What is stored of a key.

use modelyard::keys::{
    Hex, KeyKeep, MAX_ITERATIONS, Sealed, StoredKey, StoredPassphrase, Unreadable, associated_data,
};
use proptest::prelude::*;
use serde_json::Value;

fn sealed() -> Sealed {
    Sealed {
        iv: Hex((0..12).collect()),
        ciphertext: Hex((0..40).collect()),
    }
}

fn key() -> StoredKey {
    StoredKey::new(
        "openai",
        "https://api.openai.com",
        KeyKeep::Device,
        "…wxyz 00ff00ff",
        sealed(),
    )
}

fn passphrase() -> StoredPassphrase {
    StoredPassphrase::new(Hex(vec![7; 16]), 1_000_000, sealed())
}

fn with(text: &str, path: &str, value: Value) -> String {
    let mut record: Value = serde_json::from_str(text).unwrap();
    *record.pointer_mut(path).unwrap() = value;
    record.to_string()
}

#[test]
fn a_record_is_read_as_it_was_written() {
    assert_eq!(StoredKey::read(&key().text()), Ok(key()));
    assert_eq!(StoredPassphrase::read(&passphrase().text()), Ok(passphrase()));
}

#[test]
fn the_shape_of_a_record_stays() {
    let text = r#"{"version":1,"provider":"openai","origin":"https://api.openai.com","keep":"device","fingerprint":"…wxyz 00ff00ff","sealed":{"iv":"000102030405060708090a0b","ciphertext":"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f2021222324252627"}}"#;
    assert_eq!(key().text(), text);
}

#[test]
fn what_a_newer_version_has_written_is_told_from_what_is_damaged() {
    let newer = with(&key().text(), "/version", 2.into());
    assert_eq!(StoredKey::read(&newer), Err(Unreadable::Newer));
    assert_eq!(
        StoredKey::read(r#"{"version":9,"other":1}"#),
        Err(Unreadable::Newer)
    );
    for text in [
        "",
        "{}",
        "null",
        "[1]",
        r#"{"version":1}"#,
        r#"{"version":0}"#,
        "\u{feff}{}",
    ] {
        assert_eq!(StoredKey::read(text), Err(Unreadable::Damaged), "{text}");
    }
}

#[test]
fn a_record_that_says_what_none_can_is_damaged() {
    let stored = key().text();
    for (path, value) in [
        ("/keep", "session".into()),
        ("/keep", "ever".into()),
        ("/sealed/iv", "00".into()),
        ("/sealed/iv", "zz0102030405060708090a0b".into()),
        ("/sealed/iv", "0001020304050607".repeat(3).into()),
        ("/sealed/ciphertext", "00".into()),
        ("/sealed/ciphertext", Value::Null),
    ] {
        assert_eq!(
            StoredKey::read(&with(&stored, path, value.clone())),
            Err(Unreadable::Damaged),
            "{path} {value}"
        );
    }
    let stored = passphrase().text();
    for (path, value) in [
        ("/iterations", 0.into()),
        ("/iterations", (u64::from(MAX_ITERATIONS) + 1).into()),
        ("/salt", "00".into()),
    ] {
        assert_eq!(
            StoredPassphrase::read(&with(&stored, path, value)),
            Err(Unreadable::Damaged),
            "{path}"
        );
    }
}

#[test]
fn what_a_ciphertext_belongs_to_names_origin_provider_and_version() {
    assert_eq!(
        associated_data("https://api.openai.com", "openai"),
        "https://api.openai.com\nopenai\n1"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn no_two_places_have_the_same_associated_data(
        one in ("[a-z:/.0-9]{1,12}", "[a-z0-9-]{1,8}"), other in ("[a-z:/.0-9]{1,12}", "[a-z0-9-]{1,8}")
    ) {
        let text = |(origin, provider): &(String, String)| associated_data(origin, provider);
        prop_assert_eq!(one == other, text(&one) == text(&other));
    }

    #[test]
    fn a_record_that_was_cut_or_changed_never_panics(at in 0_usize..300, byte in any::<u8>(), cut in any::<bool>()) {
        let mut bytes = key().text().into_bytes();
        let at = at % bytes.len();
        if cut { bytes.truncate(at) } else { bytes[at] = byte }
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Ok(read) = StoredKey::read(&text) {
            prop_assert!(!cut);
            prop_assert!(read == key() || read.text() != key().text());
        }
    }
}
