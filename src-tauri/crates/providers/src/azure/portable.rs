//! Others' functions on Azure, with Azure's own library for the language. Azure's functions are registered with that
//! library and take its requests, so nothing calls them without it; but for those of `(context, req)` in folders with a
//! `function.json`, which need none.

mod bound;

use std::path::{Component, Path};

use super::{converse::is_http, detect, door};
use crate::{
    domain::Binding,
    http_event,
    portable::{
        Call, Callee, Convention, Heard, Library, Limits, Modules, Portable, Services, Speech, Taker,
        Written, asks_request, told_response,
    },
    project::text_of,
};

pub(super) const PORTABLE: Portable = Portable {
    callees,
    unchanged: |_, _| None,
    taker,
    app: detect::declared,
    // A request, or any message.
    heard: |_, text| {
        let request = http_event::described(text);
        Ok(Heard::new(text, request.map_or_else(|_| Call::Value(text.into()), Call::Request)))
    },
    asks: asks_request,
    unsent: |_, _| None,
    told: told_response,
    limits: Limits { request: Some(door::LIMIT), memory_mb: Some(14_336), ..Limits::NONE },
    clients: &["azure.", "@azure/", "github.com/Azure/", "azure_"],
    modules: Modules {
        named: &[
            ("azure.storage.blob", "Azure Blob Storage"),
            ("azure.storage.queue", "Azure Queue Storage"),
            ("azure.storage.fileshare", "Azure Files"),
            ("azure.storage.filedatalake", "Azure Data Lake Storage"),
            ("azure.data.tables", "Azure Table Storage"),
            ("azure.servicebus", "Azure Service Bus"),
            ("azure.eventhub", "Azure Event Hubs"),
            ("azure.eventgrid", "Azure Event Grid"),
            ("azure.cosmos", "Azure Cosmos DB"),
            ("azure.keyvault", "Azure Key Vault"),
            ("azure.identity", "Microsoft Entra ID"),
            ("@azure/storage-blob", "Azure Blob Storage"),
            ("@azure/storage-queue", "Azure Queue Storage"),
            ("@azure/storage-file-share", "Azure Files"),
            ("@azure/storage-file-datalake", "Azure Data Lake Storage"),
            ("@azure/data-tables", "Azure Table Storage"),
            ("@azure/service-bus", "Azure Service Bus"),
            ("@azure/event-hubs", "Azure Event Hubs"),
            ("@azure/eventgrid", "Azure Event Grid"),
            ("@azure/cosmos", "Azure Cosmos DB"),
            ("@azure/keyvault-secrets", "Azure Key Vault"),
            ("@azure/keyvault-keys", "Azure Key Vault"),
            ("@azure/identity", "Microsoft Entra ID"),
        ],
        ..Modules::NONE
    },
    frameworks: &["azure.functions", "@azure/functions"],
    bindings: bound::bindings,
    services: &[
        Services {
            domain: "core.windows.net",
            named: &[
                ("blob", "Azure Blob Storage"),
                ("queue", "Azure Queue Storage"),
                ("table", "Azure Table Storage"),
                ("file", "Azure Files"),
                ("dfs", "Azure Data Lake Storage"),
            ],
        },
        Services { domain: "servicebus.windows.net", named: &[("", "Azure Service Bus or Event Hubs")] },
        Services { domain: "database.windows.net", named: &[("", "Azure SQL")] },
        Services { domain: "documents.azure.com", named: &[("", "Azure Cosmos DB")] },
        Services { domain: "vault.azure.net", named: &[("", "Azure Key Vault")] },
        Services { domain: "azurewebsites.net", named: &[] },
        Services { domain: "login.microsoftonline.com", named: &[] },
    ],
    variables: &["AzureWebJobs", "FUNCTIONS_WORKER_RUNTIME", "WEBSITE_SITE_NAME", "WEBSITE_HOSTNAME"],
};

fn callees(written: &Written<'_>) -> Result<Vec<Callee>, String> {
    let app = written.app;
    let is_in_folder = app.handler.split(',').next() == Some("function.json");
    if !is_in_folder {
        return Err(
            "its functions are registered with Azure's own library and take the objects of that library"
                .to_owned(),
        );
    }
    if written.speech == Speech::Python {
        return Err("it takes the objects of Azure's own library, azure-functions".to_owned());
    }
    if !is_http(written.function) {
        let kind = written.function.bindings.first().map_or("trigger", |trigger| &trigger.kind);
        return Err(format!("what its {kind} hands over comes of Azure's own services"));
    }
    let is_http = |binding: &&Binding| binding.kind.eq_ignore_ascii_case("http");
    if let Some(bound) = written.function.bindings.iter().skip(1).find(|binding| !is_http(binding)) {
        let Binding { name, kind, .. } = bound;
        return Err(if bound.output {
            format!(
                "what it gives to `{name}`, a binding of type {kind}, is sent on by Azure and by nobody else"
            )
        } else {
            format!("what `{name}`, a binding of type {kind}, holds is fetched by Azure and by nobody else")
        });
    }
    if let Call::Value(event) = &written.heard.call {
        let text = event.as_str().unwrap_or_default();
        return Err(http_event::described(text).map_or_else(|problem| problem.message, |_| String::new()));
    }
    let entry = written.function.entry();
    let manifest = text_of(&app.root.join(entry).join("function.json")).unwrap_or_default();
    let manifest: serde_json::Value =
        serde_json::from_str(manifest.trim_start_matches('\u{feff}')).unwrap_or_default();
    let named = manifest["scriptFile"].as_str();
    let scripts = named.map_or_else(|| vec!["index.js", "index.mjs", "index.cjs"], |script| vec![script]);
    let file = scripts
        .iter()
        .flat_map(|script| places(entry, script))
        .find(|file| written.code.join(file).is_file())
        .ok_or_else(|| format!("there is no file for its script {}", scripts[0]))?;
    Ok(vec![Callee {
        convention: Convention::Context,
        file,
        name: manifest["entryPoint"].as_str().unwrap_or("*").to_owned(),
        made: "",
        halves: vec![include_str!("../../portable/azure/calls_context.mjs")],
        fed: None,
        library: None,
    }])
}

/// Where a script may lie that is named in a function's folder: what is named below `dist` may have been built beside
/// its source.
fn places(folder: &str, script: &str) -> Vec<String> {
    let mut parts = vec![folder.to_owned()];
    for part in Path::new(script).components() {
        match part {
            Component::ParentDir => drop(parts.pop()),
            Component::Normal(part) => parts.push(part.to_string_lossy().into_owned()),
            _ => {}
        }
    }
    let path = parts.join("/");
    let built = path.strip_prefix("dist/").map(str::to_owned);
    built.into_iter().chain([path]).collect()
}

fn taker(written: &Written<'_>, _callee: &Callee) -> Taker {
    // Without the prefix `api`, so that a request's path is the function's own.
    let host = r#"{"version":"2.0","extensions":{"http":{"routePrefix":""}}}"#.to_owned();
    let mut beside = vec![("host.json", host)];
    let (file, half, note, library) = match written.speech {
        Speech::Python => (
            "function_app.py",
            include_str!("../../portable/azure/takes.py"),
            "beside it a host.json, with an empty extensions.http.routePrefix, and azure-functions in requirements.txt",
            Library {
                name: "azure-functions",
                missed: &["azure", "azure.functions"],
                install: "pip install azure-functions",
            },
        ),
        Speech::JavaScript => {
            beside.push(("package.json", r#"{"main":"on_azure.mjs"}"#.to_owned()));
            (
                "on_azure.mjs",
                include_str!("../../portable/azure/takes.mjs"),
                "beside it a host.json, with an empty extensions.http.routePrefix; in package.json \
                 `\"main\": \"on_azure.mjs\"` and @azure/functions among its dependencies",
                Library {
                    name: "@azure/functions",
                    missed: &["@azure/functions"],
                    install: "npm install @azure/functions",
                },
            )
        }
    };
    Taker { file, handler: "", half, wants_requests: true, beside, note: Some(note), library: Some(library) }
}
