//! What a caller is told where a function fails, and how a cell of the table says it.

use coldframe_testkit::Answer;
use serde_json::Value;

/// What is answered in place of a result, and what the record has of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Failing {
    pub(super) status: u16,
    /// A header that says so, and its value.
    header: Option<(&'static str, &'static str)>,
    body: Body,
    /// The invocation's status.
    pub(super) recorded: &'static str,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Body {
    Empty,
    Text(&'static str),
    /// A page with this in it.
    With(&'static str),
    /// JSON: where in it, and the end of the text there.
    Json(&'static [(&'static str, &'static str)]),
}

impl Failing {
    /// Of constants: one with a body that any answer has does not compile.
    pub(super) const fn new(
        status: u16,
        header: Option<(&'static str, &'static str)>,
        body: Body,
        recorded: &'static str,
    ) -> Self {
        assert!(body.tells(), "any body would pass: say what is in it, or that it is empty");
        Self { status, header, body, recorded }
    }

    pub(super) fn check(&self, answer: &Answer) -> Result<(), String> {
        let got = || {
            let header = self.header.and_then(|(name, _)| answer.header(name));
            format!("{} {header:?} {:?}, not {self:?}", answer.status, answer.text())
        };
        let headed = self.header.is_none_or(|(name, value)| answer.header(name) == Some(value));
        if answer.status == self.status && headed && self.body.is(answer) { Ok(()) } else { Err(got()) }
    }

    /// In the words of a cell.
    pub(super) fn shown(&self) -> String {
        let header = self.header.map(|(name, value)| format!(" `{name}: {value}`")).unwrap_or_default();
        let body = match self.body {
            Body::Empty => ", no body".to_owned(),
            Body::Text(text) | Body::With(text) => format!(" `{text}`"),
            Body::Json(members) => {
                members.iter().map(|(at, text)| format!(" `{}: {text}`", &at[1..])).collect()
            }
        };
        format!("{}{header}{body}", self.status)
    }
}

impl Body {
    /// Whether there are bodies that it is not.
    const fn tells(&self) -> bool {
        match self {
            Self::Empty | Self::Text(_) => true,
            Self::With(text) => !text.is_empty(),
            Self::Json(members) => {
                let mut at = 0;
                while at < members.len() {
                    if members[at].1.is_empty() {
                        return false;
                    }
                    at += 1;
                }
                at > 0
            }
        }
    }

    fn is(&self, answer: &Answer) -> bool {
        match self {
            Self::Empty => answer.body.is_empty(),
            Self::Text(text) => answer.text() == *text,
            Self::With(text) => answer.text().contains(text),
            Self::Json(members) => serde_json::from_slice::<Value>(&answer.body).is_ok_and(|value| {
                let told =
                    |at: &str| value.pointer(at).and_then(Value::as_str).unwrap_or_default().to_owned();
                members.iter().all(|(at, text)| told(at).ends_with(text))
            }),
        }
    }
}

#[test]
fn what_any_body_passes_is_no_expectation() {
    for none in [Body::With(""), Body::Json(&[]), Body::Json(&[("/error", "bad seed"), ("/more", "")])] {
        assert!(!none.tells(), "{none:?}");
    }
    for some in [Body::Empty, Body::With("bad seed"), Body::Json(&[("/error", "bad seed")])] {
        assert!(some.tells(), "{some:?}");
    }
}
