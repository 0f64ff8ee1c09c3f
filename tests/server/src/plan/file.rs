//! The answer that holds the file, or a range of it.

use std::time::Duration;

use super::{Facts, Headers, Piece, Plan, Surroundings};
use crate::range::{Asked, Sent, answer as answer_range};
use crate::request::Request;
use crate::script::{Etag, Step};

const BOUNDARY: &str = "modelyard-part";

pub(super) fn answer(request: &Request, step: &Step, facts: Facts, around: &Surroundings) -> Plan {
    let mut headers = Headers::default();
    headers.set("Content-Type", &facts.content_type);
    // Pages must follow the files they name; those may be kept.
    let page = facts.content_type.starts_with("text/html");
    headers.set(
        "Cache-Control",
        if page { "no-cache" } else { around.cache_control },
    );
    let etag = etag(step, &facts);
    if let Some(etag) = &etag {
        headers.set("ETag", etag);
    }
    let mut plan = Plan {
        status: 200,
        headers,
        body: Vec::new(),
        chunked: false,
        close: false,
        every: Duration::ZERO,
        endless: false,
    };
    if request
        .header("if-none-match")
        .is_some_and(|known| etag.as_deref() == Some(known))
    {
        plan.status = 304;
        return plan;
    }
    plan.headers.set("Accept-Ranges", "bytes");
    if let Some(encoded) = facts.encoded {
        plan.headers.set("Content-Encoding", "gzip");
        plan.body = vec![Piece::Bytes(encoded)];
    } else {
        let size = step.resize.unwrap_or(facts.size);
        // A range of another version is no use: the whole file, as RFC 9110 says.
        let changed = request
            .header("if-range")
            .is_some_and(|known| etag.as_deref() != Some(known) || known.starts_with("W/"));
        let asked = if changed {
            Asked::Whole
        } else {
            Asked::of(request.header("range"), size)
        };
        take(
            &mut plan,
            answer_range(step.range, asked, size),
            size,
            &facts.content_type,
        );
    }
    plan.headers.set("Content-Length", &plan.body_len().to_string());
    plan
}

fn etag(step: &Step, facts: &Facts) -> Option<String> {
    match &step.etag {
        Etag::Strong | Etag::Unreadable => Some(format!("\"{}\"", facts.digest)),
        Etag::Weak => Some(format!("W/\"{}\"", facts.digest)),
        Etag::None => None,
        Etag::Raw(text) => Some(text.clone()),
    }
}

/// Status, `Content-Range` and body of the part that is sent.
fn take(plan: &mut Plan, sent: Sent, size: u64, content_type: &str) {
    match sent {
        Sent::Whole => plan.body.push(Piece::File {
            start: 0,
            count: size,
        }),
        Sent::Part {
            content_range,
            start,
            count,
            multipart,
        } => {
            plan.status = 206;
            let content_range = content_range.unwrap_or_default();
            let file = Piece::File { start, count };
            if multipart {
                let head = format!(
                    "--{BOUNDARY}\r\nContent-Type: {content_type}\r\nContent-Range: {content_range}\r\n\r\n"
                );
                let tail = format!("\r\n--{BOUNDARY}--\r\n");
                plan.headers.set(
                    "Content-Type",
                    &format!("multipart/byteranges; boundary={BOUNDARY}"),
                );
                plan.body = vec![Piece::Bytes(head.into()), file, Piece::Bytes(tail.into())];
                return;
            }
            if !content_range.is_empty() {
                plan.headers.set("Content-Range", &content_range);
            }
            plan.body = vec![file];
        }
        Sent::Nothing { content_range } => {
            plan.status = 416;
            if let Some(content_range) = content_range {
                plan.headers.set("Content-Range", &content_range);
            }
        }
    }
}
