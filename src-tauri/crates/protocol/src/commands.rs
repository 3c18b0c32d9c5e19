//! The one list of commands. A host implements [`Commands`]; one that misses a command does not compile.

use serde_json::Value;

use crate::*;

macro_rules! commands {
    ($($(#[$doc:meta])* $name:ident($request:ty) -> $response:ty;)*) => {
        /// Every command a host answers.
        pub trait Commands: Send + Sync {
            $($(#[$doc])* fn $name(&self, request: $request) -> impl Future<Output = Result<$response, RpcError>> + Send;)*
        }

        /// Calls a command by its name with JSON on both sides.
        ///
        /// # Errors
        /// Those of the command; [`ErrorCode::Invalid`] for an unknown name or a request of the wrong shape.
        pub async fn dispatch(host: &impl Commands, name: &str, request: Value) -> Result<Value, RpcError> {
            match name {
                $(stringify!($name) => {
                    let request: $request = serde_json::from_value(request).map_err(|error| {
                        RpcError::new(ErrorCode::Invalid, format!("{name}: {error}"))
                    })?;
                    let response = host.$name(request).await?;
                    serde_json::to_value(response)
                        .map_err(|error| RpcError::new(ErrorCode::Failed, format!("{name}: {error}")))
                })*
                _ => Err(RpcError::new(ErrorCode::Invalid, format!("unknown command {name}"))),
            }
        }

        #[cfg(test)]
        fn typescript() -> String {
            use ts_rs::TS;
            let config = ts_rs::Config::from_env();
            let mut names = std::collections::BTreeSet::new();
            let mut out = String::new();
            $(
                let (request, response) = (<$request>::name(&config), <$response>::name(&config));
                names.insert(request.clone());
                names.insert(response.clone());
                out.push_str(&format!("  {}: {{ request: {request}; response: {response} }};\n", stringify!($name)));
            )*
            render(&names, &out)
        }
    };
}

commands! {
    hello(Empty) -> Hello;
    open_project(OpenProject) -> Hello;
    starters(Empty) -> Starters;
    /// Writes a function from a template and opens its project. Fails with [`ErrorCode::Conflict`] where the name or a
    /// file is taken: nothing is written over.
    create_function(CreateFunction) -> CreatedFunction;
    /// Opens a copy of the samples, made where there is none yet.
    open_samples(OpenSamples) -> Hello;
    functions(Empty) -> Vec<Function>;
    overview(Range) -> Overview;
    set_pool(SetPool) -> Function;
    /// Stops the function's idle instances now.
    sleep(FunctionId) -> Function;
    /// Builds and starts it once without an event, so that problems show.
    check(FunctionId) -> Function;
    /// Installs what its list of dependencies names, where it runs, and starts it with that. Answers when it has begun;
    /// fails with [`ErrorCode::Conflict`] while something is built or installed for it.
    install(FunctionId) -> Job;
    /// Gives up the build or installation that goes on for it.
    cancel(FunctionId) -> Function;
    /// The build or installation that goes on, or did last, and what it said.
    job(JobQuery) -> JobOutput;
    invoke(Invoke) -> Invoked;
    invocations(InvocationQuery) -> Vec<Invocation>;
    /// Pages do not matter to it: neither `before` nor `limit`.
    count_invocations(InvocationQuery) -> InvocationCount;
    invocation(InvocationId) -> InvocationDetail;
    timeline(TimelineQuery) -> Timeline;
    logs(LogQuery) -> Vec<LogLine>;
    export_logs(LogExport) -> ExportedLog;
    reloads(FunctionQuery) -> Vec<Reload>;
    starts(StartsQuery) -> Starts;
    /// What a revision changed against the one before, with diffs of its files.
    revision_change(RevisionQuery) -> RevisionChange;
    /// Takes as long as the inits; dropping the call ends them.
    measure_imports(MeasureImports) -> ImportReport;
    imports(FunctionId) -> LastImports;
    files(FunctionId) -> Vec<FileEntry>;
    read_file(FilePath) -> FileText;
    /// Fails with [`ErrorCode::Conflict`] when the file on disk is not the one that was read.
    save_file(SaveFile) -> FileText;
    /// In the person's own editor, at a line.
    open_in_editor(OpenInEditor) -> OpenedInEditor;
    events(FunctionId) -> Vec<SavedEvent>;
    save_event(SaveEvent) -> Vec<SavedEvent>;
    delete_event(DeleteEvent) -> Vec<SavedEvent>;
    costs(CostQuery) -> CostReport;
    /// Takes as long as the runs; dropping the call ends them.
    rightsize(RightsizeRequest) -> RightsizeReport;
    /// The code now beside a commit's, as `coldframe check` compares them.
    compare(CompareRequest) -> CheckReport;
    /// The calls of a revision beside those of the one before it, as recorded.
    recorded_change(RecordedQuery) -> RecordedChange;
    /// Tries it under every other provider's contract, one after the other; dropping the call ends what runs.
    portability(PortabilityRequest) -> Portability;
    /// A day of one plan (a week of a weekly shape), call by call.
    simulate(SimulationQuery) -> Simulation;
    /// The table of a function: what was done of it, and what goes on.
    side_by_side(FunctionId) -> SideBySide;
    /// Answers when the first row has begun.
    run_rows(RunRows) -> SideBySide;
    /// Begins no other row, and ends the one that goes on as soon as it can.
    stop_rows(FunctionId) -> SideBySide;
    /// The table as one page that needs nothing else.
    export_side_by_side(FunctionId) -> ExportedFile;
    /// Takes what was kept of the table away.
    clear_side_by_side(FunctionId) -> SideBySide;
    set_administration(SetAdministration) -> SideBySide;
    /// Sends traffic to a function. Fails with [`ErrorCode::Conflict`] while another run goes on: the two would measure
    /// each other.
    start_load(StartLoad) -> LoadRun;
    /// Sends no more, and waits for the calls under way; asked again, it does not wait.
    stop_load(LoadId) -> LoadRun;
    /// The runs of this project, newest first.
    loads(Empty) -> Vec<LoadRun>;
    load(LoadId) -> LoadDetail;
    remove_load(LoadId) -> Empty;
    /// Puts back what was removed, as long as this host runs and keeps it.
    restore_load(LoadId) -> LoadRun;
    /// What a map's input would be, without running anything.
    preview_map(MapInput) -> MapPreview;
    /// Runs a function once for every item. Fails with [`ErrorCode::Conflict`] while another map goes on.
    start_map(StartMap) -> MapRun;
    /// Begins nothing more, and waits for the calls under way.
    stop_map(MapId) -> MapRun;
    /// Those of this project, newest first.
    maps(Empty) -> Vec<MapRun>;
    map_answers(MapQuery) -> MapAnswers;
    /// All answers as JSON Lines, in the order of the items.
    export_map(MapId) -> ExportedFile;
    remove_map(MapId) -> Empty;
    /// As [`restore_load`](Commands::restore_load).
    restore_map(MapId) -> MapRun;
    /// How the resident twin of its app stands, and what both sides came to.
    twin(FunctionId) -> Twin;
    /// Answers when the twin is on its way; fails with [`ErrorCode::Invalid`] where what was asked for is not to be had.
    start_twin(StartTwin) -> Twin;
    stop_twin(FunctionId) -> Twin;
    mirror(MirrorCalls) -> Twin;
    /// Ends a process at once, of the pool or of the twin.
    kill_instance(KillInstance) -> Function;
    export_costs(CostExport) -> ExportedFile;
    status(Empty) -> HostStatus;
    /// While the project is paused, its functions take no call and no save, and all of them sleep.
    pause(Pause) -> HostStatus;
    settings(Empty) -> Settings;
    /// From now on, and at once.
    keep_record(KeepRecord) -> Settings;
    set_notifications(Notifications) -> Settings;
    set_receipts(SetReceipts) -> Settings;
    set_editor(SetEditor) -> Settings;
    /// From the next start on.
    set_start(HostStart) -> Settings;
    /// Reads through the record to count.
    recorded_projects(Empty) -> Vec<RecordedProject>;
    /// What [`clear_record`](Commands::clear_record) would take.
    clearable(ClearRecord) -> Cleared;
    clear_record(ClearRecord) -> Cleared;
    about(Empty) -> About;
}

#[cfg(test)]
fn render(names: &std::collections::BTreeSet<String>, body: &str) -> String {
    let mut out = String::from("// Generated from src-tauri/crates/protocol. Do not edit.\n");
    for name in names.iter().map(|name| name.trim_start_matches("Array<").trim_end_matches('>')) {
        let line = format!("import type {{ {name} }} from \"./{name}\";\n");
        if !out.contains(&line) {
            out.push_str(&line);
        }
    }
    format!("{out}\nexport interface Commands {{\n{body}}}\n")
}

#[cfg(test)]
mod tests {
    /// Written beside the types ts-rs exports; the house tests fail when the committed files differ.
    #[test]
    fn writes_the_command_list_for_the_ui() {
        let directory = std::env::var("TS_RS_EXPORT_DIR").expect("set in .cargo/config.toml");
        std::fs::create_dir_all(&directory).unwrap();
        std::fs::write(std::path::Path::new(&directory).join("Commands.ts"), super::typescript()).unwrap();
    }
}
