//! What the imports of a function's init take, module by module.

use crate::wire;

wire! {
    /// Starts instances of its own; neither the function's pool nor its starts are touched.
    pub struct MeasureImports {
        pub function: i64,
        /// Instances started one after the other: 3. The one whose init is in the middle is told.
        pub runs: Option<u32>,
    }

    /// As it was measured last, also by a host before this one.
    pub struct LastImports {
        pub report: Option<ImportReport>,
    }

    pub struct ImportReport {
        pub function: i64,
        pub name: String,
        pub language: String,
        /// Short hash of the code that was measured.
        pub revision: String,
        pub measured_at: String,
        /// Inits of all runs, in their order. The told one is in the middle of them by length.
        pub runs_ms: Vec<f64>,
        /// Of the told run: from the first import to the handler, or to where it failed.
        pub init_ms: f64,
        /// Of it what is no module's: finding the handler, and where modules load at once, their reading and linking.
        pub outside_ms: f64,
        /// In the order they began; a module comes after the one that imports it first.
        pub modules: Vec<ImportedModule>,
        /// So many more were imported than are told.
        pub left_out: u32,
        /// Its init failed: what was imported till then is told.
        pub failure: Option<ImportFailure>,
        /// How it was measured, in sentences.
        pub rests_on: Vec<String>,
    }

    pub struct ImportedModule {
        pub name: String,
        /// Relative to the project where it lies in it.
        pub file: Option<String>,
        /// `function` for the person's own code, `installed` for a package, `runtime` for what comes with the language.
        pub from: String,
        /// Index of the module that imported it first; null where the runtime did.
        pub parent: Option<u32>,
        /// Without and with what it imports.
        pub self_ms: f64,
        pub total_ms: f64,
        /// It raised, or something that it imports did.
        pub failed: bool,
    }

    pub struct ImportFailure {
        /// As an invocation's: `init_error`, `timeout`, `crash`, `out_of_memory`.
        pub status: String,
        pub message: String,
    }
}
