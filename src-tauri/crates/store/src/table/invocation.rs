//! Every attempt of every event: its phases, its usage and what came of it. One row, written once in most cases.
//! Reading lists of them is `invocation_list`.

use std::sync::LazyLock;

use rusqlite::{CachedStatement, OptionalExtension, Result, Row, params, types::Type};

use crate::{
    database::Writer,
    entry::{Accepted, Answered, Finished, Micros, Phases, Status},
    migrations::Migration,
    rollup::RollUpKey,
};

pub(crate) const MIGRATIONS: &[Migration] = &[
    (
        1,
        // `counted`: it is in the roll-ups. The partial indexes find what is still open, and the few that failed.
        "CREATE TABLE invocation (
        id INTEGER PRIMARY KEY,
        request_id TEXT NOT NULL,
        attempt INTEGER NOT NULL,
        function_id INTEGER NOT NULL,
        revision_id INTEGER,
        instance_id INTEGER,
        trigger TEXT NOT NULL,
        started_at INTEGER NOT NULL,
        finished_at INTEGER,
        status TEXT NOT NULL,
        http_status INTEGER NOT NULL,
        error_type TEXT,
        cold INTEGER NOT NULL,
        queue_us INTEGER NOT NULL,
        build_us INTEGER NOT NULL,
        spawn_us INTEGER NOT NULL,
        boot_us INTEGER NOT NULL,
        init_us INTEGER NOT NULL,
        handler_us INTEGER NOT NULL,
        overhead_us INTEGER NOT NULL,
        total_us INTEGER NOT NULL,
        reload_init_us INTEGER,
        cpu_user_us INTEGER,
        cpu_system_us INTEGER,
        peak_memory_kb INTEGER,
        memory_mb INTEGER NOT NULL,
        timeout_ms INTEGER NOT NULL,
        architecture TEXT NOT NULL,
        request_bytes INTEGER NOT NULL,
        response_bytes INTEGER NOT NULL,
        counted INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX invocation_by_function ON invocation (function_id, started_at);
    CREATE INDEX invocation_by_start ON invocation (started_at);
    CREATE INDEX invocation_failed ON invocation (started_at) WHERE status <> 'ok';
    CREATE INDEX invocation_failed_by_function ON invocation (function_id, started_at) WHERE status <> 'ok';
    CREATE INDEX invocation_open ON invocation (id) WHERE counted = 0;",
    ),
    (4, "CREATE INDEX invocation_cold ON invocation (instance_id) WHERE cold = 1;"),
    (4, "CREATE INDEX invocation_cold_by_function ON invocation (function_id, started_at) WHERE cold = 1;"),
    // What is large of few, as `invocation_terms` says it of a search: a question for such calls reads no others.
    (
        5,
        "CREATE INDEX invocation_slow ON invocation (function_id, started_at) WHERE total_us >= 1000000;
    CREATE INDEX invocation_busy ON invocation (function_id, started_at)
        WHERE cpu_user_us + cpu_system_us >= 1000000;
    CREATE INDEX invocation_large ON invocation (function_id, started_at) WHERE peak_memory_kb >= 524288;
    CREATE INDEX invocation_http ON invocation (function_id, started_at) WHERE http_status >= 400;
    CREATE INDEX invocation_retried ON invocation (function_id, started_at) WHERE attempt >= 2;",
    ),
];

pub(super) const COLUMNS: &str =
    "id, request_id, attempt, function_id, revision_id, instance_id, trigger, started_at,
    finished_at, status, http_status, error_type, cold, queue_us, build_us, spawn_us, boot_us, init_us,
    handler_us, overhead_us, total_us, reload_init_us, cpu_user_us, cpu_system_us, peak_memory_kb, memory_mb,
    timeout_ms, architecture, request_bytes, response_bytes";
pub(super) const COLUMN_COUNT: usize = 30;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvocationRow {
    pub id: i64,
    pub request_id: String,
    /// 1 for the first attempt.
    pub attempt: u32,
    pub function_id: i64,
    pub revision_id: Option<i64>,
    pub instance_id: Option<i64>,
    pub trigger: String,
    pub started_at: Micros,
    /// When the process asked for more work.
    pub finished_at: Option<Micros>,
    pub status: Status,
    /// 0 until it is answered.
    pub http_status: u16,
    pub error_type: Option<String>,
    pub cold: bool,
    pub phases: Phases,
    pub reload_init_us: Option<i64>,
    pub cpu_user_us: Option<i64>,
    pub cpu_system_us: Option<i64>,
    pub peak_memory_kb: Option<i64>,
    /// The settings it ran with; 0 and empty until it is answered.
    pub memory_mb: u32,
    pub timeout_ms: u64,
    pub architecture: String,
    pub request_bytes: i64,
    pub response_bytes: i64,
}

impl InvocationRow {
    pub(crate) fn accepted(entry: &Accepted) -> Self {
        Self {
            id: entry.id,
            request_id: entry.request_id.clone(),
            attempt: entry.attempt,
            function_id: entry.function_id,
            revision_id: None,
            instance_id: None,
            trigger: entry.trigger.clone(),
            started_at: entry.at,
            finished_at: None,
            status: entry.status,
            http_status: 0,
            error_type: None,
            cold: false,
            phases: Phases::default(),
            reload_init_us: None,
            cpu_user_us: None,
            cpu_system_us: None,
            peak_memory_kb: None,
            memory_mb: 0,
            timeout_ms: 0,
            architecture: String::new(),
            request_bytes: entry.event.as_ref().map_or(0, |event| event.len() as i64),
            response_bytes: 0,
        }
    }

    pub(crate) fn answered(entry: Answered) -> Self {
        Self {
            id: entry.id,
            request_id: entry.request_id,
            attempt: entry.attempt,
            function_id: entry.function_id,
            revision_id: entry.revision_id,
            instance_id: entry.instance_id,
            trigger: entry.trigger,
            started_at: entry.started_at,
            finished_at: None,
            status: entry.status,
            http_status: entry.http_status,
            error_type: entry.error_type,
            cold: entry.cold,
            phases: entry.phases,
            reload_init_us: entry.reload_init_us,
            cpu_user_us: None,
            cpu_system_us: None,
            peak_memory_kb: None,
            memory_mb: entry.memory_mb,
            timeout_ms: entry.timeout_ms,
            architecture: entry.architecture,
            request_bytes: entry.request_bytes,
            response_bytes: entry.response_bytes,
        }
    }

    /// The first report stands; a second one changes nothing.
    pub(crate) fn finish(&mut self, entry: &Finished) {
        if self.finished_at.is_none() {
            self.finished_at = Some(entry.at);
            self.cpu_user_us = entry.cpu_user_us;
            self.cpu_system_us = entry.cpu_system_us;
            self.peak_memory_kb = entry.peak_memory_kb;
        }
    }

    pub(crate) fn roll_up_key(&self) -> RollUpKey {
        RollUpKey {
            function_id: self.function_id,
            revision_id: self.revision_id.unwrap_or(0),
            memory_mb: self.memory_mb,
            timeout_ms: self.timeout_ms,
            architecture: self.architecture.clone(),
            trigger: self.trigger.clone(),
        }
    }

    pub(super) fn read(row: &Row<'_>) -> Result<Self> {
        let status: String = row.get(9)?;
        let status = Status::parse(&status)
            .ok_or_else(|| rusqlite::Error::InvalidColumnType(9, format!("status {status:?}"), Type::Text))?;
        Ok(Self {
            id: row.get(0)?,
            request_id: row.get(1)?,
            attempt: row.get(2)?,
            function_id: row.get(3)?,
            revision_id: row.get(4)?,
            instance_id: row.get(5)?,
            trigger: row.get(6)?,
            started_at: row.get(7)?,
            finished_at: row.get(8)?,
            status,
            http_status: row.get(10)?,
            error_type: row.get(11)?,
            cold: row.get(12)?,
            phases: Phases {
                queue_us: row.get(13)?,
                build_us: row.get(14)?,
                spawn_us: row.get(15)?,
                boot_us: row.get(16)?,
                init_us: row.get(17)?,
                handler_us: row.get(18)?,
                overhead_us: row.get(19)?,
                total_us: row.get(20)?,
            },
            reload_init_us: row.get(21)?,
            cpu_user_us: row.get(22)?,
            cpu_system_us: row.get(23)?,
            peak_memory_kb: row.get(24)?,
            memory_mb: row.get(25)?,
            timeout_ms: row.get::<_, i64>(26)?.cast_unsigned(),
            architecture: row.get(27)?,
            request_bytes: row.get(28)?,
            response_bytes: row.get(29)?,
        })
    }
}

/// What stands in the record already about an invocation.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) row: InvocationRow,
    pub(crate) counted: bool,
}

impl Writer<'_> {
    /// `false` if there is a row of that id: nothing was written.
    pub(crate) fn insert_invocation(&self, row: &InvocationRow, counted: bool) -> Result<bool> {
        static SQL: LazyLock<String> = LazyLock::new(|| insert("INSERT") + " ON CONFLICT (id) DO NOTHING");
        Ok(bind(&mut self.conn.prepare_cached(&SQL)?, row, counted)? == 1)
    }

    pub(crate) fn replace_invocation(&self, row: &InvocationRow, counted: bool) -> Result<()> {
        static SQL: LazyLock<String> = LazyLock::new(|| insert("REPLACE"));
        bind(&mut self.conn.prepare_cached(&SQL)?, row, counted)?;
        Ok(())
    }

    pub(crate) fn known_invocation(&self, id: i64) -> Result<Option<Known>> {
        let sql = format!("SELECT {COLUMNS}, counted FROM invocation WHERE id = ?1");
        self.conn
            .prepare_cached(&sql)?
            .query_row([id], |row| {
                Ok(Known { row: InvocationRow::read(row)?, counted: row.get(COLUMN_COUNT)? })
            })
            .optional()
    }

    /// What is not in the roll-ups yet: open, or answered and not finished.
    pub(crate) fn uncounted_invocations(&self) -> Result<Vec<InvocationRow>> {
        let sql = format!("SELECT {COLUMNS} FROM invocation WHERE counted = 0 ORDER BY id");
        self.conn.prepare(&sql)?.query_map([], InvocationRow::read)?.collect()
    }
}

fn insert(verb: &str) -> String {
    let marks = (1..=COLUMN_COUNT + 1).map(|n| format!("?{n}")).collect::<Vec<_>>().join(", ");
    format!("{verb} INTO invocation ({COLUMNS}, counted) VALUES ({marks})")
}

fn bind(statement: &mut CachedStatement<'_>, row: &InvocationRow, counted: bool) -> Result<usize> {
    let phases = &row.phases;
    statement.execute(params![
        row.id,
        row.request_id,
        row.attempt,
        row.function_id,
        row.revision_id,
        row.instance_id,
        row.trigger,
        row.started_at,
        row.finished_at,
        row.status.as_str(),
        row.http_status,
        row.error_type,
        row.cold,
        phases.queue_us,
        phases.build_us,
        phases.spawn_us,
        phases.boot_us,
        phases.init_us,
        phases.handler_us,
        phases.overhead_us,
        phases.total_us,
        row.reload_init_us,
        row.cpu_user_us,
        row.cpu_system_us,
        row.peak_memory_kb,
        row.memory_mb,
        row.timeout_ms.cast_signed(),
        row.architecture,
        row.request_bytes,
        row.response_bytes,
        counted,
    ])
}
