//! The command line.

mod check;
mod cost;
mod install;
mod load;
mod map;
mod portability;
mod rightsize;
mod sidebyside;
mod simulate;
mod starts;
mod twin;

use std::{net::IpAddr, path::PathBuf};

use clap::{Args as ClapArgs, Parser, Subcommand};
use coldframe_cost::Decimal;
use coldframe_host::FunctionPort;

pub(crate) use self::{
    check::Check,
    cost::Cost,
    install::{Cancel, Install},
    load::{Load, Shape},
    map::Map,
    portability::Portability,
    rightsize::Rightsize,
    sidebyside::SideBySide,
    simulate::Simulate,
    starts::{Imports, Starts},
    twin::Twin,
};
use crate::amount;

/// What the codes cover; `main` gives them.
const EXIT_CODES: &str = "\
Exit codes:
  0  ok
  1  the function answered with an error; or Coldframe itself failed: the record cannot be written, is read-only or
     of a newer version, or a running host does not answer
  2  the command cannot be meant so: an option, an event that is not JSON, a port or data directory that cannot be
     used, or a folder other than the one a running host serves
  3  there is no such function, folder, file or plan
  4  `check`: a budget is exceeded, or with --fail-on-regression something got worse
  5  `check`: it cannot be told: a budget is of what was not measured, or with --fail-on-regression too few samples were
     taken or there was nothing to compare with
  130, 143, 129  `check`: it was interrupted, terminated, hung up on";

/// Runs serverless functions on this machine, under their provider's real contract.
#[derive(Debug, Parser)]
#[command(name = "coldframe", version, propagate_version = true, after_help = EXIT_CODES)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Global {
    /// Where the record and everything else is kept
    #[arg(long, global = true, value_name = "D", env = "COLDFRAME_DATA_DIR")]
    pub(crate) data_dir: Option<PathBuf>,
}

const OWN_BOOK: &str = "\
A book of your own is prices.toml in the data directory. It adds plans and machines, and replaces those of the same id:

  schema = 1
  compiled = \"2026-11-21\"
  currency = \"USD\"

  [[source]]
  id = \"contract\"
  title = \"Our contract\"
  url = \"https://example.org\"
  date = \"2026-11-21\"

  [[plan]]
  id = \"our-lambda\"
  based_on = \"aws-lambda-x86\"
  title = \"AWS Lambda, our contract\"
  discount = { value = \"0.83\", confidence = \"verified\", source = \"contract\" }";

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Run the functions of a folder until interrupted; where a host runs already, be its client
    Serve(Serve),
    /// Write a new function from a template, with an event to begin with; writes over nothing
    New(New),
    /// List the functions of a folder, without running any
    Functions(Functions),
    /// Call a function and print its answer
    Invoke(Invoke),
    /// Install what a function depends on, where it runs: a virtual environment, node_modules
    Install(Install),
    /// Give up the build or installation that goes on for a function of the running host
    Cancel(Cancel),
    /// List what was called
    Invocations(Invocations),
    /// Figures by function, and what the traffic would cost
    Report(Report),
    /// Print what functions wrote, of one or of all
    Logs(Logs),
    /// Cold starts: how long their phases took, by function, and what revisions changed
    Starts(Starts),
    /// Measure what the imports of a function's init take, module by module
    Imports(Imports),
    /// The recorded traffic on every plan and machine, and where they change places
    Cost(Box<Cost>),
    /// Price a month that nobody recorded
    Estimate(Box<Estimate>),
    /// Try a month of traffic on one plan: cold starts, instances, latency and price
    Simulate(Box<Simulate>),
    /// Run a function at several memory sizes, and say which is right
    Rightsize(Rightsize),
    /// Measure the code beside a commit of its repository: what got slower, larger or dearer; with budgets, for CI
    Check(Box<Check>),
    /// Try a function under every other provider's contract, and say what stands in the way
    Portability(Portability),
    /// Serverless and always-on side by side: each difference made to happen to a function, with its own figures
    #[command(name = "sidebyside")]
    SideBySide(Box<SideBySide>),
    /// Send traffic to a function, and measure how it fares
    Load(Box<Load>),
    /// Its resident twin, as a server would run it: switch it on or off, and read both meters
    Twin(Box<Twin>),
    /// Run a function once for every line, row or file of an input set, several at a time; answers are JSON Lines
    Map(Map),
    /// List the serverless plans of the price book
    #[command(after_help = OWN_BOOK)]
    Plans(Listing),
    /// List the always-on machines of the price book
    Machines(Listing),
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Serve {
    /// The folder of functions; when left out, the one a running host serves, or else the current one
    pub(crate) dir: Option<PathBuf>,
    /// Port of the AWS surface; 0 picks one [default: 9000, or as set in the app]
    #[arg(long)]
    pub(crate) port: Option<u16>,
    /// Address the functions are reached on
    #[arg(long, default_value = "127.0.0.1")]
    pub(crate) host: IpAddr,
    /// Also print where the interface is, for a browser
    #[arg(long)]
    pub(crate) ui: bool,
    /// Port of the interface; 0 picks one [default: 0, or as set in the app]
    #[arg(long, requires = "ui")]
    pub(crate) ui_port: Option<u16>,
    /// A port at whose root one function answers besides, as it does in its cloud: gcp/hello=8080 (repeatable; gcp, knative; port 0 picks one)
    #[arg(long, value_name = "P/NAME=PORT")]
    pub(crate) function_port: Vec<FunctionPort>,
    /// A further name callers may use in their Host header (repeatable)
    #[arg(long, value_name = "NAME")]
    pub(crate) allow_host: Vec<String>,
    /// Invocations in flight over all functions before callers are throttled [default: 1000, or as set in the app]
    #[arg(long, value_name = "N")]
    pub(crate) account_concurrency: Option<usize>,
    /// Instances alive at once before calls wait for this machine; at least 1
    #[arg(long, value_name = "N", value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1..))]
    pub(crate) max_instances: Option<usize>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct New {
    /// The project's folder, made if it is not there
    #[arg(default_value = ".")]
    pub(crate) dir: PathBuf,
    /// What to call it: letters, digits, - and _, beginning with a letter
    #[arg(long, value_name = "NAME", default_value = "hello")]
    pub(crate) name: String,
    /// aws, gcp, azure, vercel, ibm or knative
    #[arg(long, value_name = "P", default_value = "aws")]
    pub(crate) provider: String,
    /// python, node, typescript, rust, go, java or shell, as far as the provider has a template of it
    #[arg(long, value_name = "L", default_value = "python")]
    pub(crate) language: String,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Functions {
    /// The folder of functions; the running host's when left out
    pub(crate) dir: Option<PathBuf>,
    /// Print one array with an object for each function; `project_problems` in each is what is wrong with the project
    /// as a whole
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Invoke {
    /// Name, or PROVIDER/NAME where two providers have one of that name
    pub(crate) function: String,
    /// File with the event, - for standard input; {} when left out
    #[arg(long, value_name = "FILE")]
    pub(crate) event: Option<PathBuf>,
    /// Call it as its schedule would: a cron of vercel.json, a timer
    #[arg(long, conflicts_with = "event")]
    pub(crate) scheduled: bool,
    /// Start a new instance for this call
    #[arg(long)]
    pub(crate) cold: bool,
    /// Ask its resident twin instead of the pool
    #[arg(long, conflicts_with = "cold")]
    pub(crate) twin: bool,
    /// Print the invocation, with everything measured, instead of the answer
    #[arg(long)]
    pub(crate) json: bool,
    /// The folder of functions, if no host is running
    #[arg(long, default_value = ".")]
    pub(crate) dir: PathBuf,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Invocations {
    /// Terms that must all hold: fn:thumb status:failed cold:yes 'dur:>200ms' cpu: mem: http: error: by: since:1h; words
    /// without a field are looked for in logs, payloads and errors; a - before a term turns it round ("cold:yes -fn:a", or after --)
    #[arg(value_name = "SEARCH")]
    pub(crate) search: Vec<String>,
    #[arg(long, value_name = "F")]
    pub(crate) function: Option<String>,
    /// How far back: 30m, 1h, 2d
    #[arg(long, value_name = "TIME", value_parser = minutes)]
    pub(crate) since: Option<u32>,
    /// At most so many, newest first; says on standard error if there are more
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub(crate) limit: u32,
    /// Print one array with an object for each invocation
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Report {
    /// How far back: 30m, 1h, 2d
    #[arg(long, value_name = "TIME", value_parser = minutes, default_value = "1d")]
    pub(crate) since: u32,
    /// Calls a month to price, instead of what was recorded
    #[arg(long, value_name = "N")]
    pub(crate) calls_per_month: Option<u64>,
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Logs {
    /// Of this function; of all when left out
    pub(crate) function: Option<String>,
    /// Terms that must all hold: level:error 'level:>=warn' stream:stderr fn:thumb instance: request: status: since:1h
    /// "out of stock"; a - before a term turns it round. The fields of `invocations` are those of the line's call
    #[arg(long, value_name = "SEARCH", allow_hyphen_values = true)]
    pub(crate) search: Option<String>,
    /// Go on printing what comes
    #[arg(long, short)]
    pub(crate) follow: bool,
    /// At most so many lines from before, the newest; says on standard error if there are more
    #[arg(long, value_name = "N", default_value_t = 200)]
    pub(crate) limit: u32,
    /// Print one array with an object for each line; with --follow an object on each line
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Listing {
    /// Print one array with an object for each
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, ClapArgs)]
#[command(allow_negative_numbers = true)]
pub(crate) struct Estimate {
    /// The plan; `coldframe plans` lists them
    #[arg(long, value_name = "ID")]
    pub(crate) plan: String,
    /// Calls a month
    #[arg(long, value_name = "N", value_parser = amount::calls)]
    pub(crate) requests: u64,
    /// How long each call takes, without init
    #[arg(long, value_name = "D", value_parser = amount::milliseconds)]
    pub(crate) duration_ms: u64,
    /// Memory of an instance
    #[arg(long, value_name = "M", value_parser = amount::megabytes)]
    pub(crate) memory_mb: u32,
    /// How long init takes on a cold start
    #[arg(long, value_name = "I", value_parser = amount::milliseconds, requires = "cold_share")]
    pub(crate) init_ms: Option<u64>,
    /// Which share of the calls is cold, 0 to 1
    #[arg(long, value_name = "S", value_parser = amount::share, requires = "init_ms")]
    pub(crate) cold_share: Option<Decimal>,
    /// The plan for this architecture: x86_64 or arm64
    #[arg(long, value_name = "A", value_parser = architecture)]
    pub(crate) arch: Option<&'static str>,
    /// vCPUs of an instance, where the plan lets choose
    #[arg(long, value_name = "V", value_parser = amount::vcpu)]
    pub(crate) vcpu: Option<u32>,
    /// CPU time of each call; all its duration when left out
    #[arg(long, value_name = "C", value_parser = amount::milliseconds)]
    pub(crate) cpu_ms: Option<u64>,
    /// Scratch space of an instance
    #[arg(long, value_name = "M", value_parser = amount::megabytes)]
    pub(crate) ephemeral_mb: Option<u32>,
    /// Instances kept ready
    #[arg(long, value_name = "N", value_parser = amount::instances, requires = "provisioned_seconds")]
    pub(crate) provisioned: Option<u64>,
    /// For how long in the month
    #[arg(long, value_name = "S", value_parser = amount::seconds, requires = "provisioned")]
    pub(crate) provisioned_seconds: Option<u64>,
    /// How many of the requests they serve; all when left out
    #[arg(long, value_name = "R", value_parser = amount::calls, requires = "provisioned")]
    pub(crate) requests_on_provisioned: Option<u64>,
    /// How long each of those takes; as long as the others when left out
    #[arg(long, value_name = "D", value_parser = amount::milliseconds, requires = "provisioned")]
    pub(crate) provisioned_duration_ms: Option<u64>,
    /// Responses streamed, beyond what each request may stream for nothing
    #[arg(long, value_name = "G", value_parser = amount::gigabytes)]
    pub(crate) stream_gb: Option<Decimal>,
    /// How often an instance is started from a snapshot
    #[arg(long, value_name = "N", value_parser = amount::calls, requires = "snapshot_seconds")]
    pub(crate) snapshot_restores: Option<u64>,
    /// For how long the snapshot is kept
    #[arg(long, value_name = "S", value_parser = amount::seconds, requires = "snapshot_restores")]
    pub(crate) snapshot_seconds: Option<u64>,
    /// Traffic out to the internet
    #[arg(long, value_name = "G", value_parser = amount::gigabytes)]
    pub(crate) egress_gb: Option<Decimal>,
    /// As if the free tier were used up
    #[arg(long)]
    pub(crate) no_free_tier: bool,
    /// Print the lines, their sum and what it rests on
    #[arg(long)]
    pub(crate) json: bool,
}

/// As the price book names it.
fn architecture(text: &str) -> Result<&'static str, String> {
    match text.to_lowercase().as_str() {
        "x86_64" | "x86" | "x64" | "amd64" => Ok("x86_64"),
        "arm64" | "arm" | "aarch64" => Ok("arm64"),
        _ => Err("write x86_64 or arm64".to_owned()),
    }
}

/// `30m`, `1h`, `2d` as minutes.
fn minutes(text: &str) -> Result<u32, String> {
    let shape = || format!("{text:?} is not a length of time; write 30m, 1h or 2d");
    let unit = text.chars().last().ok_or_else(shape)?;
    if unit == 's' && text[..text.len() - 1].parse::<u32>().is_ok() {
        return Err("the record is looked at by the minute; write 1m or more".to_owned());
    }
    let factor = match unit {
        'm' => 1,
        'h' => 60,
        'd' => 24 * 60,
        _ => return Err(shape()),
    };
    let count: u32 = text[..text.len() - unit.len_utf8()].parse().map_err(|_| shape())?;
    count.checked_mul(factor).ok_or_else(shape)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Args::command().debug_assert();
    }

    #[test]
    fn lengths_of_time() {
        assert_eq!(minutes("30m"), Ok(30));
        assert_eq!(minutes("2d"), Ok(2880));
        assert!(minutes("soon").is_err());
        assert!(minutes("").is_err());
        assert!(minutes("99999999999d").is_err());
    }
}
