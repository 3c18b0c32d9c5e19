//! The arguments of `coldframe portability`.

use std::path::PathBuf;

use clap::Args as ClapArgs;

#[derive(Debug, ClapArgs)]
pub(crate) struct Portability {
    /// Name, or PROVIDER/NAME where two providers have one of that name
    pub(crate) function: String,
    /// File with the event to try it with, - for standard input; when left out that of its last good call (of requests: on the running host), or {}
    #[arg(long, value_name = "FILE")]
    pub(crate) event: Option<PathBuf>,
    /// Also print the adapter for this provider: aws, vercel, gcp, ibm, knative, azure
    #[arg(long, value_name = "P", value_parser = ["aws", "vercel", "gcp", "ibm", "knative", "azure"])]
    pub(crate) adapter: Option<String>,
    /// Print everything, with every adapter's source
    #[arg(long)]
    pub(crate) json: bool,
    /// The folder of functions, if no host is running
    #[arg(long, default_value = ".")]
    pub(crate) dir: PathBuf,
}
