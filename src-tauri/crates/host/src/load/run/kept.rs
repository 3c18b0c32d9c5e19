//! A run as it is shown, and as the record keeps it.

use coldframe_protocol::{LoadCourse, LoadRun, TwinLoad};
use coldframe_store::{Entry, LoadEntry};
use serde::Serialize;

use super::Running;
use crate::{load::tally::Tally, shape::time_text};

impl Running {
    pub(in crate::load) fn run(&self) -> LoadRun {
        let progress = self.progress();
        LoadRun {
            id: self.id,
            function: self.parts.function_id,
            name: self.parts.function.name.clone(),
            started_at: time_text(self.id),
            ended_at: progress.ended_us.map(time_text),
            state: progress.state,
            plan: self.parts.plan.clone(),
            event: self.parts.shown.clone(),
            figures: progress.pool.figures(self.now_us()),
            price: None,
            twin: progress.twin.as_ref().map(|twin| TwinLoad {
                figures: twin.figures(self.now_us()),
                price: None,
                processes: self.parts.crew.0,
                calls_each: self.parts.crew.1,
                held_up: None,
            }),
        }
    }

    pub(in crate::load) fn course(&self) -> LoadCourse {
        self.progress().pool.course()
    }

    pub(in crate::load) fn twin_course(&self) -> Option<LoadCourse> {
        self.progress().twin.as_ref().map(Tally::course)
    }

    pub(super) fn keep(&self) {
        let ended_at = self.progress().ended_us;
        let (run, courses) = (self.run(), Courses { course: self.course(), twin: self.twin_course() });
        // Our own wire types: string keys only.
        let json = |value: serde_json::Result<String>| value.unwrap_or_default();
        self.parts.recorder.note(Entry::Load(Box::new(LoadEntry {
            id: self.id,
            project_id: self.parts.engine.project_id(),
            function_id: self.parts.function_id,
            started_at: self.id,
            ended_at,
            summary: json(serde_json::to_string(&run)),
            detail: json(serde_json::to_string(&courses)),
        })));
    }
}

/// As they are kept, which is how the read side takes them apart.
#[derive(Serialize)]
struct Courses {
    #[serde(flatten)]
    course: LoadCourse,
    twin: Option<LoadCourse>,
}
