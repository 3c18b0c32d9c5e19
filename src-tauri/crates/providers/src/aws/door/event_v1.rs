//! The event a REST API makes of a request: payload format 1.0. What a request does not have is `null`, never left out;
//! names and values come with the last value and, beside it, with all of them.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html>

use std::{borrow::Cow, collections::BTreeMap, net::IpAddr};

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::header;
use serde::Serialize;
use serde_json::Value;

use super::arrived::{Arrived, decode_form, log_time, media_type, text};
use crate::domain::RestStage;

/// Where the request arrived.
pub(super) struct Api<'a> {
    pub(super) account_id: &'a str,
    pub(super) api_id: &'a str,
    pub(super) stage: &'a RestStage,
    /// The route's path: `/pets/{id}`.
    pub(super) resource: &'a str,
    pub(super) path_parameters: &'a [(String, String)],
}

/// The event as JSON.
pub(super) fn event(arrived: &Arrived<'_>, api: &Api<'_>) -> Bytes {
    let headers = headers(arrived);
    let query = query(arrived);
    let (body, is_base64_encoded) = body(arrived, api.stage);
    let event = Event {
        resource: api.resource,
        path: arrived.raw_path,
        http_method: arrived.method.as_str(),
        headers: last(&headers),
        multi_value_headers: present(&headers),
        query_string_parameters: last(&query),
        multi_value_query_string_parameters: present(&query),
        path_parameters: (!api.path_parameters.is_empty()).then(|| {
            api.path_parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
        }),
        stage_variables: (!api.stage.variables.is_empty()).then_some(&api.stage.variables),
        request_context: Context {
            account_id: api.account_id,
            api_id: api.api_id,
            deployment_id: "coldframe",
            domain_name: arrived.host,
            domain_prefix: arrived.host.split('.').next().unwrap_or_default(),
            extended_request_id: extended_id(arrived.request_id),
            http_method: arrived.method.as_str(),
            identity: Identity::of_nobody(arrived),
            path: format!("/{}{}", api.stage.name, arrived.raw_path),
            protocol: "HTTP/1.1",
            request_id: arrived.request_id,
            request_time: log_time(arrived.now_ms),
            request_time_epoch: arrived.now_ms,
            resource_id: blake3::hash(api.resource.as_bytes()).to_hex().chars().take(6).collect(),
            resource_path: api.resource,
            stage: &api.stage.name,
        },
        body,
        is_base64_encoded,
    };
    // Strings, numbers and maps with string keys: this cannot fail.
    serde_json::to_vec(&event).map(Bytes::from).unwrap_or_default()
}

/// What API Gateway calls a request besides its id: opaque, of this length.
pub(super) fn extended_id(request_id: &str) -> String {
    let id: String = request_id.chars().filter(|letter| *letter != '-').take(15).collect();
    format!("{id}=")
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Event<'a> {
    resource: &'a str,
    path: &'a str,
    http_method: &'a str,
    headers: Option<BTreeMap<&'a str, &'a str>>,
    multi_value_headers: Option<&'a Values<'a>>,
    query_string_parameters: Option<BTreeMap<&'a str, &'a str>>,
    multi_value_query_string_parameters: Option<&'a Values<'a>>,
    path_parameters: Option<BTreeMap<&'a str, &'a str>>,
    stage_variables: Option<&'a BTreeMap<String, String>>,
    request_context: Context<'a>,
    body: Option<Cow<'a, str>>,
    is_base64_encoded: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Context<'a> {
    account_id: &'a str,
    api_id: &'a str,
    deployment_id: &'a str,
    domain_name: &'a str,
    domain_prefix: &'a str,
    extended_request_id: String,
    http_method: &'a str,
    identity: Identity<'a>,
    path: String,
    protocol: &'a str,
    request_id: &'a str,
    request_time: String,
    request_time_epoch: i64,
    resource_id: String,
    resource_path: &'a str,
    stage: &'a str,
}

/// Who asks, of which only an address and a program are known without an authorizer.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Identity<'a> {
    source_ip: IpAddr,
    user_agent: Cow<'a, str>,
    access_key: Value,
    account_id: Value,
    caller: Value,
    cognito_authentication_provider: Value,
    cognito_authentication_type: Value,
    cognito_identity_id: Value,
    cognito_identity_pool_id: Value,
    principal_org_id: Value,
    user: Value,
    user_arn: Value,
}

impl<'a> Identity<'a> {
    fn of_nobody(arrived: &'a Arrived<'_>) -> Self {
        Self {
            source_ip: arrived.source_ip,
            user_agent: arrived.user_agent(),
            access_key: Value::Null,
            account_id: Value::Null,
            caller: Value::Null,
            cognito_authentication_provider: Value::Null,
            cognito_authentication_type: Value::Null,
            cognito_identity_id: Value::Null,
            cognito_identity_pool_id: Value::Null,
            principal_org_id: Value::Null,
            user: Value::Null,
            user_arn: Value::Null,
        }
    }
}

/// Every name with all its values.
type Values<'a> = BTreeMap<Cow<'a, str>, Vec<Cow<'a, str>>>;

fn last<'a>(all: &'a Values<'_>) -> Option<BTreeMap<&'a str, &'a str>> {
    let last = all.iter().filter_map(|(name, values)| Some((name.as_ref(), values.last()?.as_ref())));
    (!all.is_empty()).then(|| last.collect())
}

fn present<'a, 'v>(all: &'a Values<'v>) -> Option<&'a Values<'v>> {
    (!all.is_empty()).then_some(all)
}

fn headers<'a>(arrived: &'a Arrived<'_>) -> Values<'a> {
    let mut all = Values::new();
    for name in arrived.passed_on().filter(|name| *name != header::CONTENT_LENGTH) {
        let values = arrived.headers.get_all(name).iter().map(|value| text(Some(value)));
        all.insert(capitalised(name.as_str()).into(), values.collect());
    }
    for (name, value) in arrived.added() {
        all.insert(capitalised(name).into(), vec![value.into()]);
    }
    all
}

/// `Content-Type`: as AWS's own examples have names, and as programs write them that were not made for HTTP/2. In which
/// case a caller sent them is not known any more when they arrive here.
fn capitalised(name: &str) -> String {
    let words = name.split('-').map(|word| {
        let mut letters = word.chars();
        let first = letters.next().map(|letter| letter.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    });
    words.collect::<Vec<_>>().join("-")
}

fn query<'a>(arrived: &'a Arrived<'_>) -> Values<'a> {
    let mut all = Values::new();
    for (name, value) in arrived.query() {
        all.entry(decode_form(name)).or_default().push(decode_form(value));
    }
    all
}

/// Text, whatever it is, unless its type is among the API's binary ones.
fn body<'a>(arrived: &'a Arrived<'_>, stage: &RestStage) -> (Option<Cow<'a, str>>, bool) {
    if arrived.body.is_empty() {
        return (None, false);
    }
    // What has no type is taken for JSON.
    let media = match media_type(arrived.headers) {
        "" => "application/json",
        media => media,
    };
    if is_binary(stage, media) {
        (Some(Cow::Owned(STANDARD.encode(arrived.body))), true)
    } else {
        (Some(String::from_utf8_lossy(arrived.body)), false)
    }
}

/// Whether bodies of that media type are binary to the API.
pub(super) fn is_binary(stage: &RestStage, media: &str) -> bool {
    stage.binary_types.iter().any(|known| {
        known == "*/*"
            || known.eq_ignore_ascii_case(media)
            || known.strip_suffix('*').is_some_and(|family| media.to_lowercase().starts_with(family))
    })
}
