//! Downloads as LM Studio has them: a job is begun once, and asked about until it is over. There is no word to end one, so
//! whoever stops asking leaves it running there.

use crate::providers::Provider;
use crate::providers::answer::{Call, Reading};
use crate::providers::error::{Foreign, ProviderError, ProviderErrorKind};
use crate::providers::json::{NoJson, Reader};
use crate::providers::pull::{PullDecoder, PullEnd, PullPhase, PullProgress, Pulling, Tally};
use crate::providers::request::Patience;
use crate::providers::stream::Said;
use crate::providers::write::Writer;
use crate::providers::{Ability, HttpRequest, unsupported};

/// The longest name of a job, in bytes.
const MAX_JOB_BYTES: usize = 256;

/// Begins one. Behind an `@` the name may say which of the files is meant.
pub(in crate::providers) fn begin(
    provider: &Provider,
    model: &str,
) -> Result<Call<PullDecoder>, ProviderError> {
    super::check_name(model).map_err(ProviderErrorKind::InvalidName)?;
    let path = path(provider)?;
    let mut body = Writer::object();
    let (name, quantization) = model.split_once('@').unwrap_or((model, ""));
    body.field("model", name);
    if !quantization.is_empty() {
        body.field("quantization", quantization);
    }
    let url = super::root_url(provider, path);
    Ok(call(super::send(provider, url, body.finish())))
}

/// Asks how far one is.
pub(in crate::providers) fn ask(provider: &Provider, job: &str) -> Result<Call<PullDecoder>, ProviderError> {
    let path = path(provider)?;
    let url = super::root_url(provider, &[path, "/status/", job].concat());
    Ok(call(super::ask(provider, url)))
}

fn path(provider: &Provider) -> Result<&'static str, ProviderError> {
    super::row(provider).downloads.ok_or(unsupported(Ability::Pull))
}

fn call(request: HttpRequest) -> Call<PullDecoder> {
    Call {
        request: HttpRequest {
            patience: Patience::Long,
            ..request
        },
        decoder: Pulling::Job(Job::default()).decoder(),
    }
}

/// Reads what is said of a job.
#[derive(Debug, Default)]
pub struct Job {
    tally: Tally,
    /// How to ask again; `None` where it is done.
    again: Option<String>,
}

#[derive(Default)]
struct State {
    status: Option<String>,
    id: Option<String>,
    total: u64,
    downloaded: u64,
}

impl State {
    fn read(text: &str) -> Result<Self, NoJson> {
        let mut state = Self::default();
        let mut reader = Reader::new(text);
        if reader.object()? {
            while let Some(key) = reader.key()? {
                match &*key {
                    "status" => state.status = reader.word()?,
                    "job_id" => state.id = reader.word()?.filter(|id| is_job(id)),
                    "total_size_bytes" => state.total = reader.count()?.unwrap_or_default(),
                    "downloaded_bytes" => state.downloaded = reader.count()?.unwrap_or_default(),
                    _ => reader.skip()?,
                }
            }
        }
        reader.end()?;
        Ok(state)
    }
}

/// Whether it can stand in a path as it is.
fn is_job(id: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_~".contains(&byte);
    id.len() <= MAX_JOB_BYTES && id.bytes().all(is_plain)
}

impl Said for Job {
    type Item = PullProgress;
    type End = PullEnd;

    fn line(
        &mut self,
        line: &str,
        status: u16,
        items: &mut Vec<PullProgress>,
    ) -> Result<Reading, ProviderError> {
        let error = |kind| ProviderError::at(kind, status);
        let foreign = |what| error(ProviderErrorKind::NotThisProtocol(what));
        let state = State::read(line).map_err(|NoJson| foreign(Foreign::Text.or_page(line)))?;
        if let Some(error) = crate::providers::refusal::inside(line, status) {
            return Err(error);
        }
        let phase = match state.status.as_deref() {
            Some("completed" | "already_downloaded") => PullPhase::Done,
            Some("downloading" | "paused") => PullPhase::Downloading,
            Some("failed") => {
                return Err(ProviderError {
                    said: Some("the download failed".to_owned()),
                    ..error(ProviderErrorKind::Failed)
                });
            }
            _ => return Err(foreign(Foreign::OtherJson)),
        };
        if state.total > 0 {
            self.tally.report("", state.total, state.downloaded);
        }
        self.tally.enter(phase);
        items.push(self.tally.progress());
        if phase != PullPhase::Done {
            self.again = Some(state.id.ok_or_else(|| foreign(Foreign::OtherJson))?);
        }
        Ok(Reading::Enough)
    }

    fn end(self, _: &mut Vec<PullProgress>) -> PullEnd {
        self.again.map_or(PullEnd::Done, PullEnd::Again)
    }
}
