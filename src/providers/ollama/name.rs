//! Names of models: `[host/][namespace/]model[:tag]`.

/// What goes without saying.
const DEFAULT_HOST: &str = "registry.ollama.ai";
const DEFAULT_NAMESPACE: &str = "library";
const DEFAULT_TAG: &str = "latest";

/// The parts of a name, with what goes without saying.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Name<'t> {
    /// The registry.
    pub host: &'t str,
    /// Whose it is there.
    pub namespace: &'t str,
    /// The model.
    pub model: &'t str,
    /// The size, quantization or version.
    pub tag: &'t str,
}

impl<'t> Name<'t> {
    /// Cuts a name into its parts. They may be empty or have characters that cannot be: [`check`] says.
    pub fn new(text: &'t str) -> Self {
        // A colon before the last slash is that of a port.
        let (rest, tag) = match text.rsplit_once(':') {
            Some((rest, tag)) if !tag.contains('/') => (rest, tag),
            _ => (text, DEFAULT_TAG),
        };
        let (rest, model) = rest
            .rsplit_once('/')
            .map_or((None, rest), |(rest, model)| (Some(rest), model));
        let (host, namespace) = match rest {
            None => (DEFAULT_HOST, DEFAULT_NAMESPACE),
            Some(rest) => rest.rsplit_once('/').unwrap_or((DEFAULT_HOST, rest)),
        };
        let host = host.split_once("://").map_or(host, |(_, host)| host);
        Self {
            host,
            namespace,
            model,
            tag,
        }
    }

    fn parts(&self) -> [&'t str; 4] {
        [self.host, self.namespace, self.model, self.tag]
    }
}

/// Whether two names are one model: what goes without saying is added, and letter case does not matter.
pub fn same(one: &str, other: &str) -> bool {
    let (one, other) = (Name::new(one).parts(), Name::new(other).parts());
    one.iter()
        .zip(other)
        .all(|(one, other)| one.eq_ignore_ascii_case(other))
}

/// What is wrong with a name, to go on after "it".
///
/// # Errors
/// What is wrong with it.
pub fn check(text: &str) -> Result<(), &'static str> {
    if text.is_empty() {
        return Err("is empty");
    }
    let name = Name::new(text);
    for (part, longest, extra) in [
        (name.host, 350, "-.:"),
        (name.namespace, 80, "-"),
        (name.model, 80, "-."),
        (name.tag, 80, "-."),
    ] {
        if part.is_empty() {
            return Err("has an empty part");
        }
        if part.len() > longest {
            return Err("is too long");
        }
        let fine = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if !part.starts_with(fine) || !part.chars().all(|c| fine(c) || extra.contains(c)) {
            return Err("has a character that is not allowed there");
        }
    }
    Ok(())
}
