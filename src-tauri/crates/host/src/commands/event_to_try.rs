//! The event that a function is tried with: the one given, else that of its last good call, as far as the record has it;
//! of a function of requests, the last since the project was opened.

use coldframe_engine::{Engine, REDACTED};
use coldframe_protocol as wire;
use coldframe_providers::{
    domain::Takes,
    invocation::{FunctionRef, Invoke},
};
use serde_json::Value;

use super::{Result, unknown_function};
use crate::host::Host;

impl Host {
    /// With where it is from.
    pub(super) async fn event_to_try(
        &self,
        engine: &Engine,
        function: &FunctionRef,
        request: &wire::PortabilityRequest,
    ) -> Result<(String, &'static str)> {
        if let Some(event) = &request.event {
            return Ok((event.clone(), "given"));
        }
        let empty = "{}".to_owned();
        let found = engine.find(function).ok_or_else(unknown_function)?;
        if !matches!(found.function.takes, Takes::Event | Takes::Parameters) {
            // Of a request the record keeps the body only.
            let last = engine.last_request(request.function).and_then(without_redacted);
            return Ok(last.map_or((empty, "empty"), |(event, redacted)| {
                (event, if redacted { "last_call_redacted" } else { "last_call" })
            }));
        }
        let query = wire::InvocationQuery {
            function: Some(request.function),
            minutes: None,
            status: Some("ok".to_owned()),
            search: None,
            before: None,
            after: None,
            limit: Some(1),
        };
        let project = engine.project_id();
        self.flush().await;
        let last = self.read(move |report, now| report.invocations(project, &query, now)).await?;
        let Some(last) = last.first() else { return Ok((empty, "empty")) };
        let kept = self.detail(last.id).await?.request.filter(|payload| !payload.base64);
        Ok(match kept.and_then(|payload| without_redacted(payload.text)) {
            Some((event, false)) => (event, "last_call"),
            Some((event, true)) => (event, "last_call_redacted"),
            None => (empty, "last_call_cut"),
        })
    }
}

/// Without what stands for a secret, and whether there was any; nothing of an event that was cut, which is no JSON.
fn without_redacted(text: String) -> Option<(String, bool)> {
    let mut event: Value = serde_json::from_str(&text).ok()?;
    if !text.contains(REDACTED) {
        return Some((text, false));
    }
    leave_out(&mut event);
    Some((event.to_string(), true))
}

fn leave_out(value: &mut Value) {
    let whole = |value: &Value| value.as_str() == Some(REDACTED);
    match value {
        Value::String(text) => *text = text.replace(REDACTED, ""),
        Value::Array(all) => {
            all.retain(|one| !whole(one));
            all.iter_mut().for_each(leave_out);
        }
        Value::Object(members) => {
            members.retain(|_, one| !whole(one));
            members.values_mut().for_each(leave_out);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_used_without_what_the_record_left_out() {
        let of = |text: &str| without_redacted(text.to_owned());
        let plain = r#"{ "a": [1, "b"] }"#;
        assert_eq!(of(plain), Some((plain.to_owned(), false)), "to the letter");
        let cookies = r#"{"cookies":["[redacted]"],"headers":{"cookie":"[redacted]","x":"y"},"rawQueryString":"token=[redacted]&page=2"}"#;
        let left = r#"{"cookies":[],"headers":{"x":"y"},"rawQueryString":"token=&page=2"}"#;
        assert_eq!(of(cookies), Some((left.to_owned(), true)));
        assert_eq!(of(r#"{"headers": {"cookie": "[redac"#), None, "cut");
    }
}
