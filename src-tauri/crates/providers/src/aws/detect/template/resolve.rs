//! CloudFormation's intrinsic functions, as far as a template's own text decides them.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html>
//!
//! What exists only after a deployment (a queue's address, an export) is either given the form it would have, which
//! is noted as an assumption, or is [`Unknown`] with its line.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeSet, HashMap},
    rc::Rc,
};

use super::deployed;
use crate::{
    detecting::Parameters,
    manifest::{Kind, Node},
};

/// Longer texts are some mistake, or an attack by doubling.
const LONGEST: usize = 64 * 1024;
/// Values looked up for one function; more is an attack by doubling.
const MOST: u32 = 10_000;
/// Of everything that one value lacks.
const MOST_SAID: usize = 400;
/// Conditions that name conditions.
const LONGEST_CHAIN: u32 = 64;

/// A value the template alone does not decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unknown {
    /// Lower case, a whole clause: "parameter `X` has no default".
    pub(crate) why: String,
    pub(crate) line: u32,
    /// Whether `[parameters]` in coldframe.toml would help.
    pub(crate) parameter: bool,
}

pub(crate) type Resolved<T> = Result<T, Unknown>;

pub(crate) struct Resolver<'a> {
    root: &'a Node,
    given: &'a Parameters,
    stack: String,
    /// `None` while it is being worked out.
    conditions: RefCell<HashMap<String, Option<Resolved<bool>>>>,
    chain: Cell<u32>,
    lookups: Cell<u32>,
    assumed: RefCell<BTreeSet<String>>,
}

pub(crate) fn unknown<T>(node: &Node, why: impl Into<String>) -> Resolved<T> {
    Err(Unknown { why: why.into(), line: node.line, parameter: false })
}

impl<'a> Resolver<'a> {
    pub(crate) fn new(root: &'a Node, given: &'a Parameters, stack: String) -> Self {
        Self {
            root,
            given,
            stack,
            conditions: RefCell::default(),
            chain: Cell::new(0),
            lookups: Cell::new(0),
            assumed: RefCell::default(),
        }
    }

    /// What was taken for granted since the last time this was asked, which is where a function ends.
    pub(crate) fn take_assumed(&self) -> BTreeSet<String> {
        self.lookups.set(0);
        self.assumed.take()
    }

    pub(crate) fn assume(&self, sentence: String) {
        self.assumed.borrow_mut().insert(sentence);
    }

    pub(crate) fn stack(&self) -> &str {
        &self.stack
    }

    /// Whether a name stands for a value that refers to nothing else.
    pub(crate) fn is_constant(&self, name: &str) -> bool {
        name.starts_with("AWS::") || self.root.get("Parameters").is_some_and(|all| all.get(name).is_some())
    }

    /// A node whose outermost value is no intrinsic function; null stands for `AWS::NoValue`.
    pub(crate) fn resolve(&self, node: &Rc<Node>) -> Resolved<Rc<Node>> {
        let Some((function, argument)) = intrinsic(node) else { return Ok(Rc::clone(node)) };
        self.count(node)?;
        let text = |text: String| Ok(Node::text_at(node.line, text));
        match function {
            "Ref" => self.reference(node, &self.plain(&argument)?),
            "GetAtt" => {
                let path = match argument.kind {
                    Kind::List(_) => self.texts(&argument)?.join("."),
                    _ => self.plain(&argument)?,
                };
                text(self.attribute(node, &path)?)
            }
            "Sub" => text(self.substitute(&argument)?),
            "Join" => {
                let [separator, parts] = self.arguments(&argument)?;
                text(bounded(node, self.texts(&parts)?.join(&self.plain(&separator)?))?)
            }
            "Select" => {
                let [index, list] = self.arguments(&argument)?;
                let index = self.resolve(&index)?.number().and_then(|index| usize::try_from(index).ok());
                let list = self.resolve(&list)?;
                match index.and_then(|index| list.items().get(index)) {
                    Some(item) => self.resolve(item),
                    None => unknown(node, "Fn::Select does not select anything"),
                }
            }
            "Split" => {
                let [separator, whole] = self.arguments(&argument)?;
                let (separator, whole) = (self.plain(&separator)?, self.plain(&whole)?);
                if separator.is_empty() {
                    return unknown(node, "Fn::Split needs something to split at");
                }
                let parts = whole.split(&separator).map(|part| Node::text_at(node.line, part)).collect();
                Ok(Rc::new(Node { line: node.line, tag: None, kind: Kind::List(parts) }))
            }
            "FindInMap" => {
                let [map, first, second] = self.arguments(&argument)?;
                let (map, first, second) = (self.plain(&map)?, self.plain(&first)?, self.plain(&second)?);
                let maps = self.root.get("Mappings");
                let found = maps.and_then(|maps| maps.get(&map)?.get(&first)?.get(&second));
                match found {
                    Some(found) => Ok(Rc::clone(found)),
                    None => unknown(node, format!("the mapping {map} has no {first} → {second}")),
                }
            }
            "If" => {
                let [condition, yes, no] = self.arguments(&argument)?;
                let holds = self.condition(&condition, &self.plain(&condition)?)?;
                self.resolve(if holds { &yes } else { &no })
            }
            "Equals" | "And" | "Or" | "Not" | "Condition" => text(self.holds(node)?.to_string()),
            other => unknown(node, format!("{} is not decided by the template alone", spelled(other))),
        }
    }

    /// A scalar as text; `None` for `AWS::NoValue` and null.
    pub(crate) fn text(&self, node: &Rc<Node>) -> Resolved<Option<String>> {
        let value = self.resolve(node)?;
        match &value.kind {
            Kind::Text(text) => Ok(Some(text.clone())),
            Kind::Null => Ok(None),
            _ => unknown(node, format!("{} stands where a text belongs", value.describe())),
        }
    }

    /// A value of a map, resolved; `None` where there is none.
    pub(crate) fn get(&self, node: &Node, key: &str) -> Resolved<Option<Rc<Node>>> {
        let Some(value) = node.get(key) else { return Ok(None) };
        let value = self.resolve(value)?;
        Ok((!value.is_null()).then_some(value))
    }

    /// A list's texts; every one that is not known is named.
    pub(crate) fn texts(&self, node: &Rc<Node>) -> Resolved<Vec<String>> {
        let list = self.resolve(node)?;
        let mut open = None;
        let mut texts = Vec::new();
        for item in list.items_or_self() {
            texts.extend(noted(&mut open, self.text(item)).flatten());
        }
        open.map_or(Ok(texts), Err)
    }

    /// Whether a condition of the template's `Conditions` holds.
    pub(crate) fn condition(&self, at: &Node, name: &str) -> Resolved<bool> {
        match self.conditions.borrow().get(name) {
            Some(Some(known)) => return known.clone(),
            Some(None) => return unknown(at, format!("the condition {name} depends on itself")),
            None => {}
        }
        let Some(body) = self.root.get("Conditions").and_then(|all| all.get(name)) else {
            return unknown(at, format!("there is no condition {name}"));
        };
        if self.chain.get() >= LONGEST_CHAIN {
            return unknown(at, "conditions name conditions too many times over");
        }
        self.chain.set(self.chain.get() + 1);
        self.conditions.borrow_mut().insert(name.into(), None);
        let holds = self.holds(body);
        self.conditions.borrow_mut().insert(name.into(), Some(holds.clone()));
        self.chain.set(self.chain.get() - 1);
        holds
    }

    fn holds(&self, node: &Rc<Node>) -> Resolved<bool> {
        let Some((function, argument)) = intrinsic(node) else {
            return node.flag().map_or_else(|| unknown(node, "this is no condition"), Ok);
        };
        self.count(node)?;
        match function {
            "Condition" => self.condition(node, &self.plain(&argument)?),
            "Equals" => {
                let [left, right] = self.arguments(&argument)?;
                Ok(self.text(&left)? == self.text(&right)?)
            }
            "Not" => {
                let [inner] = self.arguments(&argument)?;
                Ok(!self.holds(&inner)?)
            }
            "And" | "Or" => {
                // One that decides is enough, whatever else is unknown.
                let decides = function == "Or";
                let mut open = None;
                for item in argument.items() {
                    match self.holds(item) {
                        Ok(holds) if holds == decides => return Ok(decides),
                        Ok(_) => {}
                        Err(unknown) => open = Some(unknown),
                    }
                }
                open.map_or(Ok(!decides), Err)
            }
            _ => match self.resolve(node)?.flag() {
                Some(holds) => Ok(holds),
                None => unknown(node, "this is no condition"),
            },
        }
    }

    fn count(&self, node: &Node) -> Resolved<()> {
        let lookups = self.lookups.get() + 1;
        if lookups > MOST {
            return unknown(node, "its values refer to values too many times over");
        }
        self.lookups.set(lookups);
        Ok(())
    }

    fn plain(&self, node: &Rc<Node>) -> Resolved<String> {
        Ok(self.text(node)?.unwrap_or_default())
    }

    fn arguments<const COUNT: usize>(&self, node: &Rc<Node>) -> Resolved<[Rc<Node>; COUNT]> {
        let items: Vec<Rc<Node>> = node.items().to_vec();
        items.try_into().or_else(|_| unknown(node, format!("this function takes a list of {COUNT}")))
    }

    fn reference(&self, node: &Rc<Node>, name: &str) -> Resolved<Rc<Node>> {
        if let Some(parameter) = self.root.get("Parameters").and_then(|all| all.get(name)) {
            let kind = parameter.get("Type").and_then(|kind| kind.text()).unwrap_or_default();
            let value = match (self.given.get(name), parameter.get("Default").and_then(|text| text.text())) {
                (Some(given), _) => given.clone(),
                (None, Some(default)) if !kind.starts_with("AWS::SSM::") => default.to_owned(),
                (None, default) => {
                    let why = match default {
                        Some(_) => format!("parameter `{name}` is kept in the account's parameter store"),
                        None => format!("parameter `{name}` has no default"),
                    };
                    return Err(Unknown { why, line: node.line, parameter: true });
                }
            };
            if kind == "CommaDelimitedList" || kind.starts_with("List<") {
                let items = value.split(',').map(|item| Node::text_at(node.line, item.trim())).collect();
                return Ok(Rc::new(Node { line: node.line, tag: None, kind: Kind::List(items) }));
            }
            return Ok(Node::text_at(node.line, value));
        }
        if name == "AWS::NoValue" {
            return Ok(Node::null_at(node.line));
        }
        if let Some(value) = deployed::pseudo(self, name) {
            return Ok(Node::text_at(node.line, value));
        }
        if let Some(resource) = self.root.get("Resources").and_then(|all| all.get(name)) {
            return Ok(Node::text_at(node.line, deployed::reference(self, name, resource)));
        }
        unknown(node, format!("`{name}` is neither a parameter nor a resource of this template"))
    }

    fn attribute(&self, node: &Node, path: &str) -> Resolved<String> {
        let Some((name, attribute)) = path.split_once('.') else {
            return unknown(node, "GetAtt needs RESOURCE.ATTRIBUTE");
        };
        let Some(resource) = self.root.get("Resources").and_then(|all| all.get(name)) else {
            return unknown(node, format!("`{name}` is not a resource of this template"));
        };
        match deployed::attribute(self, name, resource, attribute) {
            Some(value) => Ok(value),
            None => unknown(node, format!("{name}.{attribute} exists only after a deployment")),
        }
    }

    /// `Fn::Sub`, with or without its own map of values.
    fn substitute(&self, argument: &Rc<Node>) -> Resolved<String> {
        let (template, values) = match argument.items() {
            [] => (Rc::clone(argument), None),
            [template, values] => (Rc::clone(template), Some(self.resolve(values)?)),
            _ => return unknown(argument, "Fn::Sub takes a text, or a list of a text and a map"),
        };
        let Some(template) = template.text() else { return unknown(argument, "Fn::Sub takes a text") };
        let mut open = None;
        let mut result = String::new();
        let mut rest = template;
        while let Some(start) = rest.find("${") {
            result.push_str(&rest[..start]);
            let Some(length) = rest[start..].find('}') else { break };
            let name = rest[start + 2..start + length].trim();
            rest = &rest[start + length + 1..];
            if let Some(literal) = name.strip_prefix('!') {
                result.push_str(&format!("${{{literal}}}"));
            } else {
                let value = match values.as_ref().and_then(|values| values.get(name)) {
                    Some(value) => self.text(value).map(Option::unwrap_or_default),
                    None if name.contains('.') => self.attribute(argument, name),
                    None => self.reference(argument, name).and_then(|value| match value.text() {
                        Some(text) => Ok(text.to_owned()),
                        None => unknown(argument, format!("`{name}` is no text")),
                    }),
                };
                result.extend(noted(&mut open, value));
            }
            if result.len() > LONGEST {
                break;
            }
        }
        result.push_str(rest);
        open.map_or_else(|| bounded(argument, result), Err)
    }
}

/// What is known; what is not is added to what else is not.
fn noted<T>(open: &mut Option<Unknown>, found: Resolved<T>) -> Option<T> {
    match (found, open) {
        (Ok(value), _) => return Some(value),
        (Err(unknown), open @ None) => *open = Some(unknown),
        (Err(unknown), Some(open)) => {
            open.parameter |= unknown.parameter;
            if !open.why.contains(&unknown.why) && open.why.len() < MOST_SAID {
                open.why.push_str(", and ");
                open.why.push_str(&unknown.why);
            }
        }
    }
    None
}

fn bounded(node: &Node, text: String) -> Resolved<String> {
    if text.len() > LONGEST { unknown(node, "the text it makes is too long") } else { Ok(text) }
}

/// The function a node calls, in its short (`!Ref x`) or long (`Ref: x`) form, and its argument.
pub(crate) fn intrinsic(node: &Rc<Node>) -> Option<(&str, Rc<Node>)> {
    if let Some(tag) = &node.tag {
        let argument = Node { line: node.line, tag: None, kind: node.kind.clone() };
        return Some((tag.as_str(), Rc::new(argument)));
    }
    let [(key, value)] = node.entries() else { return None };
    match key.text.as_str() {
        name @ ("Ref" | "Condition") if value.text().is_some() => Some((name, Rc::clone(value))),
        name => Some((name.strip_prefix("Fn::")?, Rc::clone(value))),
    }
}

fn spelled(function: &str) -> String {
    if function == "Ref" || function == "Condition" { function.into() } else { format!("Fn::{function}") }
}
