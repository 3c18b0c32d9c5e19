//! The arguments of `coldframe install` and `coldframe cancel`.

use std::path::PathBuf;

use clap::Args as ClapArgs;

#[derive(Debug, ClapArgs)]
pub(crate) struct Install {
    /// Name, or PROVIDER/NAME where two providers have one of that name
    pub(crate) function: String,
    /// Print the installation as an object when it has ended
    #[arg(long)]
    pub(crate) json: bool,
    /// The folder of functions, if no host is running
    #[arg(long, default_value = ".")]
    pub(crate) dir: PathBuf,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Cancel {
    /// Name, or PROVIDER/NAME where two providers have one of that name
    pub(crate) function: String,
}
