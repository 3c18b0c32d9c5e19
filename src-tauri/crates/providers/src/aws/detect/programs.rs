//! Configurations that are programs: what they declare is only known by running them, and finding functions runs
//! nothing. They are named, with what has their functions found.

use crate::{domain::Problem, project::Project};

/// Of the Serverless Framework, of AWS's CDK and of SST.
const PROGRAMS: [&str; 6] =
    ["serverless.ts", "serverless.js", "serverless.mjs", "serverless.cjs", "cdk.json", "sst.config.ts"];

pub(super) fn named(project: &Project) -> Vec<Problem> {
    let found = project.files().filter(|file| {
        let is_program = file.file_name().is_some_and(|own| PROGRAMS.iter().any(|name| own == *name));
        // Of two files the framework takes the one that is none.
        is_program
            && !(file.file_stem() == Some("serverless".as_ref()) && project.has(&file.with_extension("yml")))
    });
    let problem = |shown: String| {
        Problem::warning(
            "what it deploys is made by a program, which is not run to find functions: it is not looked into",
        )
        .at(shown, None)
        .hint("name each function in coldframe.toml: [functions.NAME] with its path and handler")
    };
    found.map(|file| problem(project.shown(file))).collect()
}

#[cfg(test)]
mod tests {
    use crate::testing::Inline;

    #[test]
    fn configurations_that_are_programs_are_named() {
        let project = Inline::new(&[
            ("a/serverless.ts", "module.exports = {}\n"),
            ("b/serverless.js", "module.exports = {}\n"),
            ("b/serverless.yml", "service: b\nprovider: {name: aws}\nfunctions: {}\n"),
            ("c/cdk.json", "{\"app\": \"node bin/app.js\"}\n"),
        ]);
        insta::assert_snapshot!(project.problems(), @r"
        Warning a/serverless.ts: what it deploys is made by a program, which is not run to find functions: it is not looked into; hint: name each function in coldframe.toml: [functions.NAME] with its path and handler
        Warning c/cdk.json: what it deploys is made by a program, which is not run to find functions: it is not looked into; hint: name each function in coldframe.toml: [functions.NAME] with its path and handler
        ");
    }
}
