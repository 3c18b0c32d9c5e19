//! Maps: a function run once for every item of an input set, several items at a time, one map at once. Its calls go the
//! way of every call, by a trigger of their own; the answers lie in a file beside the record.

mod items;
mod run;
mod shelf;

use std::sync::{Arc, Mutex, PoisonError};

use coldframe_protocol::{self as wire, ErrorCode, MapFigures, MapState, RpcError};
use coldframe_providers::clock;

pub(crate) use self::shelf::Shelf;
use self::{
    items::Items,
    run::{Parts, Running},
};
use crate::{
    commands::{Result, blocking, event, unknown_function},
    host::Host,
    shape::time_text,
    usage,
};

const PARALLEL: u32 = 10;
const MOST_PARALLEL: u32 = 1_000;
const MOST_ATTEMPTS: u32 = 10;
/// Events shown before anything runs.
const PREVIEWED: usize = 3;
const MOST_LISTED: u32 = 1_000;

/// The map that goes on.
#[derive(Default)]
pub(crate) struct Maps {
    current: Mutex<Option<Arc<Running>>>,
}

impl Maps {
    fn running(&self) -> Option<Arc<Running>> {
        let current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        current.as_ref().filter(|map| !map.over.is_cancelled()).map(Arc::clone)
    }

    /// Ends what runs: when the project or the host goes.
    pub(crate) async fn halt(&self) {
        if let Some(map) = self.running() {
            map.halt().await;
        }
    }
}

impl Host {
    pub(crate) async fn map_preview(&self, input: wire::MapInput) -> Result<wire::MapPreview> {
        let Items { form, events, .. } = self.items(input).await?;
        Ok(wire::MapPreview {
            items: events.len() as u64,
            form,
            first: events.into_iter().take(PREVIEWED).collect(),
        })
    }

    async fn items(&self, input: wire::MapInput) -> Result<Items> {
        let root = self.engine()?.root().to_owned();
        blocking(move || items::read(&input, &root)).await
    }

    pub(crate) async fn begin_map(&self, request: wire::StartMap) -> Result<wire::MapRun> {
        let engine = self.engine()?;
        let function = engine.function_ref(request.function).ok_or_else(unknown_function)?;
        let status = engine.function_status(request.function).ok_or_else(unknown_function)?;
        let parallel = bounded("calls at once", request.parallel.unwrap_or(PARALLEL), MOST_PARALLEL)?;
        let attempts = bounded("attempts", request.attempts.unwrap_or(1), MOST_ATTEMPTS)?;
        let Items { form, events: items, from } = self.items(request.input).await?;
        let each = items.iter().enumerate().map(|(at, text)| {
            event(&engine, &function, text).map_err(|mut error| {
                error.message = format!("item {}: {}", at + 1, error.message);
                error
            })
        });
        let events = each.collect::<Result<Vec<_>>>()?;
        let id = clock::now_us();
        let run = wire::MapRun {
            id,
            function: request.function,
            name: function.name.clone(),
            started_at: time_text(id),
            ended_at: None,
            state: MapState::Running,
            input: from,
            form,
            parallel,
            attempts,
            figures: MapFigures {
                items: items.len() as u64,
                usage: usage::of(function.provider, &status),
                ..MapFigures::default()
            },
            price: None,
        };
        let shelf = self.shelf();
        let parts = Parts { engine, shelf, function, items, events, run };
        // Looked at and put in under one lock: two that ask at once do not both begin.
        let mut current = self.inner.maps.current.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(map) = current.as_ref().filter(|map| !map.over.is_cancelled()) {
            let message = format!("a map of {} goes on", map.run().name);
            return Err(RpcError::new(ErrorCode::Conflict, message).hint("stop it, or wait for its end"));
        }
        let map = Running::start(parts).map_err(|error| {
            RpcError::new(ErrorCode::Failed, format!("the answers cannot be written: {error}"))
                .hint("is the disk full, or the data directory read-only?")
        })?;
        *current = Some(Arc::clone(&map));
        Ok(map.run())
    }

    pub(crate) async fn end_map(&self, id: i64) -> Result<wire::MapRun> {
        match self.inner.maps.running().filter(|map| map.id() == id) {
            Some(map) => {
                map.stop();
                Ok(self.priced(map.run()))
            }
            None => self.map_run(id).await,
        }
    }

    /// As it is now, or as it is kept.
    async fn map_run(&self, id: i64) -> Result<wire::MapRun> {
        if let Some(map) = self.inner.maps.running().filter(|map| map.id() == id) {
            map.flush();
            return Ok(self.priced(map.run()));
        }
        let shelf = self.shelf();
        let kept = blocking(move || Ok(shelf.run(id))).await?;
        let missing = || RpcError::new(ErrorCode::NotFound, format!("there is no map {id}"));
        kept.map(|run| self.priced(run)).ok_or_else(missing)
    }

    pub(crate) async fn map_list(&self) -> Result<Vec<wire::MapRun>> {
        let (shelf, project) = (self.shelf(), self.engine()?.project_id());
        let kept = blocking(move || Ok(shelf.list(project))).await?;
        let running = self.inner.maps.running().map(|map| map.run());
        let now = |run: wire::MapRun| match &running {
            Some(running) if running.id == run.id => running.clone(),
            _ => run,
        };
        Ok(kept.into_iter().map(|run| self.priced(now(run))).collect())
    }

    pub(crate) async fn answers_of_map(&self, query: wire::MapQuery) -> Result<wire::MapAnswers> {
        let run = self.map_run(query.id).await?;
        let all = self.all_answers(query.id).await?;
        let wanted = |answer: &wire::MapAnswer| {
            query.after.is_none_or(|after| answer.index > after) && !(query.failed && answer.ok)
        };
        let limit = query.limit.clamp(1, MOST_LISTED) as usize;
        let mut answers: Vec<_> = all.into_iter().filter(wanted).take(limit + 1).collect();
        let more = answers.len() > limit;
        answers.truncate(limit);
        Ok(wire::MapAnswers { run, answers, more })
    }

    pub(crate) async fn map_export(&self, id: i64) -> Result<wire::ExportedFile> {
        let run = self.map_run(id).await?;
        let mut text = String::new();
        for answer in self.all_answers(id).await? {
            // Our own wire types: string keys only.
            text.push_str(&serde_json::to_string(&answer).unwrap_or_default());
            text.push('\n');
        }
        Ok(wire::ExportedFile {
            name: format!("{}-{id}.jsonl", run.name),
            media_type: "application/jsonl".to_owned(),
            text,
        })
    }

    async fn all_answers(&self, id: i64) -> Result<Vec<wire::MapAnswer>> {
        let shelf = self.shelf();
        blocking(move || {
            shelf.answers(id).map_err(|error| {
                RpcError::new(ErrorCode::Failed, format!("the answers of map {id} cannot be read: {error}"))
            })
        })
        .await
    }

    pub(crate) async fn forget_map(&self, id: i64) -> Result<wire::Empty> {
        if self.inner.maps.running().is_some_and(|map| map.id() == id) {
            return Err(RpcError::new(ErrorCode::Conflict, "the map goes on").hint("stop it first"));
        }
        self.map_run(id).await?;
        let shelf = self.shelf();
        blocking(move || {
            shelf.set_aside(id).map_err(|error| {
                RpcError::new(ErrorCode::Failed, format!("the map {id} cannot be removed: {error}"))
            })?;
            Ok(wire::Empty {})
        })
        .await
    }

    pub(crate) async fn bring_map_back(&self, id: i64) -> Result<wire::MapRun> {
        let shelf = self.shelf();
        blocking(move || {
            shelf.take_back(id).map_err(|error| {
                RpcError::new(ErrorCode::NotFound, format!("the map {id} is gone for good: {error}"))
            })
        })
        .await?;
        self.inner.live.stale();
        self.map_run(id).await
    }

    pub(crate) fn shelf(&self) -> Shelf {
        Shelf::new(&self.inner.config.data_dir)
    }

    fn priced(&self, mut run: wire::MapRun) -> wire::MapRun {
        run.price = self.inner.report.work_price(&run.figures.usage);
        run
    }
}

fn bounded(what: &str, value: u32, most: u32) -> Result<u32> {
    if (1..=most).contains(&value) {
        return Ok(value);
    }
    Err(RpcError::new(ErrorCode::Invalid, format!("{what}: from 1 to {most}, not {value}")))
}
