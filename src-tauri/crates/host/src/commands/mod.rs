//! The commands of the protocol, answered by this host. What runs goes to the engine, what happened to the record's
//! read side; blocking work is kept off the runtime's threads.

mod asking;
mod compare;
mod editor;
mod event_to_try;
mod events;
mod files;
mod functions;
mod import_tree;
mod imports;
mod invoke;
mod jobs;
mod portability;
mod reach;
mod read;
mod rightsize;
mod settings;
mod starting;
mod twin;

use coldframe_engine::Engine;
use coldframe_protocol::{self as wire, Commands, RpcError};

pub use self::functions::functions_of;
use crate::{frame, host::Host, sums::giving_way};

pub(crate) use self::{
    asking::{blocking, unknown_function},
    events::list as saved_events,
    import_tree::modules,
    invoke::{Shown, event, show},
    portability::connections,
    reach::{Named, Reach, done, unseen},
    rightsize::failure,
};
pub(crate) type Result<T> = std::result::Result<T, RpcError>;

/// Recent projects shown to a person.
const RECENT: u32 = 10;

impl Commands for Host {
    async fn hello(&self, _: wire::Empty) -> Result<wire::Hello> {
        let recent = self.read(|report, _| report.recent_projects(RECENT)).await?;
        let project = self.inner.current.get().map(|engine| project(&engine));
        let problem = self.inner.recorder.problem();
        Ok(wire::Hello {
            version: env!("CARGO_PKG_VERSION").into(),
            project,
            recent,
            surfaces: self.surface_list(),
            data_dir: self.inner.config.data_dir.display().to_string(),
            account_concurrency: u32::try_from(self.inner.config.account_concurrency.unwrap_or(1000))
                .unwrap_or(u32::MAX),
            recording: problem.is_none(),
            recording_problem: problem,
            notices: self.inner.notices.clone(),
        })
    }

    async fn open_project(&self, request: wire::OpenProject) -> Result<wire::Hello> {
        self.open_folder(request).await
    }

    async fn starters(&self, _: wire::Empty) -> Result<wire::Starters> {
        Ok(starting::starters())
    }

    async fn create_function(&self, request: wire::CreateFunction) -> Result<wire::CreatedFunction> {
        self.create_from_template(request).await
    }

    async fn open_samples(&self, request: wire::OpenSamples) -> Result<wire::Hello> {
        self.open_sample_copy(request).await
    }

    async fn functions(&self, _: wire::Empty) -> Result<Vec<wire::Function>> {
        self.all_functions().await
    }

    async fn overview(&self, request: wire::Range) -> Result<wire::Overview> {
        let project = self.engine()?.project_id();
        self.read(move |report, now| report.overview(project, &request, now)).await
    }

    async fn set_pool(&self, request: wire::SetPool) -> Result<wire::Function> {
        self.change_pool(&request).await
    }

    async fn sleep(&self, request: wire::FunctionId) -> Result<wire::Function> {
        self.engine()?.sleep(request.function);
        self.function(request.function).await
    }

    async fn check(&self, request: wire::FunctionId) -> Result<wire::Function> {
        self.engine()?.check(request.function).await;
        self.function(request.function).await
    }

    async fn install(&self, request: wire::FunctionId) -> Result<wire::Job> {
        self.begin_install(request.function).await
    }

    async fn cancel(&self, request: wire::FunctionId) -> Result<wire::Function> {
        self.engine()?.cancel(request.function);
        self.function(request.function).await
    }

    async fn job(&self, request: wire::JobQuery) -> Result<wire::JobOutput> {
        self.job_output(&request)
    }

    async fn invoke(&self, request: wire::Invoke) -> Result<wire::Invoked> {
        self.invoke_function(request).await
    }

    async fn invocations(&self, request: wire::InvocationQuery) -> Result<Vec<wire::Invocation>> {
        let project = self.engine()?.project_id();
        self.flush().await;
        self.read(move |report, now| report.invocations(project, &request, now)).await
    }

    async fn count_invocations(&self, request: wire::InvocationQuery) -> Result<wire::InvocationCount> {
        let project = self.engine()?.project_id();
        self.flush().await;
        self.read(move |report, now| report.count_invocations(project, &request, now)).await
    }

    async fn invocation(&self, request: wire::InvocationId) -> Result<wire::InvocationDetail> {
        self.flush().await;
        self.detail(request.id).await
    }

    async fn timeline(&self, request: wire::TimelineQuery) -> Result<wire::Timeline> {
        let project = self.engine()?.project_id();
        self.flush().await;
        self.read(move |report, _| report.timeline(project, &request)).await
    }

    async fn logs(&self, request: wire::LogQuery) -> Result<Vec<wire::LogLine>> {
        let project = self.engine()?.project_id();
        self.flush().await;
        self.read(move |report, now| frame::logs(report, project, &request, now)).await
    }

    async fn export_logs(&self, request: wire::LogExport) -> Result<wire::ExportedLog> {
        let project = self.engine()?.project_id();
        self.flush().await;
        self.read(move |report, now| frame::export(report, project, &request, now)).await
    }

    async fn reloads(&self, request: wire::FunctionQuery) -> Result<Vec<wire::Reload>> {
        self.flush().await;
        self.read(move |report, now| report.reloads(&request, now)).await
    }

    async fn starts(&self, request: wire::StartsQuery) -> Result<wire::Starts> {
        let project = self.engine()?.project_id();
        self.flush().await;
        self.read(move |report, now| report.starts(project, &request, now)).await
    }

    async fn revision_change(&self, request: wire::RevisionQuery) -> Result<wire::RevisionChange> {
        self.flush().await;
        self.read(move |report, _| report.revision_change(&request)).await
    }

    async fn measure_imports(&self, request: wire::MeasureImports) -> Result<wire::ImportReport> {
        self.measure_imports_of(request).await
    }

    async fn imports(&self, request: wire::FunctionId) -> Result<wire::LastImports> {
        self.flush().await;
        self.read(move |report, _| report.imports(request.function)).await
    }

    async fn files(&self, request: wire::FunctionId) -> Result<Vec<wire::FileEntry>> {
        let engine = self.engine()?;
        let app = self.app(request.function).await?;
        blocking(move || Ok(files::list(&app.root, &app.handler, engine.files(request.function)))).await
    }

    async fn read_file(&self, request: wire::FilePath) -> Result<wire::FileText> {
        let app = self.app(request.function).await?;
        blocking(move || files::read(&app.root, &request.path)).await
    }

    async fn save_file(&self, request: wire::SaveFile) -> Result<wire::FileText> {
        let app = self.app(request.function).await?;
        blocking(move || files::save(&app.root, &request)).await
    }

    async fn open_in_editor(&self, request: wire::OpenInEditor) -> Result<wire::OpenedInEditor> {
        self.open_outside(request).await
    }

    async fn events(&self, request: wire::FunctionId) -> Result<Vec<wire::SavedEvent>> {
        let (root, name) = self.events_of(request.function)?;
        blocking(move || Ok(events::list(&root, &name))).await
    }

    async fn save_event(&self, request: wire::SaveEvent) -> Result<Vec<wire::SavedEvent>> {
        let (root, name) = self.events_of(request.function)?;
        blocking(move || {
            events::save(&root, &name, &request.name, &request.text)?;
            Ok(events::list(&root, &name))
        })
        .await
    }

    async fn delete_event(&self, request: wire::DeleteEvent) -> Result<Vec<wire::SavedEvent>> {
        let (root, name) = self.events_of(request.function)?;
        blocking(move || {
            events::delete(&root, &name, &request.name)?;
            Ok(events::list(&root, &name))
        })
        .await
    }

    async fn costs(&self, request: wire::CostQuery) -> Result<wire::CostReport> {
        let project = self.engine()?.project_id();
        self.flush().await;
        self.read(move |report, now| giving_way(|| report.costs(project, &request, now))).await
    }

    async fn compare(&self, request: wire::CompareRequest) -> Result<wire::CheckReport> {
        self.compare_function(request).await
    }

    async fn recorded_change(&self, request: wire::RecordedQuery) -> Result<wire::RecordedChange> {
        self.flush().await;
        self.read(move |report, _| report.recorded_change(&request)).await
    }

    async fn rightsize(&self, request: wire::RightsizeRequest) -> Result<wire::RightsizeReport> {
        self.rightsize_function(request).await
    }

    async fn portability(&self, request: wire::PortabilityRequest) -> Result<wire::Portability> {
        // Every command's future has room for the largest.
        Box::pin(self.portability_of(request)).await
    }

    async fn simulate(&self, request: wire::SimulationQuery) -> Result<wire::Simulation> {
        let project = self.engine()?.project_id();
        self.flush().await;
        self.read(move |report, now| giving_way(|| report.simulate(project, &request, now))).await
    }

    async fn side_by_side(&self, request: wire::FunctionId) -> Result<wire::SideBySide> {
        self.table_of(request.function).await
    }

    async fn run_rows(&self, request: wire::RunRows) -> Result<wire::SideBySide> {
        self.begin_rows(request).await
    }

    async fn stop_rows(&self, request: wire::FunctionId) -> Result<wire::SideBySide> {
        self.end_rows(request.function).await
    }

    async fn export_side_by_side(&self, request: wire::FunctionId) -> Result<wire::ExportedFile> {
        self.table_export(request.function).await
    }

    async fn clear_side_by_side(&self, request: wire::FunctionId) -> Result<wire::SideBySide> {
        self.clear_table(request.function).await
    }

    async fn set_administration(&self, request: wire::SetAdministration) -> Result<wire::SideBySide> {
        self.administer(request).await
    }

    async fn start_load(&self, request: wire::StartLoad) -> Result<wire::LoadRun> {
        self.begin_load(request).await
    }

    async fn stop_load(&self, request: wire::LoadId) -> Result<wire::LoadRun> {
        self.end_load(request.id).await
    }

    async fn loads(&self, _: wire::Empty) -> Result<Vec<wire::LoadRun>> {
        self.load_list().await
    }

    async fn load(&self, request: wire::LoadId) -> Result<wire::LoadDetail> {
        self.load_detail(request.id).await
    }

    async fn remove_load(&self, request: wire::LoadId) -> Result<wire::Empty> {
        self.forget_load(request.id).await
    }

    async fn restore_load(&self, request: wire::LoadId) -> Result<wire::LoadRun> {
        self.bring_load_back(request.id).await
    }

    async fn preview_map(&self, request: wire::MapInput) -> Result<wire::MapPreview> {
        self.map_preview(request).await
    }

    async fn start_map(&self, request: wire::StartMap) -> Result<wire::MapRun> {
        self.begin_map(request).await
    }

    async fn stop_map(&self, request: wire::MapId) -> Result<wire::MapRun> {
        self.end_map(request.id).await
    }

    async fn maps(&self, _: wire::Empty) -> Result<Vec<wire::MapRun>> {
        self.map_list().await
    }

    async fn map_answers(&self, request: wire::MapQuery) -> Result<wire::MapAnswers> {
        self.answers_of_map(request).await
    }

    async fn export_map(&self, request: wire::MapId) -> Result<wire::ExportedFile> {
        self.map_export(request.id).await
    }

    async fn remove_map(&self, request: wire::MapId) -> Result<wire::Empty> {
        self.forget_map(request.id).await
    }

    async fn restore_map(&self, request: wire::MapId) -> Result<wire::MapRun> {
        self.bring_map_back(request.id).await
    }

    async fn twin(&self, request: wire::FunctionId) -> Result<wire::Twin> {
        self.twin_of(request.function).await
    }

    async fn start_twin(&self, request: wire::StartTwin) -> Result<wire::Twin> {
        self.begin_twin(request).await
    }

    async fn stop_twin(&self, request: wire::FunctionId) -> Result<wire::Twin> {
        self.end_twin(request.function).await
    }

    async fn mirror(&self, request: wire::MirrorCalls) -> Result<wire::Twin> {
        self.mirror_calls(request).await
    }

    async fn kill_instance(&self, request: wire::KillInstance) -> Result<wire::Function> {
        self.kill(request).await
    }

    async fn export_costs(&self, request: wire::CostExport) -> Result<wire::ExportedFile> {
        let project = self.engine()?.project_id();
        self.flush().await;
        self.read(move |report, now| giving_way(|| report.export_costs(project, &request, now))).await
    }

    async fn status(&self, _: wire::Empty) -> Result<wire::HostStatus> {
        Ok(self.host_status().await)
    }

    async fn pause(&self, request: wire::Pause) -> Result<wire::HostStatus> {
        self.engine()?.set_paused(request.paused);
        self.inner.live.stale();
        Ok(self.host_status().await)
    }

    async fn settings(&self, _: wire::Empty) -> Result<wire::Settings> {
        self.all_settings().await
    }

    async fn keep_record(&self, request: wire::KeepRecord) -> Result<wire::Settings> {
        self.keep(request).await
    }

    async fn set_start(&self, request: wire::HostStart) -> Result<wire::Settings> {
        self.start_with(request).await
    }

    async fn set_editor(&self, request: wire::SetEditor) -> Result<wire::Settings> {
        self.edit_with(request).await
    }

    async fn set_notifications(&self, request: wire::Notifications) -> Result<wire::Settings> {
        self.notify_of(request).await
    }

    async fn set_receipts(&self, request: wire::SetReceipts) -> Result<wire::Settings> {
        self.measure_saves(request.on).await
    }

    async fn recorded_projects(&self, _: wire::Empty) -> Result<Vec<wire::RecordedProject>> {
        self.projects_recorded().await
    }

    async fn clearable(&self, request: wire::ClearRecord) -> Result<wire::Cleared> {
        self.would_clear(request).await
    }

    async fn clear_record(&self, request: wire::ClearRecord) -> Result<wire::Cleared> {
        self.clear(request).await
    }

    async fn about(&self, _: wire::Empty) -> Result<wire::About> {
        Ok(crate::bundled::about())
    }
}

fn project(engine: &Engine) -> wire::Project {
    wire::Project {
        root: engine.root().display().to_string(),
        name: engine.root().file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
        problems: engine.problems().iter().map(crate::shape::problem).collect(),
    }
}
