//! `coldframe logs`: lines of one function or of all, as they were written, and as they come.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    pin::pin,
    process::ExitCode,
};

use coldframe_host::Reading;
use coldframe_protocol::{LiveBatch, LogLine, LogQuery};
use serde_json::Value;

use crate::{
    Failure,
    args::{Global, Logs},
    verbs::{call, find, print_json, reading, say},
};

/// Lines asked for at a time.
const PAGE: u32 = 5_000;
/// Lines that a search has printed already and that may come again.
const REMEMBERED: usize = 20_000;
const UNDER_WAY: usize = 2_000;

pub(crate) async fn run(global: Global, verb: Logs) -> Result<ExitCode, Failure> {
    let record = reading(global).await?;
    let result = print(&record, &verb).await;
    record.close();
    result.map(|()| ExitCode::SUCCESS)
}

async fn print(record: &Reading, verb: &Logs) -> Result<(), Failure> {
    let function = match &verb.function {
        Some(name) => Some(find(record, name).await?.id),
        None => None,
    };
    let mut wanted = Wanted { record, function, search: verb.search.clone(), began: HashMap::new() };
    // Listening begins before the past is read, so that nothing falls between.
    let live = match record {
        Reading::Host(host) if verb.follow => Some(host.live().await?),
        Reading::Host(_) | Reading::Record(_) => None,
    };
    let (lines, more) = wanted.last(verb.limit).await?;
    if more {
        eprintln!("note: showing the newest {}, and there are older ones; see --limit", lines.len());
    }
    if verb.json && !verb.follow {
        print_json(&lines);
        return Ok(());
    }
    let named = function.is_none();
    lines.iter().for_each(|line| show(line, named, verb.json));
    let Some(live) = live else {
        if verb.follow {
            eprintln!(
                "note: no host is running, so nothing more will come; start one with `coldframe serve`"
            );
        }
        return Ok(());
    };
    let mut printed = Printed::default();
    for line in &lines {
        printed.is_new(line.id);
    }
    let mut live = pin!(live);
    loop {
        let batch = tokio::select! {
            batch = futures_util::StreamExt::next(&mut live) => batch,
            _ = tokio::signal::ctrl_c() => return Ok(()),
        };
        let Some(batch) = batch else { return Ok(()) };
        let news = wanted.of_batch(batch).await?;
        news.iter().filter(|line| printed.is_new(line.id)).for_each(|line| show(line, named, verb.json));
    }
}

/// By id, not by which came last: lines of a call that took long come later than their place in time.
#[derive(Default)]
struct Printed {
    known: HashSet<i64>,
    order: VecDeque<i64>,
}

impl Printed {
    fn is_new(&mut self, id: i64) -> bool {
        let new = self.known.insert(id);
        if new {
            self.order.push_back(id);
        }
        if self.order.len() > REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
        new
    }
}

struct Wanted<'a> {
    record: &'a Reading,
    function: Option<i64>,
    search: Option<String>,
    /// Calls under way, by id, with the first line of each: only at its end it is known what a call is like.
    began: HashMap<i64, i64>,
}

impl Wanted<'_> {
    /// The last lines, oldest first, and whether there are older ones.
    async fn last(&self, limit: u32) -> Result<(Vec<LogLine>, bool), Failure> {
        let mut pages: Vec<Vec<LogLine>> = Vec::new();
        // One more than is printed tells whether there are more.
        let mut room = limit.saturating_add(1);
        loop {
            let before = pages.last().and_then(|page| page.first()).map(|line| line.id);
            let asked = room.min(PAGE);
            let page = self.page(None, before, asked).await?;
            let got = u32::try_from(page.len()).unwrap_or(asked);
            pages.push(page);
            room -= got.min(room);
            if got < asked || room == 0 {
                break;
            }
        }
        let mut lines: Vec<LogLine> = pages.into_iter().rev().flatten().collect();
        let surplus = lines.len().saturating_sub(limit as usize);
        lines.drain(..surplus);
        Ok((lines, surplus > 0))
    }

    /// Those of a live batch. What a search means is the host's to say: it is asked from the first line on that came,
    /// or that belongs to a call which has ended.
    async fn of_batch(&mut self, batch: LiveBatch) -> Result<Vec<LogLine>, Failure> {
        let mut lines = batch.logs;
        lines.retain(|line| self.function.is_none_or(|function| line.function_id == function));
        if self.search.is_none() {
            return Ok(lines);
        }
        if self.began.len() > UNDER_WAY {
            self.began.clear();
        }
        for line in &lines {
            if let Some(call) = line.invocation_id {
                let first = self.began.entry(call).or_insert(line.id);
                *first = line.id.min(*first);
            }
        }
        let ended = batch.invocations.iter().filter_map(|call| self.began.remove(&call.id));
        let Some(first) = lines.iter().map(|line| line.id).chain(ended).min() else { return Ok(lines) };
        let mut found = Vec::new();
        let mut after = first - 1;
        loop {
            let page = self.page(Some(after), None, PAGE).await?;
            let last = page.last().map(|line| line.id);
            let full = page.len() >= PAGE as usize;
            found.extend(page);
            match last {
                Some(last) if full => after = last,
                _ => return Ok(found),
            }
        }
    }

    async fn page(
        &self,
        after: Option<i64>,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<LogLine>, Failure> {
        let search = self.search.clone();
        let query = LogQuery { function: self.function, search, after, before, limit: Some(limit) };
        call(self.record, "logs", serde_json::to_value(query).unwrap_or(Value::Null)).await
    }
}

fn show(line: &LogLine, named: bool, json: bool) {
    if json {
        say(serde_json::to_string(line).unwrap_or_default());
        return;
    }
    let at = line.at.get(11..23).unwrap_or(&line.at);
    // Lambda's Python joins the lines of a traceback with carriage returns: a terminal would write them over each other.
    let text = line.text.replace("\r\n", "\n").replace('\r', "\n");
    let twin = if line.resident { "(twin) " } else { "" };
    if named {
        say(format_args!("{at} {} {twin}{text}", line.function));
    } else {
        say(format_args!("{at} {twin}{text}"));
    }
}
