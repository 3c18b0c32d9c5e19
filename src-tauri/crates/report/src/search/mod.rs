//! What people type to find invocations: `fn:thumb status:error dur:>200ms since:1h "out of stock"`. All terms must
//! hold; a `-` before one turns it round; words without a field are looked for in logs, payloads and errors.

mod fields;
mod quantity;
mod words;

use coldframe_store::{Micros, Range, Term, Test};

use self::{
    fields::{Found, term},
    words::{Word, words},
};

/// What was understood.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Search {
    pub(crate) terms: Vec<Term>,
    pub(crate) range: Option<Range>,
}

/// # Errors
/// In words: which part is not understood, and what would be.
pub(crate) fn parse(text: &str, now: Micros) -> Result<Search, String> {
    let mut search = Search::default();
    for Word { not, field, value } in words(text)? {
        let found = match field {
            Some(field) => term(&field, &value)?,
            None => Found::Test(Test::Text(value)),
        };
        match found {
            Found::Test(test) => search.terms.push(Term { test, not }),
            Found::Since(_) | Found::Until(_) if not => {
                return Err("since: and until: cannot be turned round: use the other of the two".to_owned());
            }
            Found::Since(us) => search.within(now - us, Micros::MAX),
            Found::Until(us) => search.within(0, now - us),
        }
    }
    Ok(search)
}

impl Search {
    fn within(&mut self, from: Micros, to: Micros) {
        let range = self.range.unwrap_or(Range::ALL);
        self.range = Some(Range { from: range.from.max(from), to: range.to.min(to) });
    }
}

#[cfg(test)]
mod tests {
    use coldframe_store::{Compare, Number, Status};

    use super::*;

    const NOW: Micros = 10_000_000_000;

    fn tests(text: &str) -> Vec<Test> {
        parse(text, NOW).unwrap().terms.into_iter().map(|term| term.test).collect()
    }

    fn problem(text: &str) -> String {
        parse(text, NOW).unwrap_err()
    }

    #[test]
    fn every_kind_of_term_is_understood() {
        let found = parse(
            "fn:thumb -status:ok cold:yes dur:>200ms cpu:<=50 mem:>=1gb since:1h until:5m \"out of stock\" late",
            NOW,
        )
        .unwrap();
        let number = |number, compare, value| Test::Number(number, compare, value);
        let tests: Vec<Test> = found.terms.iter().map(|term| term.test.clone()).collect();
        assert_eq!(
            tests,
            [
                Test::Function("thumb".into()),
                Test::Status(vec![Status::Ok]),
                Test::Cold(true),
                number(Number::TotalUs, Compare::More, 200_000),
                number(Number::CpuUs, Compare::AtMost, 50_000),
                number(Number::MemoryKb, Compare::AtLeast, 1_048_576),
                Test::Text("out of stock".into()),
                Test::Text("late".into()),
            ]
        );
        assert_eq!(found.terms.iter().filter(|term| term.not).count(), 1);
        assert_eq!(found.range, Some(Range { from: NOW - 3_600_000_000, to: NOW - 300_000_000 }));
        assert_eq!(parse("  ", NOW).unwrap(), Search::default());
    }

    #[test]
    fn values_may_be_several_or_quoted() {
        assert_eq!(tests("status:error,timeout"), [Test::Status(vec![Status::Error, Status::Timeout])]);
        let [Test::Status(failed)] = &tests("status:failed")[..] else { panic!("a status") };
        assert!(failed.contains(&Status::Throttled) && !failed.contains(&Status::Ok));
        assert_eq!(tests("error:\"Key Error\""), [Test::Error("Key Error".into())]);
        assert_eq!(tests(r#""say \"hi\"""#), [Test::Text("say \"hi\"".into())]);
        assert_eq!(
            tests("http://here"),
            [Test::Text("http://here".into())],
            "no field of that name is meant"
        );
    }

    #[test]
    fn what_is_not_understood_is_named_with_what_would_be() {
        assert_eq!(problem("durr:>5"), "there is no field \"durr\": did you mean dur?");
        assert!(problem("colour:red").starts_with("there is no field \"colour\": one of fn, app, provider"));
        assert!(problem("status:broken").starts_with("\"broken\" is no status: one of failed, accepted"));
        assert_eq!(problem("dur:>fast"), "dur:>fast: \"fast\" is no time: a number and us, ms, s, m, h or d");
        assert_eq!(problem("mem:>5s"), "mem:>5s: \"5s\" is no size: a number and kb, mb or gb");
        assert_eq!(problem("cold:maybe"), "cold:maybe: say yes or no");
        assert_eq!(problem("fn:"), "fn: has no value: write it right after the colon");
        assert_eq!(problem("\"open"), "a quotation mark is not closed");
        assert_eq!(problem("since:>1h"), "since:>1h: say how long ago: 30m, 1h, 2d");
        assert!(problem("-since:1h").contains("cannot be turned round"));
    }

    proptest::proptest! {
        #[test]
        fn no_text_is_too_much(text in ".{0,80}") {
            let _ = parse(&text, NOW);
        }
    }
}
