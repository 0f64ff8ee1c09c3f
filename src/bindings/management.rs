//! What the management wasm file exports: the class `ManagementCore`.

use wasm_bindgen::prelude::*;

use super::poison::{sound, watch};
use crate::config::Config;
use crate::runtime::page::to_js;

#[wasm_bindgen]
extern "C" {
    /// The object handed to the constructor: `ManagementHost` in `pkg-template/src/management/core.ts`.
    #[derive(Clone)]
    pub type ManagementHost;
}

/// The configuration, and the way to all providers. Internal to the package.
#[wasm_bindgen]
pub struct ManagementCore {
    config: Config,
}

#[wasm_bindgen]
impl ManagementCore {
    /// One that has not been opened.
    ///
    /// # Errors
    /// A `Failure` that names the wrong field.
    #[wasm_bindgen(constructor)]
    pub fn new(_options_json: &str, host: &ManagementHost) -> Result<ManagementCore, JsValue> {
        sound()?;
        watch(host);
        Ok(Self {
            config: Config::new(&[]),
        })
    }

    /// Every value in force, each with its layer.
    pub fn settings(&self) -> JsValue {
        let effective = self.config.effective();
        to_js(&effective.settings().collect::<Vec<_>>())
    }
}
