//! What an answer cost, in all places servers say it.

use crate::providers::chat::Usage;
use crate::providers::json::{NoJson, Reader};

/// Reads `usage` over what is known already.
pub(super) fn read(reader: &mut Reader, usage: &mut Usage) -> Result<(), NoJson> {
    if !reader.object()? {
        return Ok(());
    }
    while let Some(key) = reader.key()? {
        match &*key {
            "prompt_tokens" => over(&mut usage.prompt_tokens, reader.count()?),
            "completion_tokens" => over(&mut usage.completion_tokens, reader.count()?),
            "prompt_tokens_details" => detail(reader, "cached_tokens", &mut usage.cached_tokens)?,
            "completion_tokens_details" => detail(reader, "reasoning_tokens", &mut usage.reasoning_tokens)?,
            _ => reader.skip()?,
        }
    }
    Ok(())
}

/// Reads `timings`, as llama.cpp measures them.
pub(super) fn read_timings(reader: &mut Reader, usage: &mut Usage) -> Result<(), NoJson> {
    if !reader.object()? {
        return Ok(());
    }
    while let Some(key) = reader.key()? {
        match &*key {
            "prompt_ms" => over(&mut usage.prompt_ms, whole(reader)?),
            "predicted_ms" => over(&mut usage.completion_ms, whole(reader)?),
            "cache_n" => over(&mut usage.cached_tokens, reader.count()?),
            _ => reader.skip()?,
        }
    }
    Ok(())
}

fn over(known: &mut Option<u64>, said: Option<u64>) {
    *known = said.or(*known);
}

fn detail(reader: &mut Reader, wanted: &str, known: &mut Option<u64>) -> Result<(), NoJson> {
    if !reader.object()? {
        return Ok(());
    }
    while let Some(key) = reader.key()? {
        if key == wanted {
            over(known, reader.count()?);
        } else {
            reader.skip()?;
        }
    }
    Ok(())
}

/// A number without its fraction.
fn whole(reader: &mut Reader) -> Result<Option<u64>, NoJson> {
    let raw = reader.raw()?;
    let whole = raw.split_once('.').map_or(raw, |(whole, _)| whole);
    Ok(whole.parse().ok())
}
