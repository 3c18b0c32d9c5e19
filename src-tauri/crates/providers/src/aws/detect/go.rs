//! Go programs that are Lambda functions: packages called `main` that import `github.com/aws/aws-lambda-go`.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use crate::{
    project::Project,
    source::{Syntax, blank},
};

const LIBRARY: &str = "\"github.com/aws/aws-lambda-go/";

/// A program.
#[derive(Debug)]
pub(crate) struct Program {
    pub(crate) folder: PathBuf,
    /// The file that makes it a function.
    pub(crate) main: PathBuf,
    /// The file that answers with a stream, if one does.
    pub(crate) streams: Option<PathBuf>,
}

/// The program in a folder, not below it.
pub(crate) fn program(project: &Project, folder: &Path) -> Option<Program> {
    let inside = folder.strip_prefix(project.root()).ok()?;
    let sources = project
        .files()
        .filter(|file| file.parent() == Some(inside) && file.extension().is_some_and(|ending| ending == "go"))
        .filter(|file| !file.to_string_lossy().ends_with("_test.go"));
    let mut found = Program { folder: folder.to_path_buf(), main: PathBuf::new(), streams: None };
    for file in sources {
        let path = project.root().join(file);
        let Some(text) = project.peek(&path) else { continue };
        // A tool beside the function, as `//go:build ignore` has it, is another program.
        if !is_main(&text) || text.lines().any(|line| line.trim() == "//go:build ignore") {
            continue;
        }
        if imports(&text) && found.main.as_os_str().is_empty() {
            found.main.clone_from(&path);
        }
        if ["lambdaurl.", "LambdaFunctionURLStreamingResponse"].iter().any(|mark| text.contains(mark)) {
            found.streams = found.streams.or(Some(path));
        }
    }
    (!found.main.as_os_str().is_empty()).then_some(found)
}

/// The programs in a folder and below it.
pub(crate) fn programs(project: &Project, folder: &Path) -> Vec<Program> {
    let Ok(below) = folder.strip_prefix(project.root()) else { return Vec::new() };
    let folders: BTreeSet<PathBuf> = project
        .files()
        .filter(|file| file.starts_with(below) && file.extension().is_some_and(|ending| ending == "go"))
        .filter_map(|file| Some(project.root().join(file.parent()?)))
        .collect();
    folders.iter().filter_map(|folder| program(project, folder)).collect()
}

/// Which of several programs below `root` a handler means: a file or a folder, what its binary is called, the function's
/// own name, or the only one.
pub(crate) fn meant<'a>(
    programs: &'a [Program],
    root: &Path,
    handler: &str,
    names: &[&str],
) -> Option<&'a Program> {
    let at = crate::project::tidy(&root.join(handler));
    let spelt =
        programs.iter().find(|one| one.folder == at || at.parent() == Some(&one.folder) && one.main == at);
    let last = handler.rsplit('/').next().unwrap_or(handler);
    let named = || {
        let wanted = std::iter::once(last).chain(names.iter().copied());
        // What every compiled function is called on AWS names none of them.
        wanted.filter(|name| !["bootstrap", "main"].contains(name)).find_map(|name| {
            let lower = name.to_lowercase();
            programs.iter().find(|one| {
                one.folder.file_name().is_some_and(|folder| folder.to_string_lossy().to_lowercase() == lower)
            })
        })
    };
    let own = || programs.iter().find(|one| one.folder == root);
    let only = || if let [only] = programs { Some(only) } else { None };
    spelt.or_else(named).or_else(own).or_else(only)
}

fn imports(text: &str) -> bool {
    text.lines().any(|line| line.contains(LIBRARY) && !line.trim_start().starts_with("//"))
}

fn is_main(text: &str) -> bool {
    blank(Syntax::JavaScript, text).lines().any(|line| line.trim_end() == "package main")
}

#[cfg(test)]
mod tests {
    use crate::testing::Inline;

    const MAIN: &str = "package main\n\nimport \"github.com/aws/aws-lambda-go/lambda\"\n\nfunc main() { lambda.Start(handle) }\n";

    #[test]
    fn programs_are_found_in_folders_and_under_the_names_of_manifests() {
        let project = Inline::new(&[
            ("bare/main.go", MAIN),
            ("bare/bootstrap", "#!/bin/sh\n"),
            ("stream/main.go", &MAIN.replace("lambda.Start", "lambdaurl.Start")),
            (
                "tool/main.go",
                "package main\n// import \"github.com/aws/aws-lambda-go/lambda\"\nfunc main() {}\n",
            ),
            ("library/go.go", &MAIN.replace("package main", "package library")),
            (
                "sam/template.yaml",
                "Resources:\n  Hello:\n    Type: AWS::Serverless::Function\n    Metadata: {BuildMethod: go1.x}\n    Properties: {CodeUri: hello/, Handler: bootstrap, Runtime: provided.al2023}\n  Old:\n    Type: AWS::Serverless::Function\n    Properties: {CodeUri: cmd, Handler: old, Runtime: go1.x}\n  Gone:\n    Type: AWS::Serverless::Function\n    Metadata: {BuildMethod: go1.x}\n    Properties: {CodeUri: empty, Handler: bootstrap, Runtime: provided.al2023}\n",
            ),
            ("sam/hello/main.go", MAIN),
            ("sam/cmd/new/main.go", MAIN),
            ("sam/cmd/old/main.go", MAIN),
            ("sam/empty/readme", ""),
            (
                "sls/serverless.yml",
                "provider: {name: aws, runtime: provided.al2023}\nfunctions:\n  one: {handler: bootstrap, package: {artifact: bin/beds.zip}}\n  two: {handler: bin/seeds}\n  three: {handler: functions/seeds/main.go}\n  beds: {handler: bootstrap}\n  four: {handler: bootstrap}\n",
            ),
            ("sls/functions/beds/main.go", MAIN),
            ("sls/functions/seeds/main.go", MAIN),
        ]);
        insta::assert_snapshot!(project.summary(), @r"
        aws Hello: go provided.al2023 bootstrap in sam/hello (3 s, 128 MB)
          why: sam/template.yaml declares Hello, an AWS::Serverless::Function
          why: sam/hello/main.go imports aws-lambda-go
        aws Old: go go1.x old in sam/cmd/old (3 s, 128 MB)
          why: sam/template.yaml declares Old, an AWS::Serverless::Function
          why: sam/cmd/old/main.go imports aws-lambda-go
          assumed: AWS offers go1.x no more; provided.al2023, with a program called bootstrap, is what it would take
        aws Gone: go provided.al2023 bootstrap in sam/empty (3 s, 128 MB)
          why: sam/template.yaml declares Gone, an AWS::Serverless::Function
          Error sam/template.yaml:12: no Go program that imports github.com/aws/aws-lambda-go in sam/empty; hint: write a `package main` that calls lambda.Start there, or correct the path
        aws one: go provided.al2023 bootstrap in sls/functions/beds (6 s, 1024 MB)
          why: sls/serverless.yml declares one
          why: sls/functions/beds/main.go imports aws-lambda-go
        aws two: go provided.al2023 bin/seeds in sls/functions/seeds (6 s, 1024 MB)
          why: sls/serverless.yml declares two
          why: sls/functions/seeds/main.go imports aws-lambda-go
        aws three: go provided.al2023 functions/seeds/main.go in sls/functions/seeds (6 s, 1024 MB)
          why: sls/serverless.yml declares three
          why: sls/functions/seeds/main.go imports aws-lambda-go
        aws beds: go provided.al2023 bootstrap in sls/functions/beds (6 s, 1024 MB)
          why: sls/serverless.yml declares beds
          why: sls/functions/beds/main.go imports aws-lambda-go
        aws four: go provided.al2023 bootstrap in sls (6 s, 1024 MB)
          why: sls/serverless.yml declares four
          Error sls/serverless.yml:7: which of the Go programs in sls it is, is not said: sls/functions/beds, sls/functions/seeds; hint: name the program's folder as the handler or as the code
        aws bare: go provided.al2023 bootstrap in bare (3 s, 128 MB)
          why: bare/main.go imports aws-lambda-go
          assumed: runtime provided.al2023, which is what a compiled program runs on
          assumed: timeout 3 s, memory 128 MB, as on AWS when nothing is set; coldframe.toml can change them
        aws new: go provided.al2023 bootstrap in sam/cmd/new (3 s, 128 MB)
          why: sam/cmd/new/main.go imports aws-lambda-go
          assumed: runtime provided.al2023, which is what a compiled program runs on
          assumed: timeout 3 s, memory 128 MB, as on AWS when nothing is set; coldframe.toml can change them
        aws stream: go provided.al2023 bootstrap in stream (3 s, 128 MB)
          streams
          why: stream/main.go imports aws-lambda-go
          assumed: runtime provided.al2023, which is what a compiled program runs on
          assumed: timeout 3 s, memory 128 MB, as on AWS when nothing is set; coldframe.toml can change them
          assumed: its function URL streams, because stream/main.go answers with a stream
        ");
    }
}
