//! The arguments of `coldframe twin`.

use clap::Args as ClapArgs;

#[derive(Debug, ClapArgs)]
pub(crate) struct Twin {
    /// Name, or PROVIDER/NAME where two providers have one of that name
    pub(crate) function: String,
    /// Switch it on
    #[arg(long)]
    pub(crate) on: bool,
    /// Switch it off, its calls finished first
    #[arg(long, conflicts_with_all = ["on", "processes", "per_call", "machine", "mirror", "no_mirror"])]
    pub(crate) off: bool,
    /// Processes it has at all times, 1 to 64, and switch it on; 1 where a process takes calls side by side, else two for
    /// each core and one more, 12 at most, when left out
    #[arg(long, value_name = "N")]
    pub(crate) processes: Option<u32>,
    /// For a function that does not run resident: each call has a process of its own, started before it comes; and switch
    /// it on
    #[arg(long)]
    pub(crate) per_call: bool,
    /// The machine that its meter charges for, by its id in `coldframe machines`, and switch it on; when left out the one
    /// it has already (Side by side takes one of its own cloud), else the cheapest with room
    #[arg(long, value_name = "ID")]
    pub(crate) machine: Option<String>,
    /// Hand every call of the function's doors to the twin, too; its answers are thrown away
    #[arg(long)]
    pub(crate) mirror: bool,
    /// No more
    #[arg(long, conflicts_with = "mirror")]
    pub(crate) no_mirror: bool,
    /// Mirror although the function reaches something outside (hosts, programs, files beyond the temporary folder), or its code
    /// could: what it writes there is written twice
    #[arg(long, alias = "writes-twice-ok", requires = "mirror")]
    pub(crate) twice: bool,
    /// Print everything
    #[arg(long)]
    pub(crate) json: bool,
}

impl Twin {
    /// It is to be switched on, or changed.
    pub(crate) fn starts(&self) -> bool {
        self.on || self.processes.is_some() || self.per_call || self.machine.is_some()
    }
}
