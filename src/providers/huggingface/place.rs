//! Which repository is meant, and how names become parts of URLs.

use crate::providers::BaseUrl;

/// The longest name of an owner or of a repository, in characters.
const MAX_NAME: usize = 96;
/// The longest name of a revision, in characters.
const MAX_REVISION: usize = 128;
/// Hosts that stand before the name of a repository where people copy one.
const HOSTS: [&str; 3] = ["huggingface.co", "www.huggingface.co", "hf.co"];
/// What stands between a repository and a revision in the address of a page.
const PAGES: [&str; 4] = ["tree", "blob", "resolve", "raw"];

/// A repository of models: `owner/name`, or a name alone, as the oldest ones have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repository(String);

/// A commit: 40 hex digits in lower case. What is named by it never changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit(String);

impl Repository {
    /// Takes a name as the hub writes it.
    ///
    /// # Errors
    /// What is wrong with it, to go on after "the name".
    pub fn new(text: &str) -> Result<Self, &'static str> {
        let mut parts = text.split('/');
        let fine = |part: &str| {
            (1..=MAX_NAME).contains(&part.len())
                && part
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
                && !part.starts_with(['-', '.'])
                && !part.contains("..")
        };
        let (first, second, third) = (parts.next(), parts.next(), parts.next());
        if third.is_some() || !first.is_some_and(fine) || !second.is_none_or(fine) {
            return Err("must be of the form `owner/name`, of letters, digits, `-`, `_` and `.`");
        }
        Ok(Self(text.to_owned()))
    }

    /// Takes what people paste: a name, or the address of a page of the repository, which may name a revision.
    ///
    /// # Errors
    /// What is wrong with it, to go on after "the name".
    pub fn pasted(text: &str, base: &BaseUrl) -> Result<(Self, Option<String>), &'static str> {
        let text = text.trim();
        let after_scheme = text.strip_prefix("https://").or(text.strip_prefix("http://"));
        let path = text
            .strip_prefix(base.as_str())
            .and_then(|rest| rest.strip_prefix('/'))
            .or_else(|| {
                let (host, path) = after_scheme.unwrap_or(text).split_once('/')?;
                HOSTS.contains(&host).then_some(path)
            });
        if path.is_none() && after_scheme.is_some() {
            return Err("must be a page of this hub");
        }
        let path = path.unwrap_or(text);
        let path = path.split(['?', '#']).next().unwrap_or_default();
        let parts: Vec<&str> = path.trim_end_matches('/').split('/').collect();
        let page = parts.iter().position(|part| PAGES.contains(part));
        let end = page.filter(|at| *at > 0).unwrap_or(parts.len());
        let revision = parts.get(end + 1).map(|revision| (*revision).to_owned());
        Ok((Self::new(&parts[..end].join("/"))?, revision))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name without its owner.
    pub fn name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or_default()
    }
}

impl Commit {
    /// A commit, where a text is one.
    pub fn new(text: &str) -> Option<Self> {
        let is_hex = text.len() == 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_hex.then(|| Self(text.to_ascii_lowercase()))
    }

    /// Its 40 digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether a text can name a revision: a branch, a tag or a commit.
pub(super) fn check_revision(text: &str) -> Result<(), &'static str> {
    let fine = |byte: u8| byte.is_ascii_graphic() && !b"~^:?*[\\".contains(&byte);
    if text.is_empty() || text.len() > MAX_REVISION || !text.bytes().all(fine) || text.contains("..") {
        return Err("must be the name of a branch, a tag or a commit");
    }
    Ok(())
}

/// Writes a text into a URL, where it is text and nothing else. `keep` are signs that stay as they are.
pub(super) fn encode(url: &mut String, text: &str, keep: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) || keep.contains(&byte) {
            url.push(char::from(byte));
        } else {
            url.push('%');
            url.push(char::from(DIGITS[usize::from(byte >> 4)]));
            url.push(char::from(DIGITS[usize::from(byte & 15)]));
        }
    }
}

/// The URL of a file of a commit. Whoever asks it is led on to where the bytes are.
pub(super) fn file_url(base: &BaseUrl, repository: &Repository, commit: &Commit, path: &str) -> String {
    let mut url = base.join("/");
    url.push_str(repository.as_str());
    url.push_str("/resolve/");
    url.push_str(commit.as_str());
    url.push('/');
    encode(&mut url, path, b"/");
    url
}

/// The cursor of the next page in a `Link` header: `<https://…?…&cursor=…>; rel="next"`. Only the cursor is taken: the
/// next question goes where the first one went, whatever an answer says.
pub(super) fn next_cursor(link: &str) -> Option<String> {
    // A cursor longer than this makes a URL that servers refuse.
    const MAX_CURSOR: usize = 2_000;
    let mut links = link.split('<').skip(1).filter_map(|link| link.split_once('>'));
    let (url, _) = links.find(|(_, what)| {
        let what = what.split(',').next().unwrap_or_default();
        what.contains("rel=\"next\"") || what.contains("rel=next")
    })?;
    let (_, query) = url.split_once('?')?;
    let query = query.split('#').next().unwrap_or_default();
    let cursor = query
        .split('&')
        .find_map(|parameter| parameter.strip_prefix("cursor="))?;
    is_cursor(cursor)
        .then(|| cursor.to_owned())
        .filter(|cursor| cursor.len() <= MAX_CURSOR)
}

/// Whether a text can stand in a query as it is.
pub(super) fn is_cursor(text: &str) -> bool {
    let fine = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~%+=/:,!*".contains(&byte);
    !text.is_empty() && text.bytes().all(fine)
}
