//! Who was alive when, and what each did: a timeline's lanes, spans and marks.

use std::collections::BTreeMap;

use coldframe_protocol as wire;
use coldframe_store::{
    FunctionRow, InstanceFilter, InstanceRow, InvocationFilter, Micros, NamedInvocation, Range, ReloadFilter,
    ReloadRow,
};

use crate::{Report, ReportError, wording::ms};

/// More spans than there are pixels help nobody.
const SPANS: u32 = 10_000;
const LANES: u32 = 1_000;
const RELOADS: u32 = 200;
/// A call that began so long before may still have gone on.
const LONGEST: Micros = 900_000_000;

impl Report {
    /// # Errors
    /// The time ends before it begins; the record cannot be read.
    pub fn timeline(
        &self,
        project_id: i64,
        query: &wire::TimelineQuery,
    ) -> Result<wire::Timeline, ReportError> {
        let range = range(query)?;
        let function = query.function.map(|id| self.function(id)).transpose()?;
        let only = function.as_ref().map(|function| function.app_id);
        let (apps, twins) = (self.reader.apps(project_id)?, self.reader.twins(project_id)?);
        // Of each app that instances are of: its name, and whether it is the twin of one.
        let mut sides: BTreeMap<i64, (&str, bool)> =
            apps.iter().map(|app| (app.id, (app.name.as_str(), false))).collect();
        let twins: Vec<(i64, i64)> = twins
            .into_iter()
            .filter(|(_, of)| only.is_none_or(|only| only == *of))
            .filter_map(|(twin, of)| {
                let (name, _) = *sides.get(&of)?;
                sides.insert(twin, (name, true));
                Some((twin, of))
            })
            .collect();

        // All there are, or those of an app and its twin.
        let asked = if only.is_some() {
            only.into_iter().chain(twins.iter().map(|(twin, _)| *twin)).map(Some).collect()
        } else {
            vec![None]
        };
        let mut lanes = Vec::new();
        for app_id in asked {
            let rows = self.reader.instances(&InstanceFilter { app_id, range: Some(range) }, LANES)?;
            lanes.extend(rows.iter().filter_map(|row| Some(lane(row, *sides.get(&row.app_id)?))));
        }
        lanes.sort_by(|one: &wire::Lane, other| {
            let by = |lane: &wire::Lane| (lane.app.clone(), lane.resident);
            by(one).cmp(&by(other)).then(one.started.total_cmp(&other.started))
        });

        let filter = InvocationFilter {
            project_id: query.function.is_none().then_some(project_id),
            function_id: query.function,
            range: Some(Range { from: range.from.saturating_sub(LONGEST), ..range }),
            ..InvocationFilter::default()
        };
        let (mut calls, mut cut) = (Vec::new(), false);
        for (filter, twin_of) in self.with_twins(&filter, &twins, function.as_ref())? {
            let found = self.reader.invocations(&filter, None, SPANS)?;
            cut |= found.len() == SPANS as usize
                && found.last().is_some_and(|earliest| earliest.row.started_at > range.from);
            calls.extend(found.into_iter().map(|call| (call, twin_of)));
        }
        calls.sort_by_key(|(call, _)| (call.row.started_at, call.row.id));
        let spans =
            calls.iter().filter(|(call, _)| goes_on(call, range.from)).map(|(call, side)| span(call, *side));
        let spans = spans.collect();

        let filter = ReloadFilter { project_id: Some(project_id), app_id: only };
        let reloads = self.reader.reloads(&filter, RELOADS)?;
        let within = |row: &&ReloadRow| (range.from..range.to).contains(&row.entry.detected_at);
        let reloads = reloads.iter().rev().filter(within).map(mark).collect();
        Ok(wire::Timeline { lanes, spans, reloads, cut })
    }
}

impl Report {
    /// The same question of the pool's calls, and of those that the twins (each with whose it is) had of the same
    /// functions, with the function's own id.
    fn with_twins(
        &self,
        filter: &InvocationFilter,
        twins: &[(i64, i64)],
        only: Option<&FunctionRow>,
    ) -> Result<Vec<(InvocationFilter, Option<i64>)>, ReportError> {
        let mut all = vec![(filter.clone(), None)];
        for (twin, of) in twins {
            let own = self.reader.functions_of(*of)?;
            for resident in self.reader.functions_of(*twin)? {
                let same = own.iter().find(|own| own.name == resident.name);
                let Some(own) = same.filter(|own| only.is_none_or(|only| only.id == own.id)) else {
                    continue;
                };
                let asked =
                    InvocationFilter { project_id: None, function_id: Some(resident.id), ..filter.clone() };
                all.push((asked, Some(own.id)));
            }
        }
        Ok(all)
    }
}

fn range(query: &wire::TimelineQuery) -> Result<Range, ReportError> {
    let us = |ms: f64| (ms * 1000.0) as i64;
    let range = Range { from: us(query.from), to: us(query.to) };
    if range.from < range.to {
        return Ok(range);
    }
    Err(ReportError::Invalid(format!("a timeline from {} to {} has no time in it", query.from, query.to)))
}

/// One that is under way has no end yet.
fn goes_on(call: &NamedInvocation, from: Micros) -> bool {
    let row = &call.row;
    row.finished_at.is_none() || row.started_at + row.phases.total_us >= from
}

fn lane(row: &InstanceRow, (app, resident): (&str, bool)) -> wire::Lane {
    wire::Lane {
        id: row.id,
        name: row.name.clone(),
        app: app.to_owned(),
        resident,
        revision: row.revision.clone(),
        started: ms(row.started_at),
        spawn_ms: row.spawn_us.map(ms),
        boot_ms: row.boot_us.map(ms),
        init_ms: row.init_us.map(ms),
        ready: row.ready_at.map(ms),
        ended: row.ended_at.map(ms),
        end_reason: row.end_reason.clone(),
    }
}

/// `twin_of`: the function whose twin had it.
fn span(call: &NamedInvocation, twin_of: Option<i64>) -> wire::Span {
    let row = &call.row;
    let phases = &row.phases;
    wire::Span {
        id: row.id,
        instance: row.instance_id,
        function_id: twin_of.unwrap_or(row.function_id),
        function: call.function.clone(),
        resident: twin_of.is_some(),
        start: ms(row.started_at),
        cold: row.cold,
        before_ms: ms(phases.queue_us + phases.build_us + phases.spawn_us + phases.boot_us + phases.init_us),
        wait_ms: ms(phases.queue_us + phases.build_us),
        total_ms: ms(phases.total_us),
        status: row.status.as_str().to_owned(),
    }
}

fn mark(row: &ReloadRow) -> wire::ReloadMark {
    let entry = &row.entry;
    wire::ReloadMark {
        at: ms(entry.detected_at),
        app: row.app.clone(),
        file: entry.files.first().cloned().unwrap_or_default(),
        swapped_ms: entry.swapped_us.map(ms),
        outcome: entry.outcome.clone(),
    }
}
