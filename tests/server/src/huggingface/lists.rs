//! Lists: repositories, all that is said of one, and its files.

use serde_json::{Map, Value, json};

use super::answers::{Asked, Refusal, json_answer};
use super::standing::Standing;
use super::stock::Stocked;
use crate::standin::Answer;

/// What a question may ask for by `expand`.
const EXPANDABLE: [&str; 31] = [
    "author",
    "baseModels",
    "cardData",
    "childrenModelCount",
    "config",
    "createdAt",
    "disabled",
    "downloads",
    "downloadsAllTime",
    "evalResults",
    "gated",
    "gguf",
    "inference",
    "inferenceProviderMapping",
    "lastModified",
    "library_name",
    "likes",
    "mask_token",
    "model-index",
    "pipeline_tag",
    "private",
    "resourceGroup",
    "safetensors",
    "sha",
    "siblings",
    "spaces",
    "tags",
    "transformersInfo",
    "trendingScore",
    "usedStorage",
    "widgetData",
];
/// What is said of a repository in a list that asks for nothing.
const USUAL: [&str; 11] = [
    "modelId",
    "likes",
    "private",
    "downloads",
    "tags",
    "pipeline_tag",
    "library_name",
    "createdAt",
    "lastModified",
    "gated",
    "trendingScore",
];

/// The parts of the facts that were asked for.
fn chosen(facts: &Map<String, Value>, asked: &Asked, usual: Option<&[&str]>) -> Result<Value, Refusal> {
    let mut wanted: Vec<String> = asked.all("expand");
    wanted.extend(asked.all("expand[]"));
    if let Some(unknown) = wanted.iter().find(|name| !EXPANDABLE.contains(&name.as_str())) {
        return Err(Refusal::new(
            400,
            &format!("Invalid option for expand: {unknown}"),
        ));
    }
    if wanted.is_empty() {
        let Some(usual) = usual else {
            return Ok(Value::Object(facts.clone()));
        };
        wanted = usual.iter().map(ToString::to_string).collect();
    }
    let keep = |name: &String| matches!(name.as_str(), "_id" | "id") || wanted.contains(name);
    let part = facts.iter().filter(|(name, _)| keep(name));
    Ok(Value::Object(
        part.map(|(name, value)| (name.clone(), value.clone())).collect(),
    ))
}

fn sort_key(repository: &Stocked, by: &str) -> (u64, String) {
    match by {
        "likes" | "likes30d" | "trendingScore" => (repository.settings.likes, String::new()),
        "lastModified" => (0, repository.modified().to_owned()),
        "createdAt" => (0, "2026-01-01T08:00:00.000Z".to_owned()),
        _ => (repository.settings.downloads, String::new()),
    }
}

pub(super) fn search(standing: &Standing, asked: &Asked) -> Result<Answer, Refusal> {
    let by = asked.one("sort").unwrap_or_else(|| "trendingScore".to_owned());
    let known = [
        "createdAt",
        "downloads",
        "likes",
        "lastModified",
        "likes30d",
        "trendingScore",
        "num_parameters",
        "mainSize",
        "id",
    ];
    if !known.contains(&by.as_str()) {
        return Err(Refusal::new(400, &format!("Invalid sort parameter: {by}")));
    }
    let limit: usize = match asked.one("limit").map(|limit| limit.parse()) {
        None => 500,
        Some(Ok(limit)) if limit > 0 => limit,
        Some(_) => return Err(Refusal::new(400, "\"limit\" must be a positive number")),
    };
    let limit = limit.min(500).min(standing.page());
    let words = asked.one("search").unwrap_or_default().to_lowercase();
    let author = asked.one("author");
    let tags = asked.all("filter");
    let fits = |repository: &&Stocked| {
        let id = repository.settings.id.as_str();
        let known = asked.is_known || !repository.settings.private;
        known
            && words
                .split_whitespace()
                .all(|word| id.to_lowercase().contains(word))
            && author
                .as_ref()
                .is_none_or(|author| id.split('/').next() == Some(author))
            && tags.iter().all(|tag| repository.settings.tags.contains(tag))
    };
    let mut found: Vec<&Stocked> = standing.repositories.iter().filter(fits).collect();
    found.sort_by_key(|repository| std::cmp::Reverse(sort_key(repository, &by)));
    let start = asked.cursor()?;
    let page = found.iter().skip(start).take(limit);
    let mut items = Vec::new();
    for repository in page {
        items.push(chosen(&repository.facts(), asked, Some(&USUAL))?);
    }
    let more = found.len() > start + limit;
    let mut answer = json_answer(200, &Value::from(items));
    if more {
        answer = answer.header("Link", &asked.next_link(start + limit));
    }
    Ok(answer)
}

pub(super) fn repository(repository: &Stocked, asked: &Asked) -> Result<Answer, Refusal> {
    Ok(json_answer(200, &chosen(&repository.facts(), asked, None)?))
}

pub(super) fn tree(
    repository: &Stocked,
    folder: &str,
    asked: &Asked,
    page: usize,
) -> Result<Answer, Refusal> {
    let is = |name: &str| {
        asked
            .one(name)
            .is_some_and(|value| matches!(value.as_str(), "true" | "1"))
    };
    let Some(entries) = repository.tree(folder, is("recursive"), is("expand")) else {
        return Err(Refusal::new(404, "Entry not found").code("EntryNotFound"));
    };
    let start = asked.cursor()?;
    let total = entries.len();
    let part: Vec<Value> = entries.into_iter().skip(start).take(page).collect();
    let mut answer = json_answer(200, &Value::from(part));
    if total > start + page {
        answer = answer.header("Link", &asked.next_link(start + page));
    }
    Ok(answer)
}

pub(super) fn who(asked: &Asked) -> Result<Answer, Refusal> {
    if !asked.is_known {
        return Err(Refusal::new(401, "Invalid username or password."));
    }
    Ok(json_answer(
        200,
        &json!({
            "type": "user",
            "id": "66f1a2b3c4d5e6f708192a00",
            "name": "standin",
            "fullname": "Stand In",
            "isPro": false,
            "orgs": [],
            "auth": { "type": "access_token", "accessToken": { "displayName": "test", "role": "read" } },
        }),
    ))
}
