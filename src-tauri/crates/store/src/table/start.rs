//! Starts of instances, each with the call that waited for it or the save that made it: read from three tables.

use rusqlite::{Result, Row, params};

use super::twin::NO_TWIN;
use crate::{
    entry::Micros,
    error::ReadError,
    reader::{Range, Reader},
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartRow {
    pub app_id: i64,
    pub revision_id: i64,
    /// Short hash; `None` if it is not in the record.
    pub revision: Option<String>,
    /// The instance's short name.
    pub instance: String,
    /// `invocation`, `reload`, `kept_warm` or `check`.
    pub cause: String,
    pub at: Micros,
    /// It came up. What did not has no phases.
    pub ready: bool,
    pub queue_us: i64,
    pub build_us: i64,
    pub spawn_us: i64,
    pub boot_us: i64,
    pub init_us: i64,
    /// The call that waited for it, and its function.
    pub invocation: Option<(i64, i64)>,
}

/// Which starts; newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StartFilter {
    pub project_id: Option<i64>,
    pub app_id: Option<i64>,
    pub revision_id: Option<i64>,
    pub range: Range,
}

impl StartRow {
    fn read(row: &Row<'_>) -> Result<Self> {
        let invocation: Option<i64> = row.get(12)?;
        Ok(Self {
            app_id: row.get(0)?,
            revision_id: row.get(1)?,
            revision: row.get(2)?,
            instance: row.get(3)?,
            cause: row.get(4)?,
            at: row.get(5)?,
            ready: row.get(6)?,
            queue_us: row.get(7)?,
            build_us: row.get(8)?,
            spawn_us: row.get(9)?,
            boot_us: row.get(10)?,
            init_us: row.get(11)?,
            invocation: invocation.zip(row.get(13)?),
        })
    }
}

impl Reader {
    /// Those that came up, and those whose init failed.
    pub fn starts(&self, filter: &StartFilter, limit: u32) -> std::result::Result<Vec<StartRow>, ReadError> {
        let StartFilter { project_id, app_id, revision_id, range } = *filter;
        // Asked for by name where there is one, so that an index leads to the rows.
        let of = match (app_id, project_id) {
            (Some(_), _) => "i.app_id = ?1 AND ?2 IS NOT 0".to_owned(),
            (None, Some(_)) => format!(
                "?1 IS NULL AND i.app_id IN (SELECT id FROM app a WHERE project_id = ?2 AND {NO_TWIN})"
            ),
            (None, None) => "?1 IS NULL AND ?2 IS NULL".to_owned(),
        };
        let sql = format!(
            "SELECT i.app_id, i.revision_id, r.hash, i.name, i.cause, i.started_at, i.ready_at IS NOT NULL,
                coalesce(v.queue_us, l.queue_us, 0), coalesce(v.build_us, l.build_us, 0),
                ifnull(i.spawn_us, 0), ifnull(i.boot_us, 0), ifnull(i.init_us, 0), v.id, v.function_id
             FROM instance i LEFT JOIN revision r ON r.id = i.revision_id
                LEFT JOIN invocation v ON v.instance_id = i.id AND v.cold = 1
                LEFT JOIN reload l ON l.instance_id = i.id
             WHERE {of} AND (?3 IS NULL OR i.revision_id = ?3) AND i.started_at >= ?4 AND i.started_at < ?5
                AND (i.ready_at IS NOT NULL OR i.end_reason = 'init_error')
             ORDER BY i.started_at DESC, i.id DESC LIMIT ?6"
        );
        self.query("starts", |conn| {
            conn.prepare_cached(&sql)?
                .query_map(
                    params![app_id, project_id, revision_id, range.from, range.to, limit],
                    StartRow::read,
                )?
                .collect()
        })
    }
}
