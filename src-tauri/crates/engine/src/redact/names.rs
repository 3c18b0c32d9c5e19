//! Which names are secrets'. A name is taken apart into its words (`db_pwd`, `passwordHash`, `X-Api-Key`), so that a word
//! counts wherever it stands, and only as a word.

use regex::bytes::{Regex, RegexBuilder};

use super::SECRET_NAMES;

/// Last words of names that tell of a secret without holding one.
const ABOUT: [&str; 14] = [
    "at", "count", "endpoint", "expires", "expiry", "in", "length", "limit", "name", "policy", "ttl", "type",
    "uri", "url",
];

#[derive(Debug)]
pub(crate) struct Names {
    own: Vec<String>,
    /// Of each secret's name its words.
    words: Vec<Vec<String>>,
    /// Of the project's own with a `*`: the texts before, between and behind the stars.
    globs: Vec<Vec<String>>,
    /// Found in every text that has such a name.
    quick: Regex,
}

impl Default for Names {
    fn default() -> Self {
        Self::with(&[])
    }
}

impl Names {
    pub(super) fn with(own: &[String]) -> Self {
        let (globs, plain): (Vec<&String>, Vec<&String>) = own.iter().partition(|name| name.contains('*'));
        let mut words: Vec<Vec<String>> = SECRET_NAMES.iter().map(|name| words_of(name)).collect();
        words.extend(plain.into_iter().map(|name| words_of(name)));
        let globs: Vec<Vec<String>> = globs
            .into_iter()
            .map(|glob| glob.to_lowercase().split('*').map(str::to_owned).collect())
            .collect();
        let stems = words
            .iter()
            .map(|words| words.iter().map(|word| regex::escape(word)).collect::<Vec<_>>().join("[^a-z0-9]*"));
        let parts = globs.iter().filter_map(|parts| parts.iter().max_by_key(|part| part.len()));
        let any: Vec<String> = stems.chain(parts.map(|part| regex::escape(part))).collect();
        // A body in base64 shows none of its names.
        let pattern = format!(r#"{}|"isbase64encoded\\*"\s*:\s*true"#, any.join("|"));
        let quick = RegexBuilder::new(&pattern).case_insensitive(true).unicode(false).build();
        let quick = quick.unwrap_or_else(|_| Regex::new("").expect("the empty pattern"));
        Self { own: own.to_vec(), words, globs, quick }
    }

    pub(crate) fn own(&self) -> &[String] {
        &self.own
    }

    pub(super) fn may_be_in(&self, text: &[u8]) -> bool {
        self.quick.is_match(text)
    }

    pub(super) fn is_secret(&self, name: &str) -> bool {
        let lower = name.to_lowercase();
        if self.globs.iter().any(|parts| fits(parts, &lower)) {
            return true;
        }
        let words = words_of(name);
        if words.len() > 1 && words.last().is_some_and(|last| ABOUT.contains(&last.as_str())) {
            return false;
        }
        self.words.iter().any(|secret| {
            let apart = words
                .windows(secret.len())
                .any(|part| part.iter().zip(secret).all(|(word, of)| is(word, of)));
            // `authtoken`, `apikey`: written as one.
            let joined = secret.concat();
            apart || words.iter().any(|word| word.strip_suffix('s').unwrap_or(word).ends_with(&joined))
        })
    }
}

/// One or several of it.
fn is(word: &str, of: &str) -> bool {
    word == of || word.strip_suffix('s') == Some(of)
}

fn fits(parts: &[String], name: &str) -> bool {
    let [first, between @ .., last] = parts else { return false };
    let Some(mut rest) = name.strip_prefix(first.as_str()).and_then(|rest| rest.strip_suffix(last.as_str()))
    else {
        return false;
    };
    between.iter().all(|part| match rest.find(part.as_str()) {
        Some(at) => {
            rest = &rest[at + part.len()..];
            true
        }
        None => false,
    })
}

/// `APIKey`, `api-key`, `user%5Bapi_key%5D`: their words, in lower case.
fn words_of(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut escaped = 0;
    let letters: Vec<char> = name.chars().collect();
    let mut begins = true;
    for (at, letter) in letters.iter().enumerate() {
        let hex = |offset: usize| letters.get(at + offset).is_some_and(char::is_ascii_hexdigit);
        if *letter == '%' && hex(1) && hex(2) {
            escaped = 3;
        }
        if escaped > 0 || !letter.is_alphanumeric() {
            escaped = usize::saturating_sub(escaped, 1);
            begins = true;
            continue;
        }
        let before = at.checked_sub(1).map(|before| letters[before]);
        let after = letters.get(at + 1);
        begins |= letter.is_uppercase()
            && (before.is_some_and(|before| !before.is_uppercase())
                || after.is_some_and(|after| after.is_lowercase()));
        if begins {
            words.push(String::new());
        }
        begins = false;
        if let Some(word) = words.last_mut() {
            word.extend(letter.to_lowercase());
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_counts_wherever_it_stands_in_a_name() {
        let names = Names::default();
        for secret in [
            "password",
            "passwordHash",
            "db_pwd",
            "tokens",
            "x-api-key",
            "apiKeys",
            "APIKey",
            "accessToken",
            "authtoken",
            "AWS_SECRET_ACCESS_KEY",
            "Set-Cookie",
            "user%5Bpassword%5D",
            "user[token]",
            "clientSecrets",
            "PASSWD",
        ] {
            assert!(names.is_secret(secret), "{secret}");
            assert!(names.may_be_in(secret.as_bytes()), "{secret}");
        }
        for plain in [
            "tokenCount",
            "token_type",
            "tokenizer",
            "keyboard",
            "secretary",
            "cookieName",
            "api",
            "pass",
            "",
        ] {
            assert!(!names.is_secret(plain), "{plain}");
        }
    }

    #[test]
    fn stars_stand_for_anything() {
        let names =
            Names::with(&["*_card".to_owned(), "iban*".to_owned(), "x-*-id".to_owned(), "tax_no".to_owned()]);
        for secret in ["bank_card", "BANK_CARD", "ibanOfBuyer", "x-user-id", "taxNo", "userTaxNo"] {
            assert!(names.is_secret(secret) && names.may_be_in(secret.as_bytes()), "{secret}");
        }
        for plain in ["cards", "the_iban", "x-id", "tax", "no"] {
            assert!(!names.is_secret(plain), "{plain}");
        }
    }
}
