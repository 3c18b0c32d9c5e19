//! What a function is called with, and whom that reaches: known of all of them before anything runs.

use std::path::Path;

use coldframe_engine::AppStatus;
use coldframe_protocol::{ErrorCode, RpcError};
use coldframe_providers::{
    domain::App,
    invocation::{FunctionRef, Invoke},
    registry,
};

use super::{Comparison, Result, Sides, failed, measure::calls_at_first};
use crate::commands::{Reach, saved_events, unseen};

const MOST_EVENTS: usize = 100;

#[derive(Debug)]
pub(super) struct Asked {
    pub(super) id: i64,
    pub(super) status: AppStatus,
    pub(super) function: FunctionRef,
    pub(super) events: Events,
    /// Nothing where nothing is called.
    pub(super) reach: Reach,
}

#[derive(Debug)]
pub(super) struct Events {
    pub(super) texts: Vec<String>,
    /// As the wire has it.
    pub(super) from: &'static str,
    pub(super) named: Vec<String>,
}

impl Asked {
    /// `project`: the person's own folder, where events are kept.
    pub(super) async fn of(
        sides: &Sides,
        project: &Path,
        comparison: &Comparison,
        (id, status): (i64, AppStatus),
    ) -> Result<Self> {
        let function = sides.now.function_ref(id).ok_or_else(|| failed("the function is gone"))?;
        let events = match &comparison.events {
            Some(texts) => {
                let from = if texts.is_empty() { "none" } else { "given" };
                Events { texts: texts.clone(), from, named: Vec::new() }
            }
            None => usual(sides, project, &function, &status.app),
        };
        if events.texts.len() > MOST_EVENTS {
            let message = format!("at most {MOST_EVENTS} events can be run");
            return Err(RpcError::new(ErrorCode::Invalid, message));
        }
        let reach = if events.texts.is_empty() { Reach::nothing() } else { unseen(&sides.now, id).await? };
        Ok(Self { id, status, function, events, reach })
    }

    /// What its calls may write outside, in a sentence.
    pub(super) fn writes(&self, compared: bool) -> Option<String> {
        let about = calls_at_first(self.events.texts.len(), compared);
        (!self.reach.is_nothing()).then(|| {
            format!(
                "{} {} something outside ({}): what a call writes there is written about {about} times",
                self.function.name,
                self.reach.verb(),
                self.reach.named().join(", ")
            )
        })
    }
}

/// What a person keeps of it comes first, then what its manifest says.
fn usual(sides: &Sides, project: &Path, function: &FunctionRef, app: &App) -> Events {
    let saved = saved_events(project, &function.name);
    if !saved.is_empty() {
        let saved = saved.into_iter().take(MOST_EVENTS).map(|event| (event.text, event.name));
        let (texts, named) = saved.unzip();
        return Events { texts, from: "saved", named };
    }
    let one = |from, text, named| Events { texts: vec![text], from, named: vec![named] };
    let (found, provider) = (sides.now.find(function), registry::of(function.provider));
    if let Some(found) = found {
        if let Some(schedule) = provider.scheduled(&found.function).into_iter().next() {
            return one("schedule", schedule.event, schedule.schedule);
        }
        if let Some(example) = provider.example(app, &found.function) {
            return one("trigger", example.event, example.trigger);
        }
    }
    Events { texts: vec!["{}".to_owned()], from: "empty", named: Vec::new() }
}
