//! What compilers and build tools say of a mistake: its first place, and their words for it.

use std::{path::Path, sync::LazyLock};

use regex::Regex;

use super::{super::MEND, Work, shown};
use crate::domain::Problem;

macro_rules! pattern {
    ($name:ident, $text:literal) => {
        static $name: LazyLock<Regex> =
            LazyLock::new(|| Regex::new($text).expect("the pattern is a constant"));
    };
}

// Maven colours what it says even where it is told not to.
pattern!(COLOUR, r"\x1b\[[0-9;]*m");
// Maven: `/p/A.java:[12,9] cannot find symbol`, Kotlin's older `/p/A.kt: (3, 5) …`.
pattern!(MAVEN, r"^(.+\.(?:java|kt|scala|groovy)): ?[\[(](\d+), ?(\d+)[\])] (.+)$");
// javac itself, as Gradle lets it speak, and Kotlin: `/p/A.java:12: error: …`, `e: file:///p/A.kt:3:5 …`.
pattern!(PLAIN, r"^(?:e: )?(?:file://)?(.+\.(?:java|kt|scala|groovy)):(\d+):(?:(\d+):?)? ?(?:error: )?(.+)$");
// Maven of a pom: `Non-parseable POM /p/pom.xml: … @ line 3, column 5`, `… @ line 3, column 5`; Gradle of a script.
pattern!(BUILD, r"(?:@ ?line (\d+), column \d+|@(\d+):\d+)");
pattern!(SCRIPT, r"Build file '[^']+' line: (\d+)");
pattern!(JDK, r"(?:release version|invalid (?:source|target) release:?) ?(\S+)");

/// The first error of a build, and where it is.
pub(super) fn first_error(said: &str, work: &Work<'_>) -> Problem {
    told(said, work.file, work.project)
}

fn told(said: &str, build: &Path, project: &Path) -> Problem {
    let said = COLOUR.replace_all(said, "");
    let lines: Vec<&str> = said
        .lines()
        .map(|line| line.trim_end().trim_start_matches("[ERROR]").trim_start_matches("[FATAL]"))
        .map(|line| line.strip_prefix(' ').unwrap_or(line))
        .collect();
    for (at, line) in lines.iter().enumerate() {
        let Some(found) = MAVEN.captures(line).or_else(|| PLAIN.captures(line)) else { continue };
        let mut message = found[4].trim().to_owned();
        // javac names what it does not find two lines further on.
        let symbol = lines[at + 1..].iter().take(4).find_map(|next| next.trim().strip_prefix("symbol:"));
        if let Some(symbol) = symbol {
            let words: Vec<&str> = symbol.split_whitespace().collect();
            message = format!("{message}: {}", words.join(" "));
        }
        if let Some(column) = found.get(3) {
            message.push_str(&format!(" (column {})", column.as_str()));
        }
        let file = shown(Path::new(&found[1]), project);
        return Problem::error(message).at(file, found[2].parse().ok()).hint(MEND);
    }
    // Gradle says where and what under headings of its own.
    let heading = lines.iter().position(|line| line.trim() == "* What went wrong:").map_or(0, |at| at + 1);
    let spoken: Vec<&str> = lines[heading..]
        .iter()
        .map(|line| line.trim())
        .take_while(|line| *line != "* Try:")
        .filter(|line| !line.is_empty() && !is_noise(line))
        .collect();
    let (first, rest) = match spoken.as_slice() {
        [] => ("the build failed", &[][..]),
        // Which task it was says less than why.
        [_, why, rest @ ..] if heading > 0 && why.starts_with("> ") => (why.trim_start_matches("> "), rest),
        [first, rest @ ..] => (*first, rest),
    };
    // Maven begins with what it did; what is wrong stands behind.
    let message = first
        .split_once("Failed to execute goal ")
        .map_or(first, |(_, rest)| rest.split_once(": ").map_or(rest, |(_, why)| why));
    let place = BUILD.captures(first).or_else(|| SCRIPT.captures(&said));
    let place = place.and_then(|found| found.iter().skip(1).flatten().next()?.as_str().parse().ok());
    let message = message.split(" -> [Help").next().unwrap_or(message).trim();
    let problem = Problem::error(message.to_owned()).at(shown(build, project), place);
    if let Some(version) = JDK.captures(&said) {
        return problem.hint(format!(
            "the JDK that builds it is older: install a JDK {}, or let JAVA_HOME lead to one",
            &version[1]
        ));
    }
    if said.contains("No compiler is provided") {
        return problem.hint("a JRE cannot compile: install a JDK");
    }
    if said.contains("org.gradle.wrapper.") {
        return problem
            .hint("the project's wrapper fetches Gradle the first time, from the address in its gradle-wrapper.properties: check that it is reached");
    }
    let rest: Vec<&str> = rest.iter().filter(|line| !line.starts_with("->")).copied().take(2).collect();
    problem.hint(if rest.is_empty() {
        "run the build in a terminal to see all it says".to_owned()
    } else {
        rest.join("; ")
    })
}

/// What a tool says whatever happened.
fn is_noise(line: &str) -> bool {
    [
        "COMPILATION ERROR",
        "FAILURE: Build failed",
        "* What went wrong",
        "The build could not read",
        "Some problems were encountered",
        "-----",
        "[INFO]",
        "[WARNING]",
        "WARNING:",
        "Picked up ",
        "openjdk version ",
        "OpenJDK ",
    ]
    .iter()
    .any(|start| line.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(said: &str) -> String {
        told(said, Path::new("/p/hello/pom.xml"), Path::new("/p")).to_string()
    }

    #[test]
    fn a_compilers_first_error_is_told_with_its_place() {
        let maven = "\u{1b}[0m[ERROR] COMPILATION ERROR : \n[ERROR] /p/hello/src/main/java/a/Hello.java:[12,9] cannot find symbol\n[ERROR]   symbol:   variable nothing\n[ERROR]   location: class a.Hello\n[ERROR] Failed to execute goal …\n";
        let place = "hello/src/main/java/a/Hello.java:12: cannot find symbol: variable nothing";
        assert_eq!(first(maven), format!("{place} (column 9)\nhint: {MEND}"));
        let gradle = "/p/hello/src/main/java/a/Hello.java:12: error: cannot find symbol\n        nothing();\n        ^\n  symbol:   variable nothing\n1 error\n\nFAILURE: Build failed with an exception.\n";
        assert_eq!(first(gradle), format!("{place}\nhint: {MEND}"));
        let kotlin = "e: file:///p/hello/src/main/kotlin/A.kt:3:5 unresolved reference: x\n";
        assert_eq!(
            first(kotlin),
            format!("hello/src/main/kotlin/A.kt:3: unresolved reference: x (column 5)\nhint: {MEND}")
        );
    }

    #[test]
    fn gradle_is_read_under_its_headings() {
        let said = "openjdk version \"17\"\n\nFAILURE: Build failed with an exception.\n\n* Where:\nBuild file '/p/hello/build.gradle' line: 3\n\n\
                    * What went wrong:\nA problem occurred evaluating root project 'hello'.\n> Could not find method nothing()\n\n* Try:\nRun with --stacktrace\n";
        let build = Path::new("/p/hello/build.gradle");
        assert_eq!(
            told(said, build, Path::new("/p")).to_string(),
            "hello/build.gradle:3: Could not find method nothing()\nhint: run the build in a terminal to see all it says"
        );
    }

    #[test]
    fn what_is_wrong_with_the_build_itself_is_told_of_its_file() {
        assert_eq!(
            first(
                "[ERROR] Failed to execute goal org.apache.maven.plugins:maven-compiler-plugin:3.13.0:compile (default-compile) on project hello: Fatal error compiling: error: release version 99 not supported -> [Help 1]\n"
            ),
            "hello/pom.xml: Fatal error compiling: error: release version 99 not supported\n\
             hint: the JDK that builds it is older: install a JDK 99, or let JAVA_HOME lead to one"
        );
        assert_eq!(
            first(
                "[FATAL] Non-parseable POM /p/hello/pom.xml: unexpected character (position: START_TAG seen …) @3:5 @ line 3, column 5\n"
            ),
            "hello/pom.xml:3: Non-parseable POM /p/hello/pom.xml: unexpected character (position: START_TAG seen …) @3:5 @ line 3, column 5\n\
             hint: run the build in a terminal to see all it says"
        );
        assert_eq!(
            first(
                "Exception in thread \"main\" java.net.UnknownHostException: gradle.example\n\tat java.base/sun.nio.ch.X.connect(X.java:1)\n\tat org.gradle.wrapper.Download.download(Download.java:80)\n"
            ),
            "hello/pom.xml: Exception in thread \"main\" java.net.UnknownHostException: gradle.example\n\
             hint: the project's wrapper fetches Gradle the first time, from the address in its gradle-wrapper.properties: check that it is reached"
        );
    }
}
