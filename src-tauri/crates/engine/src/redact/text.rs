//! Takes the values of secrets out of a text that may be anything, cut off anywhere: JSON, JSON in the strings of JSON (as
//! gateways hand bodies on), forms and query strings, bodies in base64.

use base64::{Engine as _, prelude::BASE64_STANDARD};

use super::{REDACTED as INSTEAD, names::Names};

/// Texts within texts that are looked into.
const DEEPEST: u32 = 5;

/// `None`: there is nothing to take out.
pub(super) fn redacted(names: &Names, text: &[u8]) -> Option<Vec<u8>> {
    within(names, text, 0)
}

fn within(names: &Names, text: &[u8], depth: u32) -> Option<Vec<u8>> {
    if depth > DEEPEST || !names.may_be_in(text) {
        return None;
    }
    match text.trim_ascii_start().first()? {
        b'{' | b'[' | b'"' => Json { names, text, depth, out: Vec::new(), copied: 0 }.redacted(),
        _ => {
            pairs(names, text).or_else(|| Json { names, text, depth, out: Vec::new(), copied: 0 }.redacted())
        }
    }
}

/// `name=value` between `&`, `?`, `;` and `#`, in a text without spaces.
fn pairs(names: &Names, text: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(text).ok()?.trim_end();
    if !text.contains('=') || text.contains(char::is_whitespace) {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let mut found = false;
    for part in text.split_inclusive(['&', '?', ';', '#']) {
        let (pair, end) = match part.strip_suffix(['&', '?', ';', '#']) {
            Some(pair) => (pair, &part[pair.len()..]),
            None => (part, ""),
        };
        match pair.split_once('=') {
            Some((name, value)) if !value.is_empty() && names.is_secret(name) => {
                found = true;
                out.extend([name, "=", INSTEAD, end]);
            }
            _ => out.push_str(part),
        }
    }
    found.then(|| out.into_bytes())
}

struct Json<'a> {
    names: &'a Names,
    text: &'a [u8],
    depth: u32,
    out: Vec<u8>,
    /// How much of the text is in `out`, or was replaced there.
    copied: usize,
}

impl Json<'_> {
    fn redacted(mut self) -> Option<Vec<u8>> {
        let text = self.text;
        let encoded = is_encoded(text);
        let mut key: Option<&[u8]> = None;
        // Brackets that are open below a secret's name.
        let mut hidden = 0_usize;
        let mut at = 0;
        while let Some(byte) = text.get(at) {
            let secret =
                hidden > 0 || key.is_some_and(|key| self.names.is_secret(&String::from_utf8_lossy(key)));
            match byte {
                b'"' => {
                    let end = string_end(text, at);
                    let next = end + text[end..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
                    if text.get(next) == Some(&b':') {
                        key = Some(text[at + 1..end].strip_suffix(b"\"").unwrap_or_default());
                        at = next + 1;
                        continue;
                    }
                    let value = &text[at..end];
                    if secret {
                        if value != b"\"\"" {
                            self.put(at, end, INSTEAD);
                        }
                    } else if let Some(changed) = self.value(value, encoded && key == Some(b"body")) {
                        self.put(at, end, &changed);
                    }
                    (key, at) = (None, end);
                    continue;
                }
                b'[' if secret && hidden == 0 => {
                    let end = list_end(text, at);
                    self.put(at, end, INSTEAD);
                    (key, at) = (None, end);
                    continue;
                }
                b'{' | b'[' => {
                    hidden += usize::from(secret);
                    key = None;
                }
                b'}' | b']' => {
                    hidden = hidden.saturating_sub(1);
                    key = None;
                }
                b',' => key = None,
                _ => {}
            }
            at += 1;
        }
        if self.copied == 0 {
            return None;
        }
        self.out.extend_from_slice(&text[self.copied..]);
        Some(self.out)
    }

    /// Has `value` stand, as a JSON string, for what is there.
    fn put(&mut self, at: usize, end: usize, value: &str) {
        self.out.extend_from_slice(&self.text[self.copied..at]);
        self.out.extend_from_slice(serde_json::Value::from(value).to_string().as_bytes());
        self.copied = end;
    }

    /// A string's content without the secrets in it, if it has any.
    fn value(&self, literal: &[u8], encoded: bool) -> Option<String> {
        if !encoded && !self.names.may_be_in(literal) {
            return None;
        }
        let content = unescaped(literal)?;
        if encoded {
            // Of one that was cut off, what is whole.
            let whole = &content.as_bytes()[..content.len() / 4 * 4];
            let decoded = BASE64_STANDARD.decode(whole).ok()?;
            return within(self.names, &decoded, self.depth + 1).map(|text| BASE64_STANDARD.encode(text));
        }
        let changed = within(self.names, content.as_bytes(), self.depth + 1)?;
        String::from_utf8(changed).ok()
    }
}

/// Whether the event says that its body is base64.
fn is_encoded(text: &[u8]) -> bool {
    const FLAG: &[u8] = b"\"isBase64Encoded\"";
    let after = text.windows(FLAG.len()).position(|part| part == FLAG).map(|at| &text[at + FLAG.len()..]);
    let value = after.and_then(|rest| rest.trim_ascii_start().strip_prefix(b":"));
    value.is_some_and(|rest| rest.trim_ascii_start().starts_with(b"true"))
}

/// A JSON string's content; of one that was cut off, what is whole.
fn unescaped(literal: &[u8]) -> Option<String> {
    if let Ok(content) = serde_json::from_slice(literal) {
        return Some(content);
    }
    let text = String::from_utf8_lossy(literal);
    let text = text.trim_end_matches(['\u{fffd}', '\\']);
    // A `\u` that was cut off is at most five characters long.
    (0..6).find_map(|short| {
        let kept = text.char_indices().rev().nth(short).map(|(at, last)| &text[..at + last.len_utf8()])?;
        serde_json::from_str(&format!("{kept}\"")).ok()
    })
}

/// Behind the string that begins at `from`, or the end of the text.
fn string_end(text: &[u8], from: usize) -> usize {
    let mut at = from + 1;
    while let Some(byte) = text.get(at) {
        match byte {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    text.len()
}

/// Behind the list that begins at `from`, or the end of the text.
fn list_end(text: &[u8], from: usize) -> usize {
    let (mut at, mut open) = (from, 0_usize);
    while let Some(byte) = text.get(at) {
        match byte {
            b'"' => {
                at = string_end(text, at);
                continue;
            }
            b'[' => open += 1,
            b']' => open -= 1,
            _ => {}
        }
        at += 1;
        if open == 0 {
            return at;
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(text: &str) -> String {
        let changed = redacted(&Names::default(), text.as_bytes());
        changed.map_or_else(|| text.to_owned(), |bytes| String::from_utf8(bytes).expect("text"))
    }

    #[test]
    fn secrets_are_redacted_and_the_rest_is_as_it_was() {
        let body = r#"{"headers":{"Authorization":"Bearer abc","x":"y"},"password": "a\"b", "n": [1, {}]}"#;
        let told =
            r#"{"headers":{"Authorization":"[redacted]","x":"y"},"password": "[redacted]", "n": [1, {}]}"#;
        assert_eq!(kept(body), told);
        let numbers = r#"{"tokenCount":3,"token":true,"password":null,"secret":"","tokens":5}"#;
        assert_eq!(kept(numbers), numbers, "numbers stay");
        let below = r#"{"secrets":{"db":"abc","port":1,"more":["d"]},"after":"plain"}"#;
        assert_eq!(
            kept(below),
            r#"{"secrets":{"db":"[redacted]","port":1,"more":["[redacted]"]},"after":"plain"}"#
        );
    }

    #[test]
    fn cookies_are_secrets_in_every_form_they_come_in() {
        let event = r#"{"cookies":["sid=1","b=[2]"],"headers":{"cookie":"sid=1"},"multiValueHeaders":{"Set-Cookie":["a=1"]}}"#;
        let text = kept(event);
        assert!(!text.contains("sid=") && !text.contains("a=1"), "{text}");
        assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok(), "{text}");
        assert!(text.contains(r#""headers":{"cookie":"[redacted]"}"#), "{text}");
    }

    #[test]
    fn bodies_within_events_have_their_secrets_taken_out_too() {
        assert_eq!(
            kept(r#"{"body":"{\"password\":\"x\",\"n\":1}","path":"/"}"#),
            r#"{"body":"{\"password\":\"[redacted]\",\"n\":1}","path":"/"}"#
        );
        let inner =
            serde_json::json!({"Message": serde_json::json!({"db_pwd": "x\n"}).to_string()}).to_string();
        let text = kept(&serde_json::json!({"Records": [{"body": inner}]}).to_string());
        assert!(text.contains("[redacted]") && !text.contains("x\\"), "{text}");
        let form = BASE64_STANDARD.encode("user=ada&password=x");
        let text = kept(&format!(r#"{{"body":"{form}","isBase64Encoded": true}}"#));
        let there = BASE64_STANDARD.encode("user=ada&password=[redacted]");
        assert_eq!(text, format!(r#"{{"body":"{there}","isBase64Encoded": true}}"#));
    }

    #[test]
    fn forms_and_query_strings_are_looked_into() {
        assert_eq!(kept("user=ada&password=x%20y&n=1"), "user=ada&password=[redacted]&n=1");
        assert_eq!(
            kept(
                r#"{"rawQueryString":"token=abc&page=2","body":"pwd=x","url":"https://a.b/c?access_token=1#top"}"#
            ),
            r#"{"rawQueryString":"token=[redacted]&page=2","body":"pwd=[redacted]","url":"https://a.b/c?access_token=[redacted]#top"}"#
        );
        for plain in
            ["the secret of success = work", "tokenCount=3", r#"{"text":"no token=here, only words"}"#]
        {
            assert_eq!(kept(plain), plain);
        }
    }

    #[test]
    fn what_was_cut_off_hides_nothing_less() {
        let whole =
            r#"{"a":"b","nested":"{\"password\":\"hunter2\"}","password":"hunter2","cookies":["hunter2"]}"#;
        for end in 0..whole.len() {
            let text = kept(&whole[..end]);
            assert!(!text.contains("hunter2"), "{text}");
        }
        let deep = (0..40).fold(r#"{"password":"x"}"#.to_owned(), |inner, _| format!(r#"{{"a":[{inner}"#));
        assert!(!kept(&deep).contains(r#""x""#));
    }
}
