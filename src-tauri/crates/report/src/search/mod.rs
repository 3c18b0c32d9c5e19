//! What people type to find invocations: `fn:thumb status:error dur:>200ms since:1h "out of stock"`. All terms must
//! hold; a `-` before one turns it round; words without a field are looked for in logs, payloads and errors. Log lines
//! are found in the same language: `fn:thumb level:error "out of stock"`, where such words are those of the line.

mod fields;
mod quantity;
mod words;

use coldframe_store::{LogTest, Micros, Range, Term, Test};

use self::{
    fields::{Found, of_call, of_line},
    words::{Word, words},
};

/// What was understood.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Search<T> {
    pub(crate) terms: Vec<Term<T>>,
    pub(crate) range: Option<Range>,
}

/// Of invocations.
///
/// # Errors
/// In words: which part is not understood, and what would be.
pub(crate) fn parse(text: &str, now: Micros) -> Result<Search<Test>, String> {
    read(text, now, of_call, Test::Text)
}

/// Of log lines.
///
/// # Errors
/// As for [`parse`].
pub(crate) fn parse_lines(text: &str, now: Micros) -> Result<Search<LogTest>, String> {
    read(text, now, of_line, LogTest::Text)
}

fn read<T>(
    text: &str,
    now: Micros,
    term: fn(&str, &str) -> Result<Found<T>, String>,
    plain: fn(String) -> T,
) -> Result<Search<T>, String> {
    let mut search = Search { terms: Vec::new(), range: None };
    for Word { not, field, value } in words(text)? {
        let found = match field {
            Some(field) => term(&field, &value)?,
            None => Found::Test(plain(value)),
        };
        match found {
            Found::Test(test) => search.terms.push(Term { test, not }),
            Found::Between(..) if not => {
                return Err(
                    "a range cannot be turned round: ask for less than the one or more than the other"
                        .to_owned(),
                );
            }
            Found::Between(from, to) => {
                search.terms.extend([from, to].map(|test| Term { test, not }));
            }
            Found::Since(_) | Found::Until(_) if not => {
                return Err("since: and until: cannot be turned round: use the other of the two".to_owned());
            }
            Found::Since(when) => search.within(when.of(now), Micros::MAX),
            Found::Until(when) => search.within(0, when.of(now)),
        }
    }
    Ok(search)
}

impl<T> Search<T> {
    fn within(&mut self, from: Micros, to: Micros) {
        let range = self.range.unwrap_or(Range::ALL);
        self.range = Some(Range { from: range.from.max(from), to: range.to.min(to) });
    }
}

#[cfg(test)]
mod tests {
    use coldframe_store::{Compare, Level, Number, Status, Stream};

    use super::*;

    const NOW: Micros = 10_000_000_000;

    /// What the interface offers while somebody types.
    const OFFERED: &str = include_str!("../../../../../ui/src/domain/vocabulary.ts");

    #[test]
    fn every_term_that_the_interface_offers_is_understood() {
        let lists = |line: &str| -> Vec<String> {
            let from = line.find('[').map_or(line.len(), |at| at + 1);
            let quoted = line[from..].split('\'').skip(1).step_by(2);
            quoted.map(str::to_owned).collect()
        };
        let named: Vec<_> = OFFERED
            .lines()
            .filter_map(|line| Some((line.strip_prefix("const ")?.split_once(" = ")?.0, lists(line))))
            .collect();
        let mut asked = 0;
        for line in OFFERED.lines() {
            let Some((name, rest)) =
                line.trim().strip_prefix("{ name: '").and_then(|rest| rest.split_once('\''))
            else {
                continue;
            };
            let shared = named.iter().find(|(of, _)| rest.contains(&format!("values: {of}")));
            let values = shared.map_or_else(|| lists(rest), |(_, values)| values.clone());
            // Names of what is in a project are not in the list.
            let values = if values.is_empty() { vec!["some".to_owned()] } else { values };
            for value in values {
                let term = format!("{name}:{value}");
                assert_eq!(parse_lines(&term, NOW).map(|_| ()), Ok(()), "{term}");
                asked += 1;
            }
        }
        assert!(asked > 50, "the list was read: {asked} terms");
    }

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
        assert_eq!(parse("  ", NOW).unwrap(), Search { terms: Vec::new(), range: None });
    }

    #[test]
    fn values_may_be_several_or_quoted() {
        assert_eq!(tests("status:error,timeout"), [Test::Status(vec![Status::Error, Status::Timeout])]);
        let [Test::Status(failed)] = &tests("status:failed")[..] else { panic!("a status") };
        assert!(failed.contains(&Status::Throttled) && !failed.contains(&Status::Ok));
        let http = |compare, code| Test::Number(Number::HttpStatus, compare, code);
        assert_eq!(
            tests("status:200 status:>=500"),
            [http(Compare::Equal, 200), http(Compare::AtLeast, 500)]
        );
        let within = |least, most| {
            [(Compare::AtLeast, least), (Compare::AtMost, most)]
                .map(|(compare, us)| Test::Number(Number::TotalUs, compare, us))
        };
        assert_eq!(tests("dur:200..900ms"), within(200_000, 900_000));
        assert!(parse("dur:200..2s", NOW).is_err(), "200 s are more than 2");
        assert_eq!(tests("dur:0.5ms..2s"), within(500, 2_000_000));
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
        assert!(problem("status:404,500").contains("one HTTP status at a time"));
        assert_eq!(
            problem("dur:9..2ms"),
            "dur:9..2ms: the smaller of the two comes first; a unit at the end is that of both"
        );
        assert!(problem("dur:..2ms").starts_with("dur:..2ms: \"\" is no time"));
        assert!(problem("-dur:1..2ms").contains("cannot be turned round"));
        assert_eq!(problem("cold:maybe"), "cold:maybe: say yes or no");
        assert_eq!(problem("fn:"), "fn: has no value: write it right after the colon");
        assert_eq!(problem("\"open"), "a quotation mark is not closed");
        assert_eq!(
            problem("since:>1h"),
            "since:>1h: say how long ago (30m, 1h, 2d) or when (2026-12-01T09:30:00Z)"
        );
        let range = parse("since:1970-01-01T01:00:00Z until:1970-01-01T03:00:30+01:00", NOW).unwrap().range;
        assert_eq!(range, Some(Range { from: 3_600_000_000, to: 7_230_000_000 }), "by the clock");
        assert!(problem("-since:1h").contains("cannot be turned round"));
    }

    #[test]
    fn what_is_beyond_64_bits_is_said_to_be_too_large() {
        for term in [
            "mem:>99999999999999999999MB",
            "dur:>99999999999999999999",
            "cpu:<99999999999999999d",
            "http:99999999999999999999",
            "attempt:>=1000000000000000000000000",
        ] {
            let said = problem(term);
            assert!(
                said.starts_with(term) && said.ends_with(" is too large: more than the record can hold"),
                "{said}"
            );
        }
        let huge = "9".repeat(400);
        assert!(problem(&format!("mem:>{huge}")).contains("is too large"), "what no float holds");
        assert!(problem(&format!("dur:1..{huge}s")).contains("is too large"), "at the end of a range");
        assert_eq!(
            problem("since:99999999999999999d"),
            "since:99999999999999999d: \"99999999999999999d\" is too long ago"
        );
        assert_eq!(tests("dur:<9000000000000ms").len(), 1, "what fits is asked");
    }

    #[test]
    fn lines_are_asked_in_the_same_words_and_a_few_more() {
        let found = parse_lines(
            "fn:thumb level:>=warn -stream:platform,stderr status:error since:1h \"out of stock\"",
            NOW,
        )
        .unwrap();
        let tests: Vec<LogTest> = found.terms.iter().map(|term| term.test.clone()).collect();
        assert_eq!(
            tests,
            [
                LogTest::Call(Test::Function("thumb".into())),
                LogTest::Level(vec![Level::Warn, Level::Error, Level::Fatal]),
                LogTest::Stream(vec![Stream::Platform, Stream::Stderr]),
                LogTest::Call(Test::Status(vec![Status::Error])),
                LogTest::Text("out of stock".into()),
            ]
        );
        assert!(found.terms[2].not && found.range.is_some());
        let levels = |text: &str| match &parse_lines(text, NOW).unwrap().terms[0].test {
            LogTest::Level(all) => all.clone(),
            other => panic!("{other:?}"),
        };
        assert_eq!(levels("level:WARNING,critical"), [Level::Warn, Level::Fatal]);
        assert_eq!(parse_lines("twin:yes", NOW).unwrap().terms[0].test, LogTest::Twin(true));
        assert_eq!(levels("level:<info"), [Level::Trace, Level::Debug]);
        let problem = |text: &str| parse_lines(text, NOW).unwrap_err();
        assert_eq!(
            problem("level:loud"),
            "\"loud\" is no level: one of trace, debug, info, warn, error, fatal"
        );
        assert_eq!(problem("stream:out"), "\"out\" is no stream: one of stdout, stderr, platform");
        assert_eq!(problem("lev:error"), "there is no field \"lev\": did you mean level?");
        assert!(problem("colour:red").ends_with("since, until, level, stream, twin"));
        assert_eq!(
            parse("level:error", NOW).unwrap_err(),
            "level: is asked of log lines: look for it on the Logs page"
        );
    }

    proptest::proptest! {
        #[test]
        fn no_text_is_too_much(text in ".{0,80}") {
            let _ = parse(&text, NOW);
            let _ = parse_lines(&text, NOW);
        }
    }
}
