//! A function resource's properties, with those of SAM's `Globals` under its own.
//! <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-template-anatomy-globals.html>

use std::{
    path::{Path, PathBuf},
    rc::Rc,
};

use super::{
    deployed,
    resolve::{Resolved, Resolver, Unknown},
};
use crate::{manifest::Node, project::tidy};

pub(crate) struct Properties<'a> {
    own: Option<&'a Rc<Node>>,
    globals: Option<&'a Rc<Node>>,
    sam: bool,
}

/// Where a function's code is.
pub(crate) struct Code {
    pub(crate) folder: PathBuf,
    /// That names it; 0 where none does.
    pub(crate) line: u32,
    /// What is deployed of it, where that is one file.
    pub(crate) archive: Option<String>,
}

/// What says that archives are made in its folder.
const BUILDS: [&str; 4] = ["pom.xml", "build.gradle", "build.gradle.kts", "go.mod"];

/// Why a function has no code that could be run.
pub(crate) enum NoCode {
    Unknown(Unknown),
    Elsewhere(Rc<Node>, String),
}

impl<'a> Properties<'a> {
    pub(crate) fn new(root: &'a Node, resource: &'a Node) -> Self {
        let sam = deployed::kind(resource) == "AWS::Serverless::Function";
        let globals = root.get("Globals").and_then(|globals| globals.get("Function")).filter(|_| sam);
        Self { own: resource.get("Properties"), globals, sam }
    }

    /// The function's own value, else the global one; `None` where neither says anything.
    pub(crate) fn get(&self, resolver: &Resolver, key: &str) -> Resolved<Option<Rc<Node>>> {
        for properties in [self.own, self.globals].into_iter().flatten() {
            if let Some(value) = resolver.get(properties, key)? {
                return Ok(Some(value));
            }
        }
        Ok(None)
    }

    /// Both values of a map that is merged, the global one first.
    pub(crate) fn all(&self, key: &str) -> impl Iterator<Item = &'a Rc<Node>> {
        [self.globals, self.own].into_iter().flatten().filter_map(move |properties| properties.get(key))
    }

    /// Where properties of it stand, its own first.
    pub(crate) fn maps(&self) -> impl Iterator<Item = &'a Node> {
        [self.own, self.globals].into_iter().flatten().map(Rc::as_ref)
    }

    /// The folder that holds the code.
    pub(crate) fn code(&self, resolver: &Resolver, folder: &Path) -> Result<Code, NoCode> {
        if let Ok(Some(inline)) = self.get(resolver, "InlineCode") {
            return Err(NoCode::Elsewhere(inline, "its code stands in the template".into()));
        }
        let key = if self.sam { "CodeUri" } else { "Code" };
        let Some(node) = self.get(resolver, key).map_err(NoCode::Unknown)? else {
            // SAM deploys the template's folder when nothing is said; CloudFormation requires it.
            let none = self.own.map_or_else(|| Node::null_at(0), Rc::clone);
            return if self.sam {
                Ok(Code { folder: folder.to_path_buf(), line: 0, archive: None })
            } else {
                Err(NoCode::Elsewhere(none, "it has no Code".into()))
            };
        };
        let Some(path) = node.text() else {
            let why = if node.get("ZipFile").is_some() {
                "its code stands in the template"
            } else if node.get("ImageUri").is_some() {
                "it is a container image"
            } else {
                "its code lies in a bucket"
            };
            return Err(NoCode::Elsewhere(node, why.into()));
        };
        if path.contains("://") {
            return Err(NoCode::Elsewhere(Rc::clone(&node), "its code lies in a bucket".into()));
        }
        let path = tidy(&folder.join(path));
        let found = |folder: &Path, archive| Code { folder: folder.to_path_buf(), line: node.line, archive };
        if path.extension().is_some_and(|ending| ending == "zip" || ending == "jar") && !path.is_dir() {
            // What makes it is run, which an archive alone is not.
            let made = path
                .ancestors()
                .skip(1)
                .take_while(|above| above.starts_with(folder))
                .find(|above| BUILDS.iter().any(|name| above.join(name).is_file()));
            return match made {
                Some(above) => Ok(found(above, Some(path.to_string_lossy().into_owned()))),
                None => Err(NoCode::Elsewhere(node, "its code is an archive".into())),
            };
        }
        if path.is_file() {
            return match path.parent() {
                Some(parent) => Ok(found(parent, None)),
                None => Err(NoCode::Elsewhere(node, "its code is an archive".into())),
            };
        }
        Ok(found(&path, None))
    }
}
