//! A function's files and saved events, as the editor works with them.

use crate::wire;

wire! {
    pub struct FunctionId {
        pub function: i64,
    }

    pub struct FileEntry {
        /// Relative to the app's folder, `/`-separated.
        pub path: String,
        pub bytes: u64,
        /// The file the handler lives in: opened first.
        pub main: bool,
    }

    pub struct FilePath {
        pub function: i64,
        pub path: String,
    }

    pub struct FileText {
        pub path: String,
        pub text: String,
        /// Hash of what is on disk; sent back with a save to notice an edit made elsewhere.
        pub hash: String,
    }

    pub struct SaveFile {
        pub function: i64,
        pub path: String,
        pub text: String,
        /// The hash that was read; `None` writes whatever is there.
        pub base_hash: Option<String>,
    }

    pub struct OpenInEditor {
        pub function: i64,
        pub path: String,
        /// 1-based.
        pub line: Option<u32>,
    }

    pub struct OpenedInEditor {
        /// The program that was started, such as `code`.
        pub program: String,
    }

    /// An event kept beside the project, in `.coldframe/events/FUNCTION/NAME.json`.
    pub struct SavedEvent {
        pub name: String,
        pub text: String,
    }

    pub struct SaveEvent {
        pub function: i64,
        pub name: String,
        pub text: String,
    }

    pub struct DeleteEvent {
        pub function: i64,
        pub name: String,
    }
}
