//! The services that Azure connects its functions to: bindings as a `function.json` lists them, as decorators in Python
//! make them, and as the library for Node does.
//! <https://learn.microsoft.com/azure/azure-functions/functions-triggers-bindings#supported-bindings>

use std::{path::Path, sync::LazyLock};

use regex::Regex;
use serde_json::Value;

use crate::{
    domain::Function,
    portable::Bound,
    project::text_of,
    source::{Syntax, blank},
};

/// By what bindings are called in any of the three, in lower case without `_`, `storage` and what the direction is said
/// by.
const SERVICES: [(&str, &str); 15] = [
    ("queue", "Azure Queue Storage"),
    ("blob", "Azure Blob Storage"),
    ("table", "Azure Table Storage"),
    ("cosmosdb", "Azure Cosmos DB"),
    ("servicebus", "Azure Service Bus"),
    ("servicebusqueue", "Azure Service Bus"),
    ("servicebustopic", "Azure Service Bus"),
    ("eventhub", "Azure Event Hubs"),
    ("eventgrid", "Azure Event Grid"),
    ("sql", "Azure SQL"),
    ("mysql", "Azure Database for MySQL"),
    ("signalr", "Azure SignalR Service"),
    ("signalrconnectioninfo", "Azure SignalR Service"),
    ("webpubsub", "Azure Web PubSub"),
    ("webpubsubconnection", "Azure Web PubSub"),
];

static DECORATOR: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"@\s*\w+\.(?<name>(?<kind>\w+)_(?:output|input|trigger))\s*\(")
        .expect("the pattern is a constant")
});
static MADE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\b(?<name>(?:output|input|app)\s*\.\s*(?<kind>\w+))\s*\(")
        .expect("the pattern is a constant")
});

/// Of a file that several functions share, what the function is known to have, and what is not known to be another's.
pub(super) fn bindings(function: &Function, file: &Path) -> Vec<Bound> {
    let known: Vec<_> = function.bindings.iter().filter_map(|own| service(&own.kind)).collect();
    let mut found = in_file(function, file);
    // Outputs are read nowhere else.
    found.retain(|bound| bound.name.starts_with("output.") || known.contains(&bound.service));
    found
}

fn in_file(function: &Function, file: &Path) -> Vec<Bound> {
    let ending = file.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    let is_manifest = file.ends_with(Path::new(function.entry()).join("function.json"));
    let Some(text) = text_of(file) else { return Vec::new() };
    match ending {
        _ if is_manifest => listed(&text),
        "py" if text.contains("azure.functions") => made(&DECORATOR, &text, Syntax::Python),
        "js" | "mjs" | "cjs" | "ts" | "mts" | "cts" if text.contains("@azure/functions") => {
            made(&MADE, &text, Syntax::JavaScript)
        }
        _ => Vec::new(),
    }
}

fn listed(text: &str) -> Vec<Bound> {
    let text = text.trim_start_matches('\u{feff}');
    let manifest: Value = serde_json::from_str(text).unwrap_or_default();
    let kinds = manifest["bindings"].as_array().into_iter().flatten().filter_map(|one| one["type"].as_str());
    kinds
        .filter_map(|kind| {
            let at = text.find(&format!("\"{kind}\"")).unwrap_or_default();
            Some(Bound { name: kind.to_owned(), service: service(kind)?, line: line(text, at) })
        })
        .collect()
}

fn made(pattern: &Regex, text: &str, syntax: Syntax) -> Vec<Bound> {
    let code = blank(syntax, text);
    let all = pattern.captures_iter(&code).filter_map(|found| {
        let (name, service) = (found.name("name")?, service(&found["kind"])?);
        let written: String = name.as_str().split_whitespace().collect();
        Some(Bound { name: written, service, line: line(&code, name.start()) })
    });
    all.collect()
}

fn service(kind: &str) -> Option<&'static str> {
    let bare = kind.to_ascii_lowercase().replace('_', "");
    let bare = bare.strip_suffix("trigger").unwrap_or(&bare);
    let bare = bare.strip_prefix("storage").unwrap_or(bare);
    SERVICES.iter().find(|(name, _)| *name == bare).map(|(_, service)| *service)
}

fn line(text: &str, at: usize) -> u32 {
    let before = text[..at].bytes().filter(|byte| *byte == b'\n').count();
    u32::try_from(before + 1).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{domain::Binding, fake_invoke::found};

    fn of(file: &str, text: &str) -> Vec<(String, &'static str, u32)> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(file);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, text).unwrap();
        let bound = |kind: &str| Binding { kind: kind.into(), ..Binding::default() };
        let kinds = ["httpTrigger", "queue", "cosmosDB", "serviceBusTrigger"];
        let mut function = found("put", &[]).function.as_ref().clone();
        function.bindings = kinds.map(bound).into();
        bindings(&function, &file).into_iter().map(|one| (one.name, one.service, one.line)).collect()
    }

    #[test]
    fn services_are_named_in_all_three_ways_to_bind_them() {
        let manifest = "{\"bindings\": [\n{\"type\": \"httpTrigger\", \"name\": \"req\"},\n{\"type\": \"queue\", \"direction\": \"out\", \"name\": \"msg\"},\n{\"type\": \"timerTrigger\"}]}";
        assert_eq!(of("put/function.json", manifest), [("queue".into(), "Azure Queue Storage", 3)]);
        assert!(of("get/function.json", manifest).is_empty(), "another function's");
        let python = "import azure.functions as func\napp = func.FunctionApp()\n\n@app.route(route='a')\n@app.queue_output(arg_name='msg', queue_name='q', connection='c')\n@app.cosmos_db_input(arg_name='docs')\n# @app.blob_output()\n@app.table_output(arg_name='other')\ndef a(req, msg, docs): ...\n";
        assert_eq!(
            of("function_app.py", python),
            [
                ("queue_output".into(), "Azure Queue Storage", 5),
                ("cosmos_db_input".into(), "Azure Cosmos DB", 6)
            ]
        );
        let node = "import { app, output } from '@azure/functions'\nconst sent = output.storageQueue({ queueName: 'q' })\napp.http('a', { extraOutputs: [sent] })\napp.serviceBusTopic('b', {})\n";
        assert_eq!(
            of("a.mjs", node),
            [
                ("output.storageQueue".into(), "Azure Queue Storage", 2),
                ("app.serviceBusTopic".into(), "Azure Service Bus", 4)
            ]
        );
        assert!(of("b.mjs", "import express from 'express'\napp.table('a')\n").is_empty());
    }
}
