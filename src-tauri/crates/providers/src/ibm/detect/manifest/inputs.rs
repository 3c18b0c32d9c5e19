//! An action's parameters, as a manifest gives them.
//! <https://github.com/apache/openwhisk-wskdeploy/blob/master/specification/html/spec_parameters.md>

use serde_json::{Map, Value, json};

use crate::manifest::{Kind, Node};

/// Values as they are written, or the `value` or `default` of what describes them.
pub(super) fn of(inputs: &Node) -> Map<String, Value> {
    let entries = inputs.entries().iter();
    entries.filter_map(|(key, node)| Some((key.text.clone(), value(node)?))).collect()
}

/// Nothing where there is no value: then it is no parameter.
fn value(node: &Node) -> Option<Value> {
    let given = if node.is_map() { node.get("value").or_else(|| node.get("default"))? } else { node };
    match &given.kind {
        Kind::Null => None,
        // The name of a type stands for that type's nothing.
        Kind::Text(text) => Some(nothing_of(text).unwrap_or_else(|| json_of(given))),
        _ => Some(json_of(given)),
    }
}

fn nothing_of(kind: &str) -> Option<Value> {
    Some(match kind {
        "string" => json!(""),
        "integer" => json!(0),
        "float" => json!(0.0),
        "boolean" => json!(false),
        "json" => json!({}),
        _ => return None,
    })
}

fn json_of(node: &Node) -> Value {
    match &node.kind {
        Kind::Null => Value::Null,
        Kind::Text(text) => match serde_json::from_str(text) {
            Ok(value @ (Value::Bool(_) | Value::Number(_))) => value,
            _ => Value::String(text.clone()),
        },
        Kind::List(items) => Value::Array(items.iter().map(|item| json_of(item)).collect()),
        Kind::Map(entries) => {
            Value::Object(entries.iter().map(|(key, value)| (key.text.clone(), json_of(value))).collect())
        }
    }
}
