//! What a revision changed against the one before.

use crate::wire;

wire! {
    pub struct RevisionQuery {
        pub function: i64,
        /// Short hash.
        pub revision: String,
        /// As it was at this time, where an app came back to a revision; the last time where it is null.
        pub until: Option<String>,
    }

    pub struct RevisionChange {
        pub revision: String,
        /// Null where the record does not have it.
        pub made_at: Option<String>,
        /// The revision before it; null where the record knows none.
        pub before: Option<String>,
        /// By path; those that are the same are left out.
        pub files: Vec<FileChange>,
        /// What of its settings became what: `memory 128 MB → 512 MB`.
        pub settings: Vec<String>,
        /// Why there is nothing to tell, or not all.
        pub note: Option<String>,
    }

    pub struct FileChange {
        /// Relative to the project.
        pub path: String,
        /// `added`, `removed`, `changed`.
        pub kind: String,
        /// Lines; null where its text is not in the record.
        pub added: Option<u32>,
        pub removed: Option<u32>,
        /// Modules that it imports now, and no more.
        pub imports_added: Vec<String>,
        pub imports_removed: Vec<String>,
        /// A unified diff, without the two lines that name the file; null where it is not told.
        pub diff: Option<String>,
        /// Why there is no diff, or only a part.
        pub note: Option<String>,
    }
}
