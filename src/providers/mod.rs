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
//! `ndjson` (lines), `json` (values), `refusal` (errors), `context` (its overflow), `listed` (models).

pub mod answer;
pub mod base;
pub mod chat;
pub mod connection;
mod context;
pub mod error;
pub mod json;
pub mod listed;
pub mod ndjson;
pub mod ollama;
pub mod pull;
mod refusal;
pub mod request;
mod scan;
pub mod stream;
mod words;
mod write;

pub use self::answer::{Call, Decoder, Head, Reading, Whole};
pub use self::base::BaseUrl;
pub use self::error::{ProviderError, ProviderErrorKind};
pub use self::request::HttpRequest;

use self::chat::{ChatDecoder, ChatRequest};
use self::listed::{Listing, RunningModel, ServerVersion, ShownModel};
use self::pull::PullDecoder;

/// What a provider speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Ollama's own protocol.
    Ollama,
}

/// Something a provider may be able to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ability {
    /// Says its version.
    Version,
    /// Lists its models.
    List,
    /// Says more of one model.
    Show,
    /// Says with which context its models are served now.
    ServedContext,
    /// Fetches a model by name.
    Pull,
    /// Deletes a model.
    Remove,
    /// Gives a model a second name.
    Copy,
    /// Frees the memory of a model.
    Unload,
    /// Answers.
    Chat,
}

/// A provider: where it is and what it speaks. Holds no key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provider {
    /// Its name in the configuration, events and errors.
    pub id: String,
    /// What it speaks.
    pub kind: Kind,
    /// Where it is.
    pub base: BaseUrl,
}

impl Ability {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Version,
        Self::List,
        Self::Show,
        Self::ServedContext,
        Self::Pull,
        Self::Remove,
        Self::Copy,
        Self::Unload,
        Self::Chat,
    ];

    /// What it is, to go on after "cannot".
    pub fn words(self) -> &'static str {
        match self {
            Self::Version => "say its version",
            Self::List => "list its models",
            Self::Show => "describe a model",
            Self::ServedContext => "say the context its models are served with",
            Self::Pull => "fetch models",
            Self::Remove => "delete models",
            Self::Copy => "copy models",
            Self::Unload => "unload models",
            Self::Chat => "answer",
        }
    }
}

impl Kind {
    /// Its name, for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ollama => "Ollama",
        }
    }

    /// What it can do.
    pub fn abilities(self) -> &'static [Ability] {
        match self {
            Self::Ollama => &Ability::ALL,
        }
    }

    /// Whether it can do that.
    pub fn can(self, ability: Ability) -> bool {
        self.abilities().contains(&ability)
    }
}

impl Provider {
    /// A provider of that name and kind at that place.
    pub fn new(id: impl Into<String>, kind: Kind, base: BaseUrl) -> Self {
        Self {
            id: id.into(),
            kind,
            base,
        }
    }

    /// `unsupported` where the kind cannot do that.
    fn needs(&self, ability: Ability) -> Result<(), ProviderError> {
        if self.kind.can(ability) {
            Ok(())
        } else {
            Err(ProviderErrorKind::Unsupported(ability).into())
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
        }
    }

    /// Asks for its models; `after` is what [`Listing::next`] said of the page before.
    ///
    /// # Errors
    /// `unsupported`.
    pub fn list(&self, after: Option<&str>) -> Result<Call<Whole<Listing>>, ProviderError> {
        self.needs(Ability::List)?;
        match (self.kind, after) {
            // It has no pages.
            (Kind::Ollama, _) => Ok(ollama::list(self)),
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
        }
    }

    /// Whether it can have a model of that name.
    ///
    /// # Errors
    /// It cannot.
    pub fn check_name(&self, model: &str) -> Result<(), ProviderError> {
        let checked = match self.kind {
            Kind::Ollama => ollama::name::check(model),
        };
        checked.map_err(|reason| ProviderErrorKind::InvalidName(reason).into())
    }

    /// Whether two names are one model here.
    pub fn same_model(&self, one: &str, other: &str) -> bool {
        match self.kind {
            Kind::Ollama => ollama::name::same(one, other),
        }
    }
}
