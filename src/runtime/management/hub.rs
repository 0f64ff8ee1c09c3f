//! Sources of models: a search, and all of one repository.
//!
//! A search is one call. A repository is several: its facts, which name a commit, and then the files of that commit, page
//! by page. All of them go to one provider, with the same stop button, and end when it is pressed, when one takes as long
//! as the configuration lets it, or when all of them together take a minute. Nothing is kept: what a hub says is asked for
//! again the next time.
//!
//! Whoever asks has a number of its own, by which it can give up.

use std::rc::Rc;

use serde::Serialize;

use super::exchange::{AbortOf, Broken, Trouble, within};
use super::ports::Ports;
use super::{Service, closed, settings};
use crate::config::ProviderConfig;
use crate::engine::failure::{ErrorCode, Failure};
use crate::engine::ids::EngineId;
use crate::json::readable;
use crate::net::Abort;
use crate::net::call::Calls;
use crate::providers::huggingface::{
    Format, Found, HubDetails, HubRepository, Listed, Page, Repository, Search, Sort,
};
use crate::providers::{BaseUrl, Call, Decoder, Kind, Provider};

/// The most pages of files that are asked for. The hub puts a thousand files on one.
const MAX_PAGES: u32 = 20;
/// The most files that are kept.
const MAX_FILES: usize = 20_000;
/// How long all calls for one repository may take together.
const LONGEST_MS: u64 = 60_000;
/// The in-page engine that runs GGUF files.
const GGUF_ENGINE: &str = "wllama";

/// Who asks, and the way to stop it.
pub(super) type Asking<P> = (u64, AbortOf<P>);

/// A page of what was searched for.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct HubPage {
    /// The repositories, in the hub's order.
    pub repositories: Vec<HubRepository>,
    /// How to ask for the next page; `null` where there is none.
    pub next: Option<String>,
}

/// What is searched for, and where.
struct SearchWish {
    provider: Option<String>,
    query: Option<String>,
    author: Option<String>,
    format: Option<Format>,
    sort: Option<Sort>,
    limit: Option<u32>,
    after: Option<String>,
}

/// Which repository is meant, and where it is.
struct RepositoryWish {
    provider: Option<String>,
    id: String,
    revision: Option<String>,
}

readable! {
    SearchWish only {
        provider: "provider?",
        query: "query?",
        author: "author?",
        format: "format?",
        sort: "sort?",
        limit: "limit?",
        after: "after?",
    }
    RepositoryWish only { provider: "provider?", id: "id", revision: "revision?" }
}

/// The engine of the page that runs GGUF files.
pub(super) fn gguf_engine(engines: &[String]) -> Option<EngineId> {
    let found = engines.iter().find(|engine| *engine == GGUF_ENGINE)?;
    EngineId::new(found).ok()
}

impl<P: Ports> Service<P> {
    /// Searches for repositories: the JSON text of `{ query?, author?, format?, sort?, limit?, after?, provider? }`.
    ///
    /// # Errors
    /// What is wrong with the text, or why the hub does not answer; `canceled` once it was given up.
    pub async fn hub_search(self: &Rc<Self>, ask: u64, text: &str) -> Result<HubPage, Failure> {
        let wish: SearchWish = settings::read(text, "hub.search")?;
        let provider = self.source(wish.provider.as_deref())?;
        let search = Search {
            query: wish.query,
            author: wish.author,
            format: wish.format,
            sort: wish.sort.unwrap_or_default(),
            limit: wish.limit,
            after: wish.after,
        };
        let call = provider.search(&search);
        let call = call.map_err(|error| error.failure(&provider.id, None))?;
        let abort = self.begin(ask);
        let answer = self.whole(&provider, call, &abort).await;
        self.end(ask);
        match answer {
            Ok(Page { value, next }) => Ok(HubPage {
                repositories: value.repositories,
                next,
            }),
            Err(trouble) => Err(self.failure(&provider, None, trouble).await),
        }
    }

    /// All of one repository: the JSON text of `{ id, revision?, provider? }`.
    ///
    /// # Errors
    /// What is wrong with the text, or why the hub does not say; `canceled` once it was given up.
    pub async fn hub_repository(self: &Rc<Self>, ask: u64, text: &str) -> Result<HubDetails, Failure> {
        let wish: RepositoryWish = settings::read(text, "hub.repository")?;
        let provider = self.source(wish.provider.as_deref())?;
        let (repository, pasted) =
            Repository::pasted(&wish.id, &provider.base).map_err(|reason| invalid("id", &wish.id, reason))?;
        let revision = wish.revision.or(pasted);
        let call = provider.repository(&repository, revision.as_deref());
        let call = call.map_err(|error| error.failure(&provider.id, None))?;
        let abort = self.begin(ask);
        let read = self.read_repository(&provider, call, &abort);
        let read = within(&self.ports, LONGEST_MS, read).await;
        self.end(ask);
        // What came too late is not read.
        abort.abort();
        match read.unwrap_or(Err(Broken::Silent.into())) {
            Ok((found, listed)) => Ok(HubDetails::new(
                found,
                listed,
                &provider.base,
                self.gguf_engine.as_ref(),
            )),
            Err(trouble) => Err(self.failure(&provider, Some(repository.as_str()), trouble).await),
        }
    }

    /// Ends what was asked for by that number: it is `canceled`. One that has ended has nothing to stop.
    pub fn stop_hub(&self, ask: u64) {
        let mut asking = self.asking.borrow_mut();
        if let Some(at) = asking.iter().position(|(other, _)| *other == ask) {
            let (_, abort) = asking.remove(at);
            drop(asking);
            abort.abort();
        }
    }

    async fn read_repository<D>(
        &self,
        provider: &Provider,
        call: Call<D>,
        abort: &AbortOf<P>,
    ) -> Result<(Found, Listed), Trouble>
    where
        D: Decoder<End = Page<Found>>,
    {
        let found = self.whole(provider, call, abort).await?.value;
        // Its name may have changed: the hub answers with the one it has now.
        let repository = Repository::new(&found.repository.id);
        let mut listed = Listed::default();
        let mut after: Option<String> = None;
        for _ in 0..MAX_PAGES {
            let Ok(repository) = &repository else { break };
            let call = provider.files(repository, &found.commit, after.as_deref())?;
            let page = self.whole(provider, call, abort).await?;
            listed.take(page.value);
            let before = after;
            after = page.next;
            // A page that leads to itself has no other.
            if after.is_none() || after == before || listed.files.len() > MAX_FILES {
                break;
            }
        }
        listed.more_files = after.is_some() || listed.files.len() > MAX_FILES;
        listed.files.truncate(MAX_FILES);
        listed.settle();
        Ok((found, listed))
    }

    fn begin(&self, ask: u64) -> AbortOf<P> {
        let abort = self.ports.net().stop_button();
        self.asking.borrow_mut().push((ask, abort.clone()));
        abort
    }

    fn end(&self, ask: u64) {
        self.asking.borrow_mut().retain(|(other, _)| *other != ask);
    }

    /// The source that is meant: by its name, or the first one of the configuration, or the one everybody knows.
    fn source(&self, named: Option<&str>) -> Result<Provider, Failure> {
        if self.closed.get() {
            return Err(closed());
        }
        let is_source = |config: &ProviderConfig| Kind::of(&config.kind) == Some(Kind::HuggingFace);
        let mut configured = self.effective().providers().into_iter();
        let config = configured.find(|config| match named {
            Some(name) => config.name == name,
            None => is_source(config),
        });
        let usual = Kind::HuggingFace;
        match (config, named) {
            (Some(config), _) if is_source(&config) => source_at(&config.name, &config.host),
            (None, None) => source_at(usual.word(), usual.default_host()),
            (None, Some(name)) if name == usual.word() => source_at(name, usual.default_host()),
            // Not a source, which it says of itself; or none at all.
            (_, named) => self.provider(named.unwrap_or_default()),
        }
    }
}

fn source_at(name: &str, host: &str) -> Result<Provider, Failure> {
    let base = BaseUrl::parse(host).map_err(|reason| {
        let message = ["The address of ", name, " ", reason, "."].concat();
        let mut failure = Failure::new(ErrorCode::InvalidConfig, message);
        failure.provider = Some(name.to_owned());
        failure
    })?;
    Ok(Provider::new(name, Kind::HuggingFace, base))
}

fn invalid(field: &str, value: &str, reason: &str) -> Failure {
    let message = [field, " ", reason, "."].concat();
    Failure::new(ErrorCode::InvalidInput, message).about_field(field, value)
}
