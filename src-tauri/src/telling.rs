//! What a person is told by the system while they look elsewhere: a save that was refused, once until the app is well
//! again; a crash; too little memory. At most one a minute for each function, and only of what they want to hear.

use std::{
    collections::{BTreeSet, HashMap},
    time::{Duration, Instant},
};

use coldframe_protocol::{Invocation, LiveBatch, Notifications, Reload};

const QUIET: Duration = Duration::from_mins(1);

/// A notification: what it says, and where a click on it leads in the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) title: String,
    pub(crate) text: String,
    pub(crate) route: String,
}

#[derive(Debug, Default)]
pub(crate) struct Telling {
    /// Apps whose last reload failed.
    failing: BTreeSet<String>,
    /// By function.
    last: HashMap<i64, Instant>,
}

impl Telling {
    pub(crate) fn learn(&mut self, batch: &LiveBatch, wanted: &Notifications, now: Instant) -> Vec<Told> {
        let mut told = Vec::new();
        for reload in &batch.reloads {
            if let Some(said) = self.refused(reload).filter(|_| wanted.reload_failed) {
                let function = reload.functions.first().copied().unwrap_or_default();
                told.extend(self.unless_lately(function, now).then_some(said));
            }
        }
        for call in &batch.invocations {
            if let Some(said) = ended_badly(call, wanted) {
                told.extend(self.unless_lately(call.function_id, now).then_some(said));
            }
        }
        told
    }

    fn refused(&mut self, reload: &Reload) -> Option<Told> {
        let what = match reload.outcome.as_str() {
            "build_failed" => "does not build",
            "init_failed" => "does not start",
            "ok" => {
                self.failing.remove(&reload.app);
                return None;
            }
            // Running, or overtaken by a newer save.
            _ => return None,
        };
        let why = reload.error.as_ref().map(|error| error.message.clone()).unwrap_or_default();
        let function = reload.functions.first()?;
        self.failing.insert(reload.app.clone()).then(|| Told {
            title: format!("{} {what}", reload.app),
            text: format!("{why}\nThe last good revision serves."),
            route: format!("#/function/{function}"),
        })
    }

    fn unless_lately(&mut self, function: i64, now: Instant) -> bool {
        let lately = self.last.get(&function).is_some_and(|last| now.duration_since(*last) < QUIET);
        if !lately {
            self.last.insert(function, now);
        }
        !lately
    }
}

fn ended_badly(call: &Invocation, wanted: &Notifications) -> Option<Told> {
    let title = match call.status.as_str() {
        "crash" if wanted.crashed => format!("{} crashed", call.function),
        "out_of_memory" if wanted.out_of_memory => format!("{} ran out of memory", call.function),
        _ => return None,
    };
    let text = match call.status.as_str() {
        "out_of_memory" => format!("It is configured with {} MB.", call.memory_mb),
        _ => call.error_type.clone().unwrap_or_else(|| "Its process ended in the middle of a call.".into()),
    };
    let route = format!("#/function/{}?tab=invocations&id={}", call.function_id, call.id);
    Some(Told { title, text, route })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: Notifications = Notifications { reload_failed: true, crashed: true, out_of_memory: true };

    fn batch(reloads: &[&str], calls: &[(i64, &str)]) -> LiveBatch {
        let reload = |outcome: &&str| {
            serde_json::json!({
                "id": 1, "app": "thumbnail", "functions": [1], "revision": null,
                "detected_at": "2026-01-01T00:00:00Z", "files": [], "built_ms": null, "initialised_ms": null,
                "swapped_ms": null, "drained_ms": null, "init_ms": 0.0, "outcome": outcome, "error": null, "receipt": null,
            })
        };
        let call = |(function, status): &(i64, &str)| {
            serde_json::json!({
                "id": 77, "request_id": "r", "function_id": function, "function": "leak", "provider": "aws",
                "trigger": "sdk", "revision": null, "instance": "i-1", "started_at": "2026-01-01T00:00:00Z",
                "cold": false, "queue_ms": 0.0, "build_ms": 0.0, "spawn_ms": 0.0, "boot_ms": 0.0, "init_ms": 0.0,
                "handler_ms": 1.0, "overhead_ms": 0.0, "total_ms": 1.0, "cpu_user_ms": null, "cpu_system_ms": null,
                "peak_memory_mb": null, "memory_mb": 128, "timeout_ms": 3000, "request_bytes": 2,
                "response_bytes": 2, "status": status, "http_status": 200, "attempt": 1, "error_type": null,
                "reload_init_ms": null, "deployed_cold": null,
            })
        };
        serde_json::from_value(serde_json::json!({
            "functions": [], "skipped": [], "logs": [], "skipped_logs": 0, "job_lines": [], "saved": [], "receipts": [], "notices": [], "status": null,
            "stale": false,
            "reloads": reloads.iter().map(reload).collect::<Vec<_>>(),
            "invocations": calls.iter().map(call).collect::<Vec<_>>(),
        }))
        .expect("the shape of a batch")
    }

    #[test]
    fn a_refused_save_is_told_once_until_it_is_well_again() {
        let mut telling = Telling::default();
        let begun = Instant::now();
        let outcomes = ["running", "init_failed", "superseded", "build_failed", "ok", "build_failed"];
        let told: Vec<bool> = (0..)
            .zip(outcomes)
            .map(|(minutes, outcome)| {
                let now = begun + Duration::from_mins(minutes);
                !telling.learn(&batch(&[outcome], &[]), &ALL, now).is_empty()
            })
            .collect();
        assert_eq!(told, [false, true, false, false, false, true]);
        let said = Telling::default().learn(&batch(&["build_failed"], &[]), &ALL, begun);
        assert_eq!(said[0].title, "thumbnail does not build");
        assert!(said[0].text.ends_with("The last good revision serves."));
        assert_eq!(said[0].route, "#/function/1");
    }

    #[test]
    fn a_crash_leads_to_its_call_and_is_told_once_a_minute_for_each_function() {
        let mut telling = Telling::default();
        let begun = Instant::now();
        let mut told = |seconds: u64, calls: &[(i64, &str)]| {
            let said = telling.learn(&batch(&[], calls), &ALL, begun + Duration::from_secs(seconds));
            said.into_iter().map(|told| told.title).collect::<Vec<_>>()
        };
        assert_eq!(told(0, &[(1, "ok"), (1, "crash"), (1, "crash")]), ["leak crashed"]);
        assert_eq!(told(30, &[(1, "out_of_memory"), (2, "out_of_memory")]), ["leak ran out of memory"]);
        assert_eq!(told(59, &[(1, "crash")]), [""; 0]);
        assert_eq!(told(61, &[(1, "crash")]), ["leak crashed"]);
        let said = Telling::default().learn(&batch(&[], &[(3, "out_of_memory")]), &ALL, begun);
        assert_eq!(said[0].route, "#/function/3?tab=invocations&id=77");
        assert_eq!(said[0].text, "It is configured with 128 MB.");
    }

    #[test]
    fn what_nobody_wants_to_hear_is_not_told_and_takes_nobodys_turn() {
        let mut telling = Telling::default();
        let now = Instant::now();
        let quiet = Notifications { crashed: false, reload_failed: false, ..ALL };
        let said =
            telling.learn(&batch(&["init_failed"], &[(1, "crash"), (1, "out_of_memory")]), &quiet, now);
        assert_eq!(said.len(), 1);
        assert_eq!(said[0].title, "leak ran out of memory");
    }
}
