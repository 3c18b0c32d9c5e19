//! What is wrong with a template as a whole. A template that is damaged or misspelt declares no function, which must
//! not look like a project without any: each is an error of the project, so that what it declared before stays.

use std::path::Path;

use super::{Template, deployed};
use crate::{aws::detect::spelling::nearest, domain::Problem, manifest::Node};

const FUNCTIONS: [&str; 2] = ["AWS::Serverless::Function", "AWS::Lambda::Function"];

/// What a resource next to a function can be; anything else of these two services is a mistake or newer than this.
const NEIGHBOURS: [&str; 19] = [
    "AWS::Serverless::Api",
    "AWS::Serverless::Application",
    "AWS::Serverless::CapacityProvider",
    "AWS::Serverless::Connector",
    "AWS::Serverless::GraphQLApi",
    "AWS::Serverless::HttpApi",
    "AWS::Serverless::LayerVersion",
    "AWS::Serverless::SimpleTable",
    "AWS::Serverless::StateMachine",
    "AWS::Serverless::WebSocketApi",
    "AWS::Lambda::Alias",
    "AWS::Lambda::CapacityProvider",
    "AWS::Lambda::CodeSigningConfig",
    "AWS::Lambda::EventInvokeConfig",
    "AWS::Lambda::EventSourceMapping",
    "AWS::Lambda::LayerVersion",
    "AWS::Lambda::Permission",
    "AWS::Lambda::Url",
    "AWS::Lambda::Version",
];

/// Whether a file has the name SAM itself looks for; one that does not even parse is still meant as a template.
pub(crate) fn is_named_one(file: &Path) -> bool {
    file.file_name().is_some_and(|name| name == "template.yaml" || name == "template.yml")
}

/// Whether a text that does not parse is plainly no template of ours: one of Kubernetes' kind, or one that another
/// program makes files from (cookiecutter, Helm). `{{resolve:…}}` is CloudFormation's own.
pub(super) fn is_something_else(file: &Path, text: &str) -> bool {
    let begins = |key: &str| text.lines().any(|line| line.starts_with(key));
    let made_from = ["{%", "{{cookiecutter", "{{ cookiecutter", "{{.", "{{ .", "{{-"];
    begins("apiVersion:") && begins("kind:")
        || made_from.iter().any(|mark| text.contains(mark))
        || file.to_string_lossy().contains("{{")
}

impl Template<'_> {
    /// Whether its own text says that it is a template, apart from its resources.
    fn is_headed(&self) -> bool {
        let root = &self.manifest.root;
        root.get("AWSTemplateFormatVersion").is_some()
            || root.get("Transform").is_some_and(|transform| {
                let names = transform.items_or_self().iter();
                names.filter_map(|name| name.text()).any(|name| name.starts_with("AWS::Serverless"))
            })
    }

    /// What keeps the file from having resources at all.
    pub(super) fn doubt_sections(&mut self) {
        let root = &self.manifest.root;
        let named = is_named_one(&self.manifest.path);
        if !root.is_map() {
            // A list is some other program's file; a lone word is what is left of a template, or its beginning.
            if named && root.items().is_empty() && !is_something_else(&self.manifest.path, "") {
                let what = if root.is_null() {
                    "it is empty".into()
                } else {
                    format!("it is only {}", root.describe())
                };
                let problem = self.manifest.error(root, what);
                self.problems.push(problem.hint("write its Resources, or remove the file"));
            }
            return;
        }
        if root.get("Resources").is_some_and(|resources| resources.is_map()) {
            return;
        }
        let misspelt = root.entries().iter().find(|(key, value)| {
            key.text != "Resources"
                && nearest(&key.text, &["Resources"]).is_some()
                && (self.is_headed() || value.entries().iter().any(|(_, one)| is_of_aws(one)))
        });
        let problem = if let Some((key, _)) = misspelt {
            let problem = Problem::error(format!("`{}` is no section of a template", key.text));
            problem
                .at(&self.manifest.shown, (key.line > 0).then_some(key.line))
                .hint("write Resources; until then there are no functions in it")
        } else if let Some(resources) = root.get("Resources").filter(|_| named || self.is_headed()) {
            let message = format!("Resources is {}, not a map of resources", resources.describe());
            self.manifest.error(resources, message).hint("write NAME: {Type: …} for each, or {} for none")
        } else if self.is_headed() {
            let problem = self.manifest.error(root, "it has no Resources");
            problem.hint("add the section; functions are declared in it")
        } else {
            return;
        };
        self.problems.push(problem);
    }

    /// A resource that is no function as it is written, but may be meant as one.
    pub(super) fn doubt_resource(&mut self, id: &str, line: u32, resource: &Node) {
        let declares_others = || self.resources().iter().any(|(_, one)| deployed::is_function(one));
        let here = (line > 0).then_some(line);
        let Some(kind) = resource.get("Type") else {
            // Half written or not indented enough; CloudFormation takes no resource without a type.
            if self.is_headed()
                || is_named_one(&self.manifest.path)
                || self.resources().iter().any(|(_, one)| is_of_aws(one))
            {
                let what = if resource.is_map() {
                    "has no Type".into()
                } else {
                    format!("is {}, not a map", resource.describe())
                };
                let problem = Problem::error(format!("resource {id} {what}"));
                self.problems.push(
                    problem
                        .at(&self.manifest.shown, here)
                        .hint("give it a Type, such as AWS::Serverless::Function"),
                );
            }
            return;
        };
        let text = kind.text().unwrap_or_default();
        if NEIGHBOURS.contains(&text) {
            return;
        }
        let ours = text.starts_with("AWS::Serverless::") || text.starts_with("AWS::Lambda::");
        let hint = match nearest(text, &FUNCTIONS) {
            Some(meant) => format!("write {meant}"),
            None if ours && !declares_others() => match nearest(text, &NEIGHBOURS) {
                Some(meant) => format!("write {meant}"),
                None => format!("write {}, if it is a function", FUNCTIONS[0]),
            },
            None => return,
        };
        let problem = Problem::error(format!("resource {id} is of the type `{text}`, which is not known"));
        self.problems.push(
            problem
                .at(&self.manifest.shown, kind.line().or(here))
                .hint(format!("{hint}; until then it is left out")),
        );
    }
}

fn is_of_aws(resource: &Node) -> bool {
    deployed::kind(resource).starts_with("AWS::")
}
