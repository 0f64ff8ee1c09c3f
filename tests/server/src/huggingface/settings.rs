//! What a stand-in for the Hub of Hugging Face is told, as plain data that is also the JSON of the control API.
//!
//! Every field left out means the ordinary: a hub with some repositories, that lets everybody ask.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

/// A stand-in for the Hub of Hugging Face.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Hub {
    /// Keys that are known; `hf_standin` if null. Nobody needs one for what is public.
    pub keys: Option<Vec<String>>,
    /// The repositories it has; some of its own if null.
    pub repositories: Option<Vec<Repository>>,
    /// Makes so many repositories more, of one small file each.
    pub generate: usize,
    /// Files on a page of a tree, and the most repositories on a page; 1000 if null.
    pub page: Option<usize>,
    /// Questions that are answered before it asks to slow down.
    pub limit: Option<u64>,
    /// Repositories that have another name now, by the name they had.
    pub renamed: BTreeMap<String, String>,
    /// What goes wrong, in order.
    pub faults: Vec<HubFault>,
}

/// A repository.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Repository {
    /// `owner/name`.
    pub id: String,
    /// The commit it is at; made of its name and files if null.
    pub sha: Option<String>,
    /// Branches and tags beside `main`, all at the same commit.
    pub branches: Vec<String>,
    /// Its tags.
    pub tags: Vec<String>,
    /// Fetched so often.
    pub downloads: u64,
    /// Liked by so many.
    pub likes: u64,
    /// When it was last changed; some day in 2026 if null.
    pub modified: Option<String>,
    /// `"auto"` or `"manual"` if its files are not for everybody.
    pub gated: Option<String>,
    /// Keys that were let in, of a gated one.
    pub granted: Vec<String>,
    /// Whether only those with a key see it.
    pub private: bool,
    /// Whether it was taken down.
    pub disabled: bool,
    /// What it does.
    pub pipeline_tag: Option<String>,
    /// What reads it.
    pub library_name: Option<String>,
    /// What the hub has read out of its GGUF files.
    pub gguf: Option<Value>,
    /// What it has read out of its safetensors files.
    pub safetensors: Option<Value>,
    /// Its files.
    pub files: Vec<RepositoryFile>,
}

/// A file of a repository; without a source it is empty.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct RepositoryFile {
    /// Where it is in the repository.
    pub path: String,
    /// The bytes another path of this server has.
    pub same_as: Option<String>,
    /// These bytes.
    pub text: Option<String>,
    /// So many random-looking bytes.
    pub noise: Option<u64>,
    /// Whether it is kept outside of the repository; as its name says if null.
    pub lfs: Option<bool>,
    /// What the tree says of it in place of the truth: fields of its entry.
    pub says: Option<Value>,
}

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum HubOn {
    /// Anything.
    #[default]
    Any,
    /// A list of repositories.
    Search,
    /// The facts of a repository.
    Repository,
    /// The files of a repository.
    Files,
    /// A file.
    Resolve,
    /// Who a key is of.
    Key,
}

/// Something that goes wrong.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct HubFault {
    /// When.
    pub on: HubOn,
    /// How often; 0 is always.
    pub times: u32,
    /// The status.
    pub status: u16,
    /// `X-Error-Code`.
    pub code: Option<String>,
    /// `X-Error-Message`, and the `error` of the body.
    pub message: Option<String>,
    /// The body in place of that.
    pub body: Option<Value>,
    /// Further headers.
    pub headers: BTreeMap<String, String>,
    /// Puts the key that came with the question into the message, as careless servers do.
    pub echo_key: bool,
}

impl Default for HubFault {
    fn default() -> Self {
        Self {
            on: HubOn::Any,
            times: 1,
            status: 500,
            code: None,
            message: None,
            body: None,
            headers: BTreeMap::new(),
            echo_key: false,
        }
    }
}
