//! Following a build or an installation: what its tools say, as they say it.

use std::time::Duration;

use coldframe_host::Connection;
use coldframe_protocol::{Job, JobOutput};
use serde_json::json;

use crate::{Failure, verbs::call};

/// How often the host is asked what was said.
pub(crate) const LOOK: Duration = Duration::from_millis(150);

/// One function's jobs, from now on.
pub(crate) struct Following {
    function: i64,
    /// The one whose lines were printed, and the number of the next line.
    at: Option<(i64, u64)>,
    /// One that had ended before.
    past: Option<i64>,
}

impl Following {
    /// Those that begin from now on, and one that goes on.
    pub(crate) async fn begin(host: &Connection, function: i64) -> Result<Self, Failure> {
        let output: JobOutput = call(host, "job", json!({"function": function})).await?;
        let past = output.job.filter(|job| job.state.is_over()).map(|job| job.id);
        Ok(Self { function, at: None, past })
    }

    /// Prints what was said since the last look on standard error; returns the job it is of.
    pub(crate) async fn look(&mut self, host: &Connection) -> Result<Option<Job>, Failure> {
        let from = self.at.map_or(0, |(_, next)| next);
        let mut output = self.ask(host, from).await?;
        let Some(mut job) = output.job.take().filter(|job| Some(job.id) != self.past) else {
            return Ok(None);
        };
        if self.at.is_some_and(|(id, _)| id != job.id) {
            // Another one: from its beginning.
            output = self.ask(host, 0).await?;
            let Some(now) = output.job.take() else { return Ok(None) };
            job = now;
        }
        output.lines.iter().for_each(|line| eprintln!("{}", line.text));
        let known = self.at.filter(|(id, _)| *id == job.id).map_or(0, |(_, next)| next);
        let next = output.lines.last().map_or(known, |line| line.number + 1);
        self.at = Some((job.id, next));
        Ok(Some(job))
    }

    async fn ask(&self, host: &Connection, from: u64) -> Result<JobOutput, Failure> {
        call(host, "job", json!({"function": self.function, "from": from})).await
    }

    /// Whether a tool has been run.
    pub(crate) fn has_seen(&self) -> bool {
        self.at.is_some()
    }
}
