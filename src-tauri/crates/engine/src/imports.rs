//! Measuring what a function's imports take: its init, run by itself on an instance of its own. As with a trial, neither
//! the pool nor the function's starts know of it.

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use coldframe_providers::{imports::ReportedImports, languages};

use crate::{
    Engine, TrialError, TrialFailure,
    app::{Disk, bring_up},
    instance::{Cause, StartFailure, StartRequest},
    trial::OnTrial,
};

/// One measured init.
#[derive(Debug, Clone)]
pub struct MeasuredInit {
    pub revision_id: i64,
    /// The revision's short hash.
    pub revision: String,
    /// Init as a start of an instance has it.
    pub init: Duration,
    /// With files relative to the project, where they lie in it or in a copy of it. `None`: it ended before it could tell.
    pub imports: Option<ReportedImports>,
    pub failure: Option<TrialFailure>,
}

impl Engine {
    /// Whether the imports of a function can be measured.
    ///
    /// # Errors
    /// There is no such function, or its language has none that are known: why.
    pub fn measures_imports(&self, function_id: i64) -> Result<(), TrialError> {
        let (app, _) = self.registry().app_of(function_id).ok_or(TrialError::NoFunction)?;
        languages::measures_imports(&app.spec(), &self.world().project).map_err(TrialError::Problem)
    }

    /// Measures one init of the revision that serves. Another trial of this engine is waited for. Dropping the future
    /// ends its instance.
    ///
    /// # Errors
    /// There is no such function, its imports cannot be measured, or it could not be built or started at all.
    pub async fn measure_imports(&self, function_id: i64) -> Result<MeasuredInit, TrialError> {
        self.measures_imports(function_id)?;
        let (app, _) = self.registry().app_of(function_id).ok_or(TrialError::NoFunction)?;
        let _alone = self.world().guard.trial().await;
        let (start, disk) = app.lend().await.map_err(TrialError::Problem)?;
        self.imports_of(start, disk).await
    }

    /// The outer error is no matter of the code's.
    pub(crate) async fn imports_of(
        &self,
        mut start: StartRequest,
        disk: Option<Disk>,
    ) -> Result<MeasuredInit, TrialError> {
        let world = self.world();
        start.cause = Cause::Imports;
        let root = start.revision.app.root.clone();
        let copy = disk.as_ref().and_then(|disk| disk.copy()).map(Path::to_owned);
        let places = [Some(start.code.clone()), copy];
        let (revision_id, revision) = (start.revision.id, start.revision.hash.clone());
        let (init, imports, failure) = match bring_up(world, start, disk, &mut Instant::now()).await {
            Ok(instance) => {
                let instance = OnTrial(instance);
                (instance.0.phases.init, instance.0.imports.clone(), None)
            }
            Err(StartFailure::Refused(problem) | StartFailure::NoEntrypoint(problem)) => {
                return Err(TrialError::Problem(problem));
            }
            Err(StartFailure::Init(mut failed)) => {
                let imports = failed.imports.take();
                (failed.phases.init, imports, Some(self.init_failed(&StartFailure::Init(failed))))
            }
        };
        let imports = imports.map(|mut imports| {
            for module in &mut imports.modules {
                module.file =
                    module.file.take().map(|file| self.in_project(file, &root, places.iter().flatten()));
            }
            imports
        });
        Ok(MeasuredInit { revision_id, revision, init, imports, failure })
    }

    /// As the project has it, also where it ran from a copy of the code at `places` instead of from `root`.
    fn in_project<'a>(
        &self,
        file: PathBuf,
        root: &Path,
        mut places: impl Iterator<Item = &'a PathBuf>,
    ) -> PathBuf {
        let project = &self.world().project;
        let original = places.find_map(|place| Some(root.join(file.strip_prefix(place).ok()?)));
        let file = original.unwrap_or(file);
        file.strip_prefix(project).map(Path::to_owned).unwrap_or(file)
    }
}
