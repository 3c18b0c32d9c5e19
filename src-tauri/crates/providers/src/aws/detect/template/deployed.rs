//! What a deployment would have made: names, addresses and ARNs of a template's resources, in the form they would
//! have in the emulated account. Every guess is noted on the function that uses it.

use std::rc::Rc;

use crate::{
    aws::detect::template::resolve::{Resolver, intrinsic},
    launch::Account,
    manifest::Node,
};

/// `AWS::Region` and its kin.
pub(crate) fn pseudo(resolver: &Resolver, name: &str) -> Option<String> {
    let account = Account::default();
    let stack = resolver.stack();
    Some(match name {
        "AWS::Region" => account.region,
        "AWS::AccountId" => account.id,
        "AWS::Partition" => "aws".into(),
        "AWS::URLSuffix" => "amazonaws.com".into(),
        "AWS::StackName" => {
            resolver.assume(format!("the stack is called `{stack}`, as the project's folder is"));
            stack.into()
        }
        "AWS::StackId" => {
            format!("arn:aws:cloudformation:{}:{}:stack/{stack}/coldframe", account.region, account.id)
        }
        _ => return None,
    })
}

/// What `Ref` gives for a resource: for most its name, for some its address or ARN.
pub(crate) fn reference(resolver: &Resolver, id: &str, resource: &Node) -> String {
    let name = physical_name(resolver, id, resource);
    let value = match kind(resource) {
        "AWS::SQS::Queue" => queue_url(&name),
        "AWS::SNS::Topic"
        | "AWS::SecretsManager::Secret"
        | "AWS::StepFunctions::StateMachine"
        | "AWS::Serverless::StateMachine" => arn(kind(resource), &name).unwrap_or(name),
        _ => name,
    };
    if !is_function(resource) {
        resolver.assume(format!("{id} is taken to be `{value}`; nothing is deployed to ask"));
    }
    value
}

/// What `GetAtt` gives, where its form is known.
pub(crate) fn attribute(resolver: &Resolver, id: &str, resource: &Node, attribute: &str) -> Option<String> {
    let name = physical_name(resolver, id, resource);
    let value = match attribute {
        "Arn" | "TopicArn" | "FunctionArn" => arn(kind(resource), &name)?,
        "QueueUrl" => queue_url(&name),
        "QueueName" | "TopicName" | "Name" => name,
        _ => return None,
    };
    if !is_function(resource) {
        resolver.assume(format!("{id}.{attribute} is taken to be `{value}`; nothing is deployed to ask"));
    }
    Some(value)
}

pub(crate) fn kind(resource: &Node) -> &str {
    resource.get("Type").and_then(|kind| kind.text()).unwrap_or_default()
}

pub(crate) fn is_function(resource: &Node) -> bool {
    matches!(kind(resource), "AWS::Serverless::Function" | "AWS::Lambda::Function")
}

/// The name a resource declares, or its logical id.
fn physical_name(resolver: &Resolver, id: &str, resource: &Node) -> String {
    let keys =
        ["FunctionName", "TableName", "BucketName", "QueueName", "TopicName", "StateMachineName", "Name"];
    let properties = resource.get("Properties");
    keys.iter()
        .filter_map(|key| properties?.get(key))
        .filter(|name| refers_to_no_resource(resolver, name))
        .find_map(|name| resolver.text(name).ok().flatten())
        .unwrap_or_else(|| id.to_owned())
}

/// A name made of resources could lead back to itself.
fn refers_to_no_resource(resolver: &Resolver, name: &Rc<Node>) -> bool {
    match intrinsic(name) {
        None => true,
        Some(("Ref", argument)) => argument.text().is_some_and(|name| resolver.is_constant(name)),
        Some(("Sub", argument)) => argument.text().is_some_and(|text| {
            text.split("${").skip(1).all(|rest| {
                let name = rest.split('}').next().unwrap_or_default().trim();
                name.starts_with('!') || resolver.is_constant(name)
            })
        }),
        Some(_) => false,
    }
}

fn queue_url(name: &str) -> String {
    let Account { id, region } = Account::default();
    format!("https://sqs.{region}.amazonaws.com/{id}/{name}")
}

fn arn(kind: &str, name: &str) -> Option<String> {
    let Account { id, region } = Account::default();
    Some(match kind {
        "AWS::Serverless::Function" | "AWS::Lambda::Function" => {
            format!("arn:aws:lambda:{region}:{id}:function:{name}")
        }
        "AWS::DynamoDB::Table" | "AWS::Serverless::SimpleTable" => {
            format!("arn:aws:dynamodb:{region}:{id}:table/{name}")
        }
        "AWS::SQS::Queue" => format!("arn:aws:sqs:{region}:{id}:{name}"),
        "AWS::SNS::Topic" => format!("arn:aws:sns:{region}:{id}:{name}"),
        "AWS::S3::Bucket" => format!("arn:aws:s3:::{name}"),
        "AWS::SecretsManager::Secret" => format!("arn:aws:secretsmanager:{region}:{id}:secret:{name}"),
        "AWS::StepFunctions::StateMachine" | "AWS::Serverless::StateMachine" => {
            format!("arn:aws:states:{region}:{id}:stateMachine:{name}")
        }
        "AWS::Events::EventBus" => format!("arn:aws:events:{region}:{id}:event-bus/{name}"),
        _ => return None,
    })
}
