//! Web actions: who may call one, what it is given, and what its result becomes by the address it was called at.
//! <https://github.com/apache/openwhisk/blob/master/core/controller/src/main/scala/org/apache/openwhisk/core/controller/WebActions.scala>

use http::{
    HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode,
    header::{AUTHORIZATION, CONTENT_TYPE},
};
use serde_json::Value;

use super::{Call, Door, empty, error, json_response, name_activation, not_found, refused, seen};
use crate::{
    domain::{App, ProviderId},
    http_body::Payload,
    ibm::{
        action::{Asks, Offer, defaults},
        activation::{Activation, NAMESPACE, Status},
        params::{self, Asked, Rules, Unasked, Unfit},
    },
    invocation::{Found, Invoke},
};

const EXTENSIONS: [&str; 5] = ["http", "json", "html", "svg", "text"];

impl<I: Invoke> Door<I> {
    /// `NAMESPACE/PACKAGE/ACTION[.EXTENSION][/PATH]`.
    pub(super) async fn web_action(&self, call: Call, rest: &str) -> Response<Payload> {
        let mut parts = rest.splitn(4, '/');
        let (Some(_), Some(package), Some(action)) = (parts.next(), parts.next(), parts.next()) else {
            return not_found(&call.id);
        };
        let path = parts.next().map(|path| format!("/{path}")).unwrap_or_default();
        let (name, extension) = match action.rsplit_once('.') {
            Some((name, extension)) if EXTENSIONS.contains(&extension) => (name, extension),
            _ => (action, "http"),
        };
        let Some((found, offer)) = self.exported(package, name) else { return not_found(&call.id) };
        let own_options = offer.web.own_options;
        let asked_headers = call.parts.headers.get("access-control-request-headers").cloned();
        let preflight = call.parts.method == Method::OPTIONS && !own_options;
        let mut response = if preflight {
            empty(StatusCode::OK)
        } else {
            self.answer_web(call, &found, &offer, &path, extension).await
        };
        if !own_options {
            allow_every_origin(response.headers_mut(), asked_headers);
        }
        response
    }

    /// One that no manifest exports to the web is not there for the web.
    fn exported(&self, package: &str, name: &str) -> Option<(Found, Offer)> {
        let functions = self.invoke.list(ProviderId::Ibm).into_iter();
        let mut exported = functions.filter(|found| !found.function.routes.is_empty());
        exported.find_map(|found| {
            let offer = Offer::of(&found.function);
            offer.is(package, name).then_some((found, offer))
        })
    }

    async fn answer_web(
        &self,
        call: Call,
        found: &Found,
        offer: &Offer,
        path: &str,
        extension: &str,
    ) -> Response<Payload> {
        let headers = &call.parts.headers;
        let asks_itself = call.parts.method == Method::OPTIONS;
        if !asks_itself && !may_call(&offer.web.asks, headers) {
            let text = "The resource requires authentication, which was not supplied with the request";
            return error(StatusCode::UNAUTHORIZED, text, &call.id);
        }
        let asked = Asked {
            method: &call.parts.method,
            headers,
            path,
            query: call.parts.uri.query().unwrap_or_default(),
            body: &call.body,
        };
        let user = has_key(headers).then_some(NAMESPACE).filter(|_| offer.web.asks == Asks::Key);
        let params = match asked.of_web_action(offer.web.raw, user, &fixed(&found.app)) {
            Ok(params) => params,
            Err(Unasked::Reserved) => {
                let text = "Request defines parameters that are not allowed (e.g., reserved properties).";
                return error(StatusCode::BAD_REQUEST, text, &call.id);
            }
            Err(Unasked::Malformed) => {
                let text = "The request content was malformed: it is no JSON.";
                return error(StatusCode::BAD_REQUEST, text, &call.id);
            }
        };
        let activation = match self.run(&call, found, params, seen::BY_WEB_ACTION).await {
            Ok(activation) => activation,
            Err(refusal) => return refused(refusal, &call.id),
        };
        let mut response = projected(&activation, extension);
        name_activation(response.headers_mut(), "x-openwhisk-activation-id", &activation.id);
        response
    }
}

fn may_call(asks: &Asks, headers: &HeaderMap) -> bool {
    match asks {
        Asks::Nothing => true,
        Asks::Key => has_key(headers),
        Asks::Secret(secret) => {
            headers.get("x-require-whisk-auth").is_some_and(|given| given.as_bytes() == secret.as_bytes())
        }
    }
}

fn has_key(headers: &HeaderMap) -> bool {
    let given = headers.get(AUTHORIZATION).and_then(|given| given.to_str().ok()).unwrap_or_default();
    given.get(..6).is_some_and(|scheme| scheme.eq_ignore_ascii_case("basic "))
}

/// Parameters that the manifest gives a web action are final: no caller sets them.
fn fixed(app: &App) -> Vec<String> {
    defaults(app).into_iter().filter(|(_, value)| !value.is_null()).map(|(name, _)| name).collect()
}

fn allow_every_origin(headers: &mut HeaderMap, asked: Option<HeaderValue>) {
    let usual =
        HeaderValue::from_static("Authorization, Origin, X-Requested-With, Content-Type, Accept, User-Agent");
    for (name, value) in [
        ("access-control-allow-origin", HeaderValue::from_static("*")),
        (
            "access-control-allow-methods",
            HeaderValue::from_static("OPTIONS, GET, DELETE, POST, PUT, HEAD, PATCH"),
        ),
        ("access-control-allow-headers", asked.unwrap_or(usual)),
    ] {
        headers.insert(HeaderName::from_static(name), value);
    }
}

/// The whole result for `.http` and `.json`, the member of that name or the body for the others. Of a result that is an
/// error of the action's own it is the error that is answered.
fn projected(activation: &Activation, extension: &str) -> Response<Payload> {
    let id = &activation.id;
    let result = match activation.status {
        Status::Success => &activation.result,
        Status::ApplicationError => &activation.result["error"],
        Status::DeveloperError | Status::InternalError => {
            return error(StatusCode::BAD_REQUEST, "There was an error processing your request.", id);
        }
    };
    let not_valid =
        |kind: &str| error(StatusCode::BAD_REQUEST, &format!("Response is not valid '{kind}'."), id);
    let member = |name: &str| match result {
        Value::Object(members) => members.get("body").or_else(|| members.get(name)),
        other => Some(other),
    };
    match extension {
        "json" if result.is_object() || result.is_array() => json_response(StatusCode::OK, result),
        "json" => not_valid("application/json"),
        "html" => match member("html") {
            Some(Value::String(text)) => plain("text/html; charset=utf-8", text),
            _ => not_valid("text/html"),
        },
        "svg" => match member("svg") {
            Some(Value::String(text)) => plain("image/svg+xml", text),
            _ => not_valid("image/svg+xml"),
        },
        "text" => match member("text") {
            Some(Value::String(text)) => plain("text/plain; charset=utf-8", text),
            Some(other) => plain("text/plain; charset=utf-8", &format!("{other:#}")),
            None => error(StatusCode::NOT_FOUND, "Response does not include requested property.", id),
        },
        _ if !result.is_object() => not_valid("message/http"),
        _ => match params::answer(result, Rules::WebAction) {
            Ok(response) => response,
            Err(Unfit::Status) => not_valid("message/http"),
            Err(Unfit::Body) => error(
                StatusCode::BAD_REQUEST,
                "Response type in header did not match generated content type.",
                id,
            ),
        },
    }
}

fn plain(kind: &'static str, text: &str) -> Response<Payload> {
    let mut response = empty(StatusCode::OK);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    *response.body_mut() = Payload::from(text.to_owned());
    response
}
