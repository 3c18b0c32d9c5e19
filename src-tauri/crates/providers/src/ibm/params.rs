//! From an HTTP request to an action's parameters, and from its result to an HTTP answer: by OpenWhisk's rules for web
//! actions, and by Code Engine's for functions.
//! <https://github.com/apache/openwhisk/blob/master/docs/webactions.md>,
//! <https://cloud.ibm.com/docs/codeengine?topic=codeengine-fun-exchanging-data-with-functions>

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode,
    header::{CONTENT_TYPE, LOCATION},
};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};

use crate::{http_body::Payload, invocation::HttpRequest};

/// A request as both kinds of caller send it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) method: &'a Method,
    pub(super) headers: &'a HeaderMap,
    /// After what names the action.
    pub(super) path: &'a str,
    pub(super) query: &'a str,
    pub(super) body: &'a Bytes,
}

/// Why a request is not handed to an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unasked {
    /// The caller tried to set what the platform or the action's owner sets.
    Reserved,
    /// Its body is not the JSON that its content type says.
    Malformed,
}

/// What the platform sets of a web action's parameters, and nobody else.
const OF_WEB_ACTIONS: [&str; 6] =
    ["__ow_method", "__ow_headers", "__ow_path", "__ow_user", "__ow_query", "__ow_body"];
const FORM: &str = "application/x-www-form-urlencoded";

impl Asked<'_> {
    fn kind(&self) -> &str {
        let kind = self.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        bare(kind)
    }

    /// What a web action gets: query and body among its parameters, the body above the query; of a raw one both as they
    /// came. `user` is who asks, where the action wants to know; `fixed` are parameters that callers do not set.
    ///
    /// # Errors
    /// The caller sets what is not the caller's to set, or the body is not what it says.
    pub(super) fn of_web_action(
        &self,
        raw: bool,
        user: Option<&str>,
        fixed: &[String],
    ) -> Result<Map<String, Value>, Unasked> {
        let body = self.body_of_web_action(raw)?;
        let mut params = Map::new();
        if raw {
            params.insert("__ow_query".into(), json!(self.query));
            params.insert("__ow_body".into(), body.unwrap_or_else(|| json!("")));
        } else {
            params.extend(pairs(self.query));
            let (members, opaque) = match body {
                Some(Value::Object(members)) => (members, None),
                other => (Map::new(), other),
            };
            params.extend(members);
            if params.keys().any(|name| OF_WEB_ACTIONS.contains(&name.as_str()) || fixed.contains(name)) {
                return Err(Unasked::Reserved);
            }
            params.extend(opaque.map(|body| ("__ow_body".to_owned(), body)));
        }
        params.insert("__ow_method".into(), json!(self.method.as_str().to_lowercase()));
        params.insert("__ow_headers".into(), headers(self.headers, str::to_owned));
        params.insert("__ow_path".into(), json!(self.path));
        params.extend(user.map(|user| ("__ow_user".to_owned(), json!(user))));
        Ok(params)
    }

    fn body_of_web_action(&self, raw: bool) -> Result<Option<Value>, Unasked> {
        let kind = self.kind();
        if self.body.is_empty() {
            return Ok(None);
        }
        if !raw && is_json(kind) {
            return serde_json::from_slice(self.body).map(Some).map_err(|_| Unasked::Malformed);
        }
        if !raw && kind == FORM {
            return Ok(Some(Value::Object(pairs(&String::from_utf8_lossy(self.body)))));
        }
        Ok(Some(json!(self.text(is_binary(kind) || is_json(kind)))))
    }

    /// What a Code Engine function gets.
    ///
    /// # Errors
    /// The caller sends names that begin with `__ce_`, or a body that is not the JSON it should be.
    pub(super) fn of_function(&self) -> Result<Map<String, Value>, Unasked> {
        let mut params = pairs(self.query);
        let kind = self.kind();
        // What says nothing of itself is taken for JSON.
        if (kind.is_empty() || kind == "application/json") && !self.body.is_empty() {
            let body: Value = serde_json::from_slice(self.body).map_err(|_| Unasked::Malformed)?;
            if let Value::Object(members) = body {
                params.extend(members);
            }
        }
        if params.keys().any(|name| name.starts_with("__ce_")) {
            return Err(Unasked::Reserved);
        }
        let plain = kind.starts_with("text/") || kind == FORM;
        let path = if self.path.is_empty() { "/" } else { self.path };
        let body = (!self.body.is_empty()).then(|| ("body", json!(self.text(!plain))));
        let always = [
            ("method", json!(self.method.as_str())),
            ("headers", headers(self.headers, canonical)),
            ("path", json!(path)),
            ("query", json!(self.query)),
        ];
        for (name, value) in always.into_iter().chain(body) {
            // Samples read either family.
            params.insert(format!("__ow_{name}"), value.clone());
            params.insert(format!("__ce_{name}"), value);
        }
        params.insert("__ow_method".into(), json!(self.method.as_str().to_lowercase()));
        Ok(params)
    }

    fn text(&self, binary: bool) -> String {
        if binary { STANDARD.encode(self.body) } else { String::from_utf8_lossy(self.body).into_owned() }
    }
}

fn is_json(kind: &str) -> bool {
    kind == "application/json" || kind.ends_with("+json")
}

fn pairs(query: &str) -> Map<String, Value> {
    let decoded = |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (decoded(name), Value::String(decoded(value))))
        .collect()
}

fn headers(headers: &HeaderMap, name: impl Fn(&str) -> String) -> Value {
    let all = headers.iter().map(|(key, value)| {
        (name(key.as_str()), Value::String(String::from_utf8_lossy(value.as_bytes()).into_owned()))
    });
    Value::Object(all.collect())
}

/// `user-agent` as `User-Agent`.
fn canonical(name: &str) -> String {
    let parts = name.split('-').map(|part| {
        let mut letters = part.chars();
        letters
            .next()
            .map_or(String::new(), |first| first.to_ascii_uppercase().to_string() + letters.as_str())
    });
    parts.collect::<Vec<_>>().join("-")
}

/// Why a result is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unfit {
    /// A status that HTTP has not.
    Status,
    /// A body that is not what its content type says.
    Body,
}

impl Unfit {
    pub(super) fn sentence(self) -> &'static str {
        match self {
            Self::Status => "the result's statusCode is no HTTP status",
            Self::Body => "the result's body is not what its content type says",
        }
    }
}

/// What a Code Engine function gets for a request that a person described.
pub(super) fn described(request: &HttpRequest) -> Value {
    let (path, query) = request.target.split_once('?').unwrap_or((&request.target, ""));
    let asked =
        Asked { method: &request.method, headers: &request.headers, path, query, body: &request.body };
    // What nobody can send gives nothing.
    asked.of_function().map(Value::Object).unwrap_or_else(|_| json!({}))
}

/// Whose rules a result becomes an answer by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rules {
    WebAction,
    Function,
}

/// An HTTP answer made of a result.
#[derive(Debug)]
pub(super) struct Answered {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

/// The same, to be sent.
///
/// # Errors
/// As for [`answered`].
pub(super) fn answer(result: &Value, rules: Rules) -> Result<Response<Payload>, Unfit> {
    let Answered { status, headers, body } = answered(result, rules)?;
    let mut response = Response::new(Payload::from(body));
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    Ok(response)
}

/// The answer in a result: `{headers, statusCode, body}`, all optional.
///
/// # Errors
/// The status or the body cannot be sent.
pub(super) fn answered(result: &Value, rules: Rules) -> Result<Answered, Unfit> {
    let empty = Map::new();
    let members = result.as_object().unwrap_or(&empty);
    let mut headers = HeaderMap::new();
    for (name, value) in members.get("headers").and_then(Value::as_object).unwrap_or(&empty) {
        let Ok(name) = HeaderName::try_from(name.as_str()) else { continue };
        let values = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
        for value in values {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            if let Ok(value) = HeaderValue::try_from(text) {
                headers.append(&name, value);
            }
        }
    }
    let body = members.get("body").unwrap_or(&Value::Null);
    let is_empty = body.is_null() || body.as_str() == Some("");
    let status = match members.get("statusCode") {
        None if is_empty && !headers.contains_key(LOCATION) => StatusCode::NO_CONTENT,
        None => StatusCode::OK,
        Some(status) => {
            let number = status.as_u64().or_else(|| status.as_str()?.parse().ok());
            let number = number.filter(|number| (200..600).contains(number)).ok_or(Unfit::Status)?;
            u16::try_from(number)
                .ok()
                .and_then(|number| StatusCode::from_u16(number).ok())
                .ok_or(Unfit::Status)?
        }
    };
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).map(str::to_owned);
    let says_json = kind.as_deref().is_some_and(|kind| is_json(bare(kind)));
    let bytes: Bytes = match body {
        Value::Null => Bytes::new(),
        // A function answers for its JSON; of a web action any text passes.
        Value::String(text) if says_json && rules == Rules::Function && !is_empty => {
            serde_json::from_str::<serde::de::IgnoredAny>(text).map_err(|_| Unfit::Body)?;
            text.clone().into()
        }
        Value::String(text) => match kind.as_deref() {
            Some(kind) if is_binary(bare(kind)) => STANDARD.decode(text).map_err(|_| Unfit::Body)?.into(),
            _ => text.clone().into(),
        },
        _ if kind.is_some() && !says_json && rules == Rules::WebAction => return Err(Unfit::Body),
        other => other.to_string().into(),
    };
    if kind.is_none() && !is_empty {
        let kind = match rules {
            Rules::Function => "text/plain; charset=utf-8",
            Rules::WebAction if body.is_string() => "text/html; charset=utf-8",
            Rules::WebAction => "application/json",
        };
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    }
    Ok(Answered { status, headers, body: bytes })
}

/// A media type without its parameters.
fn bare(kind: &str) -> &str {
    kind.split(';').next().unwrap_or_default().trim()
}

/// What is sent as Base64.
fn is_binary(kind: &str) -> bool {
    !(kind.starts_with("text/")
        || is_json(kind)
        || [
            "application/xml",
            "application/javascript",
            "image/svg+xml",
            "application/x-www-form-urlencoded",
        ]
        .contains(&kind)
        || kind.ends_with("+xml"))
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt as _;

    use super::*;

    #[tokio::test]
    async fn results_become_answers() {
        let cases = [
            (json!({}), 204, None, ""),
            (json!({"body": "<b>"}), 200, Some("text/html; charset=utf-8"), "<b>"),
            (json!({"body": {"a": 1}, "statusCode": 201}), 201, Some("application/json"), r#"{"a":1}"#),
            (json!({"body": "aGk=", "headers": {"Content-Type": "image/png"}}), 200, Some("image/png"), "hi"),
            (json!({"headers": {"location": "/x"}, "statusCode": 302}), 302, None, ""),
            (json!({"body": "x", "statusCode": "418"}), 418, Some("text/html; charset=utf-8"), "x"),
        ];
        for (result, status, kind, body) in cases {
            let answered =
                answer(&result, Rules::WebAction).unwrap_or_else(|unfit| panic!("{result}: {unfit:?}"));
            assert_eq!(answered.status(), status, "{result}");
            assert_eq!(
                answered.headers().get(CONTENT_TYPE).map(|kind| kind.to_str().unwrap()),
                kind,
                "{result}"
            );
            let bytes = answered.into_body().collect().await.unwrap().to_bytes();
            assert_eq!(bytes, body, "{result}");
        }
        let refused = |result: Value, rules: Rules| answer(&result, rules).err();
        let typed = |kind: &str, body: Value| json!({"headers": {"Content-Type": kind}, "body": body});
        assert_eq!(refused(json!({"statusCode": 99}), Rules::WebAction), Some(Unfit::Status));
        assert_eq!(refused(typed("image/png", json!("!")), Rules::WebAction), Some(Unfit::Body));
        assert_eq!(refused(typed("text/plain", json!({"a": 1})), Rules::WebAction), Some(Unfit::Body));
        assert_eq!(refused(typed("application/json", json!("no JSON")), Rules::WebAction), None);
        assert_eq!(refused(typed("application/json", json!("no JSON")), Rules::Function), Some(Unfit::Body));
        assert_eq!(refused(typed("application/json", json!("[1]")), Rules::Function), None);
        let bare = answer(&json!({"body": "hi"}), Rules::Function).unwrap();
        assert_eq!(bare.headers()[CONTENT_TYPE], "text/plain; charset=utf-8");
    }

    #[test]
    fn requests_become_parameters() {
        let mut headers = HeaderMap::new();
        headers.insert("content-type", "application/json".parse().unwrap());
        headers.insert("x-own", "1".parse().unwrap());
        let body = Bytes::from_static(br#"{"name":"body","more":[1]}"#);
        let asked = Asked {
            method: &Method::POST,
            headers: &headers,
            path: "/p",
            query: "name=q&x=a%20b+c",
            body: &body,
        };
        let web = asked.of_web_action(false, None, &[]).unwrap();
        assert_eq!(
            (&web["name"], &web["x"], &web["__ow_method"]),
            (&json!("body"), &json!("a b c"), &json!("post"))
        );
        assert_eq!(web["__ow_headers"]["x-own"], "1");
        assert!(!web.contains_key("__ow_body"), "JSON is in the parameters");
        let function = asked.of_function().unwrap();
        assert_eq!((&function["__ce_method"], &function["__ce_path"]), (&json!("POST"), &json!("/p")));
        assert_eq!(function["__ce_headers"]["X-Own"], "1");
        assert_eq!(function["__ce_body"], STANDARD.encode(&body));
        let raw = asked.of_web_action(true, Some("guest"), &["name".to_owned()]).unwrap();
        assert_eq!((&raw["__ow_query"], &raw["__ow_user"]), (&json!("name=q&x=a%20b+c"), &json!("guest")));
        assert_eq!(raw["__ow_body"], STANDARD.encode(&body), "JSON is Base64 to a raw one");
        assert!(!raw.contains_key("name"), "nothing of it is a parameter");
        assert_eq!(asked.of_web_action(false, None, &["name".to_owned()]), Err(Unasked::Reserved));
        let forged = Asked { query: "__ce_path=x", ..asked };
        assert_eq!(forged.of_function(), Err(Unasked::Reserved));
        assert!(forged.of_web_action(false, None, &[]).is_ok());
        let list = Bytes::from_static(b"[1]");
        let opaque = Asked { body: &list, ..forged }.of_web_action(false, None, &[]).unwrap();
        assert_eq!(opaque["__ow_body"], json!([1]), "what is no object stays whole");
        let broken = Bytes::from_static(b"[1");
        let broken = Asked { method: &Method::POST, headers: &headers, path: "", query: "", body: &broken };
        assert_eq!(broken.of_web_action(false, None, &[]), Err(Unasked::Malformed));
        assert_eq!(broken.of_function(), Err(Unasked::Malformed));
        let none = Bytes::new();
        let empty = Asked { body: &none, ..broken }.of_function().unwrap();
        assert!(!empty.contains_key("__ce_body"), "there is none");
    }
}
