//! Header lines in order, names compared in any case, values kept as they are.

/// The headers of an answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Headers {
    lines: Vec<(String, String)>,
}

impl Headers {
    /// The only line of this name from now on.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.remove(name);
        self.add(name, value);
    }

    /// One more line.
    pub(crate) fn add(&mut self, name: &str, value: &str) {
        self.lines.push((name.to_string(), value.to_string()));
    }

    /// The lines of others, in place of those of the same name.
    pub(crate) fn take_over(&mut self, others: &Self) {
        others
            .lines
            .iter()
            .for_each(|(name, value)| self.set(name, value));
    }

    /// No line of this name.
    pub(crate) fn remove(&mut self, name: &str) {
        self.lines.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
    }

    /// The first line of this name.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let line = self
            .lines
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name));
        line.map(|(_, value)| value.as_str())
    }

    /// The head of an answer, down to the empty line.
    pub(crate) fn head(&self, status: u16, reason: &str) -> Vec<u8> {
        let mut head = format!("HTTP/1.1 {status} {reason}\r\n");
        for (name, value) in &self.lines {
            head.push_str(name);
            head.push_str(": ");
            head.push_str(value);
            head.push_str("\r\n");
        }
        head.push_str("\r\n");
        head.into_bytes()
    }
}
