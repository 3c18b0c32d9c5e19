//! Others' functions on Azure, with Azure's own library for the language. Azure's functions are registered with that
//! library and take its requests, so nothing calls them without it.

use super::detect;
use crate::portable::{
    Call, Callee, Library, Portable, Services, Speech, Taker, Written, asks_request, told_response,
};

pub(super) const PORTABLE: Portable = Portable {
    callees,
    unchanged: |_, _| None,
    taker,
    app: detect::declared,
    // A request, or any message; nothing of it is called elsewhere.
    heard: |text| Ok(Call::Value(text.into())),
    asks: asks_request,
    told: told_response,
    clients: &["azure.", "@azure/", "github.com/Azure/", "azure_"],
    frameworks: &["azure.functions", "@azure/functions"],
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

fn callees(_written: &Written<'_>) -> Result<Vec<Callee>, String> {
    Err("its functions are registered with Azure's own library and take the objects of that library"
        .to_owned())
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
