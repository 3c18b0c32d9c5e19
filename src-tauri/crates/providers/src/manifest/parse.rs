//! From text to a tree of nodes, within limits.

use std::{
    collections::{HashMap, HashSet},
    rc::Rc,
};

use saphyr_parser::{Event, Parser, ScalarStyle, Tag};

use crate::manifest::node::{Key, Kind, Node};

/// Real templates stay under twenty; recursion over a tree of this depth is safe on any stack.
const DEEPEST: usize = 64;
/// Values in one file, those copied by merge keys included.
const MOST_NODES: usize = 200_000;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ParseError {
    pub(crate) message: String,
    /// 0 when unknown.
    pub(crate) line: u32,
}

/// The first document of a YAML text; an empty one is null.
///
/// # Errors
/// Not YAML, or beyond the limits.
pub(crate) fn parse(text: &str) -> Result<Rc<Node>, ParseError> {
    let mut parser = Parser::new_from_str(text);
    let mut builder = Builder::default();
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|error| ParseError {
            message: error.info().to_owned(),
            line: u32::try_from(error.marker().line()).unwrap_or_default(),
        })?;
        let line = u32::try_from(span.start.line()).unwrap_or_default();
        match event {
            Event::Nothing | Event::StreamStart | Event::DocumentStart(_) => {}
            Event::DocumentEnd | Event::StreamEnd => break,
            Event::Alias(anchor) => builder.alias(anchor, line)?,
            Event::Scalar(text, style, anchor, tag) => {
                let plain = style == ScalarStyle::Plain;
                let kind = if plain && tag.is_none() && matches!(&*text, "" | "~" | "null" | "Null" | "NULL")
                {
                    Kind::Null
                } else {
                    Kind::Text(text.into_owned())
                };
                builder.value(Rc::new(Node { line, tag: own(tag.as_deref()), kind }), anchor)?;
            }
            Event::SequenceStart(anchor, tag) => {
                builder.open(Open::new(line, own(tag.as_deref()), anchor, Content::List(Vec::new())))?;
            }
            Event::MappingStart(anchor, tag) => {
                let content = Content::Map { entries: Vec::new(), key: None, merged: Vec::new() };
                builder.open(Open::new(line, own(tag.as_deref()), anchor, content))?;
            }
            Event::SequenceEnd | Event::MappingEnd => builder.close()?,
        }
    }
    Ok(builder.root.unwrap_or_else(|| Node::null_at(0)))
}

/// JSON is YAML but for tabs and a few escapes: what YAML refuses is tried as JSON, without lines.
///
/// # Errors
/// Neither reads it; the message and the line are JSON's.
pub(crate) fn parse_json(text: &str) -> Result<Rc<Node>, ParseError> {
    let spaced;
    let yaml = if text.contains('\t') {
        // A tab inside a JSON string is not allowed, so this changes white space only.
        spaced = text.replace('\t', " ");
        &spaced
    } else {
        text
    };
    let from_json = serde_json::from_str::<serde_json::Value>(text).map_err(|error| ParseError {
        message: error.to_string(),
        line: u32::try_from(error.line()).unwrap_or_default(),
    });
    match (parse(yaml), from_json) {
        (Ok(node), Ok(_)) => Ok(node),
        (Err(_), Ok(value)) => json_node(&value, 0),
        (_, Err(error)) => Err(error),
    }
}

fn json_node(value: &serde_json::Value, depth: usize) -> Result<Rc<Node>, ParseError> {
    use serde_json::Value;
    if depth > DEEPEST {
        return Err(too_deep(0));
    }
    let kind = match value {
        Value::Null => Kind::Null,
        Value::Bool(_) | Value::Number(_) => Kind::Text(value.to_string()),
        Value::String(text) => Kind::Text(text.clone()),
        Value::Array(items) => {
            Kind::List(items.iter().map(|item| json_node(item, depth + 1)).collect::<Result<_, _>>()?)
        }
        Value::Object(entries) => Kind::Map(
            entries
                .iter()
                .map(|(key, value)| Ok((Key { text: key.clone(), line: 0 }, json_node(value, depth + 1)?)))
                .collect::<Result<_, ParseError>>()?,
        ),
    };
    Ok(Rc::new(Node { line: 0, tag: None, kind }))
}

/// A tag that is the file's own, such as `!Ref`; YAML's core tags say nothing here.
fn own(tag: Option<&Tag>) -> Option<String> {
    tag.filter(|tag| !tag.is_yaml_core_schema() && !tag.suffix.is_empty()).map(|tag| tag.suffix.clone())
}

fn too_deep(line: u32) -> ParseError {
    ParseError { message: format!("nested more than {DEEPEST} levels deep"), line }
}

/// A list or map whose end has not been seen.
struct Open {
    line: u32,
    tag: Option<String>,
    anchor: usize,
    /// Levels of what lies in it, aliases included.
    height: usize,
    content: Content,
}

enum Content {
    List(Vec<Rc<Node>>),
    Map { entries: Vec<(Key, Rc<Node>)>, key: Option<Key>, merged: Vec<Rc<Node>> },
}

impl Open {
    fn new(line: u32, tag: Option<String>, anchor: usize, content: Content) -> Self {
        Self { line, tag, anchor, height: 0, content }
    }
}

#[derive(Default)]
struct Builder {
    open: Vec<Open>,
    /// What an anchor names, and how many levels it has.
    anchors: HashMap<usize, (Rc<Node>, usize)>,
    nodes: usize,
    root: Option<Rc<Node>>,
}

impl Builder {
    fn open(&mut self, open: Open) -> Result<(), ParseError> {
        if self.open.len() >= DEEPEST {
            return Err(too_deep(open.line));
        }
        if let Some(Open { content: Content::Map { key: None, .. }, .. }) = self.open.last() {
            return Err(ParseError { message: "a list or map cannot be a key here".into(), line: open.line });
        }
        self.open.push(open);
        Ok(())
    }

    fn close(&mut self) -> Result<(), ParseError> {
        let Some(open) = self.open.pop() else { return Ok(()) };
        let kind = match open.content {
            Content::List(items) => Kind::List(items),
            Content::Map { entries, merged, .. } => Kind::Map(self.merge(entries, &merged, open.line)?),
        };
        let node = Rc::new(Node { line: open.line, tag: open.tag, kind });
        self.place(node, open.anchor, open.height + 1)
    }

    fn value(&mut self, node: Rc<Node>, anchor: usize) -> Result<(), ParseError> {
        self.place(node, anchor, 0)
    }

    fn alias(&mut self, anchor: usize, line: u32) -> Result<(), ParseError> {
        let unknown =
            || ParseError { message: "an alias to an anchor that is not complete yet".into(), line };
        let (node, height) = self.anchors.get(&anchor).cloned().ok_or_else(unknown)?;
        self.place(node, 0, height)
    }

    /// Puts a complete value where it belongs.
    fn place(&mut self, node: Rc<Node>, anchor: usize, height: usize) -> Result<(), ParseError> {
        self.count(1, node.line)?;
        if self.open.len() + height > DEEPEST {
            return Err(too_deep(node.line));
        }
        if anchor > 0 {
            self.anchors.insert(anchor, (Rc::clone(&node), height));
        }
        let Some(open) = self.open.last_mut() else {
            self.root = Some(node);
            return Ok(());
        };
        open.height = open.height.max(height);
        match &mut open.content {
            Content::List(items) => items.push(node),
            Content::Map { entries, key, merged } => match key.take() {
                None => {
                    let text = match &node.kind {
                        Kind::Text(text) => text.clone(),
                        Kind::Null => String::new(),
                        _ => {
                            let message = "a list or map cannot be a key here".into();
                            return Err(ParseError { message, line: node.line });
                        }
                    };
                    *key = Some(Key { text, line: node.line });
                }
                Some(key) if key.text == "<<" => merged.extend(node.items_or_self().iter().cloned()),
                Some(key) => entries.push((key, node)),
            },
        }
        Ok(())
    }

    /// Refuses a key that stands twice, then adds what merge keys (`<<: *base`) bring and the map does not have.
    fn merge(
        &mut self,
        mut entries: Vec<(Key, Rc<Node>)>,
        merged: &[Rc<Node>],
        line: u32,
    ) -> Result<Vec<(Key, Rc<Node>)>, ParseError> {
        let mut seen = HashSet::new();
        for (key, _) in &entries {
            if !seen.insert(key.text.clone()) {
                return Err(ParseError {
                    message: format!("key `{}` stands twice", key.text),
                    line: key.line,
                });
            }
        }
        for base in merged {
            self.count(base.entries().len(), line)?;
            for (key, value) in base.entries() {
                if seen.insert(key.text.clone()) {
                    entries.push((key.clone(), Rc::clone(value)));
                }
            }
        }
        Ok(entries)
    }

    fn count(&mut self, more: usize, line: u32) -> Result<(), ParseError> {
        self.nodes += more;
        if self.nodes > MOST_NODES {
            return Err(ParseError { message: format!("more than {MOST_NODES} values"), line });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fail(text: &str) -> ParseError {
        parse(text).expect_err("must be refused")
    }

    #[test]
    fn lines_tags_and_merges_survive() {
        let text = "a: &base\n  x: 1\n  y: 2\nb:\n  <<: *base\n  y: !Ref Z\nc: !GetAtt [A, B]\n";
        let root = parse(text).unwrap();
        let b = root.get("b").unwrap();
        assert_eq!(b.get("x").unwrap().number(), Some(1));
        let y = b.get("y").unwrap();
        assert_eq!((y.line, y.tag.as_deref(), y.text()), (6, Some("Ref"), Some("Z")));
        assert_eq!(root.get("c").unwrap().items().len(), 2);
    }

    #[test]
    fn json_with_tabs_and_surrogates_is_read() {
        let root = parse_json("{\n\t\"a\": {\"b\": true}\n}").unwrap();
        assert_eq!(root.get("a").unwrap().get("b").unwrap().flag(), Some(true));
        let root = parse_json(r#"{"a": "\ud83d\ude00"}"#).unwrap();
        assert_eq!(root.get("a").unwrap().text(), Some("😀"));
        assert_eq!(parse_json("{\n\"a\": ,\n}").unwrap_err().line, 2);
    }

    #[test]
    fn mistakes_name_their_line() {
        assert_eq!(fail("a: 1\nb: [1,\nc: 2\n").line, 3);
        assert_eq!(
            fail("a: 1\nb: 2\na: 3\n"),
            ParseError { message: "key `a` stands twice".into(), line: 3 }
        );
        assert_eq!(fail("a:\n  ? [x]\n  : 1\n").line, 2);
    }

    #[test]
    fn bombs_are_cheap() {
        let mut laughs = String::from("a0: &a0 [lol,lol]\n");
        for level in 1..60 {
            let below = level - 1;
            laughs.push_str(&format!("a{level}: &a{level} [*a{below},*a{below}]\n"));
        }
        // Shared, not copied: three nodes a level.
        assert!(parse(&laughs).is_ok(), "aliases share what they name");
        for level in 60..80 {
            let below = level - 1;
            laughs.push_str(&format!("a{level}: &a{level} [*a{below},*a{below}]\n"));
        }
        assert!(fail(&laughs).message.contains("levels deep"), "depth counts through aliases");
        let mut merges = String::from("base: &b {");
        for key in 0..5_000 {
            merges.push_str(&format!("k{key}: 1, "));
        }
        merges.push_str("}\n");
        for key in 0..5_000 {
            merges.push_str(&format!("m{key}: {{<<: *b}}\n"));
        }
        assert!(fail(&merges).message.contains("values"), "copies by merge keys count");
        for deep in ["[".repeat(100_000), "{a: ".repeat(100_000), "- ".repeat(100_000)] {
            // The parser has a limit of its own inside brackets.
            let message = fail(&deep).message;
            assert!(message.contains("levels deep") || message.contains("limit"), "{message}");
        }
    }

    #[test]
    fn any_bytes_are_an_answer_or_an_error() {
        let pieces = [
            "a", ":", " ", "\n", "- ", "[", "]", "{", "}", "&x", "*x", "!Ref", "!", "|", ">", "'", "\"", "#",
            "?", "%", "\t", "é", "\u{0}", "---", "...", "<<", "1",
        ];
        let mut state = 0x2545_f491_4f6c_dd1d_u64;
        for _ in 0..30_000 {
            let mut text = String::new();
            for _ in 0..12 {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                text.push_str(pieces[(state % pieces.len() as u64) as usize]);
            }
            let _ = parse(&text);
            let _ = parse_json(&text);
        }
    }
}
