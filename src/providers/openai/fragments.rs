//! Calls of functions, put together from fragments.
//!
//! A fragment names its call by an index. Some servers leave it out, some say 0 of every call: then a new number or a new
//! name begins the next one. What a call is given is text that becomes JSON only as a whole.

use crate::providers::chat::ToolCall;
use crate::providers::json::{NoJson, RawJson, Reader};

/// More calls than any answer has.
const MAX_CALLS: usize = 512;

/// Calls that are not whole yet.
#[derive(Debug, Default)]
pub(super) struct Fragments {
    calls: Vec<Call>,
}

#[derive(Debug, Default)]
struct Call {
    index: Option<u64>,
    id: Option<String>,
    name: Option<String>,
    arguments: String,
}

impl Call {
    /// Whether this is the beginning of another call than that one, which comes right before it.
    fn begins_after(&self, before: &Self) -> bool {
        let (Some(name), Some(other)) = (&self.name, &before.name) else {
            // A name stands in the first fragment of a call only, as a rule.
            return false;
        };
        match (&self.id, &before.id) {
            (Some(id), Some(other)) => id != other,
            _ => name != other || RawJson::object(&before.arguments).is_some(),
        }
    }
}

/// A call whose arguments are no object.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Broken {
    /// The function.
    pub(super) name: String,
}

impl Fragments {
    /// Reads `tool_calls` of a piece of an answer.
    pub(super) fn read(&mut self, reader: &mut Reader) -> Result<(), NoJson> {
        if reader.array()? {
            while reader.item()? {
                let fragment = read_fragment(reader)?;
                self.add(fragment);
            }
        }
        Ok(())
    }

    /// Whether there is one.
    pub(super) fn any(&self) -> bool {
        !self.calls.is_empty()
    }

    fn add(&mut self, fragment: Call) {
        // Fragments come one call after the other: it is nearly always the last one.
        let is_of = |call: &Call| match fragment.index {
            Some(_) => call.index == fragment.index,
            None => true,
        };
        let at = self.calls.iter().rposition(is_of);
        match at.filter(|at| !fragment.begins_after(&self.calls[*at])) {
            Some(at) => {
                let call = &mut self.calls[at];
                call.id = call.id.take().or(fragment.id);
                call.name = call.name.take().or(fragment.name);
                call.arguments.push_str(&fragment.arguments);
            }
            None if self.calls.len() < MAX_CALLS => self.calls.push(fragment),
            None => {}
        }
    }

    /// The calls, whole. Where the answer was `cut`, the last one may not be, and is left out then.
    pub(super) fn finish(&mut self, cut: bool, calls: &mut Vec<ToolCall>) -> Result<(), Broken> {
        for Call {
            id, name, arguments, ..
        } in std::mem::take(&mut self.calls)
        {
            let Some(name) = name else { continue };
            let given = match arguments.trim() {
                "" | "null" => Some(RawJson::default()),
                text => RawJson::object(text),
            };
            match given {
                Some(arguments) => calls.push(ToolCall {
                    id,
                    name,
                    arguments,
                    signature: None,
                }),
                None if cut => {}
                None => return Err(Broken { name }),
            }
        }
        Ok(())
    }
}

fn read_fragment(reader: &mut Reader) -> Result<Call, NoJson> {
    let mut call = Call::default();
    if !reader.object()? {
        return Ok(call);
    }
    while let Some(key) = reader.key()? {
        match &*key {
            "index" => call.index = reader.count()?,
            "id" => call.id = reader.word()?,
            "function" => {
                if reader.object()? {
                    read_function(reader, &mut call)?;
                }
            }
            _ => reader.skip()?,
        }
    }
    Ok(call)
}

fn read_function(reader: &mut Reader, call: &mut Call) -> Result<(), NoJson> {
    while let Some(key) = reader.key()? {
        match &*key {
            "name" => call.name = reader.word()?,
            "arguments" => {
                // Text by the protocol; some write the object itself.
                let raw = reader.raw()?;
                let mut text = Reader::new(raw);
                match text.text()? {
                    Some(text) => call.arguments = text.into_owned(),
                    None if raw == "null" => {}
                    None => raw.clone_into(&mut call.arguments),
                }
            }
            _ => reader.skip()?,
        }
    }
    Ok(())
}
