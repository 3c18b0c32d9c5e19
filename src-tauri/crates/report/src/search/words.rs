//! A search cut into its words.

/// `-field:value`, or a text by itself.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) not: bool,
    pub(super) field: Option<String>,
    pub(super) value: String,
}

/// # Errors
/// A quotation mark without its other half; a field without a value.
pub(super) fn words(text: &str) -> Result<Vec<Word>, String> {
    let mut rest = text.trim_start();
    let mut found = Vec::new();
    while !rest.is_empty() {
        let turned = rest
            .strip_prefix('-')
            .filter(|after| !after.is_empty() && !after.starts_with(char::is_whitespace));
        let not = turned.is_some();
        rest = turned.unwrap_or(rest);
        let field = field(rest);
        if let Some(field) = field {
            rest = &rest[field.len() + 1..];
        }
        let (value, after) = value(rest)?;
        if let Some(field) = field.filter(|_| value.is_empty()) {
            return Err(format!("{field}: has no value: write it right after the colon"));
        }
        if !value.is_empty() {
            found.push(Word { not, field: field.map(str::to_owned), value });
        }
        rest = after.trim_start();
    }
    Ok(found)
}

/// Letters before a colon, unless it is an address that begins.
fn field(text: &str) -> Option<&str> {
    let (field, after) = text.split_once(':')?;
    let is_field = !field.is_empty() && field.chars().all(|letter| letter.is_ascii_alphabetic());
    (is_field && !after.starts_with("//")).then_some(field)
}

/// Up to the next space that is in no quotation marks; and what follows.
fn value(text: &str) -> Result<(String, &str), String> {
    let mut value = String::new();
    let mut quoted = false;
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => quoted = !quoted,
            '\\' if quoted => value.extend(characters.next().map(|(_, next)| next)),
            space if space.is_whitespace() && !quoted => return Ok((value, &text[at..])),
            other => value.push(other),
        }
    }
    if quoted { Err("a quotation mark is not closed".to_owned()) } else { Ok((value, "")) }
}
