//! The calls that only read: what SDKs, waiters and infrastructure tools ask about functions.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use time::{OffsetDateTime, macros::format_description};

use super::{
    Door,
    error::ApiError,
    name::{FunctionName, LATEST, parameter},
    operation::Operation,
};
use crate::{
    domain::{Cors, ProviderId, Severity},
    invocation::{Found, Invoke},
};

/// Page length when the caller names none.
const PAGE: usize = 50;

/// Answers an operation that reads; `None` for one that does not.
pub(super) fn describe<I: Invoke>(
    door: &Door<I>,
    operation: &Operation<'_>,
    query: Option<&str>,
    host: &str,
) -> Result<Option<Value>, ApiError> {
    let find = |segment: &str| find(door, segment, query);
    Ok(Some(match operation {
        Operation::ListFunctions => list(door, query.unwrap_or_default())?,
        Operation::GetFunction(segment) => {
            let found = find(segment)?;
            let mut answer = json!({
                "Configuration": configuration(door, &found),
                "Code": { "RepositoryType": "S3", "Location": format!("file://{}", found.app.root.display()) },
                "Tags": {},
            });
            if let Some(limit) = found.app.settings.concurrency {
                answer["Concurrency"] = json!({ "ReservedConcurrentExecutions": limit });
            }
            answer
        }
        Operation::GetFunctionConfiguration(segment) => configuration(door, &find(segment)?),
        Operation::GetFunctionUrlConfig(segment) => url_config(door, &find(segment)?, host),
        Operation::ListFunctionUrlConfigs(segment) => {
            json!({ "FunctionUrlConfigs": [url_config(door, &find(segment)?, host)] })
        }
        Operation::GetFunctionConcurrency(segment) => match find(segment)?.app.settings.concurrency {
            Some(limit) => json!({ "ReservedConcurrentExecutions": limit }),
            None => json!({}),
        },
        Operation::ListVersionsByFunction(segment) => {
            json!({ "Versions": [configuration(door, &find(segment)?)], "NextMarker": null })
        }
        Operation::ListAliases(segment) => {
            find(segment)?;
            json!({ "Aliases": [], "NextMarker": null })
        }
        Operation::ListTags(arn) => {
            find(arn)?;
            json!({ "Tags": {} })
        }
        Operation::ListEventSourceMappings => json!({ "EventSourceMappings": [], "NextMarker": null }),
        Operation::GetAccountSettings => account_settings(door),
        Operation::Invoke(_) | Operation::InvokeWithResponseStream(_) | Operation::InvokeAsync(_) => {
            return Ok(None);
        }
    }))
}

fn find<I: Invoke>(door: &Door<I>, segment: &str, query: Option<&str>) -> Result<Found, ApiError> {
    let FunctionName { name, qualifier } = FunctionName::parse(segment, query)?;
    let found = door.invoke.find(&super::call::function(name.clone()));
    found
        .filter(|_| qualifier.as_deref().is_none_or(|qualifier| qualifier == LATEST))
        .ok_or_else(|| ApiError::not_found(&door.account, &name, qualifier.as_deref()))
}

fn list<I: Invoke>(door: &Door<I>, query: &str) -> Result<Value, ApiError> {
    let functions = door.invoke.list(ProviderId::Aws);
    // The marker is the name the page begins with: it stays true when functions come and go between pages.
    let begin = match parameter(query, "Marker").filter(|marker| !marker.is_empty()) {
        None => 0,
        Some(marker) => functions
            .iter()
            .position(|found| found.function.name == *marker)
            .ok_or_else(|| ApiError::invalid_parameter("The provided marker is invalid".into()))?,
    };
    let length = match parameter(query, "MaxItems") {
        None => PAGE,
        Some(text) => text.parse().ok().filter(|length| (1..=10_000).contains(length)).ok_or_else(|| {
            ApiError::invalid_parameter(format!(
                "1 validation error detected: Value '{text}' at 'maxItems' failed to satisfy constraint: Member must \
                 be between 1 and 10000"
            ))
        })?,
    };
    let end = functions.len().min(begin + length);
    let page: Vec<_> = functions[begin..end].iter().map(|found| configuration(door, found)).collect();
    let next = functions.get(end).map(|found| found.function.name.as_str());
    Ok(json!({ "Functions": page, "NextMarker": next }))
}

/// `FunctionConfiguration`, members in the order AWS sends them.
fn configuration<I: Invoke>(door: &Door<I>, found: &Found) -> Value {
    let (app, function) = (&found.app, &found.function);
    let identity = blake3::hash(found.revision.as_bytes());
    let revision_id =
        uuid::Builder::from_bytes(identity.as_bytes()[..16].try_into().unwrap_or_default()).into_uuid();
    let mut answer = json!({
        "FunctionName": function.name,
        "FunctionArn": super::function_arn(&door.account.of(&found.app), &function.name),
        "Runtime": app.runtime,
        "Role": format!("arn:aws:iam::{}:role/coldframe", door.account.id),
        "Handler": app.handler,
        "CodeSize": 0,
        "Description": function.description,
        "Timeout": app.settings.timeout.as_secs(),
        "MemorySize": app.settings.memory_mb,
        "LastModified": modified(found.modified_ms),
        "CodeSha256": STANDARD.encode(identity.as_bytes()),
        "Version": LATEST,
    });
    if !app.env.is_empty() {
        answer["Environment"] = json!({ "Variables": app.env });
    }
    answer["TracingConfig"] = json!({ "Mode": "PassThrough" });
    answer["RevisionId"] = revision_id.to_string().into();
    // Waiters poll for Active and Successful, and give up at once on Failed.
    match app.problems.iter().find(|problem| problem.severity == Severity::Error) {
        None => {
            answer["State"] = "Active".into();
            answer["LastUpdateStatus"] = "Successful".into();
        }
        Some(problem) => {
            answer["State"] = "Failed".into();
            answer["StateReason"] = problem.message.clone().into();
            answer["StateReasonCode"] = "InvalidConfiguration".into();
            answer["LastUpdateStatus"] = "Failed".into();
        }
    }
    answer["PackageType"] = "Zip".into();
    answer["Architectures"] = json!([app.architecture.as_str()]);
    answer["EphemeralStorage"] = json!({ "Size": app.settings.ephemeral_mb });
    answer["SnapStart"] = json!({ "ApplyOn": "None", "OptimizationStatus": "Off" });
    answer["LoggingConfig"] =
        json!({ "LogFormat": "Text", "LogGroup": format!("/aws/lambda/{}", function.name) });
    answer
}

fn url_config<I: Invoke>(door: &Door<I>, found: &Found, host: &str) -> Value {
    let function = &found.function;
    let modified = modified(found.modified_ms);
    let mut answer = json!({
        "FunctionUrl": format!("http://{host}/{}/", function.name),
        "FunctionArn": super::function_arn(&door.account.of(&found.app), &function.name),
        "AuthType": "NONE",
    });
    if let Some(cors) = &function.url.cors {
        answer["Cors"] = cors_config(cors);
    }
    answer["CreationTime"] = modified.clone().into();
    answer["LastModifiedTime"] = modified.into();
    answer["InvokeMode"] = if function.url.streaming { "RESPONSE_STREAM" } else { "BUFFERED" }.into();
    answer
}

fn cors_config(cors: &Cors) -> Value {
    let mut answer = json!({ "AllowCredentials": cors.allow_credentials });
    let lists = [
        ("AllowHeaders", &cors.allow_headers),
        ("AllowMethods", &cors.allow_methods),
        ("AllowOrigins", &cors.allow_origins),
        ("ExposeHeaders", &cors.expose_headers),
    ];
    for (member, list) in lists.into_iter().filter(|(_, list)| !list.is_empty()) {
        answer[member] = json!(list);
    }
    if let Some(seconds) = cors.max_age {
        answer["MaxAge"] = seconds.into();
    }
    answer
}

fn account_settings<I: Invoke>(door: &Door<I>) -> Value {
    let functions = door.invoke.list(ProviderId::Aws);
    let reserved: u32 = functions.iter().filter_map(|found| found.app.settings.concurrency).sum();
    json!({
        "AccountLimit": {
            "TotalCodeSize": 80_530_636_800_u64,
            "CodeSizeUnzipped": 262_144_000,
            "CodeSizeZipped": 52_428_800,
            "ConcurrentExecutions": door.account_concurrency,
            "UnreservedConcurrentExecutions": door.account_concurrency.saturating_sub(reserved),
        },
        "AccountUsage": { "TotalCodeSize": 0, "FunctionCount": functions.len() },
    })
}

/// `2026-01-01T00:00:00.000+0000`.
fn modified(unix_ms: i64) -> String {
    let format =
        format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]+0000");
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(unix_ms) * 1_000_000)
        .ok()
        .and_then(|at| at.format(&format).ok())
        .unwrap_or_default()
}
