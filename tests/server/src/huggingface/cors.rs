//! What pages are told: any origin may ask, and read these headers and no others.

use crate::plan::Headers;
use crate::request::Request;

/// As recorded from the hub between April and October 2026.
const READABLE: &str = "X-Repo-Commit,X-Request-Id,X-Error-Code,X-Error-Message,X-Total-Count,ETag,Link,\
                        Accept-Ranges,Content-Range,X-Linked-Size,X-Linked-ETag,X-Xet-Hash";

pub(super) fn told(request: &Request) -> Headers {
    let mut headers = Headers::default();
    let origin = request.header("origin");
    headers.set(
        "Access-Control-Allow-Origin",
        origin.unwrap_or("https://huggingface.co"),
    );
    headers.set("Vary", "Origin");
    if request.method == "OPTIONS" {
        headers.set("Access-Control-Allow-Methods", "GET,HEAD,POST,PUT,DELETE,OPTIONS");
        headers.set(
            "Access-Control-Allow-Headers",
            "Authorization,Content-Type,Range,Accept",
        );
        // The real one lets browsers remember it for a day; a test that asks again wants to be heard.
        headers.set("Access-Control-Max-Age", "0");
        return headers;
    }
    headers.set("Access-Control-Expose-Headers", READABLE);
    // Lets a page that is cross-origin isolated use the answer, which the real one does by CORS alone.
    headers.set("Cross-Origin-Resource-Policy", "cross-origin");
    headers
}
