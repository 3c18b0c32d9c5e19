//! Calls on their way to a twin, and what a person asks of it.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Instant,
};

use coldframe_providers::domain::Problem;
use coldframe_providers::invocation::{Answer, Body, Chunk, FunctionRef, Invocation, Outcome, Trigger};

use super::{TwinChange, TwinHandle, TwinStatus};
use crate::{Engine, crowd::Waiting, side::Side};

impl Engine {
    /// How the twin of a function's app stands; `None`: there is no such function.
    pub fn twin(&self, function_id: i64) -> Option<TwinStatus> {
        self.twin_of(function_id)?.status()
    }

    /// Switches the twin of a function's app on, or changes the one that is.
    pub fn start_twin(&self, function_id: i64, change: TwinChange) {
        if let Some(twin) = self.twin_of(function_id) {
            twin.start(change);
        }
    }

    /// Resolves when a process of the twin is there to take calls.
    ///
    /// # Errors
    /// None will be: why.
    pub async fn twin_ready(&self, function_id: i64) -> Result<(), Problem> {
        match self.twin_of(function_id) {
            Some(twin) => twin.ready().await,
            None => Err(Problem::error("there is no such function in the open project")),
        }
    }

    /// Its calls are finished first.
    pub fn stop_twin(&self, function_id: i64) {
        if let Some(twin) = self.twin_of(function_id) {
            twin.stop();
        }
    }

    /// From now on every call of the doors goes to the twin, too, for as long as it is on.
    pub fn mirror(&self, function_id: i64, on: bool) {
        if let Some(twin) = self.twin_of(function_id) {
            twin.set_mirrors(on);
        }
    }

    /// The id of a function in the record of its twin.
    pub fn resident_function(&self, function_id: i64) -> Option<i64> {
        let (app, function) = self.registry().app_of(function_id)?;
        Some(app.twin(self.world()).function_id(&function.name))
    }

    /// Ends a process of the pool or of the twin at once, as a crash would; `false` if there is none of that id.
    pub fn kill(&self, function_id: i64, instance_id: i64) -> bool {
        let Some((app, _)) = self.registry().app_of(function_id) else { return false };
        app.kill(instance_id) || app.twin(self.world()).kill(instance_id)
    }

    /// As [`Engine::invoke_of`], on the resident twin.
    pub async fn invoke_twin(&self, invocation: Invocation, waiting: Option<Waiting>) -> Option<Outcome> {
        let found = self.registry().get(&invocation.function);
        let found = found.map(|(app, function)| (Side::Twin(app.twin(self.world())), function));
        self.run(found, invocation, waiting).await
    }

    fn twin_of(&self, function_id: i64) -> Option<TwinHandle> {
        let (app, _) = self.registry().app_of(function_id)?;
        Some(app.twin(self.world()))
    }

    /// Hands a copy of a call to the twin, if it is to have one. What comes of it is in the record and nowhere else.
    pub(crate) fn mirrored(&self, function: &FunctionRef, invocation: &Invocation) {
        // What a person sends to both sides, or to one, is not sent again.
        if matches!(invocation.trigger, Trigger::Load | Trigger::Map) {
            return;
        }
        let Some((app, _)) = self.registry().get(function) else { return };
        let Some(twin) = app.known_twin().filter(TwinHandle::mirrors) else { return };
        twin.shared.mirrored.fetch_add(1, Ordering::Relaxed);
        let copy = Invocation {
            function: invocation.function.clone(),
            request_id: invocation.request_id.clone(),
            trigger: invocation.trigger,
            event: invocation.event.clone(),
            received: Instant::now(),
            cold: false,
            context: invocation.context.clone(),
            status_of: invocation.status_of,
        };
        let engine = self.clone();
        tokio::spawn(async move {
            let outcome = engine.invoke_twin(copy, None).await;
            if let Some(Answer::Response { body: Body::Stream(mut chunks), .. }) =
                outcome.map(|outcome| outcome.answer)
            {
                while matches!(chunks.recv().await, Some(Chunk::Data(_))) {}
            }
        });
    }
}

impl crate::app::AppHandle {
    /// The app's twin, which may be off.
    pub(crate) fn twin(&self, world: &crate::world::SharedWorld) -> TwinHandle {
        self.twin_or(|| TwinHandle::new(&Arc::clone(world), self.clone()))
    }
}
