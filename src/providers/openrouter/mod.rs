//! OpenRouter: OpenAI's protocol in front of many providers. Its catalogue says of each model what a request may ask and how
//! much room there is, twice: by the model and by the one that would answer; the smaller of the two holds. Answers and
//! refusals are those of `openai`, and what it wants said differently is a row there.

use super::Provider;
use super::answer::{Call, Whole};
use super::error::Foreign;
use super::json::{NoJson, Reader};
use super::listed::Listing;
use super::openai;

pub(super) fn list(provider: &Provider) -> Call<Whole<Listing>> {
    Call {
        request: openai::ask(provider, openai::url(provider, "/models")),
        decoder: Whole::new(openai::read_list),
    }
}

/// Its list needs no key: this is what a key is asked about.
pub(super) fn check_key(provider: &Provider) -> Call<Whole<()>> {
    Call {
        request: openai::ask(provider, openai::url(provider, "/key")),
        decoder: Whole::new(read_key),
    }
}

fn read_key(text: &str) -> Result<(), Foreign> {
    let mut found = false;
    let mut walk = || -> Result<(), NoJson> {
        let mut reader = Reader::new(text);
        if reader.object()? {
            while let Some(key) = reader.key()? {
                found |= key == "data";
                reader.skip()?;
            }
        }
        reader.end()
    };
    walk().map_err(|_| Foreign::Text)?;
    if found { Ok(()) } else { Err(Foreign::OtherJson) }
}
