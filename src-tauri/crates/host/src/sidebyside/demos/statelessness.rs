//! Three calls, a quiet night, three more: what a function kept of the first ones, on both sides.

use coldframe_protocol::{RowResult, Side};
use serde_json::Value;

use crate::sidebyside::{
    stage::{Result, Stage},
    words::{detail, result},
};

const EACH: usize = 3;
/// Of an answer that is shown.
const SHOWN: usize = 60;

pub(super) async fn run(stage: &Stage<'_>) -> Result<RowResult> {
    let processes = stage.twin().await?.processes.len();
    stage.empty_pool().await?;
    let (mut pool, mut twin) = (Vec::new(), Vec::new());
    for call in 0..2 * EACH {
        stage.doing("calling both sides", call as f64 / (2 * EACH) as f64);
        if call == EACH {
            stage.empty_pool().await?;
        }
        pool.push(stage.call().await.well()?.shown.body.text);
        twin.push(stage.call_twin().await?.body.text);
    }
    // With several processes a few calls are answered though each ends with its call.
    stage.still_resident().await?;
    let mut found = told(&pool, &twin);
    if processes > 1 {
        found.rests_on.push(format!(
            "{processes} resident processes share the calls: each keeps its own memory, and what they write to their temp \
             folder is one for all, as on one machine. A count in memory that is to be one for all belongs into a database \
             on this side, too"
        ));
    }
    Ok(found)
}

/// What answers say: which of their fields were kept on one side and begun anew on the other.
fn told(pool: &[String], twin: &[String]) -> RowResult {
    let (pool, twin) = (fields(pool), fields(twin));
    let mut kept = Vec::new();
    let mut details = Vec::new();
    for (name, values) in &pool {
        let Some((_, resident)) = twin.iter().find(|(other, _)| other == name) else { continue };
        // Begun anew on one side, and gone on with on the other.
        let lost = values[..EACH] == values[EACH..] && values[EACH - 1] != values[0];
        if lost && resident[..EACH] != resident[EACH..] {
            kept.push(name.clone());
        }
        let shown =
            |values: &[String]| format!("{} | {}", values[..EACH].join(", "), values[EACH..].join(", "));
        if values.iter().any(|value| *value != values[0])
            || resident.iter().any(|value| *value != resident[0])
        {
            details.push(detail(name, shown(values), shown(resident)));
        }
    }
    let rests_on = vec![
        format!(
            "{EACH} calls on each side, then serverless's instances were ended as after a quiet night, then {EACH} more; | is where that was"
        ),
        "read from the answers: what a function keeps and does not tell is not seen".to_owned(),
    ];
    if kept.is_empty() {
        return RowResult {
            details,
            hint: Some("the sample `visits`, which counts in memory and in a file".to_owned()),
            rests_on,
            ..result(
                ("nothing seen", "was lost with the instances"),
                ("nothing seen", "was kept between calls"),
                "Its answers tell of nothing that it keeps between calls: it has nothing to lose.",
            )
        };
    }
    let names = kept.join(" and ");
    RowResult {
        better: Some(Side::AlwaysOn),
        details,
        rests_on,
        ..result(
            ("lost", &format!("{names}: began anew with a new instance")),
            ("kept", &format!("{names}: went on counting")),
            &format!(
                "What it keeps ({names}) was lost with the instances on serverless, and kept by the resident process: there it belongs into a database."
            ),
        )
    }
}

/// Of JSON objects each field's value in every answer; of anything else the whole.
fn fields(answers: &[String]) -> Vec<(String, Vec<String>)> {
    let parsed: Vec<Value> =
        answers.iter().map(|text| inner(serde_json::from_str(text).unwrap_or_default())).collect();
    let short = |value: &Value| {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        text.chars().take(SHOWN).collect::<String>()
    };
    match parsed.first() {
        Some(Value::Object(first)) => first
            .keys()
            .map(|name| (name.clone(), parsed.iter().map(|answer| short(&answer[name])).collect()))
            .collect(),
        _ => vec![(
            "answer".to_owned(),
            answers.iter().map(|text| text.chars().take(SHOWN).collect()).collect(),
        )],
    }
}

/// The body of an answer to a gateway, where it is one.
fn inner(answer: Value) -> Value {
    match answer["body"].as_str().and_then(|body| serde_json::from_str(body).ok()) {
        Some(body @ Value::Object(_)) => body,
        _ => answer,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(of: impl Fn(usize) -> String) -> Vec<String> {
        (0..2 * EACH).map(of).collect()
    }

    #[test]
    fn a_count_that_begins_anew_on_one_side_is_lost_there() {
        let pool = answers(|call| format!(r#"{{"visits": {}, "who": "ada"}}"#, call % EACH + 1));
        let twin = answers(|call| format!(r#"{{"visits": {}, "who": "ada"}}"#, call + 1));
        let found = told(&pool, &twin);
        assert_eq!((found.serverless.figure.as_str(), found.always_on.figure.as_str()), ("lost", "kept"));
        assert_eq!(found.better, Some(Side::AlwaysOn));
        assert_eq!(found.details.len(), 1, "what never changes is left out: {:?}", found.details);
        assert_eq!(found.details[0].serverless, "1, 2, 3 | 1, 2, 3");
    }

    #[test]
    fn a_function_that_keeps_nothing_loses_nothing() {
        let same = answers(|_| r#""hello""#.to_owned());
        assert_eq!(told(&same, &same).better, None);
        let ids = answers(|call| format!(r#"{{"request": "{call}"}}"#));
        assert_eq!(told(&ids, &ids).better, None, "what differs at every call is no memory");
        let torn = answers(|_| "{".to_owned());
        assert_eq!(told(&torn, &torn).better, None);
    }
}
