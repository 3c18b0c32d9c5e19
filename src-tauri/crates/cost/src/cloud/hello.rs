//! How long AWS Lambda itself takes to start a function that does nothing, as measured there: by runtime, architecture
//! and memory. What a function's own import comes on top of.

use std::sync::LazyLock;

/// Measured on AWS in August 2026: at least 200 starts of every row.
const DATA: &str = include_str!("data/aws-lambda-hello-world-init.csv");

static STARTS: LazyLock<Vec<HelloStart>> = LazyLock::new(|| DATA.lines().skip(1).filter_map(row).collect());

/// Starts of a hello-world function from a zip file.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HelloStart {
    /// As the table names it: `python3.13`, `rust (prov.al2023)`.
    pub runtime: &'static str,
    pub architecture: &'static str,
    pub memory_mb: u32,
    pub samples: u32,
    pub p50_ms: f64,
    pub p90_ms: f64,
    pub max_ms: f64,
}

impl HelloStart {
    /// The row for a runtime (`python3.12`, `nodejs22.x`, `provided.al2023` with its language) at the nearest memory
    /// size. Where that version was not measured, the newest of the same kind; `None` where no kind fits.
    pub fn of(runtime: &str, language: &str, architecture: &str, memory_mb: u32) -> Option<Self> {
        let kinds = kinds(runtime, language);
        let architecture = if architecture == "arm64" { "arm64" } else { "x86_64" };
        let rows = || STARTS.iter().filter(move |row| row.architecture == architecture);
        let name = kinds.iter().find_map(|kind| {
            let exact = rows().find(|row| row.runtime == kind);
            exact.or_else(|| {
                rows().filter(|row| row.runtime.starts_with(kind)).max_by_key(|row| version(row.runtime))
            })
        })?;
        rows()
            .filter(|row| row.runtime == name.runtime)
            .min_by_key(|row| row.memory_mb.abs_diff(memory_mb))
            .copied()
    }
}

/// What the table may call it, most exact first.
fn kinds(runtime: &str, language: &str) -> Vec<String> {
    let family =
        ["python", "nodejs", "java", "dotnet", "ruby", "go"].iter().find(|name| runtime.starts_with(**name));
    match family {
        Some(family) => vec![runtime.to_owned(), (*family).to_owned()],
        None => {
            let name = match language {
                "node" | "typescript" => "nodejs",
                "custom" => "shell",
                other => other,
            };
            vec![format!("{name} (prov.al2023)"), name.to_owned()]
        }
    }
}

/// `python3.13` → 3.13 as something that sorts.
fn version(name: &str) -> (u32, u32) {
    let digits = name.trim_start_matches(|first: char| !first.is_ascii_digit());
    let mut numbers = digits.split(|mark: char| !mark.is_ascii_digit()).map(|part| part.parse().unwrap_or(0));
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0))
}

fn row(line: &'static str) -> Option<HelloStart> {
    let mut fields = line.split(',');
    let mut next = || fields.next();
    let (runtime, package, architecture) = (next()?, next()?, next()?);
    let (memory_mb, samples) = (next()?.parse().ok()?, next()?.parse().ok()?);
    let (p50_ms, p90_ms, max_ms) = (next()?.parse().ok()?, next()?.parse().ok()?, next()?.parse().ok()?);
    (package == "zip").then_some(HelloStart {
        runtime,
        architecture,
        memory_mb,
        samples,
        p50_ms,
        p90_ms,
        max_ms,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_table_is_read() {
        let zips = DATA.lines().filter(|line| line.split(',').nth(1) == Some("zip")).count();
        assert_eq!(STARTS.len(), zips);
        assert!(
            STARTS
                .iter()
                .all(|row| row.p50_ms <= row.p90_ms && row.p90_ms <= row.max_ms && row.samples > 100)
        );
    }

    #[test]
    fn runtimes_find_their_row() {
        let of = |runtime, language| HelloStart::of(runtime, language, "arm64", 512).map(|row| row.runtime);
        assert_eq!(of("python3.12", "python"), Some("python3.12"));
        assert_eq!(of("python3.99", "python"), Some("python3.14"), "the newest there is");
        assert_eq!(of("python", "python"), Some("python3.14"));
        assert_eq!(of("nodejs18.x", "node"), Some("nodejs24.x"));
        assert_eq!(of("provided.al2023", "rust"), Some("rust (prov.al2023)"));
        assert_eq!(of("provided.al2023", "custom"), Some("shell (prov.al2023)"));
        assert_eq!(of("provided.al2023", "cobol"), None);
    }

    #[test]
    fn the_nearest_memory_size_is_taken() {
        let mb =
            |memory_mb| HelloStart::of("python3.13", "python", "x86_64", memory_mb).map(|row| row.memory_mb);
        assert_eq!([mb(128), mb(400), mb(3_008)], [Some(128), Some(512), Some(1_024)]);
    }
}
