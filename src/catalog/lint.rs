//! What no test of a single name would find in bundled data: patterns that can never win, aliases that lead nowhere,
//! limits nobody means. The package's tests run it over the package's own data.
//!
//! A pattern never wins if another one matches everything it matches and stands before it. Whether it does is decided,
//! not guessed: both patterns are followed at once, over all texts that make a difference, until a text is found that
//! only the first one matches, or there are no more.

use std::collections::BTreeSet;

use super::bundle::{Bundle, MAX_ALIASES};
use super::entries::MAX_TOKENS;
use super::family::Family;
use super::name::{self, NameError};
use super::pattern::{Pattern, PatternError, Token, is_pattern};
use super::record::Facts;

/// Something wrong in bundled data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// It is no pattern.
    BadPattern(String, PatternError),
    /// The first pattern never wins: the second one does wherever both match, and it matches all the first one does.
    NeverWins(String, String),
    /// It has no wildcard: it belongs among the names.
    NoPattern(String),
    /// It is no name, so nobody can ask for it.
    BadName(String, NameError),
    /// A name or an alias has capitals, and is never asked for.
    Capitals(String),
    /// A name, alias or pattern is there twice.
    Twice(String),
    /// The alias leads back to itself, or over too many others.
    AliasCycle(String),
    /// Nothing is known of what the alias stands for.
    AliasOfNothing(String),
    /// The limit is 0, more than anybody can mean, or an answer much longer than the context.
    AbsurdLimit(String, u32),
    /// No profile can prefer this family: its name is not one this package knows.
    UnknownFamily(String, Family),
}

/// Looks over all of bundled data.
pub fn lint(bundle: &dyn Bundle) -> Vec<Finding> {
    let mut findings = Vec::new();
    let patterns = lint_patterns(bundle, &mut findings);
    lint_names(bundle, &mut findings);
    lint_aliases(bundle, &patterns, &mut findings);
    findings
}

fn lint_patterns(bundle: &dyn Bundle, findings: &mut Vec<Finding>) -> Vec<Pattern> {
    let mut patterns: Vec<Pattern> = Vec::new();
    for (text, facts, _) in bundle.patterns() {
        match Pattern::new(&text) {
            Ok(pattern) => patterns.push(pattern),
            Err(error) => findings.push(Finding::BadPattern(text.clone(), error)),
        }
        if !is_pattern(&text) {
            findings.push(Finding::NoPattern(text.clone()));
        }
        lint_facts(&text, &facts, findings);
    }
    for (index, pattern) in patterns.iter().enumerate() {
        let above = |(other, by): &(usize, &Pattern)| {
            let (own, its) = (pattern.specificity(), by.specificity());
            its > own || its == own && *other < index
        };
        let mut before = patterns.iter().enumerate().filter(above);
        if let Some((_, by)) = before.find(|(_, by)| by.covers(pattern)) {
            let (text, by) = (pattern.text().to_owned(), by.text().to_owned());
            findings.push(Finding::NeverWins(text, by));
        }
    }
    patterns
}

fn lint_names(bundle: &dyn Bundle, findings: &mut Vec<Finding>) {
    let mut seen = BTreeSet::new();
    let aliases = bundle.aliases().into_iter().map(|(alias, _)| alias);
    for name in bundle.names().into_iter().chain(aliases) {
        if let Err(error) = name::check(&name) {
            findings.push(Finding::BadName(name.clone(), error));
        }
        if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
            findings.push(Finding::Capitals(name.clone()));
        }
        if let Some((facts, _)) = bundle.exact(&name) {
            lint_facts(&name, &facts, findings);
        }
        if !seen.insert(name.clone()) {
            findings.push(Finding::Twice(name));
        }
    }
}

fn lint_facts(name: &str, facts: &Facts, findings: &mut Vec<Finding>) {
    let limits = [facts.context, facts.served_context, facts.max_output];
    let absurd = |limit: &u32| *limit == 0 || *limit > MAX_TOKENS;
    let mut wrong: Vec<u32> = limits.into_iter().flatten().filter(absurd).collect();
    if let (Some(context), Some(output)) = (facts.context, facts.max_output)
        && u64::from(output) > 4 * u64::from(context)
    {
        wrong.push(output);
    }
    findings.extend(
        wrong
            .into_iter()
            .map(|limit| Finding::AbsurdLimit(name.to_owned(), limit)),
    );
    if let Some(family) = &facts.family
        && *family != Family::UNKNOWN
        && Family::all().all(|known| known != *family)
    {
        findings.push(Finding::UnknownFamily(name.to_owned(), family.clone()));
    }
}

fn lint_aliases(bundle: &dyn Bundle, patterns: &[Pattern], findings: &mut Vec<Finding>) {
    for (alias, target) in bundle.aliases() {
        let mut last = target.as_str();
        let mut steps = 1;
        while let Some(next) = bundle.alias(last).filter(|_| steps <= MAX_ALIASES) {
            last = next;
            steps += 1;
        }
        if steps > MAX_ALIASES {
            findings.push(Finding::AliasCycle(alias));
        } else if bundle.exact(last).is_none() && !patterns.iter().any(|pattern| pattern.matches(last)) {
            findings.push(Finding::AliasOfNothing(alias));
        }
    }
}

/// The most pairs of places that are looked at before the question is given up.
const MAX_PAIRS: usize = 20_000;
/// Sets of places are bits of one number.
const MAX_TOKENS_OF_PATTERN: usize = 127;

impl Pattern {
    /// Whether this pattern matches every name the other one matches. Where that would take too long to decide it says
    /// no.
    pub fn covers(&self, other: &Self) -> bool {
        let (own, its) = (self.tokens(), other.tokens());
        if own.len().max(its.len()) > MAX_TOKENS_OF_PATTERN || differ_at_an_end(own, its) {
            return false;
        }
        let bytes = different_bytes(own, its);
        let start = (closed(its, 1), closed(own, 1));
        let mut seen = BTreeSet::from([start]);
        let mut open = vec![start];
        while let Some((in_its, in_own)) = open.pop() {
            let ended = |tokens: &[Token], places: u128| places >> tokens.len() & 1 == 1;
            if ended(its, in_its) && !ended(own, in_own) || seen.len() > MAX_PAIRS {
                return false;
            }
            for byte in &bytes {
                let next = (step(its, in_its, *byte), step(own, in_own, *byte));
                if next.0 != 0 && seen.insert(next) {
                    open.push(next);
                }
            }
        }
        true
    }
}

/// Whether the first tokens ask for a beginning or an end the others do not always have. Nearly all pairs are ruled out
/// here. Where the others have a class it is not that simple.
fn differ_at_an_end(own: &[Token], its: &[Token]) -> bool {
    let is_byte = |token: &&Token| matches!(token, Token::Byte(_));
    let same = |(own, its): (&Token, &Token)| own == its;
    let starts = own.iter().take_while(is_byte).zip(its).all(same);
    let ends = own
        .iter()
        .rev()
        .take_while(is_byte)
        .zip(its.iter().rev())
        .all(same);
    let simple = !its.iter().any(|token| matches!(token, Token::Class(_)));
    simple && !(starts && ends)
}

/// One byte of each kind the tokens tell apart. Capitals are in no name.
fn different_bytes(own: &[Token], its: &[Token]) -> Vec<u8> {
    let mut kinds = BTreeSet::new();
    let bytes = (0..=u8::MAX).filter(|byte| !byte.is_ascii_uppercase());
    bytes
        .filter(|byte| {
            let kind: Vec<bool> = own.iter().chain(its).map(|token| token.takes(*byte)).collect();
            kinds.insert(kind)
        })
        .collect()
}

/// The places reached without a byte: bit `i` is before token `i`, and a star can be left as it is.
fn closed(tokens: &[Token], mut places: u128) -> u128 {
    for (index, token) in tokens.iter().enumerate() {
        if *token == Token::Star {
            places |= (places >> index & 1) << (index + 1);
        }
    }
    places
}

/// The places reached with one byte.
fn step(tokens: &[Token], places: u128, byte: u8) -> u128 {
    let mut next = 0;
    for (index, token) in tokens.iter().enumerate() {
        if places >> index & 1 == 1 && token.takes(byte) {
            next |= 1 << if *token == Token::Star { index } else { index + 1 };
        }
    }
    closed(tokens, next)
}
