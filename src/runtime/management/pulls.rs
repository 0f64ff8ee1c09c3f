//! Pulls: a server fetches a model, and what it says of that is told as a worker tells of a transfer.
//!
//! A pull goes on over as many connections as it takes (requirement Q9): one that breaks is followed by another after
//! a pause, and the server goes on where it was. What it refuses stays refused. Each pull has a stop button of its own, and
//! is known by its ticket: once stopped, nothing more is told of it.
//!
//! Some servers fetch by themselves and are asked how far they are, once a second. To stop then is to stop asking.

use std::rc::Rc;

use super::Service;
use super::exchange::{AbortOf, Broken, Limits, Listen, Trouble, ask};
use super::ports::{News, Ports};
use super::report::Reports;
use crate::engine::Zone;
use crate::engine::failure::{ErrorCode, Failure};
use crate::engine::ids::Ticket;
use crate::engine::protocol::{FromWorker, Waiting};
use crate::management::Request;
use crate::net::Abort;
use crate::net::call::Calls;
use crate::providers::error::RetryAfter;
use crate::providers::pull::{PullEnd, PullProgress};
use crate::providers::{Provider, ProviderErrorKind};
use crate::transfer::policy::{LONGEST_RETRY_AFTER_MS, PROBE_MS};
use crate::transfer::retry::{Attempts, pause_ms};

/// How often somebody who waits looks at the clock.
const TICK_MS: u64 = 250;
/// How often a server that fetches by itself is asked how far it is.
const POLL_MS: u64 = 1_000;

/// A pull under way.
pub(super) struct Running<P: Ports> {
    ticket: Ticket,
    abort: AbortOf<P>,
}

impl<P: Ports> Running<P> {
    /// Closes its connection.
    pub(super) fn stop(&self) {
        self.abort.abort();
    }
}

/// What follows from a broken connection.
enum Then {
    Fail(Failure),
    Retry(Failure, Option<RetryAfter>),
}

/// One pull, for as long as it takes.
struct Pull<'s, P: Ports> {
    service: &'s Rc<Service<P>>,
    ticket: Ticket,
    reports: Reports,
    attempts: Attempts,
    /// What the server calls its work, where it goes on by itself.
    job: Option<String>,
}

impl<P: Ports> Service<P> {
    /// Makes a server fetch a model. Everything that comes of it is told as [`News::Pull`].
    pub fn pull(self: &Rc<Self>, ticket: Ticket, provider: &str, model: &str) {
        let abort = self.ports.net().stop_button();
        let found = self.ready(provider);
        let (this, model) = (Rc::clone(self), model.to_owned());
        self.pulls.borrow_mut().push(Running { ticket, abort });
        self.ports.spawn(async move {
            let mut pull = Pull {
                service: &this,
                ticket,
                reports: Reports::default(),
                attempts: Attempts::default(),
                job: None,
            };
            let outcome = match found {
                Ok(provider) => pull.run(&provider, &model).await,
                Err(failure) => Err(failure),
            };
            pull.end(outcome);
        });
    }

    /// Closes the connection of a pull; nothing comes of it any more.
    pub fn stop_pull(&self, ticket: Ticket) {
        if let Some(running) = self.take_pull(ticket) {
            running.stop();
        }
    }

    fn take_pull(&self, ticket: Ticket) -> Option<Running<P>> {
        let mut pulls = self.pulls.borrow_mut();
        let at = pulls.iter().position(|pull| pull.ticket == ticket)?;
        Some(pulls.remove(at))
    }
}

impl<P: Ports> Pull<'_, P> {
    /// Whether it was not stopped.
    fn is_wanted(&self) -> bool {
        let pulls = self.service.pulls.borrow();
        pulls.iter().any(|pull| pull.ticket == self.ticket)
    }

    fn tell(&self, report: &FromWorker) {
        if self.is_wanted() {
            self.service.ports.tell(News::Pull(report));
        }
    }

    fn tell_progress(&mut self) {
        if let Some((downloaded_bytes, total_bytes)) = self.reports.due(self.service.ports.now().ms) {
            self.tell(&FromWorker::Progress {
                ticket: self.ticket,
                downloaded_bytes,
                total_bytes,
                restarted: false,
            });
        }
    }

    /// The last word.
    fn end(&self, outcome: Result<(), Failure>) {
        let ticket = self.ticket;
        let report = match outcome {
            Ok(()) => FromWorker::Finished {
                ticket,
                files: Vec::new(),
            },
            Err(failure) => FromWorker::Failed {
                ticket,
                failure,
                kept_bytes: None,
            },
        };
        self.tell(&report);
        self.service.take_pull(ticket);
    }

    /// Goes on until the model is there, or cannot be.
    async fn run(&mut self, provider: &Provider, model: &str) -> Result<(), Failure> {
        self.tell_progress();
        while self.is_wanted() {
            let trouble = match self.connect(provider, model).await {
                Ok(PullEnd::Done) => {
                    self.service.wish(Request::Changed {
                        provider: provider.id.clone(),
                    });
                    self.service.refresh(&provider.id);
                    return Ok(());
                }
                Ok(PullEnd::Again(job)) => {
                    self.job = Some(job);
                    self.sleep_until(self.service.ports.now().ms + POLL_MS).await;
                    continue;
                }
                Err(trouble) => trouble,
            };
            if !self.is_wanted() {
                break;
            }
            if self.service.ports.is_offline() && is_of_network(&trouble) {
                self.wait_for_network(provider, model).await?;
                continue;
            }
            let attempt = self.attempts.failed();
            if is_gone(&trouble) && self.job.take().is_some() && !self.attempts.exhausted() {
                // The server knows nothing of its work any more: it was started anew. It is asked for the model again.
                self.sleep_until(self.service.ports.now().ms + POLL_MS).await;
                continue;
            }
            match self.service.then(provider, model, trouble).await {
                Then::Fail(failure) => return Err(failure),
                Then::Retry(failure, _) if self.attempts.exhausted() => return Err(failure),
                Then::Retry(failure, after) => self.wait(attempt, failure, after).await,
            }
        }
        Ok(())
    }

    /// One connection.
    async fn connect(&mut self, provider: &Provider, model: &str) -> Result<PullEnd, Trouble> {
        let call = match &self.job {
            Some(job) => provider.pull_status(job)?,
            None => provider.pull(model)?,
        };
        let limits = Limits::of(&call.request, 0);
        let ports = &self.service.ports;
        let abort = ports.net().stop_button();
        for running in self.service.pulls.borrow_mut().iter_mut() {
            if running.ticket == self.ticket {
                running.abort = abort.clone();
            }
        }
        let signer = self.service.signer(provider);
        ask(ports, &signer, call, limits, &abort, self).await
    }

    /// Without a network nothing can be begun; what has begun goes on when it is back.
    async fn wait_for_network(&mut self, provider: &Provider, model: &str) -> Result<(), Failure> {
        if !self.reports.has_begun() {
            let message = ["A network is needed to pull ", model, "."].concat();
            let mut failure = Failure::new(ErrorCode::Offline, message).about_model(model);
            failure.provider = Some(provider.id.clone());
            return Err(failure);
        }
        self.attempts.reset();
        self.tell(&FromWorker::Waits {
            ticket: self.ticket,
            waiting: Waiting::Offline,
        });
        let until = self.service.ports.now().ms + PROBE_MS;
        while self.is_wanted() && self.service.ports.is_offline() && self.service.ports.now().ms < until {
            self.tell_progress();
            self.service.ports.sleep(TICK_MS).await;
        }
        Ok(())
    }

    async fn wait(&mut self, attempt: u32, failure: Failure, after: Option<RetryAfter>) {
        let now = self.service.ports.now();
        let pause = match after {
            Some(RetryAfter::Ms(ms)) => ms,
            Some(RetryAfter::At(time)) => time.saturating_sub(now.ms),
            None => pause_ms(attempt, now.dice),
        };
        let until_ms = now.ms + pause.min(LONGEST_RETRY_AFTER_MS);
        self.tell(&FromWorker::Waits {
            ticket: self.ticket,
            waiting: Waiting::Retry {
                attempt,
                until_ms,
                failure: Box::new(failure),
            },
        });
        self.sleep_until(until_ms).await;
    }

    /// Waits, as long as it is wanted.
    async fn sleep_until(&mut self, until_ms: u64) {
        loop {
            let now = self.service.ports.now().ms;
            if !self.is_wanted() || now >= until_ms {
                return;
            }
            self.tell_progress();
            self.service.ports.sleep(TICK_MS.min(until_ms - now)).await;
        }
    }
}

impl<P: Ports> Listen<PullProgress> for Pull<'_, P> {
    fn items(&mut self, items: &mut Vec<PullProgress>) {
        for progress in items.drain(..) {
            let came = self.reports.take(progress);
            self.attempts.progressed(came);
        }
        self.tell_progress();
    }

    fn tick(&mut self) {
        self.tell_progress();
    }
}

/// Whether what was asked about is not there.
fn is_gone(trouble: &Trouble) -> bool {
    matches!(trouble, Trouble::Refused(error) if error.kind == ProviderErrorKind::NotFound)
}

/// Whether a network that is gone could be why.
fn is_of_network(trouble: &Trouble) -> bool {
    match trouble {
        Trouble::Broken(broken) => *broken != Broken::Aborted,
        // The server has no way to where it fetches from.
        Trouble::Refused(error) => matches!(
            error.kind,
            ProviderErrorKind::Failed | ProviderErrorKind::TimedOut | ProviderErrorKind::Incomplete
        ),
    }
}

impl<P: Ports> Service<P> {
    /// Whether asking again can help.
    async fn then(self: &Rc<Self>, provider: &Provider, model: &str, trouble: Trouble) -> Then {
        let after = match &trouble {
            Trouble::Broken(_) => None,
            Trouble::Refused(error) => match &error.kind {
                ProviderErrorKind::Overloaded { retry } | ProviderErrorKind::RateLimited { retry } => *retry,
                ProviderErrorKind::Incomplete | ProviderErrorKind::TimedOut => None,
                _ => return Then::Fail(error.failure(&provider.id, Some(model))),
            },
        };
        let failure = self.failure_of(provider, model, trouble).await;
        match failure.code {
            ErrorCode::LocalNetworkPermission => Then::Fail(failure),
            // The server is there and lets no page in; or nobody knows, and then it may be down for a moment.
            ErrorCode::CorsOrNetwork if provider.base.zone() != Zone::Public => Then::Fail(failure),
            _ => Then::Retry(failure, after),
        }
    }
}
