//! How much of the record is of which project.

use rusqlite::{Connection, Result, params};

use super::project::ProjectRow;
use crate::{entry::Micros, error::ReadError, reader::Reader};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectSize {
    pub project: ProjectRow,
    pub invocations: u64,
    pub log_lines: u64,
    /// What its rows hold, bytes: texts and bodies as they lie in the file, and an estimate for the rest of each row.
    pub bytes: u64,
    /// When its oldest call began that is still there.
    pub oldest: Option<Micros>,
}

/// Of a row of `invocation` with its index entries, and of a line beside its text.
const INVOCATION_BYTES: u64 = 320;
const LINE_BYTES: u64 = 48;

const OF_PROJECT: &str =
    "function_id IN (SELECT f.id FROM function f JOIN app a ON a.id = f.app_id WHERE a.project_id = ?1)";

impl Reader {
    /// Reads through what there is; most recently opened first.
    pub fn project_sizes(&self) -> std::result::Result<Vec<ProjectSize>, ReadError> {
        let projects = self.projects(u32::MAX)?;
        self.query("the sizes of projects", |conn| {
            projects.into_iter().map(|project| size(conn, project)).collect()
        })
    }
}

fn size(conn: &Connection, project: ProjectRow) -> Result<ProjectSize> {
    let ask = |sql: &str| -> Result<(u64, Option<i64>)> {
        conn.prepare_cached(sql)?
            .query_row(params![project.id], |row| Ok((row.get::<_, i64>(0)?.cast_unsigned(), row.get(1)?)))
    };
    let (invocations, oldest) =
        ask(&format!("SELECT count(*), min(started_at) FROM invocation WHERE {OF_PROJECT}"))?;
    let (log_lines, text) =
        ask(&format!("SELECT count(*), sum(octet_length(text)) FROM log_line WHERE {OF_PROJECT}"))?;
    let (_, bodies) = ask(&format!(
        "SELECT count(*), sum(ifnull(length(event), 0) + ifnull(length(request), 0) + ifnull(length(response), 0))
         FROM payload WHERE invocation_id IN (SELECT id FROM invocation WHERE {OF_PROJECT})"
    ))?;
    let (_, sources) = ask(
        "SELECT count(*), sum(length(text)) FROM source_text WHERE hash IN (SELECT f.hash FROM revision_file f
            JOIN revision r ON r.id = f.revision_id JOIN app a ON a.id = r.app_id WHERE a.project_id = ?1)",
    )?;
    let told = [text, bodies, sources].into_iter().flatten().map(i64::cast_unsigned).sum::<u64>();
    let bytes = told + invocations * INVOCATION_BYTES + log_lines * LINE_BYTES;
    Ok(ProjectSize { project, invocations, log_lines, bytes, oldest })
}
