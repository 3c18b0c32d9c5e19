//! Functions in Java: which classes of a Maven or Gradle project handle events, and what a handler's text says of them.

use std::{path::Path, sync::LazyLock};

use regex::Regex;

use crate::{
    domain::{App, Problem},
    languages::java::{
        Tool,
        classes::{self, Class, source_of},
    },
    name,
    project::Project,
};

const CLIENT: &str = "aws-lambda-java-runtime-interface-client";

static HANDLER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\bclass\s+(\w+)[^{;]*\bimplements\b[^{;]*\b(Request(?:Stream)?Handler)\b")
        .expect("the pattern is a constant")
});

/// Those of a folder that is built by itself and depends on Lambda's interfaces.
pub(crate) fn handlers(project: &Project, folder: &Path) -> Vec<Class> {
    classes::implementing(project, folder, "aws-lambda-java", &HANDLER)
}

/// Of several classes in one build each is called by its own name.
pub(crate) fn tell_apart(apps: &mut [App]) {
    if apps.len() > 1 {
        for app in apps {
            let class = app.handler.rsplit('.').next().unwrap_or(&app.handler).to_owned();
            crate::detecting::rename(app, &name::callable(&class));
        }
    }
}

/// What its files say of an app: what builds it, what runs it, and whether the handler's class is there.
pub(crate) fn note(project: &Project, app: &mut App) {
    let shown = project.shown(&app.root);
    let Some((tool, build)) = Tool::of(&app.root) else {
        app.problems.push(
            Problem::error(format!("nothing builds it: there is no pom.xml and no build.gradle in {shown}"))
                .hint("name the folder that holds one as its code; an archive alone is not run"),
        );
        return;
    };
    app.why.push(format!("{} builds its classes", project.shown(&build)));
    app.manifests.push(build.clone());
    if !project.peek(&build).is_some_and(|text| text.contains(CLIENT)) {
        app.assumed.push(format!(
            "AWS's own runtime client for Java runs it, fetched once by {}, as on AWS it lies beside the code",
            tool.as_str()
        ));
    }
    app.problems.extend(missing_class(project, app));
}

/// A class in a package of the project's own that no file defines. One of a library cannot be looked for here.
fn missing_class(project: &Project, app: &App) -> Option<Problem> {
    let class = app.handler.split("::").next().unwrap_or(&app.handler);
    let outer = class.split('$').next().unwrap_or(class);
    let odd = |letter: char| !(letter.is_alphanumeric() || matches!(letter, '.' | '_'));
    if outer.is_empty() || outer.contains(odd) {
        let short: String = app.handler.chars().take(60).flat_map(char::escape_debug).collect();
        return Some(Problem::error(format!("handler `{short}` does not name a class")).hint(
            "write it as PACKAGE.CLASS or PACKAGE.CLASS::METHOD, such as example.Hello::handleRequest",
        ));
    }
    let file = source_of(&app.root, outer);
    let package = file.parent()?;
    (package.is_dir() && outer.contains('.') && !file.is_file()).then(|| {
        let message = format!("{} does not seem to exist, which the handler names", project.shown(&file));
        Problem::warning(message).hint("correct the handler, or create the class")
    })
}

/// The runtime of a bare folder, and the sentence that says where it comes from.
pub(crate) fn runtime(project: &Project, folder: &Path) -> (String, String) {
    let named = classes::version(project, folder);
    match named {
        Some((version, build)) => {
            let runtime = OFFERED.iter().find(|(offered, _)| *offered >= version).unwrap_or(&NEWEST).1;
            (runtime.into(), format!("runtime {runtime}, for the Java {version} of {build}"))
        }
        None => (USUAL.into(), format!("runtime {USUAL}, because no file names a version")),
    }
}

const USUAL: &str = "java21";
const NEWEST: (u32, &str) = (25, "java25");
/// <https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html>
const OFFERED: [(u32, &str); 5] = [(8, "java8.al2"), (11, "java11"), (17, "java17"), (21, "java21"), NEWEST];

#[cfg(test)]
mod tests {
    use crate::testing::Inline;

    const POM: &str = "<project><properties><maven.compiler.release>17</maven.compiler.release></properties>\n\
                       <dependency><artifactId>aws-lambda-java-core</artifactId></dependency></project>\n";

    fn class(package: &str, name: &str, interface: &str) -> String {
        format!(
            "package {package};\n// class Old implements RequestHandler<A, B> {{}}\npublic final class {name}\n    implements {interface} {{\n}}\n"
        )
    }

    #[test]
    fn classes_that_handle_events_are_found_beside_a_build() {
        let project = Inline::new(&[
            ("hello/pom.xml", POM),
            (
                "hello/src/main/java/garden/Hello.java",
                &class("garden", "Hello", "RequestHandler<Map<String, String>, String>"),
            ),
            ("hello/src/main/java/garden/Seed.java", "package garden;\npublic record Seed(String name) {}\n"),
            (
                "two/build.gradle.kts",
                "java { toolchain { languageVersion = JavaLanguageVersion.of(21) } }\nimplementation(\"com.amazonaws:aws-lambda-java-core:1.2.3\")\n",
            ),
            (
                "two/src/main/java/a/One.java",
                &class("a", "One", "com.amazonaws.services.lambda.runtime.RequestStreamHandler"),
            ),
            ("two/src/main/java/a/Two.java", &class("a", "Two", "RequestHandler<A, B>")),
            ("library/pom.xml", "<project/>"),
            ("library/src/main/java/b/Other.java", &class("b", "Other", "RequestHandler<A, B>")),
        ]);
        insta::assert_snapshot!(project.summary(), @r"
        aws hello: java java17 garden.Hello in hello (3 s, 128 MB)
          why: hello/src/main/java/garden/Hello.java implements RequestHandler
          why: hello/pom.xml builds its classes
          assumed: runtime java17, for the Java 17 of hello/pom.xml
          assumed: timeout 3 s, memory 128 MB, as on AWS when nothing is set; coldframe.toml can change them
          assumed: AWS's own runtime client for Java runs it, fetched once by Maven, as on AWS it lies beside the code
        aws One: java java21 a.One in two (3 s, 128 MB)
          why: two/src/main/java/a/One.java implements RequestStreamHandler
          why: two/build.gradle.kts builds its classes
          assumed: runtime java21, for the Java 21 of two/build.gradle.kts
          assumed: timeout 3 s, memory 128 MB, as on AWS when nothing is set; coldframe.toml can change them
          assumed: AWS's own runtime client for Java runs it, fetched once by Gradle, as on AWS it lies beside the code
        aws Two: java java21 a.Two in two (3 s, 128 MB)
          why: two/src/main/java/a/Two.java implements RequestHandler
          why: two/build.gradle.kts builds its classes
          assumed: runtime java21, for the Java 21 of two/build.gradle.kts
          assumed: timeout 3 s, memory 128 MB, as on AWS when nothing is set; coldframe.toml can change them
          assumed: AWS's own runtime client for Java runs it, fetched once by Gradle, as on AWS it lies beside the code
        ");
    }

    #[test]
    fn a_manifests_handler_is_looked_for_among_the_sources() {
        let template = |handler: &str| {
            format!(
                "Resources:\n  A:\n    Type: AWS::Serverless::Function\n    Metadata: {{BuildMethod: maven}}\n    Properties:\n      CodeUri: hello\n      Runtime: java17\n      Handler: {handler}\n"
            )
        };
        let problems = |handler: &str| {
            let project = Inline::new(&[
                ("template.yaml", &template(handler)),
                ("hello/pom.xml", POM),
                ("hello/src/main/java/garden/Hello.java", &class("garden", "Hello", "RequestHandler<A, B>")),
            ]);
            project.problems()
        };
        assert_eq!(problems("garden.Hello::handleRequest"), "");
        assert_eq!(problems("garden.Hello$Inner"), "");
        assert_eq!(problems("org.springframework.FunctionInvoker"), "", "a library's class");
        assert_eq!(
            problems("garden.Hullo"),
            "Warning template.yaml:8: hello/src/main/java/garden/Hullo.java does not seem to exist, which the handler names; \
             hint: correct the handler, or create the class\n"
        );
        assert_eq!(
            problems("garden/Hello"),
            "Error template.yaml:8: handler `garden/Hello` does not name a class; hint: write it as PACKAGE.CLASS or \
             PACKAGE.CLASS::METHOD, such as example.Hello::handleRequest\n"
        );
    }

    #[test]
    fn an_archive_leads_to_the_build_that_makes_it() {
        let project = Inline::new(&[
            (
                "template.yaml",
                "Resources:\n  A:\n    Type: AWS::Serverless::Function\n    Properties: {CodeUri: hello/target/hello.jar, Runtime: java17, Handler: garden.Hello}\n",
            ),
            (
                "other/serverless.yml",
                "provider: {name: aws, runtime: java21}\npackage: {artifact: build/libs/other.jar}\nfunctions: {other: {handler: garden.Hello}}\n",
            ),
            ("hello/pom.xml", POM),
            ("other/build.gradle", ""),
        ]);
        insta::assert_snapshot!(project.summary(), @r"
        aws other: java java21 garden.Hello in other (6 s, 1024 MB)
          why: other/serverless.yml declares other
          why: other/build.gradle builds its classes
          assumed: AWS's own runtime client for Java runs it, fetched once by Gradle, as on AWS it lies beside the code
        aws A: java java17 garden.Hello in hello (3 s, 128 MB)
          why: template.yaml declares A, an AWS::Serverless::Function
          why: hello/pom.xml builds its classes
          assumed: AWS's own runtime client for Java runs it, fetched once by Maven, as on AWS it lies beside the code
        ");
    }
}
