//! Which pages are let in, and what they are told.

use crate::plan::Headers;
use crate::request::Request;

/// Headers a page may send; a browser refuses any other before it asks.
const REQUEST_HEADERS: &str = "Authorization,Content-Type,User-Agent,Accept,X-Requested-With,Openai-Beta,\
                               X-Stainless-Arch,X-Stainless-Async,X-Stainless-Custom-Poll-Interval,\
                               X-Stainless-Helper-Method,X-Stainless-Lang,X-Stainless-Os,\
                               X-Stainless-Package-Version,X-Stainless-Poll-Helper,X-Stainless-Retry-Count,\
                               X-Stainless-Runtime,X-Stainless-Runtime-Version,X-Stainless-Timeout";

/// The headers for the page that asks, or `None` if it may not.
pub(super) fn allow(origins: Option<&[String]>, request: &Request) -> Option<Headers> {
    let mut headers = Headers::default();
    let Some(origin) = request.header("origin") else {
        return Some(headers);
    };
    if origins.is_some_and(|origins| !origins.iter().any(|pattern| fits(pattern, origin))) {
        return None;
    }
    headers.set("Access-Control-Allow-Origin", origin);
    headers.set("Vary", "Origin");
    if request.method == "OPTIONS" {
        headers.set(
            "Access-Control-Allow-Methods",
            "GET,POST,PUT,PATCH,DELETE,HEAD,OPTIONS",
        );
        headers.set("Access-Control-Allow-Headers", REQUEST_HEADERS);
        // The real one lets browsers remember it for half a day; a test that asks again wants to be heard.
        headers.set("Access-Control-Max-Age", "0");
    } else {
        // Lets a page that is cross-origin isolated use the answer, which a real Ollama does by CORS alone.
        headers.set("Cross-Origin-Resource-Policy", "cross-origin");
    }
    Some(headers)
}

fn fits(pattern: &str, origin: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == origin,
        Some((start, end)) => {
            origin.len() >= start.len() + end.len() && origin.starts_with(start) && origin.ends_with(end)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_part_of_an_origin() {
        assert!(fits("*", "https://a.example"));
        assert!(fits("http://localhost:*", "http://localhost:4173"));
        assert!(!fits("http://localhost:*", "http://localhost"));
        assert!(!fits("https://a.example", "http://a.example"));
        assert!(!fits("ab*ba", "aba"));
    }
}
