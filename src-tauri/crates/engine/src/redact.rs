//! What is kept out of the record: values of members that are named like secrets, and whole files of secrets.

use std::{path::Path, sync::LazyLock};

use bytes::Bytes;
use regex::bytes::Regex;

/// Ends of names whose values are not recorded; `_` stands for `-` and nothing too.
pub const SECRET_NAMES: [&str; 8] =
    ["authorization", "cookie", "password", "passwd", "secret", "api_key", "access_key", "token"];

/// Files that are named in the record and never read into it; `*` stands for anything.
pub const SECRET_FILES: [&str; 16] = [
    ".env",
    ".env.*",
    "*.env",
    "*.pem",
    "*.key",
    "*.p12",
    "*.pfx",
    "*.jks",
    "id_rsa*",
    "id_ed25519*",
    "secrets.*",
    "credentials",
    "local.settings.json",
    ".npmrc",
    ".pypirc",
    ".netrc",
];

/// Of files with a value a line, where no quotes say where it ends.
const DATA: [&str; 7] = ["yaml", "yml", "toml", "ini", "cfg", "conf", "properties"];

fn names() -> String {
    SECRET_NAMES.map(|name| name.replace('_', "[_-]?")).join("|")
}

/// A member with a secret's name and its text, or a list of cookies.
static MEMBER: LazyLock<Regex> = LazyLock::new(|| {
    let member = format!(r#"(?i-u)("[a-z0-9_-]*(?:{})"\s*:\s*)"#, names());
    let value = r#"(?:"(?:[^"\\]|\\.)+"|\[(?:"(?:[^"\\]|\\.)*"|[^"\]])*\])"#;
    let cookies = r#"|("cookies"\s*:\s*)\[(?:"(?:[^"\\]|\\.)*"|[^"\]])*\]"#;
    Regex::new(&[&member, value, cookies].concat()).expect("a constant pattern")
});

/// A quoted text that code gives to something with a secret's name: `token = "…"`, `"token": '…'`, `token: str = "…"`.
static GIVEN: LazyLock<Regex> = LazyLock::new(|| {
    let name = format!(r#"(?i-u)([a-z0-9_-]*(?:{})["']?\]?\s*(?::\s*[\w.\[\]| ]+=|:?=|:)\s*)"#, names());
    let value = r#"(?:"(?:[^"\\\n]|\\.)+"|'(?:[^'\\\n]|\\.)+'|`(?:[^`\\]|\\.)+`)"#;
    Regex::new(&[name.as_str(), value].concat()).expect("a constant pattern")
});

static LINE: LazyLock<Regex> = LazyLock::new(|| {
    let line = format!(r#"(?im-u)^([ \t-]*[a-z0-9_.-]*(?:{})[ \t]*[:=][ \t]*)[^\s"'\[{{][^\n]*"#, names());
    Regex::new(&line).expect("a constant pattern")
});

/// A text as the record keeps it: without the values of members that are named like secrets.
pub fn redacted(text: &str) -> String {
    String::from_utf8_lossy(&redact(Bytes::copy_from_slice(text.as_bytes()))).into_owned()
}

/// Replaces the values of members that are named like secrets.
pub(crate) fn redact(bytes: Bytes) -> Bytes {
    // Most have none, and to look for one is cheaper than to replace.
    if !MEMBER.is_match(&bytes) {
        return bytes;
    }
    MEMBER.replace_all(&bytes, &b"${1}${2}\"[redacted]\""[..]).into_owned().into()
}

/// A source file's text as the record keeps it.
pub(crate) fn redacted_source(path: &Path, text: &str) -> String {
    let text = GIVEN.replace_all(text.as_bytes(), &b"${1}\"[redacted]\""[..]).into_owned();
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    let text = if DATA.contains(&extension) {
        LINE.replace_all(&text, &b"${1}[redacted]"[..]).into_owned()
    } else {
        text
    };
    String::from_utf8_lossy(&text).into_owned()
}

pub(crate) fn is_secret_file(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    SECRET_FILES.iter().any(|pattern| match pattern.split_once('*') {
        Some((start, end)) => {
            name.len() >= start.len() + end.len() && name.starts_with(start) && name.ends_with(end)
        }
        None => name == *pattern,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_redacted_and_the_rest_is_kept() {
        let body =
            Bytes::from_static(br#"{"headers":{"Authorization":"Bearer abc","x":"y"},"password": "a\"b"}"#);
        assert_eq!(
            redact(body),
            Bytes::from_static(
                br#"{"headers":{"Authorization":"[redacted]","x":"y"},"password": "[redacted]"}"#
            )
        );
    }

    #[test]
    fn cookies_are_secrets_in_every_form_they_come_in() {
        let event = Bytes::from_static(
            br#"{"cookies":["sid=1","b=[2]"],"headers":{"cookie":"sid=1"},"multiValueHeaders":{"Set-Cookie":["a=1"]}}"#,
        );
        let kept = redact(event);
        let text = String::from_utf8_lossy(&kept);
        assert!(!text.contains("sid=") && !text.contains("a=1"), "{text}");
        assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok(), "{text}");
        assert!(text.contains(r#""headers":{"cookie":"[redacted]"}"#), "{text}");
    }

    #[test]
    fn a_body_without_secrets_is_not_copied() {
        let body = Bytes::from_static(br#"{"tokens_used": 3}"#);
        assert_eq!(redact(body.clone()).as_ptr(), body.as_ptr());
    }

    #[test]
    fn code_keeps_everything_but_the_texts_given_to_secrets() {
        let source = |name: &str, text: &str| redacted_source(Path::new(name), text);
        let hidden = [
            ("app.py", "API_KEY = \"abc\""),
            ("app.py", "db_password: str = 'abc'"),
            ("app.py", "env[\"TOKEN\"] = 'abc'"),
            ("app.js", "const accessKey = `abc`"),
            ("app.js", "{ apiKey: 'abc', 'x-token': \"abc\" }"),
            ("app.go", "token := \"abc\""),
            ("a.yaml", "  - dbPassword: abc"),
            ("a.toml", "api_key = 'abc'"),
            ("a.ini", "secret=abc def"),
        ];
        for (name, text) in hidden {
            let kept = source(name, text);
            assert!(!kept.contains("abc") && kept.contains("[redacted]"), "{text} became {kept}");
        }
        let plain = [
            ("app.py", "token = os.environ['TOKEN_NAME']\nimport secrets\n"),
            ("app.py", "for token in tokens: total += 1"),
            ("app.js", "if (token === undefined) throw new Error('none')"),
            ("a.yaml", "Timeout: 3\nHandler: app.handler\n"),
        ];
        for (name, text) in plain {
            assert_eq!(source(name, text), text, "nothing here is a secret");
        }
    }

    #[test]
    fn files_of_secrets_are_known_by_their_names() {
        for name in [".env", ".env.local", "prod.env", "server.PEM", "id_rsa", "secrets.yaml", ".npmrc"] {
            assert!(is_secret_file(&Path::new("/p").join(name)), "{name}");
        }
        for name in ["app.py", "environment.ts", "secrets.py.md", "keys.json", "id_made.py", ".envrc"] {
            assert_eq!(is_secret_file(&Path::new("/p").join(name)), name.starts_with("secrets."), "{name}");
        }
    }
}
