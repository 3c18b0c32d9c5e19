//! Load tests as they are shown: what is kept of each, and what its traffic would cost on the plan the code is written
//! for.

mod price;
mod said;
#[cfg(test)]
mod sample;

use coldframe_cost::Decimal;
use coldframe_protocol as wire;
use coldframe_store::{LoadRow, Range};

use crate::{
    Report, ReportError,
    costs::{NOT_TRAFFIC, Sending},
    span::MINUTE,
};
use price::{THERE, at_rate, each_call, price, rent};
use said::{held_up, paced, rests_on, starved, unpaced};

/// Runs listed; a person compares a few.
const LISTED: u32 = 200;
/// More recorded calls than these are not sent again.
pub const MOST_REPLAYED: u32 = 200_000;

impl Report {
    /// The runs of a project, newest first. One that has no end is taken for interrupted: whoever runs it knows better.
    ///
    /// # Errors
    /// The record cannot be read.
    pub fn loads(&self, project_id: i64) -> Result<Vec<wire::LoadRun>, ReportError> {
        let rows = self.reader.loads(project_id, LISTED)?;
        Ok(rows.iter().filter_map(|row| self.kept(row)).collect())
    }

    /// # Errors
    /// There is no such run; the record cannot be read.
    pub fn load(&self, id: i64, now: i64) -> Result<wire::LoadDetail, ReportError> {
        let missing = ReportError::NotFound { what: "load test", id };
        let Some(found) = self.reader.load(id)? else { return Err(missing) };
        let Some(run) = self.kept(&found.row) else { return Err(missing) };
        let course: wire::LoadCourse = serde_json::from_str(&found.detail).unwrap_or_default();
        // What has no end was interrupted, and sent nothing after the last state that was kept.
        let until = found.row.ended_at.unwrap_or(now);
        Ok(self.load_detail(run, course, twin_course(&found.detail), until))
    }

    /// A run with what is worked out of it: its price, and what its figures rest on. `until`: its end, or now.
    pub fn load_detail(
        &self,
        mut run: wire::LoadRun,
        course: wire::LoadCourse,
        twin_course: Option<wire::LoadCourse>,
        until: i64,
    ) -> wire::LoadDetail {
        let range = Range { from: run.id, to: until.max(run.id) + 1 };
        let sent = Sending { function: run.function, range, over: run.state.is_over() };
        let recorded = self.sent_call(sent).ok().flatten();
        run.price = match recorded {
            Some((plan, each)) => Some(at_rate(plan, each, &run.figures, THERE)),
            None => price(&self.book, &run.figures),
        };
        if let (Some(twin), Some(course)) = (&mut run.twin, &twin_course) {
            let machine = self.meter_machine(run.function, until).ok().flatten();
            twin.price = machine.and_then(|machine| rent(machine, &twin.figures));
            twin.held_up = starved(&run.figures, &twin.figures).or_else(|| held_up(twin, course));
        }
        let mut rests_on = rests_on(&run);
        rests_on.push(match recorded {
            Some((plan, _)) => paced(plan, &run.figures.usage),
            None => unpaced(&self.book, &run.figures.usage),
        });
        wire::LoadDetail { rests_on, run, course, twin_course }
    }

    /// What a piece of work cost in all, at list price on the plan the code is written for.
    pub fn work_price(&self, used: &wire::MeteredCalls) -> Option<wire::MapPrice> {
        let (plan, each, calls) = each_call(&self.book, used)?;
        Some(wire::MapPrice {
            plan: plan.id.clone(),
            title: plan.title.clone(),
            usd: (each * Decimal::from(calls)).0.round_dp(6).normalize().to_string(),
        })
    }

    /// The moments at which calls of a function came in the last `minutes`, in microseconds from the begin of that time.
    /// No more than [`MOST_REPLAYED`] and one.
    ///
    /// # Errors
    /// The record cannot be read.
    pub fn arrivals(&self, function: i64, minutes: u32, now: i64) -> Result<Vec<u64>, ReportError> {
        let range = Range { from: now - i64::from(minutes) * MINUTE, to: now };
        let came = self.reader.arrivals(function, range, &NOT_TRAFFIC, MOST_REPLAYED + 1)?;
        Ok(came.into_iter().map(|at| u64::try_from(at - range.from).unwrap_or(0)).collect())
    }

    /// A run that another version of the protocol wrote in words this one does not know is left out.
    fn kept(&self, row: &LoadRow) -> Option<wire::LoadRun> {
        let mut run: wire::LoadRun = serde_json::from_str(&row.summary).ok()?;
        if row.ended_at.is_none() {
            run.state = wire::LoadState::Interrupted;
            run.figures.in_flight = 0;
        }
        run.price = None;
        Some(run)
    }
}

/// How a run went on the twin is kept beside how it went on the pool.
fn twin_course(detail: &str) -> Option<wire::LoadCourse> {
    let mut kept: serde_json::Value = serde_json::from_str(detail).ok()?;
    serde_json::from_value(kept.get_mut("twin")?.take()).ok()
}
