//! The Hub of Hugging Face, as a source of models: requests here, answers in the files beside it.
//!
//! What happens, in order: a search gives repositories, page by page ([`search`]); of one of them its facts and the commit
//! it is at ([`repository`]); then the files of that commit ([`files`]). Files become models, and models that a page can
//! run become manifests for the core ([`details`], `manifest`).
//!
//! What always holds: a URL that is handed out names a commit; the next page is asked for at the place the first one came
//! from; a name that could lead elsewhere is no name.
//!
//! Read off the sources of the official clients (`@huggingface/hub` 2.17.5) and recorded headers; nothing here asks for
//! more than a page may read across origins.

mod details;
mod files;
mod groups;
mod manifest;
mod paged;
mod place;
mod repository;
mod role;
mod search;
mod trouble;

pub use self::details::{HubDetails, HubModel, Listed};
pub use self::files::{Files, HubFile};
pub use self::paged::{Page, Paged};
pub use self::place::{Commit, Repository};
pub use self::repository::{Finds, Found, Gate, HubRepository};
pub use self::role::{Format, Role};
pub use self::search::{MAX_LIMIT, Search, Sort};
pub use self::trouble::SourceTrouble;

use super::Provider;
use super::answer::{Call, Whole};
use super::error::{ProviderError, ProviderErrorKind};
use super::request::{Expects, Header, HttpRequest, KeyPlace, Method, Patience};

/// A page may send this without asking first; with it errors come as JSON.
const ASKS: &[(Header, &str)] = &[(Header::Accept, "application/json")];

fn ask(provider: &Provider, path: &str) -> HttpRequest {
    HttpRequest {
        method: Method::Get,
        url: provider.base.join(path),
        headers: ASKS,
        body: Vec::new(),
        expects: Expects::Json,
        key: KeyPlace::Bearer,
        patience: Patience::Long,
        zone: provider.base.zone(),
    }
}

pub(super) fn search(provider: &Provider, search: &Search) -> Result<Call<Paged<Finds>>, ProviderError> {
    Ok(Call {
        request: ask(provider, &search.path()?),
        decoder: Paged::of_search(repository::read_finds),
    })
}

/// The path of a repository's own answers, with a sign behind it.
fn path_of(repository: &Repository, rest: &str) -> String {
    ["/api/models/", repository.as_str(), rest].concat()
}

pub(super) fn repository(
    provider: &Provider,
    repository: &Repository,
    revision: Option<&str>,
) -> Result<Call<Paged<Found>>, ProviderError> {
    let mut path = path_of(repository, "");
    if let Some(revision) = revision {
        place::check_revision(revision).map_err(|reason| ProviderErrorKind::InvalidRequest {
            field: "revision",
            reason,
        })?;
        path.push_str("/revision/");
        place::encode(&mut path, revision, b"");
    }
    // The list of files comes by itself, with their lengths and digests.
    search::push_expanded(&mut path, '?');
    Ok(Call {
        request: ask(provider, &path),
        decoder: Paged::of_repository(repository::read_found),
    })
}

pub(super) fn files(
    provider: &Provider,
    repository: &Repository,
    commit: &Commit,
    after: Option<&str>,
) -> Call<Paged<Files>> {
    let mut path = path_of(repository, "/tree/");
    path.push_str(commit.as_str());
    path.push_str("?recursive=true&expand=false");
    // What is no cursor never came from here.
    if let Some(after) = after.filter(|after| place::is_cursor(after)) {
        path.push_str("&cursor=");
        path.push_str(after);
    }
    Call {
        request: ask(provider, &path),
        decoder: Paged::of_repository(files::read_files),
    }
}

/// Who the key belongs to, which nobody is told without a good one.
pub(super) fn check_key(provider: &Provider) -> Call<Whole<()>> {
    Call {
        request: ask(provider, "/api/whoami-v2"),
        decoder: Whole::new(read_anything),
    }
}

/// That there is an answer of JSON is all there is to know.
fn read_anything(text: &str) -> Result<(), super::error::Foreign> {
    super::json::RawJson::object(text)
        .map(drop)
        .ok_or(super::error::Foreign::OtherJson)
}
