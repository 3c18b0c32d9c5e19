//! Maps that are kept: of each a small file that tells of it and one with its answers, a line each, in the data
//! directory's `maps`. The newest fifty stay.

use std::{
    fs,
    io::{self, BufRead as _, BufReader},
    path::{Path, PathBuf},
};

use coldframe_protocol::{MapAnswer, MapRun, MapState};
use serde::{Deserialize, Serialize};

const KEPT: usize = 50;
/// What a removed map's files end with, as long as it can be put back.
const ASIDE: &str = "removed";
/// How the file that tells of such a one ends.
const SET_ASIDE: &str = ".json.removed";
/// Removed ones that can be put back.
const KEPT_ASIDE: usize = 20;
const DAY_US: i64 = 24 * 60 * 60 * 1_000_000;

#[derive(Debug, Clone)]
pub(crate) struct Shelf(PathBuf);

#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    project_id: i64,
    run: MapRun,
}

impl Shelf {
    pub(crate) fn new(data_dir: &Path) -> Self {
        Self(data_dir.join("maps"))
    }

    fn about(&self, id: i64) -> PathBuf {
        self.0.join(format!("{id}.json"))
    }

    fn answers_path(&self, id: i64) -> PathBuf {
        self.0.join(format!("{id}.jsonl"))
    }

    /// Makes room for a map, and opens the file of its answers.
    pub(super) fn begin(&self, id: i64) -> io::Result<fs::File> {
        fs::create_dir_all(&self.0)?;
        let mut ids = self.ids();
        ids.sort_unstable();
        for &old in ids.iter().rev().skip(KEPT - 1) {
            self.remove(old);
        }
        fs::File::create(self.answers_path(id))
    }

    pub(super) fn keep(&self, project_id: i64, run: &MapRun) -> io::Result<()> {
        let (path, part) = (self.about(run.id), self.about(run.id).with_extension("part"));
        fs::write(&part, serde_json::to_vec(&Kept { project_id, run: run.clone() })?)?;
        fs::rename(part, path)
    }

    /// One without an end is taken for interrupted: whoever runs it knows better. None that cannot be read is listed.
    pub(super) fn list(&self, project_id: i64) -> Vec<MapRun> {
        let kept = self.ids().into_iter().filter_map(|id| self.load(id));
        let mut runs: Vec<MapRun> =
            kept.filter(|kept| kept.project_id == project_id).map(|kept| kept.run).collect();
        runs.sort_by_key(|run| std::cmp::Reverse(run.id));
        runs
    }

    pub(super) fn run(&self, id: i64) -> Option<MapRun> {
        self.load(id).map(|kept| kept.run)
    }

    /// In the order of the items. A line that was cut off when the host was killed is left out.
    pub(super) fn answers(&self, id: i64) -> io::Result<Vec<MapAnswer>> {
        let file = match fs::File::open(self.answers_path(id)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            file => file?,
        };
        let mut answers = Vec::new();
        for line in BufReader::new(file).lines() {
            answers.extend(serde_json::from_str::<MapAnswer>(&line?));
        }
        answers.sort_by_key(|answer| answer.index);
        Ok(answers)
    }

    pub(super) fn remove(&self, id: i64) {
        for path in [self.about(id), self.answers_path(id)] {
            let _ = fs::remove_file(path);
        }
    }

    /// Removed, but to be had again for a while.
    pub(super) fn set_aside(&self, id: i64) -> io::Result<()> {
        move_if_there(&self.answers_path(id), &aside(&self.answers_path(id)))?;
        fs::rename(self.about(id), aside(&self.about(id)))?;
        let mut ids = self.ids_of(SET_ASIDE);
        ids.sort_unstable();
        for &old in ids.iter().rev().skip(KEPT_ASIDE) {
            self.remove_aside(old);
        }
        Ok(())
    }

    pub(super) fn take_back(&self, id: i64) -> io::Result<()> {
        fs::rename(aside(&self.about(id)), self.about(id))?;
        move_if_there(&aside(&self.answers_path(id)), &self.answers_path(id))
    }

    /// Nobody thinks better of those any more.
    pub(crate) fn empty_aside(&self) {
        for id in self.ids_of(SET_ASIDE) {
            self.remove_aside(id);
        }
    }

    fn remove_aside(&self, id: i64) {
        for path in [self.about(id), self.answers_path(id)] {
            let _ = fs::remove_file(aside(&path));
        }
    }

    /// Takes those of a project, or of all, that began more than so many days ago, or all.
    pub(crate) fn clear(&self, project: Option<i64>, older_than_days: Option<u32>, now: i64) {
        self.empty_aside();
        let before = older_than_days.map_or(i64::MAX, |days| now - i64::from(days) * DAY_US);
        for id in self.ids() {
            // One that cannot be read belongs to nobody.
            let theirs =
                self.load(id).is_none_or(|kept| project.is_none_or(|project| kept.project_id == project));
            if theirs && id < before {
                self.remove(id);
            }
        }
    }

    fn load(&self, id: i64) -> Option<Kept> {
        let mut kept: Kept = serde_json::from_slice(&fs::read(self.about(id)).ok()?).ok()?;
        if !kept.run.state.is_over() {
            kept.run.state = MapState::Interrupted;
            kept.run.figures.in_flight = 0;
        }
        Some(kept)
    }

    fn ids(&self) -> Vec<i64> {
        self.ids_of(".json")
    }

    fn ids_of(&self, ending: &str) -> Vec<i64> {
        let Ok(files) = fs::read_dir(&self.0) else { return Vec::new() };
        files
            .flatten()
            .filter_map(|file| file.file_name().to_str()?.strip_suffix(ending)?.parse().ok())
            .collect()
    }
}

fn aside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(ASIDE);
    PathBuf::from(name)
}

/// A map that answered nothing has no file of answers.
fn move_if_there(from: &Path, to: &Path) -> io::Result<()> {
    match fs::rename(from, to) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        moved => moved,
    }
}
