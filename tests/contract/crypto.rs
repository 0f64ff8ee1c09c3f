//! The contract of [`Crypto`].

use modelyard::keys::{Sealed, Secret, associated_data};
use modelyard::storage::crypto::{Crypto, CryptoError};

/// A device, opened as often as a test likes. Each test gets a new one.
pub trait Place {
    /// The back end.
    type Crypto: Crypto;

    /// Opens it, as a tab does.
    fn open(&self) -> impl Future<Output = Self::Crypto>;
}

/// Calls `$case!` with the name of each line of the contract.
#[macro_export]
macro_rules! crypto_contract {
    ($case:ident) => {
        $case! { crypto:
            what_was_sealed_opens,
            the_same_secret_is_sealed_differently_each_time,
            a_sealed_text_shows_nothing_of_the_secret,
            a_flipped_bit_does_not_open,
            another_initialization_vector_does_not_open,
            moved_to_another_provider_origin_or_version_it_does_not_open,
            the_key_of_a_device_is_made_once,
            another_device_does_not_open,
            two_openers_have_the_same_key,
            the_same_passphrase_opens,
            another_passphrase_salt_or_count_does_not_open,
            however_an_accent_was_typed_a_passphrase_is_the_same,
            a_long_passphrase_is_told_from_one_a_byte_longer,
            a_salt_is_fresh_each_time,
        }
    };
}

pub const KEY: &str = "sk-canary-0123456789abcdef";

pub fn secret(text: &str) -> Secret {
    Secret::from_bytes(text.as_bytes().to_vec()).expect("it is text")
}

fn place() -> String {
    associated_data("https://api.openai.com", "openai")
}

async fn device<C: Crypto>(crypto: &C) -> C::Key {
    crypto
        .device_key(true)
        .await
        .expect("there is cryptography")
        .expect("it was made")
}

async fn opens<C: Crypto>(crypto: &C, key: &C::Key, sealed: &Sealed, place: &str) -> bool {
    match crypto.open(key, sealed, place).await {
        Ok(found) => {
            assert!(found.is(&secret(KEY)), "it is what was sealed");
            true
        }
        Err(error) => {
            assert_eq!(error, CryptoError::DoesNotOpen);
            false
        }
    }
}

pub async fn what_was_sealed_opens(at: impl Place) {
    let crypto = at.open().await;
    let key = device(&crypto).await;
    for text in [KEY, "x", &"k".repeat(512)] {
        let sealed = crypto.seal(&key, &secret(text), &place()).await.unwrap();
        let opened = crypto.open(&key, &sealed, &place()).await;
        assert!(opened.is_ok_and(|opened| opened.is(&secret(text))));
    }
}

pub async fn the_same_secret_is_sealed_differently_each_time(at: impl Place) {
    let crypto = at.open().await;
    let key = device(&crypto).await;
    let one = crypto.seal(&key, &secret(KEY), &place()).await.unwrap();
    let other = crypto.seal(&key, &secret(KEY), &place()).await.unwrap();
    assert!(one.iv != other.iv && one.ciphertext != other.ciphertext);
    assert_eq!(one.iv.0.len(), 12);
}

pub async fn a_sealed_text_shows_nothing_of_the_secret(at: impl Place) {
    let crypto = at.open().await;
    let key = device(&crypto).await;
    let sealed = crypto.seal(&key, &secret(KEY), &place()).await.unwrap();
    let bytes = sealed.ciphertext.0;
    assert_eq!(bytes.len(), KEY.len() + 16);
    assert!(
        !bytes
            .windows(4)
            .any(|four| KEY.as_bytes().windows(4).any(|of_key| of_key == four))
    );
}

/// Bad input 67.
pub async fn a_flipped_bit_does_not_open(at: impl Place) {
    let crypto = at.open().await;
    let key = device(&crypto).await;
    let sealed = crypto.seal(&key, &secret(KEY), &place()).await.unwrap();
    for bit in 0..sealed.ciphertext.0.len() * 8 {
        let mut other = sealed.clone();
        other.ciphertext.0[bit / 8] ^= 1 << (bit % 8);
        assert!(!opens(&crypto, &key, &other, &place()).await, "bit {bit}");
    }
    let mut cut = sealed.clone();
    cut.ciphertext.0.pop();
    assert!(!opens(&crypto, &key, &cut, &place()).await);
    assert!(opens(&crypto, &key, &sealed, &place()).await);
}

/// Bad input 67.
pub async fn another_initialization_vector_does_not_open(at: impl Place) {
    let crypto = at.open().await;
    let key = device(&crypto).await;
    let mut one = crypto.seal(&key, &secret(KEY), &place()).await.unwrap();
    let mut other = crypto.seal(&key, &secret(KEY), &place()).await.unwrap();
    std::mem::swap(&mut one.iv, &mut other.iv);
    assert!(!opens(&crypto, &key, &one, &place()).await);
    one.iv.0.clear();
    assert!(!opens(&crypto, &key, &one, &place()).await);
}

/// Bad input 67.
pub async fn moved_to_another_provider_origin_or_version_it_does_not_open(at: impl Place) {
    let crypto = at.open().await;
    let key = device(&crypto).await;
    let sealed = crypto.seal(&key, &secret(KEY), &place()).await.unwrap();
    for other in [
        associated_data("https://api.openai.com", "other"),
        associated_data("https://api.openai.com.evil.com", "openai"),
        associated_data("http://api.openai.com", "openai"),
        associated_data("https://api.openai.com:8443", "openai"),
        "https://api.openai.com\nopenai\n2".to_owned(),
        String::new(),
    ] {
        assert!(!opens(&crypto, &key, &sealed, &other).await, "{other}");
    }
}

pub async fn the_key_of_a_device_is_made_once(at: impl Place) {
    let crypto = at.open().await;
    assert!(crypto.device_key(false).await.unwrap().is_none());
    let key = device(&crypto).await;
    let sealed = crypto.seal(&key, &secret(KEY), &place()).await.unwrap();
    let again = device(&crypto).await;
    assert!(opens(&crypto, &again, &sealed, &place()).await);
    assert!(crypto.device_key(false).await.unwrap().is_some());
}

pub async fn another_device_does_not_open(at: impl Place) {
    let crypto = at.open().await;
    let key = device(&crypto).await;
    let sealed = crypto.seal(&key, &secret(KEY), &place()).await.unwrap();
    let salt = crypto.salt().unwrap();
    let other = crypto
        .passphrase_key(&secret("another key"), &salt, 10)
        .await
        .unwrap();
    assert!(!opens(&crypto, &other, &sealed, &place()).await);
}

pub async fn two_openers_have_the_same_key(at: impl Place) {
    let (one, other) = (at.open().await, at.open().await);
    let key = device(&one).await;
    let sealed = one.seal(&key, &secret(KEY), &place()).await.unwrap();
    let key = device(&other).await;
    assert!(opens(&other, &key, &sealed, &place()).await);
}

pub async fn the_same_passphrase_opens(at: impl Place) {
    let crypto = at.open().await;
    let salt = crypto.salt().unwrap();
    let key = crypto
        .passphrase_key(&secret("correct horse"), &salt, 1_000)
        .await
        .unwrap();
    let sealed = crypto.seal(&key, &secret(KEY), &place()).await.unwrap();
    let again = crypto
        .passphrase_key(&secret("correct horse"), &salt, 1_000)
        .await
        .unwrap();
    assert!(opens(&crypto, &again, &sealed, &place()).await);
}

/// Bad input 66.
pub async fn another_passphrase_salt_or_count_does_not_open(at: impl Place) {
    let crypto = at.open().await;
    let salt = crypto.salt().unwrap();
    let key = crypto
        .passphrase_key(&secret("correct horse"), &salt, 1_000)
        .await
        .unwrap();
    let sealed = crypto.seal(&key, &secret(KEY), &place()).await.unwrap();
    let long = "x".repeat(1 << 20);
    for (text, salt, count) in [
        ("correct horsE", &salt, 1_000),
        ("correct horse ", &salt, 1_000),
        ("", &salt, 1_000),
        (long.as_str(), &salt, 1_000),
        ("correct horse", &vec![0; 16], 1_000),
        ("correct horse", &salt, 1_001),
    ] {
        let other = crypto.passphrase_key(&secret(text), salt, count).await.unwrap();
        assert!(
            !opens(&crypto, &other, &sealed, &place()).await,
            "{} {count}",
            text.len()
        );
    }
}

/// Bad input 66.
pub async fn however_an_accent_was_typed_a_passphrase_is_the_same(at: impl Place) {
    let crypto = at.open().await;
    let salt = crypto.salt().unwrap();
    let composed = crypto
        .passphrase_key(&secret("caf\u{e9} cr\u{e8}me"), &salt, 100)
        .await
        .unwrap();
    let decomposed = crypto
        .passphrase_key(&secret("cafe\u{301} cre\u{300}me"), &salt, 100)
        .await
        .unwrap();
    let sealed = crypto.seal(&composed, &secret(KEY), &place()).await.unwrap();
    assert!(opens(&crypto, &decomposed, &sealed, &place()).await);
}

pub async fn a_long_passphrase_is_told_from_one_a_byte_longer(at: impl Place) {
    let crypto = at.open().await;
    let salt = crypto.salt().unwrap();
    let one = crypto
        .passphrase_key(&secret(&"x".repeat(1_023)), &salt, 10)
        .await
        .unwrap();
    let other = crypto
        .passphrase_key(&secret(&"x".repeat(1_024)), &salt, 10)
        .await
        .unwrap();
    let sealed = crypto.seal(&one, &secret(KEY), &place()).await.unwrap();
    assert!(!opens(&crypto, &other, &sealed, &place()).await);
}

pub async fn a_salt_is_fresh_each_time(at: impl Place) {
    let crypto = at.open().await;
    let (one, other) = (crypto.salt().unwrap(), crypto.salt().unwrap());
    assert!(one != other && one.len() == 16 && other.len() == 16);
}
