//! Journeys through the real binary: a project on disk, `coldframe serve`, real interpreters, real clients.

mod azure;
mod bad_input;
mod beginning;
mod check;
mod cli;
mod clients;
mod cloudevents;
mod cold;
mod conformance;
mod contracts;
mod cost;
mod costs;
mod crash;
mod gcp;
mod ibm;
mod install;
mod installed;
mod invoke;
mod jobs;
mod json;
mod knative;
mod live;
mod load;
mod logs;
mod map;
mod modules;
mod pausing;
mod pools;
mod portability;
mod reading;
mod receipts;
mod record;
mod reload;
mod replay;
mod rightsize;
mod runtimes;
mod samples;
mod second;
mod settings;
mod sidebyside;
mod simulate;
mod starts;
mod twin;
mod urls;
mod vercel;
mod versions;

use coldframe_testkit::{Host, HostBuilder, Project};

/// `coldframe serve` on a project.
fn serve(project: &Project) -> Host {
    builder(project).start()
}

fn builder(project: &Project) -> HostBuilder {
    HostBuilder::new(env!("CARGO_BIN_EXE_coldframe"), project.path())
}

/// A Python function that answers with its event and who it is.
const ECHO: &str = "\
import os

def lambda_handler(event, context):
    return {'event': event, 'pid': os.getpid(), 'request': context.aws_request_id}
";
