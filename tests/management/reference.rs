//! The caching rule, said plainly and slowly: everything that ever happened is kept, and each question is answered by
//! reading all of it.

use modelyard::config::CachePolicy;

/// Whose answer: the list of a provider, or the details of one of its models.
pub(crate) type Subject = (String, Option<String>);

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Happened {
    /// An answer came, which a number tells from others.
    Answered(Subject, u32),
    Unreachable(Subject),
    Refused(Subject),
    /// The server said that there is no such model.
    Gone(Subject),
    Changed(String),
    /// Cleared, removed, or somewhere else now.
    Forgotten(String),
    /// There is another key than before.
    Rekeyed(String),
    /// The page was loaded anew: failures are forgotten, answers and changes are not.
    Reloaded,
}

#[derive(Debug, Default)]
pub(crate) struct History(Vec<(u64, Happened)>);

impl History {
    pub(crate) fn add(&mut self, at: u64, what: Happened) {
        self.0.push((at, what));
    }

    /// The last answer that is still kept: its place, time and number.
    fn kept(&self, subject: &Subject) -> Option<(usize, u64, u32)> {
        let mut kept = None;
        for (place, (at, what)) in self.0.iter().enumerate() {
            match what {
                Happened::Answered(of, number) if of == subject => kept = Some((place, *at, *number)),
                Happened::Forgotten(provider) if *provider == subject.0 => kept = None,
                // A list stays when one of its models is gone.
                Happened::Gone(of) if of == subject => kept = None,
                _ => {}
            }
        }
        kept
    }

    /// The answer that may be shown while its server cannot be reached: its age and number.
    pub(crate) fn shown(&self, subject: &Subject, now: u64) -> Option<(u64, u32)> {
        self.kept(subject).map(|(_, at, number)| (now - at, number))
    }

    /// The answer that needs no question.
    pub(crate) fn fresh(&self, subject: &Subject, now: u64, policy: CachePolicy) -> Option<(u64, u32)> {
        let (place, at, number) = self.kept(subject)?;
        let seconds = match subject.1 {
            None => policy.list_seconds,
            Some(_) => policy.detail_seconds,
        };
        let mut good = now - at < u64::from(seconds) * 1_000;
        for (_, what) in &self.0[place..] {
            match what {
                Happened::Changed(provider) | Happened::Rekeyed(provider) if *provider == subject.0 => {
                    good = false;
                }
                _ => {}
            }
        }
        let reload = self.0.iter().rposition(|(_, what)| *what == Happened::Reloaded);
        for (_, what) in &self.0[place.max(reload.unwrap_or(0))..] {
            match what {
                Happened::Unreachable(of) | Happened::Refused(of) if of == subject => good = false,
                // A list that has what is gone is wrong; each list here has every model.
                Happened::Gone(of) if of.0 == subject.0 && subject.1.is_none() => good = false,
                _ => {}
            }
        }
        good.then_some((now - at, number))
    }

    /// What came of the last question.
    pub(crate) fn outcome(&self, subject: &Subject) -> Option<&Happened> {
        let mut outcome = None;
        for (_, what) in &self.0 {
            match what {
                Happened::Answered(of, _) | Happened::Unreachable(of) | Happened::Refused(of)
                    if of == subject =>
                {
                    outcome = Some(what);
                }
                Happened::Forgotten(provider) if *provider == subject.0 => outcome = None,
                Happened::Rekeyed(provider) if *provider == subject.0 => {
                    outcome = outcome.filter(|what| !matches!(what, Happened::Refused(_)));
                }
                Happened::Reloaded => outcome = None,
                _ => {}
            }
        }
        outcome
    }
}
