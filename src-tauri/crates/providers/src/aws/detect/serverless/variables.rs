//! The Serverless Framework's `${source:address, default}` variables, as far as the files decide them.
//! <https://www.serverless.com/framework/docs/guides/variables>

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    path::Path,
    rc::Rc,
};

use crate::{
    detecting::Parameters,
    domain::Problem,
    launch::Account,
    manifest::{Kind, Manifest, Node},
    project::{Project, tidy},
};

/// Variables in variables, and values that are variables.
const DEEPEST: u32 = 24;
/// Look-ups for one file; more is a loop or an attack by doubling.
const MOST: u32 = 20_000;
const LONGEST: usize = 64 * 1024;
/// Of everything that one text lacks.
const MOST_SAID: usize = 400;

/// A value the files do not decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unknown {
    pub(crate) why: String,
    pub(crate) line: u32,
}

pub(crate) type Resolved<T> = Result<T, Unknown>;

pub(crate) struct Variables<'a> {
    project: &'a Project,
    root: Rc<Node>,
    folder: &'a Path,
    given: &'a Parameters,
    /// `.env` beside the file: the host's own environment is never looked at.
    env: BTreeMap<String, String>,
    depth: Cell<u32>,
    lookups: Cell<u32>,
    /// Of files it includes that cannot be read, each once: without them what the file says is not whole.
    broken: RefCell<Vec<Problem>>,
}

fn unknown<T>(line: u32, why: impl Into<String>) -> Resolved<T> {
    Err(Unknown { why: why.into(), line })
}

impl<'a> Variables<'a> {
    pub(crate) fn new(
        project: &'a Project,
        manifest: &Manifest,
        folder: &'a Path,
        given: &'a Parameters,
        env: BTreeMap<String, String>,
    ) -> Self {
        let root = Rc::clone(&manifest.root);
        let (depth, lookups) = (Cell::new(0), Cell::new(0));
        Self { project, root, folder, given, env, depth, lookups, broken: RefCell::default() }
    }

    /// What is wrong with the files that were included so far.
    pub(crate) fn take_broken(&self) -> Vec<Problem> {
        self.broken.take()
    }

    /// A node that is no variable itself; null where it names nothing and a default says so.
    pub(crate) fn resolve(&self, node: &Rc<Node>) -> Resolved<Rc<Node>> {
        match node.text() {
            Some(text) if text.contains("${") => self.nested(node.line, || self.expand(text, node.line)),
            _ => Ok(Rc::clone(node)),
        }
    }

    pub(crate) fn get(&self, node: &Node, key: &str) -> Resolved<Option<Rc<Node>>> {
        let Some(value) = node.get(key) else { return Ok(None) };
        let value = self.resolve(value)?;
        Ok((!value.is_null()).then_some(value))
    }

    /// A scalar as text; `None` for null.
    pub(crate) fn text(&self, node: &Rc<Node>) -> Resolved<Option<String>> {
        let value = self.resolve(node)?;
        match &value.kind {
            Kind::Text(text) => Ok(Some(text.clone())),
            Kind::Null => Ok(None),
            _ => unknown(node.line, format!("{} stands where a text belongs", value.describe())),
        }
    }

    fn nested<T>(&self, line: u32, work: impl FnOnce() -> Resolved<T>) -> Resolved<T> {
        if self.depth.get() >= DEEPEST || self.lookups.get() >= MOST {
            return unknown(line, "variables refer to variables too many times over");
        }
        self.depth.set(self.depth.get() + 1);
        self.lookups.set(self.lookups.get() + 1);
        let result = work();
        self.depth.set(self.depth.get() - 1);
        result
    }

    /// A text with variables: one that is a single variable keeps its value's shape, others become text.
    fn expand(&self, text: &str, line: u32) -> Resolved<Rc<Node>> {
        if let Some(inside) = text.trim().strip_prefix("${")
            && closing(inside) == Some(inside.len().saturating_sub(1))
        {
            return self.variable(&inside[..inside.len() - 1], line);
        }
        let mut open: Option<Unknown> = None;
        let mut result = String::new();
        let mut rest = text;
        while let Some(start) = rest.find("${") {
            result.push_str(&rest[..start]);
            let inside = &rest[start + 2..];
            let Some(end) = closing(inside) else {
                result.push_str(&rest[start..]);
                rest = "";
                break;
            };
            let value = self.variable(&inside[..end], line).and_then(|value| match value.text() {
                Some(value) => Ok(value.to_owned()),
                None => {
                    unknown(line, format!("`${{{}}}` is {}, not a text", &inside[..end], value.describe()))
                }
            });
            // Every one that is not known is named.
            match (value, &mut open) {
                (Ok(value), _) => result.push_str(&value),
                (Err(unknown), None) => open = Some(unknown),
                (Err(unknown), Some(open)) => {
                    if !open.why.contains(&unknown.why) && open.why.len() < MOST_SAID {
                        open.why.push_str(", and ");
                        open.why.push_str(&unknown.why);
                    }
                }
            }
            rest = &inside[end + 1..];
            if result.len() > LONGEST {
                return unknown(line, "the text it makes is too long");
            }
        }
        result.push_str(rest);
        open.map_or_else(|| Ok(Node::text_at(line, result)), Err)
    }

    /// `self:a.b, 'default'`: the first of its alternatives that has a value.
    fn variable(&self, inside: &str, line: u32) -> Resolved<Rc<Node>> {
        let mut open = None;
        for alternative in alternatives(inside) {
            let alternative = alternative.trim();
            if let Some(literal) = literal(alternative) {
                return Ok(Node::text_at(line, literal));
            }
            if alternative == "null" {
                return Ok(Node::null_at(line));
            }
            if matches!(alternative, "true" | "false") || alternative.parse::<f64>().is_ok() {
                return Ok(Node::text_at(line, alternative));
            }
            let found = self.nested(line, || {
                let source = if alternative.contains("${") {
                    let expanded = self.expand(alternative, line)?;
                    match expanded.text() {
                        Some(text) => text.to_owned(),
                        // `${self:a, ${self:b}}` where b is no text.
                        None => return Ok(Some(expanded)),
                    }
                } else {
                    alternative.to_owned()
                };
                if alternative.starts_with("${") {
                    return Ok(Some(Node::text_at(line, source)));
                }
                self.source(&source, line)
            });
            match found {
                Ok(Some(value)) => return Ok(value),
                Ok(None) => {
                    open.get_or_insert(Unknown { why: format!("`${{{alternative}}}` has no value"), line });
                }
                Err(unknown) => {
                    open.get_or_insert(unknown);
                }
            }
        }
        Err(open.unwrap_or(Unknown { why: format!("`${{{inside}}}` has no value"), line }))
    }

    /// What `${source}` names; `None` where it is not there.
    fn source(&self, source: &str, line: u32) -> Resolved<Option<Rc<Node>>> {
        let text = |value: &str| Ok(Some(Node::text_at(line, value)));
        if source.starts_with("file(") {
            return self.file(source, line);
        }
        let Some((kind, address)) = source.split_once(':') else {
            return unknown(line, format!("`${{{source}}}` is not understood"));
        };
        let account = Account::default();
        match kind.trim() {
            "self" => self.walk(&self.root, address, line),
            "opt" => match (self.given.get(address), address) {
                (Some(given), _) => text(given),
                (None, "stage") => self.provider("stage", line),
                (None, "region") => self.provider("region", line),
                (None, _) => Ok(None),
            },
            "param" => match self.given.get(address) {
                Some(given) => text(given),
                None => self.parameter(address, line),
            },
            "env" => match self.env.get(address) {
                Some(value) => text(value),
                None => Ok(None),
            },
            "sls" => match address {
                "stage" => match self.given.get("stage") {
                    Some(given) => text(given),
                    None => {
                        Ok(Some(self.provider("stage", line)?.unwrap_or_else(|| Node::text_at(line, "dev"))))
                    }
                },
                "instanceId" => text("coldframe"),
                _ => Ok(None),
            },
            "aws" => match address {
                "region" => self.region(line).map(Some),
                "accountId" => text(&account.id),
                _ => Ok(None),
            },
            "AWS" => match address.trim_start_matches(':') {
                "Region" => self.region(line).map(Some),
                "AccountId" => text(&account.id),
                "Partition" => text("aws"),
                "StackName" => text(&callable_stack(self.project)),
                other => unknown(line, format!("`${{AWS::{other}}}` exists only after a deployment")),
            },
            other => unknown(line, format!("`${{{other}:…}}` is kept elsewhere")),
        }
    }

    /// The command line's, else the file's.
    pub(crate) fn named_region(&self, line: u32) -> Resolved<Option<Rc<Node>>> {
        self.source("opt:region", line)
    }

    /// Or the emulated account's.
    fn region(&self, line: u32) -> Resolved<Rc<Node>> {
        let named = self.named_region(line)?;
        Ok(named.unwrap_or_else(|| Node::text_at(line, Account::default().region)))
    }

    fn provider(&self, key: &str, line: u32) -> Resolved<Option<Rc<Node>>> {
        self.walk(&self.root, &format!("provider.{key}"), line)
    }

    /// `params.STAGE.NAME`, else `params.default.NAME`.
    fn parameter(&self, name: &str, line: u32) -> Resolved<Option<Rc<Node>>> {
        let stage = self.source("sls:stage", line)?;
        let stage = stage.as_ref().and_then(|stage| stage.text()).unwrap_or("dev").to_owned();
        for stage in [stage.as_str(), "default"] {
            if let Some(found) = self.walk(&self.root, &format!("params.{stage}.{name}"), line)? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// A dotted path from a node, resolving what lies on the way.
    fn walk(&self, from: &Rc<Node>, address: &str, line: u32) -> Resolved<Option<Rc<Node>>> {
        let mut node = self.resolve(from)?;
        for key in address.split('.').map(str::trim).filter(|key| !key.is_empty()) {
            let next = match &node.kind {
                Kind::Map(_) => node.get(key).cloned(),
                Kind::List(items) => key.parse::<usize>().ok().and_then(|index| items.get(index).cloned()),
                _ => None,
            };
            let Some(next) = next else { return Ok(None) };
            node = self.nested(line, || self.resolve(&next))?;
        }
        Ok((!node.is_null()).then_some(node))
    }

    /// `file(./x.yml):a.b`, within the project; code is never run.
    fn file(&self, source: &str, line: u32) -> Resolved<Option<Rc<Node>>> {
        let Some((name, address)) = source.strip_prefix("file(").and_then(|rest| rest.split_once(')')) else {
            return unknown(line, format!("`${{{source}}}` is not understood"));
        };
        let path = tidy(&self.folder.join(name.trim()));
        if !path.starts_with(self.project.root()) {
            return unknown(line, format!("{name} lies outside the project"));
        }
        if !path.is_file() {
            return Ok(None);
        }
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_owned();
        if !["yml", "yaml", "json"].contains(&ending.as_str()) {
            return unknown(line, format!("{name} would have to be run to know its value"));
        }
        let manifest = self.included(&path).map_err(|problem| {
            let why = format!("{name}: {}", problem.message);
            let mut broken = self.broken.borrow_mut();
            if !broken.contains(&problem) {
                broken.push(problem);
            }
            Unknown { why, line }
        })?;
        // Lines of another file would point into this one.
        let root = self.walk(&manifest.root, address.trim_start_matches(':'), line)?;
        Ok(root)
    }

    fn included(&self, path: &Path) -> Result<Manifest, Problem> {
        let text = self.project.read(path)?;
        let manifest = Manifest::parse(self.project, path.to_path_buf(), &text)?;
        if manifest.root.is_null() && text.trim().is_empty() {
            let problem = manifest.error(&manifest.root, "it is empty");
            return Err(problem.hint("write what is included from it, or include it no more"));
        }
        Ok(manifest)
    }
}

fn callable_stack(project: &Project) -> String {
    crate::name::callable(&project.name())
}

/// Where the `}` is that closes a variable whose `${` has been read.
fn closing(inside: &str) -> Option<usize> {
    let bytes = inside.as_bytes();
    let mut depth = 0_usize;
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'{' if at > 0 && bytes[at - 1] == b'$' => depth += 1,
            b'}' if depth == 0 => return Some(at),
            b'}' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// Splits at commas that stand in no quotes, braces or brackets.
fn alternatives(inside: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut depth, mut quote) = (0, 0_i32, None);
    for (at, letter) in inside.char_indices() {
        match (quote, letter) {
            (Some(open), _) if open == letter => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(letter),
            (None, '{' | '(') => depth += 1,
            (None, '}' | ')') => depth -= 1,
            (None, ',') if depth == 0 => {
                parts.push(&inside[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&inside[start..]);
    parts
}

fn literal(text: &str) -> Option<&str> {
    ['\'', '"'].into_iter().find_map(|quote| text.strip_prefix(quote)?.strip_suffix(quote))
}
