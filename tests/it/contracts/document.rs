//! The document that the checks write: a table of what runs, and one for each contract of what it does.

use super::{
    journey::Cells,
    row::{COLUMNS, Row},
};

const LANGUAGES: [&str; 8] =
    ["Python", "JavaScript", "TypeScript", "Go", "Java", "Ruby", "Rust", "any program"];

const OPENING: &str = "\
# What runs

Every contract in every language, by what it calls. These tables are written by the test `contracts`, which runs a function of
each under the real binary, calls it at its provider's own door, and compares what its caller sees and what the record has. A
cell is there because it passed. `UPDATE_CONTRACTS=1 cargo xtask test` writes them anew.
";

const HOW: &str = "
Each row below is one function that was asked for nine things:

- *cold call*: the first call waits for an instance; its phases add up to what the caller waited
- *warm call*: the next one has the same instance, and is recorded as warm
- *error*: the function throws `bad seed`; *timeout*: it does not answer in time; *crash*: its process exits with code 3. The
  cell is what the provider's caller sees, and, where it is another than the column's, the status in the record
- *reload*: its code is saved anew while calls overlap, two pairs at a time; each of them is answered, by the old code or the
  new, by the new alone once that has answered, and each is in the record
- *concurrency*: two calls that wait for each other, in one instance or in two, as the contract has it
- *environment*: variables of the contract and of the function's own, and none of the shell's
- *log capture*: a line that it prints is in the record with the call that printed it
";

const CLOSING: &str = "
AWS Lambda, Google's framework, Knative's middleware and Azure's libraries are tested besides with their own runtime
clients, where a function brings one; `tests/it` has those tests. Azure's Python and Node functions always run with
Azure's libraries. TypeScript is transpiled, not type-checked.
";

/// Of rows whose cells all passed.
pub(super) fn of(rows: &[(&Row, Cells)]) -> String {
    let mut titles: Vec<&str> = rows.iter().map(|(row, _)| row.contract.title).collect();
    titles.dedup();
    let mut text = format!("{OPENING}\n{}", head("contract", &LANGUAGES));
    for title in &titles {
        let conventions = |language: &&str| {
            let rows = rows.iter().map(|(row, _)| row);
            let own = rows.filter(|row| row.contract.title == *title && row.language == *language);
            own.map(|row| format!("`{}`", row.convention)).collect::<Vec<_>>().join(", ")
        };
        text.push_str(&line(std::iter::once((*title).to_owned()).chain(LANGUAGES.iter().map(conventions))));
    }
    text.push_str(HOW);
    for title in titles {
        text.push_str(&format!("\n## {title}\n\n{}", head("function", &COLUMNS)));
        for (row, cells) in rows.iter().filter(|(row, _)| row.contract.title == title) {
            let name = format!("{}, `{}`", row.language, row.convention);
            let cells = cells.iter().map(|cell| cell.clone().unwrap_or_default());
            text.push_str(&line(std::iter::once(name).chain(cells)));
        }
    }
    text.push_str(CLOSING);
    text
}

fn head(first: &str, columns: &[&str]) -> String {
    let names = std::iter::once(first).chain(columns.iter().copied()).map(str::to_owned);
    line(names) + &line(std::iter::repeat_n("---".to_owned(), columns.len() + 1))
}

fn line(cells: impl Iterator<Item = String>) -> String {
    format!("| {} |\n", cells.map(|cell| in_a_row(&cell)).collect::<Vec<_>>().join(" | "))
}

/// A cell's text without what would end its cell or its row.
fn in_a_row(cell: &str) -> String {
    cell.replace('\r', "\\r").replace('\n', "\\n").replace('|', "\\|")
}

#[test]
fn a_row_is_a_line_whatever_its_cells_say() {
    let cells = ["500 `bad seed\n`", "a|b"].map(str::to_owned);
    assert_eq!(line(cells.into_iter()), "| 500 `bad seed\\n` | a\\|b |\n");
}
