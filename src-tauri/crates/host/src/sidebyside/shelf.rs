//! What came of the rows, kept: a small file for each function in the data directory's `sidebyside`, the last result of
//! each row in it.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use coldframe_protocol::{RowKind, RowResult};
use serde::{Deserialize, Serialize};

/// Of one function.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Table {
    rows: BTreeMap<RowKind, RowResult>,
}

impl Table {
    pub(super) fn get(&self, kind: RowKind) -> Option<&RowResult> {
        self.rows.get(&kind)
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Tables(PathBuf);

impl Tables {
    pub(crate) fn new(data_dir: &Path) -> Self {
        Self(data_dir.join("sidebyside"))
    }

    fn path(&self, project: i64, function: i64) -> PathBuf {
        self.0.join(format!("{project}-{function}.json"))
    }

    /// An empty one where none is kept, or it cannot be read.
    pub(super) fn read(&self, project: i64, function: i64) -> Table {
        let kept = fs::read(self.path(project, function)).ok();
        kept.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
    }

    /// In place of what the row came to before.
    pub(super) fn put(
        &self,
        project: i64,
        function: i64,
        kind: RowKind,
        result: RowResult,
    ) -> io::Result<()> {
        let mut table = self.read(project, function);
        table.rows.insert(kind, result);
        fs::create_dir_all(&self.0)?;
        let path = self.path(project, function);
        let part = path.with_extension("part");
        fs::write(&part, serde_json::to_vec(&table)?)?;
        fs::rename(part, path)
    }

    pub(super) fn remove(&self, project: i64, function: i64) {
        let _ = fs::remove_file(self.path(project, function));
    }

    /// Takes those of a project, or of all.
    pub(crate) fn clear(&self, project: Option<i64>) {
        let Ok(files) = fs::read_dir(&self.0) else { return };
        let whose = project.map(|project| format!("{project}-"));
        for file in files.flatten() {
            let name = file.file_name();
            if whose.as_deref().is_none_or(|whose| name.to_string_lossy().starts_with(whose)) {
                let _ = fs::remove_file(file.path());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sidebyside::words::result;

    #[test]
    fn a_row_replaces_what_it_came_to_before_and_a_project_goes_alone() {
        let dir = tempfile::tempdir().unwrap();
        let tables = Tables::new(dir.path());
        let put = |project, figure: &str| {
            let found = result((figure, "first answer"), ("90 s", "boot"), "one is sooner");
            tables.put(project, 7, RowKind::Provisioning, found).unwrap();
        };
        put(1, "300 ms");
        put(1, "200 ms");
        put(2, "100 ms");
        let figure = |project| {
            tables.read(project, 7).get(RowKind::Provisioning).map(|found| found.serverless.figure.clone())
        };
        assert_eq!((figure(1).as_deref(), figure(2).as_deref()), (Some("200 ms"), Some("100 ms")));
        tables.clear(Some(1));
        assert_eq!((figure(1), figure(2).as_deref()), (None, Some("100 ms")));
        std::fs::write(tables.path(2, 7), "{").unwrap();
        assert_eq!(figure(2), None, "what cannot be read is not there");
    }
}
