//! Bodies, kept for people to look at again, and the events of asynchronous invocations that have not ended.
//! One row an invocation; compressed where that is worth it. The writer of the entry has capped and redacted them.

use bytes::Bytes;
use rusqlite::{Connection, OptionalExtension, Result, functions::FunctionFlags, params, types::Type};

use crate::{database::Writer, entry::Payload, error::ReadError, migrations::Migration, reader::Reader};

pub(crate) const MIGRATIONS: &[Migration] = &[(
    1,
    // `coding`: 0 as it was, 1 zstd. `length` is what it was before it was capped.
    "CREATE TABLE payload (
        invocation_id INTEGER PRIMARY KEY,
        event BLOB,
        event_coding INTEGER,
        request BLOB,
        request_coding INTEGER,
        request_type TEXT,
        request_length INTEGER,
        response BLOB,
        response_coding INTEGER,
        response_type TEXT,
        response_length INTEGER
    ) STRICT;",
)];

/// Smaller bodies are kept as they are.
const WORTH_IT: usize = 512;
const LEVEL: i32 = 1;

const PLAIN: i64 = 0;
const ZSTD: i64 = 1;

/// What was kept of an invocation's bodies.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Payloads {
    pub request: Option<Payload>,
    pub response: Option<Payload>,
}

pub(super) fn pack(bytes: &[u8]) -> (Vec<u8>, i64) {
    if bytes.len() >= WORTH_IT
        && let Ok(packed) = zstd::bulk::compress(bytes, LEVEL)
        && packed.len() < bytes.len()
    {
        return (packed, ZSTD);
    }
    (bytes.to_vec(), PLAIN)
}

pub(super) fn unpack(column: usize, packed: Vec<u8>, coding: i64) -> Result<Bytes> {
    let bytes = match coding {
        ZSTD => zstd::stream::decode_all(packed.as_slice())
            .map_err(|error| rusqlite::Error::FromSqlConversionFailure(column, Type::Blob, error.into()))?,
        _ => packed,
    };
    Ok(Bytes::from(bytes))
}

/// Gives a reader's SQL `body_has(packed, coding, text)`: whether a kept body has a text, whatever its case. What is
/// no text has none; `text` is in lower case.
pub(crate) fn search_function(conn: &Connection) -> Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    conn.create_scalar_function("body_has", 3, flags, |context| {
        let Some(packed) = context.get::<Option<Vec<u8>>>(0)? else { return Ok(false) };
        let bytes = unpack(0, packed, context.get(1)?)?;
        let text: String = context.get(2)?;
        Ok(std::str::from_utf8(&bytes).is_ok_and(|body| body.to_lowercase().contains(&text)))
    })
}

impl Reader {
    /// Empty where nothing was kept, or retention took it.
    pub fn payloads(&self, invocation_id: i64) -> std::result::Result<Payloads, ReadError> {
        let body = |row: &rusqlite::Row<'_>, first: usize| -> Result<Option<Payload>> {
            let Some(packed) = row.get::<_, Option<Vec<u8>>>(first)? else { return Ok(None) };
            Ok(Some(Payload {
                bytes: unpack(first, packed, row.get(first + 1)?)?,
                content_type: row.get(first + 2)?,
                full_length: row.get::<_, i64>(first + 3)?.cast_unsigned(),
            }))
        };
        self.query("payloads", |conn| {
            let sql = "SELECT request, request_coding, request_type, request_length,
                    response, response_coding, response_type, response_length
                 FROM payload WHERE invocation_id = ?1";
            conn.prepare_cached(sql)?
                .query_row([invocation_id], |row| {
                    Ok(Payloads { request: body(row, 0)?, response: body(row, 4)? })
                })
                .optional()
                .map(Option::unwrap_or_default)
        })
    }
}

impl Writer<'_> {
    /// Keeps the bodies of an answered invocation; its event is not needed any more.
    pub(crate) fn put_payloads(
        &self,
        invocation_id: i64,
        request: Option<&Payload>,
        response: Option<&Payload>,
    ) -> Result<()> {
        let packed = |payload: Option<&Payload>| payload.map(|payload| pack(&payload.bytes)).unzip();
        let (request_bytes, request_coding) = packed(request);
        let (response_bytes, response_coding) = packed(response);
        let sql =
            "REPLACE INTO payload (invocation_id, request, request_coding, request_type, request_length,
                response, response_coding, response_type, response_length)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
        self.conn.prepare_cached(sql)?.execute(params![
            invocation_id,
            request_bytes,
            request_coding,
            request.map(|payload| &payload.content_type),
            request.map(|payload| payload.full_length.cast_signed()),
            response_bytes,
            response_coding,
            response.map(|payload| &payload.content_type),
            response.map(|payload| payload.full_length.cast_signed()),
        ])?;
        Ok(())
    }

    /// Keeps an event for as long as its invocation is open.
    pub(crate) fn put_event(&self, invocation_id: i64, event: &[u8]) -> Result<()> {
        let (bytes, coding) = pack(event);
        let sql = "INSERT INTO payload (invocation_id, event, event_coding) VALUES (?1, ?2, ?3)
             ON CONFLICT (invocation_id) DO UPDATE SET event = excluded.event,
                event_coding = excluded.event_coding";
        self.conn.prepare_cached(sql)?.execute(params![invocation_id, bytes, coding])?;
        Ok(())
    }

    pub(crate) fn event(&self, invocation_id: i64) -> Result<Option<Bytes>> {
        let sql = "SELECT event, event_coding FROM payload WHERE invocation_id = ?1 AND event IS NOT NULL";
        self.conn
            .prepare_cached(sql)?
            .query_row([invocation_id], |row| unpack(0, row.get(0)?, row.get(1)?))
            .optional()
    }

    pub(crate) fn drop_event(&self, invocation_id: i64) -> Result<()> {
        let sql = "UPDATE payload SET event = NULL, event_coding = NULL
             WHERE invocation_id = ?1 AND event IS NOT NULL";
        self.conn.prepare_cached(sql)?.execute([invocation_id])?;
        Ok(())
    }
}
