//! One batch of entries becomes rows, within one transaction. Whatever arrives twice changes nothing: rows are
//! known by the ids their writers gave them, and `counted` says what is in the roll-ups.

use std::collections::HashMap;

use rusqlite::Result;

use crate::{
    database::Writer,
    entry::{Accepted, Answered, Entry, Finished, Micros, Serving},
    rollup::Cache,
    table::{day::DAY_US, invocation::InvocationRow, text_index::Texts},
};

/// What one batch says about one invocation. Gathered first, because mostly it is all there is to say.
#[derive(Debug, Default)]
struct Draft {
    accepted: Option<Accepted>,
    serving: Option<Serving>,
    answered: Option<Box<Answered>>,
    finished: Option<Finished>,
}

pub(super) struct Batch<'a> {
    pub(super) writer: Writer<'a>,
    pub(super) roll_ups: &'a mut Cache,
    pub(super) closed_day: Option<i64>,
    pub(super) texts: Texts,
}

/// The latest time the entries speak of: the importer's only clock.
pub(super) fn latest(entries: &[Entry]) -> Micros {
    let time = |entry: &Entry| match entry {
        Entry::Answered(entry) => entry.started_at,
        Entry::Accepted(entry) => entry.at,
        Entry::Finished(entry) => entry.at,
        Entry::Log(entry) => entry.at,
        Entry::InstanceEnded(entry) => entry.at,
        _ => 0,
    };
    entries.iter().map(time).max().unwrap_or(0)
}

impl Batch<'_> {
    pub(super) fn write(&mut self, entries: Vec<Entry>) -> Result<()> {
        let mut drafts: HashMap<i64, Draft> = HashMap::new();
        let mut order = Vec::new();
        for entry in entries {
            match entry {
                Entry::Project(entry) => self.writer.put_project(&entry)?,
                Entry::App(entry) => self.writer.put_app(&entry)?,
                Entry::Function(entry) => self.writer.put_function(&entry)?,
                Entry::Revision(entry) => self.writer.put_revision(&entry)?,
                Entry::InstanceStarted(entry) => self.writer.put_instance(&entry)?,
                Entry::InstanceReady(entry) => self.writer.instance_ready(&entry)?,
                Entry::InstanceEnded(entry) => self.writer.instance_ended(&entry)?,
                Entry::Log(entry) => {
                    if self.writer.put_log(&entry)? {
                        self.texts.line(entry.id, &entry.text);
                    }
                }
                Entry::Reload(entry) => self.writer.put_reload(&entry)?,
                Entry::Load(entry) => self.writer.put_load(&entry)?,
                Entry::LoadRemoved(id) => self.writer.remove_load(id)?,
                Entry::Code(entry) => self.writer.put_code(&entry)?,
                Entry::Imports(entry) => self.writer.put_imports(&entry)?,
                Entry::Twin(entry) => self.writer.put_twin(&entry)?,
                Entry::Receipt(entry) => self.writer.put_receipt(&entry)?,
                Entry::Accepted(_) | Entry::Serving(_) | Entry::Answered(_) | Entry::Finished(_) => {
                    gather(&mut drafts, &mut order, entry);
                }
            }
        }
        // In the order they began, which keeps inserts at the end of the table.
        for id in order {
            if let Some(draft) = drafts.remove(&id) {
                self.write_invocation(id, draft)?;
            }
        }
        std::mem::take(&mut self.texts).write(&self.writer)?;
        self.roll_ups.store(&self.writer)
    }

    fn write_invocation(&mut self, id: i64, draft: Draft) -> Result<()> {
        let Draft { accepted, serving, answered, finished } = draft;
        if let Some(answered) = answered {
            return self.write_answered(*answered, finished);
        }
        if let Some(accepted) = accepted {
            self.write_accepted(&accepted)?;
        }
        if let Some(serving) = serving {
            self.write_serving(&serving)?;
        }
        if let Some(finished) = finished {
            self.write_finished(id, &finished)?;
        }
        Ok(())
    }

    fn write_accepted(&self, accepted: &Accepted) -> Result<()> {
        let row = InvocationRow::accepted(accepted);
        if !self.writer.insert_invocation(&row, false)? {
            let Some(known) = self.writer.known_invocation(row.id)? else { return Ok(()) };
            if !known.row.status.is_open() {
                return Ok(());
            }
            let row = InvocationRow { status: row.status, ..known.row };
            self.writer.replace_invocation(&row, false)?;
        }
        match &accepted.event {
            Some(event) => self.writer.put_event(accepted.id, event),
            None => Ok(()),
        }
    }

    fn write_serving(&self, serving: &Serving) -> Result<()> {
        let Some(known) = self.writer.known_invocation(serving.id)? else { return Ok(()) };
        if !known.row.status.is_open() {
            return Ok(());
        }
        let (instance_id, revision_id) = (Some(serving.instance_id), Some(serving.revision_id));
        self.writer.replace_invocation(&InvocationRow { instance_id, revision_id, ..known.row }, false)
    }

    fn write_answered(&mut self, mut answered: Answered, finished: Option<Finished>) -> Result<()> {
        let last = answered.last;
        let (request, response) = (answered.request.take(), answered.response.take());
        let mut row = InvocationRow::answered(answered);
        if let Some(finished) = &finished {
            row.finish(finished);
        }
        let countable = last || finished.is_some();
        if self.writer.insert_invocation(&row, countable)? {
            if countable {
                self.count(&row)?;
            }
        } else {
            let Some(known) = self.writer.known_invocation(row.id)? else { return Ok(()) };
            if known.counted || !known.row.status.is_open() {
                // Seen before, and final; only what follows an answer may be new.
                return match finished {
                    Some(finished) => self.write_finished(row.id, &finished),
                    None => Ok(()),
                };
            }
            // `Finished` should not come first, but nothing is lost if it does.
            if row.finished_at.is_none() && known.row.finished_at.is_some() {
                row.finished_at = known.row.finished_at;
                row.cpu_user_us = known.row.cpu_user_us;
                row.cpu_system_us = known.row.cpu_system_us;
                row.peak_memory_kb = known.row.peak_memory_kb;
            }
            let countable = countable || row.finished_at.is_some();
            self.writer.replace_invocation(&row, countable)?;
            self.writer.drop_event(row.id)?;
            if countable {
                self.count(&row)?;
            }
        }
        let bodies = [&request, &response].into_iter().flatten().map(|body| body.bytes.as_ref());
        self.texts.call(row.id, bodies.chain(row.error_type.as_deref().map(str::as_bytes)));
        if request.is_some() || response.is_some() {
            self.writer.put_payloads(row.id, request.as_ref(), response.as_ref())?;
        }
        Ok(())
    }

    fn write_finished(&mut self, id: i64, finished: &Finished) -> Result<()> {
        // Without a row it is older than what retention left.
        let Some(known) = self.writer.known_invocation(id)? else { return Ok(()) };
        if known.row.finished_at.is_some() {
            return Ok(());
        }
        let mut row = known.row;
        row.finish(finished);
        let count = !known.counted && !row.status.is_open();
        self.writer.replace_invocation(&row, known.counted || count)?;
        if count {
            self.count(&row)?;
        }
        Ok(())
    }

    /// Adds an invocation to the roll-ups. The caller writes `counted` in the same transaction.
    pub(super) fn count(&mut self, row: &InvocationRow) -> Result<()> {
        self.roll_ups.count(&self.writer, row)?;
        if self.closed_day.is_some_and(|closed| row.started_at.div_euclid(DAY_US) <= closed) {
            self.writer.count_in_closed_day(row)?;
        }
        Ok(())
    }
}

fn gather(drafts: &mut HashMap<i64, Draft>, order: &mut Vec<i64>, entry: Entry) {
    let id = match &entry {
        Entry::Accepted(entry) => entry.id,
        Entry::Serving(entry) => entry.id,
        Entry::Answered(entry) => entry.id,
        Entry::Finished(entry) => entry.id,
        _ => return,
    };
    let draft = drafts.entry(id).or_insert_with(|| {
        order.push(id);
        Draft::default()
    });
    match entry {
        // A call that began running after it was queued keeps the event of its acceptance.
        Entry::Accepted(mut entry) => {
            if let Some(before) = draft.accepted.take() {
                entry.event = entry.event.or(before.event);
            }
            draft.accepted = Some(entry);
        }
        Entry::Serving(entry) => draft.serving = Some(entry),
        Entry::Answered(entry) => {
            draft.answered.get_or_insert(entry);
        }
        Entry::Finished(entry) => {
            draft.finished.get_or_insert(entry);
        }
        _ => {}
    }
}
