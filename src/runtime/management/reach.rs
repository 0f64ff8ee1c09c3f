//! Why a server cannot be reached: the connection test, and what every broken call is told as.
//!
//! A browser says the same of a server that is down, one that lets no page in, and one it may not reach. So beside the call
//! that failed, two things are looked at: whether anything answers a request whose answer the page may not read, and
//! the state of the permission. [`judge`] makes the finding of it.

use std::rc::Rc;

use serde::Serialize;

use super::exchange::{AbortOf, Broken, Limits, Nobody, Trouble, ask, within};
use super::ports::Ports;
use super::vault::Signer;
use super::{Service, settings};
use crate::engine::Zone;
use crate::engine::failure::{ErrorCode, Failure};
use crate::json::readable;
use crate::net::Abort;
use crate::net::call::Calls;
use crate::providers::connection::{Finding, Heard, OpaqueProbe, Permission, Surroundings, Verdict, judge};
use crate::providers::listed::ServerVersion;
use crate::providers::{Ability, Provider};

/// How long a connection test takes at most. The look around comes after the question.
const TEST_MS: u64 = 7_000;
const LOOK_MS: u64 = 2_500;

/// The end of a connection test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ConnectionReport {
    /// Whether it answers as it should.
    pub ok: bool,
    /// What was found.
    pub finding: Finding,
    /// The public code of it.
    pub code: Option<ErrorCode>,
    /// The version of the server, where it answered.
    pub version: Option<String>,
    /// The HTTP status, where there was one.
    pub http_status: Option<u16>,
    /// What it is, as a sentence.
    pub message: String,
    /// What to do, as sentences; empty when all is well.
    pub advice: String,
    /// A setting of the server to copy, for instance `OLLAMA_ORIGINS=https://app.example`.
    pub setting: Option<String>,
}

/// What is tested: a provider of the configuration, or one that is not in it.
struct Tested {
    provider: Option<String>,
    kind: Option<String>,
    host: Option<String>,
    server: Option<String>,
}

readable! {
    Tested only { provider: "provider?", kind: "kind?", host: "host?", server: "server?" }
}

impl From<Verdict> for ConnectionReport {
    fn from(verdict: Verdict) -> Self {
        Self {
            ok: verdict.finding == Finding::Reachable,
            finding: verdict.finding,
            code: verdict.finding.code(),
            version: verdict.version.map(|version| version.text),
            http_status: verdict.status,
            message: verdict.message,
            advice: verdict.advice,
            setting: verdict.setting,
        }
    }
}

impl<P: Ports> Service<P> {
    /// Tests the connection to a provider of the configuration, or to one that is not in it: the JSON text of
    /// `{ provider }` or `{ kind?, host?, server? }`. Takes ten seconds at most. A key that is given is tried in the place of the one
    /// in the vault, and not kept.
    ///
    /// # Errors
    /// What is wrong with the text; a server that cannot be reached is a report.
    pub async fn test(self: &Rc<Self>, text: &str, key: Option<String>) -> Result<ConnectionReport, Failure> {
        let Tested {
            provider,
            kind,
            host,
            server,
        } = settings::read(text, "test")?;
        let is_described = kind.is_some() || host.is_some() || server.is_some();
        let provider = match provider {
            Some(id) if !is_described => self.provider(&id)?,
            id => settings::unconfigured(
                id.as_deref(),
                [
                    ("kind", kind.as_deref()),
                    ("host", host.as_deref()),
                    ("server", server.as_deref()),
                ],
            )?,
        };
        let signer = match key.filter(|key| !key.is_empty()) {
            Some(key) => self.signer_with(&provider, key)?,
            None => self.signer(&provider),
        };
        let heard = self.hear(&provider, &signer).await;
        let mut around = self.look_around(&provider, &heard).await;
        around.without_key = !signer.has_key();
        Ok(judge(&provider, &heard, &around).into())
    }

    async fn hear(&self, provider: &Provider, signer: &Signer) -> Heard {
        let abort = self.ports.net().stop_button();
        let answer = self.first_answer(provider, signer, &abort).await;
        abort.abort();
        match answer {
            Ok(version) => Heard::Answer(Ok(version)),
            Err(Trouble::Refused(error)) => Heard::Answer(Err(error)),
            Err(Trouble::Broken(Broken::Silent)) => Heard::Silence,
            Err(Trouble::Broken(Broken::Aborted | Broken::NoAnswer(_) | Broken::Cut(_))) => Heard::Nothing,
        }
    }

    /// The answer to the first question there is.
    async fn first_answer(
        &self,
        provider: &Provider,
        signer: &Signer,
        abort: &AbortOf<P>,
    ) -> Result<Option<ServerVersion>, Trouble> {
        let (ports, limits) = (&self.ports, Limits::within(TEST_MS));
        if provider.can(Ability::Version) {
            let call = provider.version()?;
            let version = ask(ports, signer, call, limits, abort, &mut Nobody).await;
            return version.map(Some);
        }
        let call = provider.check_key()?;
        let checked = ask(ports, signer, call, limits, abort, &mut Nobody).await;
        checked.map(|()| None)
    }

    /// What is known around a question that was not answered.
    async fn look_around(&self, provider: &Provider, heard: &Heard) -> Surroundings {
        let page = self.ports.page();
        let mut around = Surroundings {
            page_origin: page.text.clone(),
            page_is_secure: page.is_secure,
            offline: self.ports.is_offline(),
            ..Surroundings::default()
        };
        let zone = provider.base.zone();
        if matches!(heard, Heard::Answer(_)) {
            return around;
        }
        if zone != Zone::Public {
            let permission = within(&self.ports, LOOK_MS / 5, self.ports.permission(zone)).await;
            around.permission = permission.unwrap_or(Permission::Unknown);
        }
        if *heard == Heard::Nothing {
            let probe = self.ports.net().answers_at(provider.base.as_str(), zone);
            around.probe = match within(&self.ports, LOOK_MS, probe).await {
                Some(true) => OpaqueProbe::Answered,
                Some(false) => OpaqueProbe::Failed,
                None => OpaqueProbe::NotTried,
            };
        }
        around
    }

    /// What is told of a call for a model that came to nothing. Where nobody answered, the provider is asked for its models:
    /// so all hear that it cannot be reached, and hear of it when it can again.
    pub(super) async fn failure_of(
        self: &Rc<Self>,
        provider: &Provider,
        model: &str,
        trouble: Trouble,
    ) -> Failure {
        let nobody = matches!(&trouble, Trouble::Broken(Broken::NoAnswer(_)));
        let failure = self.failure(provider, Some(model), trouble).await;
        if nobody {
            self.refresh(&provider.id);
        }
        failure
    }

    /// What is told of a call that came to nothing.
    pub(super) async fn failure(
        &self,
        provider: &Provider,
        model: Option<&str>,
        trouble: Trouble,
    ) -> Failure {
        let id = provider.id.as_str();
        let mut failure = match trouble {
            Trouble::Refused(error) => return error.failure_at(id, model, self.ports.now().ms),
            Trouble::Broken(Broken::Aborted) => canceled(),
            Trouble::Broken(Broken::Cut(cause)) => {
                let message = ["The connection to ", id, " broke off."].concat();
                Failure::new(ErrorCode::Network, message).caused_by(cause)
            }
            Trouble::Broken(Broken::NoAnswer(cause)) => {
                self.unreachable(provider, Heard::Nothing).await.caused_by(cause)
            }
            Trouble::Broken(Broken::Silent) => self.unreachable(provider, Heard::Silence).await,
        };
        failure.provider = Some(id.to_owned());
        failure.model = model.map(str::to_owned);
        failure
    }

    async fn unreachable(&self, provider: &Provider, heard: Heard) -> Failure {
        let around = self.look_around(provider, &heard).await;
        let verdict = judge(provider, &heard, &around);
        let code = verdict.finding.code().unwrap_or(ErrorCode::CorsOrNetwork);
        let mut failure = Failure::new(code, verdict.message);
        if !verdict.advice.is_empty() {
            failure.recovery = vec![verdict.advice];
        }
        failure
    }
}

/// The failure of what somebody gave up.
pub(super) fn canceled() -> Failure {
    Failure::new(ErrorCode::Canceled, "It was given up.")
}
