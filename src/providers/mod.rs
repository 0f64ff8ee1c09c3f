//! Talking to providers, without I/O: a [`Provider`] is data, a request is data, and an answer is fed to a decoder
//! in whatever pieces it arrives.
//!
//! The story of one call:
//!
//! 1. [`Provider::list`], [`Provider::chat`] and the others give a [`Call`]: an [`HttpRequest`] and the decoder that
//!    fits its answer. What the kind of provider cannot do is `unsupported` here, before anything is sent.
//! 2. Whoever does I/O sends the request: it adds the key as [`request::KeyPlace`] says, to that origin only.
//! 3. [`Decoder::head`] takes status and headers, [`Decoder::bytes`] the body piece by piece; it gives items (deltas
//!    of an answer, progress of a pull) and says when it has [`Reading::Enough`].
//! 4. [`Decoder::end`] judges: the result, or the one [`ProviderError`] that says what went wrong. A connection that
//!    broke is the failure of whoever did the I/O, unless the decoder had enough already.
//!
//! What always holds: how an answer is cut into pieces changes nothing; what a provider does not say stays unknown;
//! a refusal inside a stream ends it as an error and never as a shorter answer.
//!
//! An adapter is a folder: it writes requests and reads answers, nothing else. What several share lies beside it:
//! `ndjson` (lines), `sse` (events), `json` (values), `repeat` (parts like the one before), `refusal`, `envelope` and
//! `codes` (errors), `context` (overflow among them), `listed` (models).

mod ability;
pub mod answer;
pub mod anthropic;
pub mod base;
pub mod chat;
mod codes;
pub mod connection;
mod context;
mod encoded;
mod envelope;
pub mod error;
pub mod gemini;
pub mod huggingface;
pub mod json;
mod kind;
pub mod listed;
pub mod ndjson;
pub mod ollama;
pub mod openai;
pub mod openrouter;
pub mod pull;
mod refusal;
mod repeat;
pub mod request;
mod scan;
pub mod sse;
pub mod stream;
mod turns;
mod words;
mod write;

pub use self::ability::Ability;
pub use self::answer::{Call, Decoder, Head, Reading, Whole};
pub use self::base::BaseUrl;
pub use self::error::{ProviderError, ProviderErrorKind};
pub use self::kind::{KeyNeed, Kind};
pub use self::openai::servers::Server;
pub use self::request::HttpRequest;

use self::chat::{ChatDecoder, ChatRequest};
use self::huggingface::{Commit, Files, Finds, Found, Paged, Repository, Search};
use self::listed::{Listing, RunningModel, ServerVersion, ShownModel};
use self::pull::PullDecoder;

/// A provider: where it is and what it speaks. Holds no key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provider {
    /// Its name in the configuration, events and errors.
    pub id: String,
    /// What it speaks.
    pub kind: Kind,
    /// Where it is.
    pub base: BaseUrl,
    /// Which of the servers that speak OpenAI's protocol it is, where that is known.
    pub server: Option<Server>,
}

impl Provider {
    /// A provider of that name and kind at that place.
    pub fn new(id: impl Into<String>, kind: Kind, base: BaseUrl) -> Self {
        Self {
            id: id.into(),
            kind,
            base,
            server: None,
        }
    }

    /// The same, known to be that server.
    #[must_use]
    pub fn with_server(mut self, server: Option<Server>) -> Self {
        self.server = server.or(self.server);
        self
    }

    /// Its name, for people: that of its server, where its kind has several.
    pub fn name(&self) -> &'static str {
        match self.kind {
            Kind::OpenAi => openai::server(self).name(),
            kind => kind.name(),
        }
    }

    /// Whether it can do that: what its kind can, and what its server can besides.
    pub fn can(&self, ability: Ability) -> bool {
        let downloads = || openai::row(self).downloads.is_some();
        self.kind.can(ability) || self.kind == Kind::OpenAi && ability == Ability::Pull && downloads()
    }

    /// `unsupported` where the kind cannot do that.
    fn needs(&self, ability: Ability) -> Result<(), ProviderError> {
        if self.can(ability) {
            Ok(())
        } else {
            Err(unsupported(ability))
        }
    }

    /// Asks for its version: the cheapest question there is, and the first of a connection test.
    ///
    /// # Errors
    /// `unsupported`.
    pub fn version(&self) -> Result<Call<Whole<ServerVersion>>, ProviderError> {
        self.needs(Ability::Version)?;
        match self.kind {
            Kind::Ollama => Ok(ollama::version(self)),
            _ => Err(unsupported(Ability::Version)),
        }
    }

    /// Asks for its models; `after` is what [`Listing::next`] said of the page before.
    ///
    /// # Errors
    /// `unsupported`.
    pub fn list(&self, after: Option<&str>) -> Result<Call<Whole<Listing>>, ProviderError> {
        self.needs(Ability::List)?;
        match self.kind {
            // These have no pages.
            Kind::Ollama => Ok(ollama::list(self)),
            Kind::OpenAi => Ok(openai::list(self, after)),
            Kind::OpenRouter => Ok(openrouter::list(self)),
            Kind::Anthropic => Ok(anthropic::list(self, after)),
            Kind::Gemini => Ok(gemini::list(self, after)),
            Kind::HuggingFace => Err(unsupported(Ability::List)),
        }
    }

    /// Asks for everything it says of one model.
    ///
    /// # Errors
    /// `unsupported`, or a name the provider cannot have.
    pub fn show(&self, model: &str) -> Result<Call<Whole<ShownModel>>, ProviderError> {
        self.needs(Ability::Show)?;
        match self.kind {
            Kind::Ollama => ollama::show(self, model),
            Kind::Anthropic => anthropic::show(self, model),
            Kind::Gemini => gemini::show(self, model),
            _ => Err(unsupported(Ability::Show)),
        }
    }

    /// Asks which models it has in memory, and with which context it serves them.
    ///
    /// # Errors
    /// `unsupported`.
    pub fn running(&self) -> Result<Call<Whole<Vec<RunningModel>>>, ProviderError> {
        self.needs(Ability::ServedContext)?;
        match self.kind {
            Kind::Ollama => Ok(ollama::running(self)),
            _ => Err(unsupported(Ability::ServedContext)),
        }
    }

    /// Makes it fetch a model. Closing the connection cancels; asking again resumes.
    ///
    /// # Errors
    /// `unsupported`, or a name the provider cannot have.
    pub fn pull(&self, model: &str) -> Result<Call<PullDecoder>, ProviderError> {
        self.needs(Ability::Pull)?;
        match self.kind {
            Kind::Ollama => ollama::pull(self, model),
            Kind::OpenAi => openai::jobs::begin(self, model),
            _ => Err(unsupported(Ability::Pull)),
        }
    }

    /// Asks how far a pull is that goes on by itself ([`pull::PullEnd::Again`]).
    ///
    /// # Errors
    /// `unsupported`.
    pub fn pull_status(&self, job: &str) -> Result<Call<PullDecoder>, ProviderError> {
        self.needs(Ability::Pull)?;
        match self.kind {
            Kind::OpenAi => openai::jobs::ask(self, job),
            _ => Err(unsupported(Ability::Pull)),
        }
    }

    /// Deletes a model; `not_found` where there is none of that name.
    ///
    /// # Errors
    /// `unsupported`, or a name the provider cannot have.
    pub fn remove(&self, model: &str) -> Result<Call<Whole<()>>, ProviderError> {
        self.needs(Ability::Remove)?;
        match self.kind {
            Kind::Ollama => ollama::remove(self, model),
            _ => Err(unsupported(Ability::Remove)),
        }
    }

    /// Gives a model a second name.
    ///
    /// # Errors
    /// `unsupported`, or a name the provider cannot have.
    pub fn copy(&self, model: &str, second: &str) -> Result<Call<Whole<()>>, ProviderError> {
        self.needs(Ability::Copy)?;
        match self.kind {
            Kind::Ollama => ollama::copy(self, model, second),
            _ => Err(unsupported(Ability::Copy)),
        }
    }

    /// Frees the memory of a model.
    ///
    /// # Errors
    /// `unsupported`, or a name the provider cannot have.
    pub fn unload(&self, model: &str) -> Result<Call<ChatDecoder>, ProviderError> {
        self.needs(Ability::Unload)?;
        match self.kind {
            Kind::Ollama => ollama::unload(self, model),
            _ => Err(unsupported(Ability::Unload)),
        }
    }

    /// Asks for an answer. Closing the connection aborts it.
    ///
    /// # Errors
    /// `unsupported`, or a request that cannot be written down.
    pub fn chat(&self, request: &ChatRequest) -> Result<Call<ChatDecoder>, ProviderError> {
        self.needs(Ability::Chat)?;
        match self.kind {
            Kind::Ollama => ollama::chat(self, request),
            Kind::OpenAi | Kind::OpenRouter => openai::chat(self, request),
            Kind::Anthropic => anthropic::chat(self, request),
            Kind::Gemini => gemini::chat(self, request),
            Kind::HuggingFace => Err(unsupported(Ability::Chat)),
        }
    }

    /// Asks the cheapest question that is not answered without a good key.
    ///
    /// # Errors
    /// `unsupported`.
    pub fn check_key(&self) -> Result<Call<Whole<()>>, ProviderError> {
        self.needs(Ability::CheckKey)?;
        match self.kind {
            Kind::OpenAi => Ok(openai::check_key(self)),
            Kind::OpenRouter => Ok(openrouter::check_key(self)),
            Kind::Anthropic => Ok(anthropic::check_key(self)),
            Kind::Gemini => Ok(gemini::check_key(self)),
            Kind::HuggingFace => Ok(huggingface::check_key(self)),
            Kind::Ollama => Err(unsupported(Ability::CheckKey)),
        }
    }

    /// Searches for repositories of models.
    ///
    /// # Errors
    /// `unsupported`, or something that cannot be searched for.
    pub fn search(&self, search: &Search) -> Result<Call<Paged<Finds>>, ProviderError> {
        self.needs(Ability::Search)?;
        huggingface::search(self, search)
    }

    /// Asks for the facts of a repository, at a revision or where it stands now.
    ///
    /// # Errors
    /// `unsupported`, or a revision that cannot be.
    pub fn repository(
        &self,
        repository: &Repository,
        revision: Option<&str>,
    ) -> Result<Call<Paged<Found>>, ProviderError> {
        self.needs(Ability::Files)?;
        huggingface::repository(self, repository, revision)
    }

    /// Asks for the files of a repository at a commit; `after` is what [`huggingface::Page::next`] said of the page before.
    ///
    /// # Errors
    /// `unsupported`.
    pub fn files(
        &self,
        repository: &Repository,
        commit: &Commit,
        after: Option<&str>,
    ) -> Result<Call<Paged<Files>>, ProviderError> {
        self.needs(Ability::Files)?;
        Ok(huggingface::files(self, repository, commit, after))
    }

    /// Whether it can have a model of that name.
    ///
    /// # Errors
    /// It cannot.
    pub fn check_name(&self, model: &str) -> Result<(), ProviderError> {
        let checked = match self.kind {
            Kind::Ollama => ollama::name::check(model),
            Kind::OpenAi | Kind::OpenRouter => openai::check_name(model),
            Kind::Anthropic => anthropic::check_name(model),
            Kind::Gemini => gemini::check_name(model),
            Kind::HuggingFace => Ok(()),
        };
        checked.map_err(|reason| ProviderErrorKind::InvalidName(reason).into())
    }

    /// Whether two names are one model here.
    pub fn same_model(&self, one: &str, other: &str) -> bool {
        match self.kind {
            Kind::Ollama => ollama::name::same(one, other),
            Kind::Gemini => gemini::same(one, other),
            _ => one == other,
        }
    }
}

/// That this kind of provider cannot do that.
fn unsupported(ability: Ability) -> ProviderError {
    ProviderErrorKind::Unsupported(ability).into()
}
