//! YAML and JSON files a person wrote, with the line of everything in them, so that whatever is wrong can be named
//! where it stands.
//!
//! The tree is built from the parser's events rather than loaded by it: aliases are shared instead of copied, so a
//! "billion laughs" file costs nothing, and depth and size are bounded while reading.

mod keys;
mod node;
mod parse;

use std::{path::PathBuf, rc::Rc};

pub(crate) use self::{
    keys::Keys,
    node::{Key, Kind, Node},
    parse::{parse, parse_json},
};
use crate::{domain::Problem, project::Project};

/// A parsed file and its place.
#[derive(Debug, Clone)]
pub(crate) struct Manifest {
    /// Absolute.
    pub(crate) path: PathBuf,
    /// As problems name it.
    pub(crate) shown: String,
    pub(crate) root: Rc<Node>,
}

impl Manifest {
    /// # Errors
    /// The text is not what its name says: with the line.
    pub(crate) fn parse(project: &Project, path: PathBuf, text: &str) -> Result<Self, Problem> {
        let shown = project.shown(&path);
        let json = path.extension().is_some_and(|ending| ending == "json");
        let parsed = if json { parse_json(text) } else { parse(text) };
        match parsed {
            Ok(root) => Ok(Self { path, shown, root }),
            Err(error) => Err(Problem::error(error.message)
                .at(shown, (error.line > 0).then_some(error.line))
                .hint("correct the file; nothing in it is used until then")),
        }
    }

    pub(crate) fn error(&self, node: &Node, message: impl Into<String>) -> Problem {
        Problem::error(message).at(&self.shown, node.line())
    }

    pub(crate) fn warning(&self, node: &Node, message: impl Into<String>) -> Problem {
        Problem::warning(message).at(&self.shown, node.line())
    }

    /// Which of these keys are there although they change nothing here: of each, its path in `node` with points between,
    /// and what is done instead. One sentence each.
    pub(crate) fn unused(&self, node: &Node, keys: &[(&str, &str)]) -> Vec<String> {
        let is_there = |path: &str| {
            let (last, above) =
                path.rsplit_once('.').map_or((path, None), |(above, last)| (last, Some(above)));
            let mut holder = above.into_iter().flat_map(|above| above.split('.'));
            let holder = holder.try_fold(node, |node, key| node.get(key).map(Rc::as_ref));
            holder.is_some_and(|holder| holder.get(last).is_some())
        };
        let found = keys.iter().filter(|(path, _)| is_there(path));
        found.map(|(path, instead)| format!("{path} of {} is not used: {instead}", self.shown)).collect()
    }
}
