//! What holds for everything: where the record is and how long it is kept, limits, prices, privacy, and what this
//! program is made of.

use crate::wire;

wire! {
    pub struct Settings {
        /// Where the interface is reached; it wants a token.
        pub ui_url: String,
        pub record: RecordPlace,
        pub limits: DefaultLimits,
        pub start: HostStart,
        pub prices: PriceBook,
        pub privacy: Privacy,
        pub notifications: Notifications,
        pub editor: Editor,
        /// Whether starts are measured after a save.
        pub receipts: bool,
    }

    /// What a host starts with where its command line says nothing else. Null: as usual.
    #[derive(Copy, Default, Eq)]
    #[serde(default)]
    pub struct HostStart {
        /// Of the AWS surface: 9000 as usual; the other providers have those behind it.
        pub port: Option<u16>,
        /// Of the interface: any that is free, as usual.
        pub ui_port: Option<u16>,
        pub max_instances: Option<u32>,
        /// 1000 as usual.
        pub account_concurrency: Option<u32>,
    }

    /// The person's own editor, for what is more than a few lines.
    pub struct Editor {
        /// As it was set, such as `code --goto {file}:{line}`.
        pub command: Option<String>,
        /// What is used while nothing is set: the first editor found on this machine.
        pub found: Option<String>,
    }

    pub struct SetEditor {
        /// Null or empty: the one that is found.
        pub command: Option<String>,
    }

    /// What the window tells of by the system's notifications while nobody looks at it.
    pub struct Notifications {
        pub reload_failed: bool,
        pub crashed: bool,
        pub out_of_memory: bool,
    }

    pub struct RecordPlace {
        pub directory: String,
        pub file: String,
        pub database_bytes: u64,
        /// What is not in the file yet: SQLite's write-ahead log and the journal.
        pub log_bytes: u64,
        /// Single invocations older than so many days are taken out, every hour.
        pub keep_days: u32,
        /// Of the file, in GiB: beyond it, the largest and least missed goes first, down to nine tenths of it.
        pub keep_gib: u32,
    }

    /// What holds where no manifest and no `coldframe.toml` says otherwise.
    pub struct DefaultLimits {
        pub providers: Vec<ProviderLimits>,
        /// Instances alive at once; more calls wait for this machine. `--max-instances`.
        pub max_instances: u32,
        /// Invocations in flight before callers are throttled. `--account-concurrency`.
        pub account_concurrency: u32,
    }

    pub struct ProviderLimits {
        pub provider: String,
        pub memory_mb: u32,
        pub timeout_ms: u64,
        pub idle_ms: u64,
    }

    /// The person's own book lies in the data directory, over the one that comes with Coldframe.
    pub struct PriceBook {
        pub path: String,
        pub exists: bool,
        /// As the host started with it.
        pub used: bool,
        /// Why the file as it is now cannot be used, with file and line.
        pub problem: Option<String>,
        /// `2026-11-20`: when its figures were last gone through.
        pub compiled: String,
        pub plans: u32,
        pub machines: u32,
    }

    pub struct Privacy {
        /// A text whose name has one of these among its words is not recorded: in JSON, in JSON within its strings, in forms
        /// and query strings.
        pub redacted: Vec<String>,
        /// Nor are those that the open project names in `coldframe.toml`, `*` for anything.
        pub own: Vec<String>,
        /// Bytes of a request or response that are recorded.
        pub payload_bytes: u64,
        /// Names of files of secrets, `*` for anything: of a revision's files their texts are not recorded.
        pub secret_files: Vec<String>,
    }

    /// Changes what is given, and takes out at once what is not kept any more.
    pub struct KeepRecord {
        pub days: Option<u32>,
        /// Of the file, in GiB.
        pub gib: Option<u32>,
    }

    /// What a project has in the record.
    pub struct RecordedProject {
        pub id: i64,
        pub name: String,
        pub root: String,
        /// It is open now.
        pub open: bool,
        pub invocations: u64,
        pub log_lines: u64,
        /// About, of the file: its share of what the rows hold.
        pub bytes: u64,
        pub oldest_at: Option<String>,
    }

    /// What to take out of the record.
    pub struct ClearRecord {
        /// Of this project; of all where it is null.
        pub project: Option<i64>,
        /// Only what is older than so many days. Null takes everything, figures by day and names included.
        pub older_than_days: Option<u32>,
    }

    /// Rows that go, or went.
    pub struct Cleared {
        pub invocations: u64,
        /// Requests and responses, of so many invocations.
        pub payloads: u64,
        pub log_lines: u64,
        /// Instances, reloads and load tests.
        pub events: u64,
        /// Files of revisions, with their texts.
        pub sources: u64,
        /// Sums by minute and day.
        pub figures: u64,
    }

    /// What is built into this program.
    pub struct About {
        pub version: String,
        pub license: String,
        pub components: Vec<Component>,
    }

    pub struct Component {
        pub name: String,
        pub version: String,
        /// An SPDX expression.
        pub license: String,
        /// `program` or `interface`.
        pub part: String,
    }
}
