//! One value of a manifest, with its line.

use std::rc::Rc;

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node {
    /// 1-based; 0 when unknown.
    pub(crate) line: u32,
    /// A tag of the file's own, without its `!`: `Ref`, `Sub`.
    pub(crate) tag: Option<String>,
    pub(crate) kind: Kind,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kind {
    Null,
    /// Any scalar, as it was written: `3`, `yes` and `0012` stay what they look like until somebody asks.
    Text(String),
    List(Vec<Rc<Node>>),
    /// In the file's order; keys are unique.
    Map(Vec<(Key, Rc<Node>)>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Key {
    pub(crate) text: String,
    pub(crate) line: u32,
}

impl Node {
    pub(crate) fn text_at(line: u32, text: impl Into<String>) -> Rc<Self> {
        Rc::new(Self { line, tag: None, kind: Kind::Text(text.into()) })
    }

    pub(crate) fn null_at(line: u32) -> Rc<Self> {
        Rc::new(Self { line, tag: None, kind: Kind::Null })
    }

    pub(crate) fn line(&self) -> Option<u32> {
        (self.line > 0).then_some(self.line)
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Rc<Self>> {
        self.entries().iter().find(|(one, _)| one.text == key).map(|(_, value)| value)
    }

    /// Nothing for what is not a map.
    pub(crate) fn entries(&self) -> &[(Key, Rc<Self>)] {
        match &self.kind {
            Kind::Map(entries) => entries,
            _ => &[],
        }
    }

    /// Nothing for what is not a list.
    pub(crate) fn items(&self) -> &[Rc<Self>] {
        match &self.kind {
            Kind::List(items) => items,
            _ => &[],
        }
    }

    /// A list's items, or a single value as the only one.
    pub(crate) fn items_or_self(self: &Rc<Self>) -> &[Rc<Self>] {
        match &self.kind {
            Kind::List(items) => items,
            Kind::Null => &[],
            _ => std::slice::from_ref(self),
        }
    }

    pub(crate) fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn is_map(&self) -> bool {
        matches!(self.kind, Kind::Map(_))
    }

    pub(crate) fn is_null(&self) -> bool {
        self.kind == Kind::Null
    }

    /// `true` and `false`, as YAML 1.1 and 1.2 spell them.
    pub(crate) fn flag(&self) -> Option<bool> {
        match self.text()?.to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" => Some(true),
            "false" | "no" | "off" => Some(false),
            _ => None,
        }
    }

    pub(crate) fn number(&self) -> Option<u64> {
        self.text()?.trim().parse().ok()
    }

    /// How a person would call it.
    pub(crate) fn describe(&self) -> String {
        match &self.kind {
            Kind::Null => "nothing".into(),
            Kind::Text(text) => {
                let short: String = text.chars().take(60).collect();
                format!("`{short}`")
            }
            Kind::List(_) => "a list".into(),
            Kind::Map(_) => "a map".into(),
        }
    }
}
