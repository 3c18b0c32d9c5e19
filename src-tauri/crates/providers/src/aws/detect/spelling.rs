//! Which known word a person meant: a misspelt key or type must be named, because read as unknown it would be
//! nothing at all, and its functions with it.

use crate::{
    domain::Problem,
    manifest::{Manifest, Node},
};

/// Keys of a map that are none of the known ones: what they say is not heard.
pub(crate) fn doubts<'a>(
    manifest: &'a Manifest,
    map: &'a Node,
    known: &'a [&'a str],
    of: &'a str,
) -> impl Iterator<Item = Problem> + 'a {
    map.entries().iter().filter(|(key, _)| !known.contains(&key.text.as_str())).filter_map(move |(key, _)| {
        // CloudFormation's own words, and what merges maps.
        if key.text.starts_with("Fn::") || key.text.starts_with("<<") {
            return None;
        }
        let line = (key.line > 0).then_some(key.line);
        let problem = Problem::warning(format!("`{}` is no property of {of}", key.text));
        let problem = problem.at(&manifest.shown, line);
        Some(match nearest(&key.text, known).filter(|meant| map.get(meant).is_none()) {
            Some(meant) => problem.hint(format!("write {meant}; until then it is as if it was not there")),
            None => problem.hint("it is not read"),
        })
    })
}

/// Mistakes a word may have and still be the known one.
const MOST_MISTAKES: usize = 3;

/// The known word a text comes closest to, case aside; none where it could as well be another word of its own.
pub(crate) fn nearest<'a>(text: &str, known: &[&'a str]) -> Option<&'a str> {
    let text = text.to_lowercase();
    known
        .iter()
        .map(|&word| (distance(&text, &word.to_lowercase()), word))
        // In a short word few changes make another one.
        .filter(|(mistakes, word)| *mistakes <= MOST_MISTAKES && mistakes * 3 <= word.len())
        .min_by_key(|(mistakes, _)| *mistakes)
        .map(|(_, word)| word)
}

/// Letters to add, take away or replace to get from one to the other (Levenshtein).
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let far = to.len() + MOST_MISTAKES + 1;
    // A value of a hostile file can be long; so far away it does not matter how far.
    if from.chars().nth(far).is_some() {
        return far;
    }
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, letter) in from.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, other) in to.iter().enumerate() {
            let replaced = diagonal + usize::from(letter != *other);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_meant_is_found_and_another_word_is_not() {
        let known = ["AWS::Serverless::Function", "AWS::Lambda::Function"];
        assert_eq!(nearest("AWS::Serverles::Function", &known), Some(known[0]));
        assert_eq!(nearest("aws::lambda::fuction", &known), Some(known[1]));
        assert_eq!(nearest("AWS::CloudFront::Function", &known), None);
        assert_eq!(nearest("resource", &["Resources"]), Some("Resources"));
        assert_eq!(nearest("Outputs", &["Resources"]), None);
        assert_eq!(nearest(&"x".repeat(100_000), &known), None);
    }
}
