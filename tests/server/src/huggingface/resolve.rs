//! Files: `/{repository}/resolve/{revision}/{path}` leads on to where the bytes are.
//!
//! Small ones are at the hub itself, behind a redirect with a path alone; all others behind a redirect to a signed URL at
//! another origin, the second port where there is one. What a page cannot read there stands beside the redirect.

use super::answers::{Asked, Refusal, json_answer};
use super::standing::Standing;
use super::stock::{File, Stocked};
use crate::content::clamp;
use crate::plan::Piece;
use crate::range;
use crate::standin::Answer;

/// What whoever asks with this gets in place of a redirect, of a file that is kept outside.
const FILE_FACTS: &str = "application/vnd.xet-fileinfo+json";

pub(super) fn resolve(
    standing: &Standing,
    repository: &Stocked,
    path: &str,
    asked: &Asked,
    origins: &[String],
) -> Result<Answer, Refusal> {
    let missing = || Refusal::new(404, "Entry not found").code("EntryNotFound");
    let file = repository.file(path).ok_or_else(missing)?;
    let accept = asked.request.header("accept").unwrap_or_default();
    let answer = if !file.lfs {
        let to = format!(
            "{}/api/resolve-cache/models/{}/{}/{path}",
            asked
                .base
                .split_once("//")
                .and_then(|(_, rest)| rest.find('/').map(|at| &rest[at..]))
                .unwrap_or_default(),
            repository.settings.id,
            repository.sha
        );
        Answer::text(307, "text/plain; charset=utf-8", "Temporary Redirect").header("Location", &to)
    } else if accept.contains(FILE_FACTS) {
        let facts =
            serde_json::json!({ "hash": file.xet_hash(), "etag": file.sha256, "size": file.content.size() });
        let mut answer = json_answer(200, &facts).header("Link", &xet_links(asked, repository));
        answer.headers.set("Content-Type", FILE_FACTS);
        answer.header("X-Xet-Hash", &file.xet_hash())
    } else {
        let elsewhere = origins.get(1).or(origins.first()).map_or("", String::as_str);
        let to = format!(
            "{elsewhere}{}?X-Amz-Expires=3600&X-Amz-Signature=made-up",
            standing.place_of(file)
        );
        Answer::text(302, "text/plain; charset=utf-8", "Found")
            .header("Location", &to)
            .header("X-Xet-Hash", &file.xet_hash())
            .header("Link", &xet_links(asked, repository))
    };
    Ok(with_facts(answer, repository, file).header("Accept-Ranges", "bytes"))
}

/// A small file, where the first answer led to; a part of it, if one was asked for.
pub(super) fn cached(repository: &Stocked, path: &str, asked: &Asked) -> Result<Answer, Refusal> {
    let missing = || Refusal::new(404, "Entry not found").code("EntryNotFound");
    let file = repository.file(path).ok_or_else(missing)?;
    let size = file.content.size();
    let failed = |error: std::io::Error| Refusal::new(500, &error.to_string());
    let mut answer = Answer::text(200, "text/plain; charset=utf-8", "");
    let (start, count) = match range::Asked::of(asked.request.header("range"), size) {
        range::Asked::Whole => (0, usize::MAX),
        range::Asked::Nothing => {
            answer.status = 416;
            answer = answer.header("Content-Range", &format!("bytes */{size}"));
            (0, 0)
        }
        range::Asked::Part { start, end } => {
            answer.status = 206;
            answer = answer.header("Content-Range", &format!("bytes {start}-{end}/{size}"));
            (start, clamp(end + 1 - start, usize::MAX))
        }
    };
    answer.body = vec![Piece::Bytes(file.content.read(start, count).map_err(failed)?)];
    Ok(with_facts(answer, repository, file).header("Content-Type", "text/plain; charset=utf-8"))
}

fn with_facts(answer: Answer, repository: &Stocked, file: &File) -> Answer {
    let etag = format!("\"{}\"", file.sha256);
    answer
        .header("X-Repo-Commit", &repository.sha)
        .header("X-Linked-Size", &file.content.size().to_string())
        .header("X-Linked-ETag", &etag)
        .header("ETag", &etag)
}

fn xet_links(asked: &Asked, repository: &Stocked) -> String {
    let base = format!("{}/api/models/{}", asked.base, repository.settings.id);
    format!(
        "<{base}/xet-read-token/{}>; rel=\"xet-auth\", <{base}/reconstructions>; rel=\"xet-reconstruction-info\"",
        repository.sha
    )
}
