//! The columns that `minute` and `day` have in common: the key and the figures of a set of invocations.

use rusqlite::{OptionalExtension, Result, Row, ToSql, params, types::Type};

use crate::rollup::{Counts, Figures, Histogram, RollUpKey, Sketch, Sums};

/// After the column that says when: the key, the counts, the sums, the sketches and the histogram.
macro_rules! columns {
    ($first:literal) => {
        concat!(
            $first,
            " INTEGER NOT NULL,
        function_id INTEGER NOT NULL,
        revision_id INTEGER NOT NULL,
        memory_mb INTEGER NOT NULL,
        timeout_ms INTEGER NOT NULL,
        architecture TEXT NOT NULL,
        trigger TEXT NOT NULL,
        ok INTEGER NOT NULL,
        error INTEGER NOT NULL,
        init_error INTEGER NOT NULL,
        timeout INTEGER NOT NULL,
        crash INTEGER NOT NULL,
        out_of_memory INTEGER NOT NULL,
        throttled INTEGER NOT NULL,
        refused INTEGER NOT NULL,
        interrupted INTEGER NOT NULL,
        cold INTEGER NOT NULL,
        queue_us INTEGER NOT NULL,
        build_us INTEGER NOT NULL,
        spawn_us INTEGER NOT NULL,
        boot_us INTEGER NOT NULL,
        init_us INTEGER NOT NULL,
        handler_us INTEGER NOT NULL,
        overhead_us INTEGER NOT NULL,
        total_us INTEGER NOT NULL,
        reloaded INTEGER NOT NULL,
        reload_init_us INTEGER NOT NULL,
        cpu_known INTEGER NOT NULL,
        cpu_user_us INTEGER NOT NULL,
        cpu_system_us INTEGER NOT NULL,
        memory_known INTEGER NOT NULL,
        memory_sum_kb INTEGER NOT NULL,
        memory_peak_kb INTEGER NOT NULL,
        request_bytes INTEGER NOT NULL,
        response_bytes INTEGER NOT NULL,
        total_sketch BLOB NOT NULL,
        handler_sketch BLOB NOT NULL,
        cold_wait_sketch BLOB NOT NULL,
        usage BLOB NOT NULL,
        PRIMARY KEY (function_id, ",
            $first,
            ", revision_id, memory_mb, timeout_ms, architecture, trigger)
    ) STRICT;"
        )
    };
}
pub(super) use columns;

/// Version 2: the largest bodies, which decide whether a provider would take them. 0 of what was recorded before.
macro_rules! largest_bodies {
    ($table:literal) => {
        concat!(
            "ALTER TABLE ",
            $table,
            " ADD COLUMN largest_request_bytes INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE ",
            $table,
            " ADD COLUMN largest_response_bytes INTEGER NOT NULL DEFAULT 0;"
        )
    };
}
pub(super) use largest_bodies;

/// What [`read`] expects, after the column that says when.
pub(super) const SELECTED: &str = "function_id, revision_id, memory_mb, timeout_ms, architecture, trigger,
    ok, error, init_error, timeout, crash, out_of_memory, throttled, refused, interrupted, cold, queue_us, build_us,
    spawn_us, boot_us, init_us, handler_us, overhead_us, total_us, reloaded, reload_init_us, cpu_known, cpu_user_us,
    cpu_system_us, memory_known, memory_sum_kb, memory_peak_kb, request_bytes, response_bytes, total_sketch,
    handler_sketch, cold_wait_sketch, usage, largest_request_bytes, largest_response_bytes";
const COUNT: usize = 40;

/// The figures of a key in a minute, an hour or a day.
pub(crate) fn one(
    conn: &rusqlite::Connection,
    table: &str,
    when: i64,
    key: &RollUpKey,
) -> Result<Option<Figures>> {
    let sql = format!(
        "SELECT {SELECTED} FROM {table} WHERE function_id = ?1 AND {table} = ?2 AND revision_id = ?3
            AND memory_mb = ?4 AND timeout_ms = ?5 AND architecture = ?6 AND trigger = ?7"
    );
    conn.prepare_cached(&sql)?
        .query_row(
            params![
                key.function_id,
                when,
                key.revision_id,
                key.memory_mb,
                key.timeout_ms.cast_signed(),
                key.architecture,
                key.trigger,
            ],
            |row| Ok(read(row, 0)?.1),
        )
        .optional()
}

/// One row's when, key and figures, for a table of [`columns`].
pub(crate) fn insert(
    conn: &rusqlite::Connection,
    table: &str,
    when: i64,
    key: &RollUpKey,
    figures: &Figures,
) -> Result<()> {
    let marks = (1..=COUNT + 1).map(|n| format!("?{n}")).collect::<Vec<_>>().join(", ");
    // The table's own order of columns is that of `SELECTED`.
    let sql = format!("REPLACE INTO {table} VALUES ({marks})");
    let (counts, sums) = (&figures.counts, &figures.sums);
    let timeout_ms = key.timeout_ms.cast_signed();
    let unsigned = [
        counts.ok,
        counts.error,
        counts.init_error,
        counts.timeout,
        counts.crash,
        counts.out_of_memory,
        counts.throttled,
        counts.refused,
        counts.interrupted,
        sums.cold,
    ]
    .map(u64::cast_signed);
    let known = [sums.reloaded, sums.cpu_known, sums.memory_known].map(u64::cast_signed);
    let blobs = [
        figures.total.encode(),
        figures.handler.encode(),
        figures.cold_wait.encode(),
        figures.usage.encode(),
    ];
    let mut values: Vec<&dyn ToSql> = vec![
        &when,
        &key.function_id,
        &key.revision_id,
        &key.memory_mb,
        &timeout_ms,
        &key.architecture,
        &key.trigger,
    ];
    values.extend(unsigned.iter().map(|value| value as &dyn ToSql));
    values.extend([
        &sums.queue_us as &dyn ToSql,
        &sums.build_us,
        &sums.spawn_us,
        &sums.boot_us,
        &sums.init_us,
        &sums.handler_us,
        &sums.overhead_us,
        &sums.total_us,
        &known[0],
        &sums.reload_init_us,
        &known[1],
        &sums.cpu_user_us,
        &sums.cpu_system_us,
        &known[2],
        &sums.memory_sum_kb,
        &sums.memory_peak_kb,
        &sums.request_bytes,
        &sums.response_bytes,
    ]);
    values.extend(blobs.iter().map(|blob| blob as &dyn ToSql));
    values.extend([&sums.largest_request_bytes as &dyn ToSql, &sums.largest_response_bytes]);
    conn.prepare_cached(&sql)?.execute(values.as_slice())?;
    Ok(())
}

/// Key and figures from the columns [`SELECTED`], the first of which is number `first`.
pub(super) fn read(row: &Row<'_>, first: usize) -> Result<(RollUpKey, Figures)> {
    let signed = |n: usize| row.get::<_, i64>(first + n);
    let unsigned = |n: usize| row.get::<_, i64>(first + n).map(i64::cast_unsigned);
    let key = RollUpKey {
        function_id: signed(0)?,
        revision_id: signed(1)?,
        memory_mb: row.get(first + 2)?,
        timeout_ms: unsigned(3)?,
        architecture: row.get(first + 4)?,
        trigger: row.get(first + 5)?,
    };
    let counts = Counts {
        ok: unsigned(6)?,
        error: unsigned(7)?,
        init_error: unsigned(8)?,
        timeout: unsigned(9)?,
        crash: unsigned(10)?,
        out_of_memory: unsigned(11)?,
        throttled: unsigned(12)?,
        refused: unsigned(13)?,
        interrupted: unsigned(14)?,
    };
    let sums = Sums {
        cold: unsigned(15)?,
        queue_us: signed(16)?,
        build_us: signed(17)?,
        spawn_us: signed(18)?,
        boot_us: signed(19)?,
        init_us: signed(20)?,
        handler_us: signed(21)?,
        overhead_us: signed(22)?,
        total_us: signed(23)?,
        reloaded: unsigned(24)?,
        reload_init_us: signed(25)?,
        cpu_known: unsigned(26)?,
        cpu_user_us: signed(27)?,
        cpu_system_us: signed(28)?,
        memory_known: unsigned(29)?,
        memory_sum_kb: signed(30)?,
        memory_peak_kb: signed(31)?,
        request_bytes: signed(32)?,
        response_bytes: signed(33)?,
        largest_request_bytes: signed(38)?,
        largest_response_bytes: signed(39)?,
    };
    let sketch = |n: usize| decoded(row, first + n, Sketch::decode);
    let figures = Figures {
        counts,
        sums,
        total: sketch(34)?,
        handler: sketch(35)?,
        cold_wait: sketch(36)?,
        usage: decoded(row, first + 37, Histogram::decode)?,
    };
    Ok((key, figures))
}

fn decoded<T>(row: &Row<'_>, column: usize, decode: fn(&[u8]) -> Option<T>) -> Result<T> {
    let bytes = row.get_ref(column)?.as_blob()?;
    decode(bytes).ok_or_else(|| {
        rusqlite::Error::FromSqlConversionFailure(column, Type::Blob, "it is malformed".into())
    })
}
