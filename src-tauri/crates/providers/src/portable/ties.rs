//! What of a cloud a project's sources name: the clients of its services that they import, and variables that only its
//! environment has. Read from the text; nothing is run.

use std::{path::Path, sync::LazyLock};

use regex::Regex;

use super::imports::{Source, is_of, pattern};
use crate::{domain::ProviderId, registry};

/// Something that a file has of a cloud.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tie {
    pub provider: ProviderId,
    /// The package as it is imported, or the variable's name.
    pub name: String,
    /// `None` where it is a variable.
    pub is_package: bool,
    pub line: u32,
}

pattern!(VARIABLE, r"\b_{0,2}[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b");

/// What a source file names, by its ending; empty for other files.
pub fn ties(file: &Path) -> Vec<Tie> {
    let Some(source) = Source::read(file) else { return Vec::new() };
    let mut found: Vec<Tie> = Vec::new();
    let mut add = |provider: ProviderId, name: &str, is_package: bool, at: usize| {
        let known = found.iter().any(|tie| tie.provider == provider && tie.name == name);
        if !known {
            found.push(Tie { provider, name: name.to_owned(), is_package, line: source.line(at) });
        }
    };
    for import in source.imports() {
        for provider in registry::ALL {
            if provider.portable.clients.iter().any(|client| is_of(&import.name, client)) {
                add(provider.id, &import.name, true, import.at);
            }
        }
    }
    for variable in VARIABLE.find_iter(&source.text) {
        for provider in registry::ALL {
            if provider.portable.variables.iter().any(|begins| variable.as_str().starts_with(begins)) {
                add(provider.id, variable.as_str(), false, variable.start());
            }
        }
    }
    found
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
                ("gcp", "google.cloud".into(), 4),
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
}
