//! What pages are told, as each server tells them: the browser decides by it.

use super::vendor::Vendor;
use crate::plan::Headers;
use crate::request::Request;

/// Headers of the official clients that tell what they run on; servers that mean them to work in pages allow them.
const STAINLESS: &str = "x-stainless-arch, x-stainless-async, x-stainless-custom-poll-interval, \
                         x-stainless-helper-method, x-stainless-lang, x-stainless-os, x-stainless-package-version, \
                         x-stainless-poll-helper, x-stainless-retry-count, x-stainless-runtime, \
                         x-stainless-runtime-version, x-stainless-timeout";

/// What says yes to a page of Anthropic.
const OPT_IN: &str = "anthropic-dangerous-direct-browser-access";

/// What a page is told, of a preflight or of an answer; empty if nothing.
pub(super) fn told(
    vendor: Vendor,
    request: &Request,
    origins: Option<&[String]>,
    on: Option<bool>,
) -> Headers {
    let mut headers = Headers::default();
    let Some(origin) = request.header("origin") else {
        return headers;
    };
    let let_in = origins.is_none_or(|origins| origins.iter().any(|known| known == origin));
    if !let_in || !on.unwrap_or(vendor != Vendor::LmStudio) {
        return headers;
    }
    let preflight = request.method == "OPTIONS";
    let wanted = request
        .header("access-control-request-headers")
        .unwrap_or_default();
    let opted = if preflight {
        names(wanted).any(|name| name.eq_ignore_ascii_case(OPT_IN))
    } else {
        request.header(OPT_IN) == Some("true")
    };
    if vendor == Vendor::Anthropic && !opted {
        return headers;
    }
    let allowed = allowed_headers(vendor, wanted);
    // All others answer, and leave it to the browser to see that a header is missing.
    let refuses = vendor == Vendor::Gemini
        && names(wanted).any(|name| !names(&allowed).any(|known| known.eq_ignore_ascii_case(name)));
    if preflight && refuses {
        return headers;
    }
    let echoes = matches!(vendor, Vendor::LlamaCpp | Vendor::Gemini) || origins.is_some();
    headers.set("Access-Control-Allow-Origin", if echoes { origin } else { "*" });
    if echoes {
        headers.set("Vary", "Origin");
    }
    if preflight {
        headers.set("Access-Control-Allow-Methods", methods(vendor));
        headers.set("Access-Control-Allow-Headers", &allowed);
        // Real ones let browsers remember it; a test that asks again wants to be heard.
        headers.set("Access-Control-Max-Age", "0");
        return headers;
    }
    if let Some(readable) = exposed(vendor) {
        headers.set("Access-Control-Expose-Headers", readable);
    }
    // Lets a page that is cross-origin isolated use the answer, which real ones do by CORS alone.
    headers.set("Cross-Origin-Resource-Policy", "cross-origin");
    headers
}

/// Whether a page asks without the header that Anthropic wants of pages.
pub(super) fn lacks_opt_in(request: &Request) -> bool {
    request.header("origin").is_some() && request.header(OPT_IN) != Some("true")
}

fn names(list: &str) -> impl Iterator<Item = &str> {
    list.split(',').map(str::trim).filter(|name| !name.is_empty())
}

fn methods(vendor: Vendor) -> &'static str {
    match vendor {
        // So a page can never delete there.
        Vendor::LlamaCpp => "GET, POST",
        Vendor::Vllm => "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT",
        _ => "GET, POST, PUT, PATCH, DELETE, OPTIONS",
    }
}

fn allowed_headers(vendor: Vendor, wanted: &str) -> String {
    match vendor {
        Vendor::OpenAi => {
            format!(
                "authorization, content-type, openai-beta, openai-organization, openai-project, {STAINLESS}"
            )
        }
        Vendor::Groq => format!("authorization, content-type, {STAINLESS}"),
        // Two names, as the strictest do: whoever sends a third learns it here.
        Vendor::Compatible => "authorization, content-type".into(),
        Vendor::OpenRouter => {
            format!("authorization, content-type, http-referer, x-title, x-api-key, {STAINLESS}")
        }
        Vendor::Anthropic => format!(
            "{OPT_IN}, anthropic-beta, anthropic-version, authorization, content-type, x-api-key, {STAINLESS}"
        ),
        Vendor::Gemini => "content-type, x-goog-api-client, x-goog-api-key, authorization".into(),
        // A star, which in the standard does not stand for Authorization.
        Vendor::LlamaCpp | Vendor::LmStudio => "*".into(),
        // Its framework says yes to what is asked.
        Vendor::Vllm => wanted.to_owned(),
    }
}

/// Headers of answers that pages may read. Few let them read Retry-After.
fn exposed(vendor: Vendor) -> Option<&'static str> {
    match vendor {
        Vendor::OpenAi => Some("X-Request-ID"),
        Vendor::Anthropic => Some("*"),
        Vendor::Gemini => Some("vary,vary,vary,content-encoding,date,server,content-length"),
        _ => None,
    }
}
