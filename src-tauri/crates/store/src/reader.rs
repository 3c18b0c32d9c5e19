//! The read side: a few read-only connections, opened when needed, that never wait for the writer. What can be
//! asked stands with each table; figures over a range are put together from `day` and `minute` here.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use rusqlite::{Connection, Result};

use crate::{
    connections::Connections,
    database::{self, Identity},
    entry::Micros,
    error::ReadError,
    migrations,
    rollup::{Figures, RollUp, RollUpKey},
    table::{day::DAY_US, invocation_list::NamedInvocation, roll_up_range},
};

/// A span of time, microseconds since the epoch: `from` belongs to it, `to` does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    pub from: Micros,
    pub to: Micros,
}

impl Range {
    pub const ALL: Self = Self { from: 0, to: Micros::MAX };

    pub fn since(from: Micros) -> Self {
        Self { from, to: Micros::MAX }
    }
}

/// What the record takes on disk, bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Size {
    pub database: u64,
    /// SQLite's write-ahead log and the journal.
    pub logs: u64,
}

/// Reads the record. Clones share their connections.
#[derive(Debug, Clone)]
pub struct Reader {
    shared: Arc<Shared>,
    /// Set once nobody waits for the answer.
    unwanted: Option<Arc<AtomicBool>>,
}

#[derive(Debug)]
struct Shared {
    dir: PathBuf,
    connections: Connections,
}

impl Reader {
    /// Of a record that need not have a host. What a host that was killed left in its journal is not read: only
    /// [`Store::open`](crate::Store::open) imports it.
    pub fn open(dir: &Path) -> Result<Self, ReadError> {
        let file = database::path(dir);
        if !file.exists() {
            return Err(ReadError::Missing { file });
        }
        let failed = |source| ReadError::Sqlite { operation: "the version", file: file.clone(), source };
        let conn = database::open_reader(&file).map_err(failed)?;
        let found = match database::identify(&conn).map_err(failed)? {
            Identity::Ours(version) => version,
            Identity::Empty | Identity::Foreign => 0,
        };
        if found != migrations::VERSION {
            return Err(ReadError::OtherVersion { file, found, known: migrations::VERSION });
        }
        let shared = Shared { dir: dir.to_owned(), connections: Connections::new(file, conn) };
        Ok(Self { shared: Arc::new(shared), unwanted: None })
    }

    /// The same record for one question, which is given up as soon as this is set.
    #[must_use]
    pub fn until(&self, unwanted: Arc<AtomicBool>) -> Self {
        Self { unwanted: Some(unwanted), ..self.clone() }
    }

    /// Roll-ups of these functions, added up over the range by key. The range is widened to whole minutes.
    pub fn figures(&self, functions: &[i64], range: Range) -> Result<Vec<RollUp>, ReadError> {
        let mut sums: BTreeMap<RollUpKey, RollUp> = BTreeMap::new();
        self.roll_ups(functions, range, DAY_US, |roll_up| {
            sums.entry(roll_up.key.clone())
                .and_modify(|sum| {
                    sum.start = sum.start.min(roll_up.start);
                    sum.figures.merge(&roll_up.figures);
                })
                .or_insert(roll_up);
        })?;
        Ok(sums.into_values().collect())
    }

    /// Roll-ups of these invocations alone, by key. One that is not recorded is left out.
    pub fn figures_of(&self, invocations: &[i64]) -> Result<Vec<RollUp>, ReadError> {
        let mut sums: BTreeMap<RollUpKey, RollUp> = BTreeMap::new();
        for id in invocations {
            let Some(NamedInvocation { row, .. }) = self.invocation(*id)? else { continue };
            let sum = sums.entry(row.roll_up_key()).or_insert_with_key(|key| RollUp {
                start: row.started_at,
                key: key.clone(),
                figures: Figures::default(),
            });
            sum.start = sum.start.min(row.started_at);
            sum.figures.add(&row);
        }
        Ok(sums.into_values().collect())
    }

    /// Roll-ups of these functions by key and bucket of a length in microseconds (a multiple of a minute), oldest
    /// first; buckets begin at multiples of their length since the epoch, those without a call are left out.
    pub fn series(&self, functions: &[i64], range: Range, bucket_us: i64) -> Result<Vec<RollUp>, ReadError> {
        let bucket_us = bucket_us.max(1);
        let mut buckets: BTreeMap<(Micros, RollUpKey), RollUp> = BTreeMap::new();
        self.roll_ups(functions, range, bucket_us, |mut roll_up| {
            roll_up.start = roll_up.start.div_euclid(bucket_us) * bucket_us;
            buckets
                .entry((roll_up.start, roll_up.key.clone()))
                .and_modify(|sum| sum.figures.merge(&roll_up.figures))
                .or_insert(roll_up);
        })?;
        Ok(buckets.into_values().collect())
    }

    /// Where the record is.
    pub fn file(&self) -> &Path {
        self.shared.connections.file()
    }

    pub fn size(&self) -> Size {
        let length = |path: &Path| path.metadata().map_or(0, |data| data.len());
        let file = self.shared.connections.file();
        let mut wal = file.to_owned().into_os_string();
        wal.push("-wal");
        let segments = crate::journal::segment::list(&self.shared.dir).unwrap_or_default();
        let journal: u64 = segments
            .into_iter()
            .map(|number| length(&crate::journal::segment::path(&self.shared.dir, number)))
            .sum();
        Size { database: length(file), logs: length(Path::new(&wal)) + journal }
    }

    fn roll_ups(
        &self,
        functions: &[i64],
        range: Range,
        bucket_us: i64,
        mut each: impl FnMut(RollUp),
    ) -> Result<(), ReadError> {
        self.query("roll-ups", |conn| {
            // One view of both tables, whatever is closed meanwhile.
            let transaction = conn.unchecked_transaction()?;
            roll_up_range::read(&transaction, functions, range, bucket_us, &mut each)
        })
    }

    pub(crate) fn query<T>(
        &self,
        operation: &'static str,
        ask: impl FnOnce(&Connection) -> Result<T>,
    ) -> Result<T, ReadError> {
        let connections = &self.shared.connections;
        let file = || connections.file().to_owned();
        let ask = |conn: &mut Connection| match &self.unwanted {
            Some(unwanted) => given_up_with(conn, unwanted, ask),
            None => ask(conn),
        };
        match connections.lend(ask) {
            Some(answer) => answer.map_err(|source| ReadError::Sqlite { operation, file: file(), source }),
            None => Err(ReadError::Closed { file: file() }),
        }
    }

    /// Gives its connections back; what is asked afterwards fails.
    pub(crate) fn close(&self) {
        self.shared.connections.close();
    }
}

/// SQLite looks up after so many of its own steps.
const STEPS: std::ffi::c_int = 1_000;

fn given_up_with<T>(
    conn: &mut Connection,
    unwanted: &Arc<AtomicBool>,
    ask: impl FnOnce(&Connection) -> Result<T>,
) -> Result<T> {
    let flag = Arc::clone(unwanted);
    conn.progress_handler(STEPS, Some(move || flag.load(Ordering::Relaxed)))?;
    let answer = ask(conn);
    conn.progress_handler(0, None::<fn() -> bool>)?;
    answer
}
