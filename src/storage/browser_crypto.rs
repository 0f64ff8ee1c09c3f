//! The browser's `WebCrypto`. The key of the device is a `CryptoKey` that cannot be exported; `IndexedDB` keeps it as it
//! is, beside the records of the vault.

use js_sys::{Array, JsString, Object, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};

use super::browser::AnyRecords;
use super::crypto::{Crypto, CryptoError, SALT_BYTES};
use super::idb_records::IdbRecords;
use super::records::{RecordsError, Store};
use crate::js;
use crate::keys::{Hex, Sealed, Secret};

/// Where the key of the device lies. No record of the vault has this name.
const DEVICE: &str = "device";
const IV_BYTES: usize = 12;

/// Cryptography of a page. Where there is no `IndexedDB` there is no key of the device.
#[derive(Clone)]
pub struct BrowserCrypto {
    records: Option<IdbRecords>,
}

impl BrowserCrypto {
    /// One whose key of the device lies among these records.
    pub fn new(records: &AnyRecords) -> Self {
        let records = match records {
            AnyRecords::Idb(records) => Some(records.clone()),
            AnyRecords::Memory(_) => None,
        };
        Self { records }
    }
}

impl Crypto for BrowserCrypto {
    type Key = JsValue;

    async fn device_key(&self, make: bool) -> Result<Option<JsValue>, CryptoError> {
        let Some(records) = &self.records else {
            return Err(CryptoError::Unavailable("there is no IndexedDB here".to_owned()));
        };
        let known = records
            .value(Store::Meta, DEVICE)
            .await
            .map_err(|error| unkept(&error))?;
        if known.is_some() || !make {
            return Ok(known);
        }
        let algorithm = object(&[("name", &"AES-GCM".into()), ("length", &256.into())])?;
        let fresh = subtle("generateKey", &[&algorithm, &JsValue::FALSE, &usages()]).await?;
        // Another tab may have been quicker: then its key counts, for this tab too.
        let added = records.add_value(Store::Meta, DEVICE, fresh).await;
        let kept = records
            .value(Store::Meta, DEVICE)
            .await
            .map_err(|error| unkept(&error))?;
        match (kept, added) {
            (Some(kept), _) => Ok(Some(kept)),
            (None, Err(error)) => Err(unkept(&error)),
            (None, Ok(())) => Err(CryptoError::Unavailable("the key was not kept".to_owned())),
        }
    }

    async fn passphrase_key(
        &self,
        passphrase: &Secret,
        salt: &[u8],
        iterations: u32,
    ) -> Result<JsValue, CryptoError> {
        #[expect(clippy::disallowed_methods, reason = "the cryptography needs it")]
        let text = JsString::from(passphrase.expose()).normalize("NFC");
        let bytes = js::global("TextEncoder")
            .and_then(|encoder| encoder.dyn_into::<js_sys::Function>().ok())
            .and_then(|encoder| Reflect::construct(&encoder, &Array::new()).ok())
            .ok_or_else(|| CryptoError::Unavailable("there is no TextEncoder here".to_owned()))?;
        let bytes = js::call(&bytes, "encode", &[&text]).map_err(|error| missing(&error))?;
        let usages = Array::of1(&"deriveKey".into());
        let base = subtle(
            "importKey",
            &[&"raw".into(), &bytes, &"PBKDF2".into(), &JsValue::FALSE, &usages],
        )
        .await;
        wipe(&bytes);
        let how = object(&[
            ("name", &"PBKDF2".into()),
            ("hash", &"SHA-256".into()),
            ("salt", &Uint8Array::from(salt)),
            ("iterations", &iterations.into()),
        ])?;
        let what = object(&[("name", &"AES-GCM".into()), ("length", &256.into())])?;
        subtle(
            "deriveKey",
            &[&how, &base?, &what, &JsValue::FALSE, &self::usages()],
        )
        .await
    }

    fn salt(&self) -> Result<Vec<u8>, CryptoError> {
        random(SALT_BYTES)
    }

    async fn seal(&self, key: &JsValue, secret: &Secret, belongs_to: &str) -> Result<Sealed, CryptoError> {
        let iv = random(IV_BYTES)?;
        #[expect(clippy::disallowed_methods, reason = "the cryptography needs it")]
        let text = Uint8Array::from(secret.expose().as_bytes());
        let sealed = subtle("encrypt", &[&algorithm(&iv, belongs_to)?, key, &text]).await;
        wipe(&text);
        Ok(Sealed {
            iv: Hex(iv),
            ciphertext: Hex(Uint8Array::new(&sealed?).to_vec()),
        })
    }

    async fn open(&self, key: &JsValue, sealed: &Sealed, belongs_to: &str) -> Result<Secret, CryptoError> {
        let text = Uint8Array::from(sealed.ciphertext.0.as_slice());
        let algorithm = algorithm(&sealed.iv.0, belongs_to)?;
        let opened = subtle("decrypt", &[&algorithm, key, &text]).await;
        // Whatever is wrong with it, it does not open: more is nobody's to know.
        let opened = opened.map_err(|_| CryptoError::DoesNotOpen)?;
        let opened = Uint8Array::new(&opened);
        let secret = Secret::from_bytes(opened.to_vec());
        wipe(&opened);
        secret.ok_or(CryptoError::DoesNotOpen)
    }
}

fn usages() -> Array {
    Array::of2(&"encrypt".into(), &"decrypt".into())
}

fn algorithm(iv: &[u8], belongs_to: &str) -> Result<JsValue, CryptoError> {
    object(&[
        ("name", &"AES-GCM".into()),
        ("iv", &Uint8Array::from(iv)),
        ("additionalData", &Uint8Array::from(belongs_to.as_bytes())),
    ])
}

fn object(fields: &[(&str, &JsValue)]) -> Result<JsValue, CryptoError> {
    let object = Object::new();
    for (name, value) in fields {
        Reflect::set(&object, &(*name).into(), value).map_err(|error| missing(&error))?;
    }
    Ok(object.into())
}

fn crypto() -> Result<JsValue, CryptoError> {
    js::global("crypto").ok_or_else(|| CryptoError::Unavailable("there is no WebCrypto here".to_owned()))
}

/// A call of `crypto.subtle`, which pages without a secure context do not have.
async fn subtle(method: &str, arguments: &[&JsValue]) -> Result<JsValue, CryptoError> {
    let subtle = js::property(&crypto()?, "subtle").ok_or_else(|| {
        CryptoError::Unavailable("WebCrypto needs a secure page (https or localhost)".to_owned())
    })?;
    let answer = js::call_async(&subtle, method, arguments).await;
    answer.map_err(|error| missing(&error))
}

fn random(length: usize) -> Result<Vec<u8>, CryptoError> {
    let bytes = Uint8Array::new_with_length(u32::try_from(length).unwrap_or_default());
    js::call(&crypto()?, "getRandomValues", &[&bytes]).map_err(|error| missing(&error))?;
    Ok(bytes.to_vec())
}

/// Overwrites bytes in JavaScript's memory.
fn wipe(bytes: &JsValue) {
    let _ = js::call(bytes, "fill", &[&0.into()]);
}

fn missing(error: &JsValue) -> CryptoError {
    CryptoError::Unavailable(js::error_text(error))
}

fn unkept(error: &RecordsError) -> CryptoError {
    CryptoError::Unavailable(match error {
        RecordsError::Full => "there is no room on the disk".to_owned(),
        RecordsError::NewerSchema { .. } | RecordsError::Blocked => {
            "another tab has another version open".to_owned()
        }
        RecordsError::Unavailable(words) => words.clone(),
    })
}
