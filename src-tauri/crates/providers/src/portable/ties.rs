//! What of a cloud a project's sources name: the clients of its services that they import, and variables that only its
//! environment has. Read from the text; nothing is run.

use std::{path::Path, sync::LazyLock};

use regex::Regex;

use super::{
    Portable,
    imports::{Import, Source, is_of, pattern},
};
use crate::{
    domain::{Function, ProviderId},
    registry,
};

/// Something that a file has of a cloud.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tie {
    pub provider: ProviderId,
    /// The package as it is imported, the variable's name, or the binding as it is written.
    pub name: String,
    /// Which of the cloud's services it reaches, where the package or a client made with it says that.
    pub service: Option<String>,
    pub kind: TieKind,
    pub line: u32,
}

/// By what a file names something of a cloud.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TieKind {
    Package,
    Variable,
    /// What the cloud connects a function to by itself.
    Binding,
}

impl TieKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Package => "package",
            Self::Variable => "variable",
            Self::Binding => "binding",
        }
    }
}

/// A binding that a file makes, with the service behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bound {
    pub(crate) name: String,
    pub(crate) service: &'static str,
    pub(crate) line: u32,
}

/// How a cloud's packages say which service they reach.
#[derive(Debug)]
pub(crate) struct Modules {
    /// Those that are a service's, as they are imported; the first that fits counts.
    pub(crate) named: &'static [(&'static str, &'static str)],
    /// What stands before a service's own name: `@aws-sdk/client-`.
    pub(crate) before: &'static [&'static str],
    /// Packages whose clients are made with such a name: `boto3.client("s3")`.
    pub(crate) makers: &'static [&'static str],
    /// Services by such names, in lower case without `-`, `_` and a version.
    pub(crate) services: &'static [(&'static str, &'static str)],
}

impl Modules {
    pub(crate) const NONE: Self = Self { named: &[], before: &[], makers: &[], services: &[] };

    /// The service of a module, with how much of its name says that.
    fn service(&self, module: &str) -> Option<(usize, String)> {
        if let Some((name, title)) = self.named.iter().find(|(name, _)| is_of(module, name)) {
            return Some((name.len(), (*title).to_owned()));
        }
        self.before.iter().find_map(|before| {
            let own = module.strip_prefix(before)?.split(['/', '.']).next().filter(|own| !own.is_empty())?;
            Some((before.len() + own.len(), self.titled(own)))
        })
    }

    /// A name that nobody listed is told as it is.
    fn titled(&self, name: &str) -> String {
        let bare = name.to_ascii_lowercase().replace(['-', '_'], "");
        let bare = VERSION.replace(&bare, "");
        let known = self.services.iter().find(|(own, _)| *own == bare);
        known.map_or_else(|| name.to_owned(), |(_, title)| (*title).to_owned())
    }
}

pattern!(VERSION, r"v\d+(?:(?:alpha|beta)\d*)?$");
pattern!(
    MADE,
    r#"\.(?:client|resource|create_client)\(\s*(?:service_name\s*=\s*)?["'](?<name>[a-z][\w-]*)["']|\bnew\s+AWS\.(?<class>\w+)"#
);
pattern!(VARIABLE, r"\b_{0,2}[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b");

/// What a source file names, by its ending; empty for other files.
pub fn ties(file: &Path) -> Vec<Tie> {
    let Some(source) = Source::read(file) else { return Vec::new() };
    let mut found: Vec<Tie> = Vec::new();
    let mut add = |provider: ProviderId, name: &str, service: Option<String>, kind: TieKind, at: usize| {
        let known = |tie: &Tie| tie.provider == provider && tie.name == name && tie.service == service;
        if !found.iter().any(known) {
            found.push(Tie { provider, name: name.to_owned(), service, kind, line: source.line(at) });
        }
    };
    for import in source.imports() {
        for provider in registry::ALL {
            let Portable { clients, modules, .. } = &provider.portable;
            if !clients.iter().any(|client| is_of(&import.name, client)) {
                continue;
            }
            let made = made(&source, modules, &import.name);
            let mut services = parts(modules, &import);
            if services.is_empty() && made.is_empty() {
                let service = modules.service(&import.name).filter(|_| !is_framework(&import.name));
                services.push((import.name.clone(), service.map(|(_, service)| service)));
            }
            for (name, service) in services {
                add(provider.id, &name, service, TieKind::Package, import.at);
            }
            for (service, at) in made {
                add(provider.id, &import.name, Some(service), TieKind::Package, at);
            }
        }
    }
    for variable in VARIABLE.find_iter(&source.text) {
        for provider in registry::ALL {
            if provider.portable.variables.iter().any(|begins| variable.as_str().starts_with(begins)) {
                add(provider.id, variable.as_str(), None, TieKind::Variable, variable.start());
            }
        }
    }
    found
}

/// What a file has a provider connect one of its functions to.
pub fn bindings(provider: ProviderId, function: &Function, file: &Path) -> Vec<Tie> {
    let mut found: Vec<Tie> = Vec::new();
    for Bound { name, service, line } in (registry::of(provider).portable.bindings)(function, file) {
        let service = Some(service.to_owned());
        if !found.iter().any(|tie| tie.name == name && tie.service == service) {
            found.push(Tie { provider, name, service, kind: TieKind::Binding, line });
        }
    }
    found
}

/// What is imported of a package that names services of its own: `storage` of `from google.cloud import storage`.
fn parts(modules: &Modules, import: &Import) -> Vec<(String, Option<String>)> {
    let services = import.parts.iter().filter_map(|part| {
        let (length, service) = modules.service(part)?;
        (length > import.name.len()).then(|| (part[..length].to_owned(), Some(service)))
    });
    services.collect()
}

/// The services of clients that are made with a package, and where.
fn made(source: &Source, modules: &Modules, package: &str) -> Vec<(String, usize)> {
    if !modules.makers.contains(&package) {
        return Vec::new();
    }
    let clients =
        MADE.captures_iter(&source.text).filter(|client| source.is_code(client.get_match().start()));
    clients
        .filter_map(|client| {
            let name = client.name("name").or(client.name("class"))?;
            Some((modules.titled(name.as_str()), name.start()))
        })
        .collect()
}

/// Whether what is imported is what a provider's functions are written with, and reaches nothing by itself.
pub fn is_framework(import: &str) -> bool {
    registry::ALL.iter().any(|provider| provider.portable.frameworks.iter().any(|name| is_of(import, name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(file: &str, text: &str) -> Vec<(&'static str, String, u32)> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(file);
        std::fs::write(&file, text).unwrap();
        ties(&file).into_iter().map(|tie| (tie.provider.as_str(), tie.name, tie.line)).collect()
    }

    #[test]
    fn what_functions_are_written_with_is_no_service() {
        assert!(is_framework("functions_framework") && is_framework("@azure/functions"));
        assert!(!is_framework("boto3") && !is_framework("azure.storage.blob") && !is_framework("@vercel/kv"));
    }

    #[test]
    fn imports_of_clients_are_named_with_their_lines() {
        let python = "import os\nimport boto3\n# import azure.storage.blob\n    from google.cloud import storage\nfrom boto3_like import x\n'''\nimport ibm_boto3\n'''\nos.environ['AWS_LAMBDA_FUNCTION_NAME']\nimport json, botocore as core\n";
        assert_eq!(
            named("a.py", python),
            [
                ("aws", "boto3".into(), 2),
                ("gcp", "google.cloud.storage".into(), 4),
                ("aws", "botocore".into(), 10),
                ("aws", "AWS_LAMBDA_FUNCTION_NAME".into(), 9)
            ]
        );
        let javascript = "import { S3 } from '@aws-sdk/client-s3'\n// require('firebase-admin')\nconst { BlobServiceClient } = require(\"@azure/storage-blob\")\nconst x = 'import y from \"aws-sdk\"'\n";
        assert_eq!(
            named("a.mjs", javascript),
            [("aws", "@aws-sdk/client-s3".into(), 1), ("azure", "@azure/storage-blob".into(), 3)]
        );
        assert_eq!(
            named(
                "a.go",
                "package handler\n\nimport (\n\t\"net/http\"\n\t\"cloud.google.com/go/storage\"\n)\n"
            ),
            [("gcp", "cloud.google.com/go/storage".into(), 5)]
        );
        assert!(named("a.txt", "import boto3").is_empty(), "no source");
    }

    fn services(file: &str, text: &str) -> Vec<(String, Option<String>, u32)> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(file);
        std::fs::write(&file, text).unwrap();
        ties(&file).into_iter().map(|tie| (tie.name, tie.service, tie.line)).collect()
    }

    #[test]
    fn the_services_that_clients_are_for_are_named() {
        let one = |name: &str, service: &str, line| (name.to_owned(), Some(service.to_owned()), line);
        let boto = "import boto3\ns3 = boto3.client('s3')\ntable = boto3.resource(\"dynamodb\").Table('t')\n# boto3.client('sqs')\nboto3.client(service_name='textract')\n";
        assert_eq!(
            services("a.py", boto),
            [one("boto3", "Amazon S3", 2), one("boto3", "Amazon DynamoDB", 3), one("boto3", "textract", 5)]
        );
        assert_eq!(
            services("a.py", "import boto3\nname = input()\nboto3.client(name)\n"),
            [("boto3".into(), None, 1)]
        );
        let python = "from google.cloud import storage, pubsub_v1\nfrom google.cloud.firestore import Client\nfrom azure.storage.blob import BlobServiceClient\nimport firebase_admin\nfrom firebase_admin import firestore\nimport ibm_boto3\nfrom azure.cosmos.aio import CosmosClient\n";
        assert_eq!(
            services("b.py", python),
            [
                one("google.cloud.storage", "Cloud Storage", 1),
                one("google.cloud.pubsub_v1", "Pub/Sub", 1),
                one("google.cloud.firestore", "Firestore", 2),
                one("azure.storage.blob", "Azure Blob Storage", 3),
                one("firebase_admin", "Firebase", 4),
                one("firebase_admin.firestore", "Firestore", 5),
                one("ibm_boto3", "Cloud Object Storage", 6),
                one("azure.cosmos.aio", "Azure Cosmos DB", 7),
            ]
        );
        let node = "import { S3Client } from '@aws-sdk/client-s3'\nconst { PubSub } = require('@google-cloud/pubsub')\nimport { getFirestore } from 'firebase-admin/firestore'\nimport { QueueClient } from '@azure/storage-queue'\nimport { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'\nimport { kv } from '@vercel/kv'\nconst AWS = require('aws-sdk')\nnew AWS.SecretsManager()\n";
        assert_eq!(
            services("a.mjs", node),
            [
                one("@aws-sdk/client-s3", "Amazon S3", 1),
                one("@google-cloud/pubsub", "Pub/Sub", 2),
                one("firebase-admin/firestore", "Firestore", 3),
                one("@azure/storage-queue", "Azure Queue Storage", 4),
                one("@aws-sdk/lib-dynamodb", "Amazon DynamoDB", 5),
                one("@vercel/kv", "Vercel KV", 6),
                one("aws-sdk", "AWS Secrets Manager", 8),
            ]
        );
        let go = "import (\n\t\"cloud.google.com/go/storage\"\n\t\"github.com/aws/aws-sdk-go-v2/service/sqs\"\n)\n";
        assert_eq!(
            services("a.go", go),
            [
                one("cloud.google.com/go/storage", "Cloud Storage", 2),
                one("github.com/aws/aws-sdk-go-v2/service/sqs", "Amazon SQS", 3)
            ]
        );
        assert_eq!(
            services("c.mjs", "import * as functions from '@google-cloud/functions-framework'\n"),
            [("@google-cloud/functions-framework".into(), None, 1)],
            "what functions are written with is no service"
        );
    }
}
