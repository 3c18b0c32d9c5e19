//! What a template that is wrong, hostile or something else is told.

use super::PYTHON;
use crate::testing::Inline;

#[test]
fn mistakes_name_file_and_line_and_cost_only_themselves() {
    let project = Inline::new(&[
        (
            "template.yaml",
            r"Transform: AWS::Serverless-2016-10-31
Parameters:
  Memory: {Type: Number}
Resources:
  Good:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: src, Handler: app.lambda_handler, Runtime: python3.12}
  NoFile:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src
      Runtime: python3.12
      Handler: nothing.here
  NoName:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: src, Handler: app.other, Runtime: python3.12}
  Odd:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src
      Handler: app.lambda_handler
      Runtime: python3.12
      Timeout: 1000
      MemorySize: !Ref Memory
      Architectures: [risc]
      Layers: [arn:aws:lambda:x]
      Environment:
        Variables:
          IMPORTED: !ImportValue other
          1BAD: x
          AWS_REGION: eu-west-1
          LISTED: [a]
  Net:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: src, Handler: a.B::c, Runtime: dotnet8}
  Missing:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: nowhere, Handler: app.lambda_handler, Runtime: python3.12}
  NoRuntime:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: src, Handler: app.lambda_handler}
  Image:
    Type: AWS::Serverless::Function
    Properties: {PackageType: Image}
  Unsure:
    Type: AWS::Serverless::Function
    Condition: Nowhere
    Properties: {CodeUri: src, Handler: app.lambda_handler, Runtime: python3.12}
  NotAMap: 3
  Nested: {Type: AWS::Serverless::Application}
",
        ),
        ("src/app.py", PYTHON),
        ("broken/template.yaml", "Resources:\n  A: {Type: AWS::Lambda::Function\n  B: [\n"),
    ]);
    insta::assert_snapshot!(project.problems(), @r"
    Error template.yaml:13: handler `nothing.here`: src/nothing.py does not exist; hint: correct the handler, or create the file
    Warning template.yaml:16: src/app.py does not seem to define `other`; hint: correct the handler's name, or add the function
    Warning template.yaml:23: Timeout is `1000`, not a whole number of seconds from 1 to 900; hint: Lambda refuses it: write one from 1 to 900; until then 3 s is used
    Warning template.yaml:24: MemorySize of Odd is not known: parameter `Memory` has no default; hint: give the parameter a Default, or a value under [parameters] in coldframe.toml; until then 128 MB is used
    Warning template.yaml:25: architecture `risc` is neither x86_64 nor arm64; hint: Lambda refuses it; x86_64 is used
    Warning template.yaml:29: environment variable `IMPORTED` is not set: Fn::ImportValue is not decided by the template alone; hint: set IMPORTED in .env or coldframe.toml
    Warning template.yaml:30: `1BAD` is no name of a variable; it is left out; hint: use letters, digits and underscores, not beginning with a digit
    Warning template.yaml:31: Lambda sets AWS_REGION itself and refuses a function that sets it; hint: take it out of the manifest; what only this machine needs belongs into coldframe.toml
    Warning template.yaml:32: environment variable `LISTED` is not set: a list stands where a text belongs; hint: set LISTED in .env or coldframe.toml
    Warning template.yaml:26: layer arn:aws:lambda:x of Odd is not added to its code; hint: install what it holds beside the function's code
    Error template.yaml:38: code folder nowhere does not exist; hint: correct the path, or build what it names first
    Error broken/template.yaml:3: while parsing a flow mapping, did not find expected ',' or '}'; hint: correct the file; nothing in it is used until then
    Warning template.yaml:35: function `Net` needs dotnet8, which Coldframe does not run; it is left out; hint: it runs python3.x, nodejs, java, ruby and provided runtimes
    Warning template.yaml:39: function `NoRuntime` has no Runtime; it is left out; hint: add one, such as python3.12
    Warning template.yaml:42: function `Image` is a container image, which is not run; it is left out; hint: declare its code in coldframe.toml
    Warning template.yaml:47: whether function Unsure exists is not known: there is no condition Nowhere; hint: write the value itself, or set it in coldframe.toml; until then it is taken to
    Error template.yaml:49: resource NotAMap is `3`, not a map; hint: give it a Type, such as AWS::Serverless::Function
    Warning template.yaml:50: the nested application Nested is not read; hint: functions in it can be added in coldframe.toml
    ");
    let names: Vec<String> = project.detect().apps.into_iter().map(|app| app.name).collect();
    assert_eq!(names, ["Good", "NoFile", "NoName", "Odd", "Missing", "Unsure"]);
}

#[test]
fn everything_that_is_not_known_is_named_with_what_is_taken_instead() {
    let project = Inline::new(&[
        (
            "template.yaml",
            r"Transform: AWS::Serverless-2016-10-31
Parameters:
  Open: {Type: String}
Resources:
  Odd:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: !Sub '${Open}-odd'
      CodeUri: src
      Handler: !ImportValue handler
      Runtime: python3.12
      Description: !ImportValue words
      Timeout: !Ref Open
      MemorySize: !ImportValue memory
      EphemeralStorage: {Size: !Ref Open}
      Architectures: [!Ref Open]
      Environment:
        Variables:
          A: !ImportValue a
          B: !Sub '${Open}-${Nowhere}-${Odd.Nothing}'
          C: !Join ['-', [x, !ImportValue c, !Ref Open]]
  Gone:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: !Ref Open
      Handler: app.lambda_handler
      Runtime: !Ref Open
  Folder:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.lambda_handler
      Runtime: python3.12
      CodeUri: build/folder
",
        ),
        ("src/app.py", PYTHON),
    ]);
    insta::assert_snapshot!(project.problems(), @r"
    Warning template.yaml:8: FunctionName of Odd is not known: parameter `Open` has no default; hint: give the parameter a Default, or a value under [parameters] in coldframe.toml; until then it is called `Odd`
    Warning template.yaml:10: Handler of Odd is not known: Fn::ImportValue is not decided by the template alone; hint: write the value itself, or set it in coldframe.toml; until then only a `bootstrap` could be started
    Warning template.yaml:12: Description of Odd is not known: Fn::ImportValue is not decided by the template alone; hint: write the value itself, or set it in coldframe.toml; until then it has none
    Warning template.yaml:13: Timeout of Odd is not known: parameter `Open` has no default; hint: give the parameter a Default, or a value under [parameters] in coldframe.toml; until then 3 s is used
    Warning template.yaml:14: MemorySize of Odd is not known: Fn::ImportValue is not decided by the template alone; hint: write the value itself, or set it in coldframe.toml; until then 128 MB is used
    Warning template.yaml:15: EphemeralStorage.Size of Odd is not known: parameter `Open` has no default; hint: give the parameter a Default, or a value under [parameters] in coldframe.toml; until then 512 MB is used
    Warning template.yaml:16: Architectures of Odd is not known: parameter `Open` has no default; hint: give the parameter a Default, or a value under [parameters] in coldframe.toml; until then x86_64 is used
    Warning template.yaml:19: environment variable `A` is not set: Fn::ImportValue is not decided by the template alone; hint: set A in .env or coldframe.toml
    Warning template.yaml:20: environment variable `B` is not set: parameter `Open` has no default, and `Nowhere` is neither a parameter nor a resource of this template, and Odd.Nothing exists only after a deployment; hint: set B in .env or coldframe.toml
    Warning template.yaml:21: environment variable `C` is not set: Fn::ImportValue is not decided by the template alone, and parameter `Open` has no default; hint: set C in .env or coldframe.toml
    Error template.yaml:33: code folder build/folder does not exist; hint: correct the path, or build what it names first
    Warning template.yaml:27: Runtime of Gone is not known: parameter `Open` has no default; hint: give the parameter a Default, or a value under [parameters] in coldframe.toml; until then it is left out
    Warning template.yaml:25: the code of Gone is not known: parameter `Open` has no default; hint: give the parameter a Default, or a value under [parameters] in coldframe.toml; until then it is left out
    ");
}

#[test]
fn numbers_lambda_refuses_are_named_with_their_range() {
    let resource = |name: &str, timeout: &str, memory: &str| {
        format!(
            "  {name}:\n    Type: AWS::Serverless::Function\n    Properties:\n      CodeUri: src\n      Handler: app.lambda_handler\n      Runtime: python3.12\n      Timeout: {timeout}\n      MemorySize: {memory}\n"
        )
    };
    let text = [
        resource("Negative", "-5", "-1"),
        resource("Zero", "0", "0"),
        resource("Text", "soon", "256MB"),
        resource("Fraction", "1.5", "[128]"),
        resource("Large", "901", "99999999999999999999999"),
        resource("Right", "'900'", "10240"),
    ];
    let text = format!("Resources:\n{}", text.concat());
    let project = Inline::new(&[("template.yaml", &text), ("src/app.py", PYTHON)]);
    insta::assert_snapshot!(project.problems(), @r"
    Warning template.yaml:8: Timeout is `-5`, not a whole number of seconds from 1 to 900; hint: Lambda refuses it: write one from 1 to 900; until then 3 s is used
    Warning template.yaml:9: MemorySize is `-1`, not a whole number of MB from 128 to 10240; hint: Lambda refuses it: write one from 128 to 10240; until then 128 MB is used
    Warning template.yaml:16: Timeout is `0`, not a whole number of seconds from 1 to 900; hint: Lambda refuses it: write one from 1 to 900; until then 3 s is used
    Warning template.yaml:17: MemorySize is `0`, not a whole number of MB from 128 to 10240; hint: Lambda refuses it: write one from 128 to 10240; until then 128 MB is used
    Warning template.yaml:24: Timeout is `soon`, not a whole number of seconds from 1 to 900; hint: Lambda refuses it: write one from 1 to 900; until then 3 s is used
    Warning template.yaml:25: MemorySize is `256MB`, not a whole number of MB from 128 to 10240; hint: Lambda refuses it: write one from 128 to 10240; until then 128 MB is used
    Warning template.yaml:32: Timeout is `1.5`, not a whole number of seconds from 1 to 900; hint: Lambda refuses it: write one from 1 to 900; until then 3 s is used
    Warning template.yaml:33: MemorySize is a list, not a whole number of MB from 128 to 10240; hint: Lambda refuses it: write one from 128 to 10240; until then 128 MB is used
    Warning template.yaml:40: Timeout is `901`, not a whole number of seconds from 1 to 900; hint: Lambda refuses it: write one from 1 to 900; until then 3 s is used
    Warning template.yaml:41: MemorySize is `99999999999999999999999`, not a whole number of MB from 128 to 10240; hint: Lambda refuses it: write one from 128 to 10240; until then 128 MB is used
    ");
    let right = project.detect().apps.pop().expect("the last of them");
    assert_eq!((right.settings.timeout.as_secs(), right.settings.memory_mb), (900, 10_240));
}

#[test]
fn hostile_templates_end_quickly() {
    let mut text = String::from("Conditions:\n  C0: !Equals [a, a]\n");
    for level in 1..500 {
        let below = level - 1;
        text.push_str(&format!("  C{level}: !And [!Condition C{below}, !Condition C{below}]\n"));
    }
    text.push_str("  Loop: !Not [!Condition Loop]\nResources:\n");
    let mut sub = String::from("x");
    for _ in 0..20 {
        sub = format!("!Sub ['${{A}}${{A}}${{A}}${{A}}', {{A: {sub}}}]");
    }
    for (name, condition) in [("A", "C499"), ("B", "Loop")] {
        text.push_str(&format!(
            "  {name}:\n    Type: AWS::Serverless::Function\n    Condition: {condition}\n    Properties:\n      FunctionName: !Sub '${{{name}}}'\n      Runtime: python3.12\n      Handler: app.lambda_handler\n      CodeUri: ../../../../../../../../etc\n      Environment: {{Variables: {{BIG: {sub}}}}}\n"
        ));
    }
    let project = Inline::new(&[("template.yaml", &text)]);
    insta::assert_snapshot!(project.problems(), @r"
    Error template.yaml:510: handler `app.lambda_handler`: /etc/app.py does not exist; hint: correct the handler, or create the file
    Warning template.yaml:510: its code lies outside the project, at /etc; hint: changes there are not seen; open a folder that holds both
    Warning template.yaml:512: environment variable `BIG` is not set: its values refer to values too many times over; hint: set BIG in .env or coldframe.toml
    Error template.yaml:519: handler `app.lambda_handler`: /etc/app.py does not exist; hint: correct the handler, or create the file
    Warning template.yaml:519: its code lies outside the project, at /etc; hint: changes there are not seen; open a folder that holds both
    Warning template.yaml:521: environment variable `BIG` is not set: its values refer to values too many times over; hint: set BIG in .env or coldframe.toml
    Warning template.yaml:438: whether function A exists is not known: conditions name conditions too many times over; hint: write the value itself, or set it in coldframe.toml; until then it is taken to
    Warning template.yaml:502: whether function B exists is not known: the condition Loop depends on itself; hint: write the value itself, or set it in coldframe.toml; until then it is taken to
    ");
}

#[test]
fn values_that_double_without_growing_end_quickly() {
    let mut text = String::from("Resources:\n");
    let mut nothing = String::from("''");
    for _ in 0..25 {
        nothing = format!("!Sub ['${{A}}${{A}}', {{A: {nothing}}}]");
    }
    let function = |name: &str, value: &str| {
        format!(
            "  {name}:\n    Type: AWS::Serverless::Function\n    Properties:\n      Runtime: python3.12\n      Handler: app.lambda_handler\n      CodeUri: src\n      Environment: {{Variables: {{X: {value}}}}}\n"
        )
    };
    text.push_str(&function("Doubling", &nothing));
    text.push_str(&function("After", "!Sub '${AWS::Region}'"));
    let project = Inline::new(&[("template.yaml", &text), ("src/app.py", PYTHON)]);
    insta::assert_snapshot!(project.problems(), @r"
    Warning template.yaml:8: environment variable `X` is not set: its values refer to values too many times over; hint: set X in .env or coldframe.toml
    ");
    let after = project.detect().apps.pop().expect("the function after it");
    assert_eq!(after.env.get("X").map(String::as_str), Some("us-east-1"), "others are read as ever");
}

/// What is said about a `template.yaml` (or another name) of which nothing can be used.
fn only_problems(name: &str, text: &str) -> String {
    let project = Inline::new(&[(name, text), ("app.py", PYTHON)]);
    let detection = project.detect();
    assert!(detection.apps.is_empty(), "{}", project.summary());
    project.problems()
}

#[test]
fn a_damaged_or_misspelt_template_is_an_error_of_the_project() {
    let function = "\n  F:\n    Type: AWS::Serverless::Function\n    Properties: {Handler: app.lambda_handler, Runtime: python3.12}\n";
    let heading = "Transform: AWS::Serverless-2016-10-31\n";
    let all = [
        ("template.yaml", "Resources:\n  F: [\n".to_owned()),
        ("template.yml", String::new()),
        ("template.yaml", "# soon\n".into()),
        ("template.yaml", "AWSTempl".into()),
        ("template.yaml", heading.into()),
        ("template.yaml", format!("{heading}Resources:\n")),
        ("template.yaml", format!("Resources:{}", function.replace("Serverless::", "Serverles::"))),
        ("sam.yaml", format!("{heading}Resources:{}", function.replace("::Function", "::Fuction"))),
        ("template.yaml", format!("Resources:{}", function.replace("::Function", "::Handler"))),
        (
            "sam.yaml",
            format!("Resources:{}", function.replace("Serverless", "Lambda").replace("Function", "Funktion")),
        ),
        ("template.yaml", format!("Resource:{function}")),
        ("sam.yaml", format!("resources:{function}")),
        ("template.yaml", format!("{heading}Resources:{}", function.replace("Type:", "Typ:"))),
        ("template.yaml", "Resources:\n  F:\n".into()),
    ];
    let all = all.map(|(name, text)| only_problems(name, &text));
    insta::assert_snapshot!(all.concat(), @r"
    Error template.yaml:3: while parsing a node, did not find expected node content; hint: correct the file; nothing in it is used until then
    Error template.yml: it is empty; hint: write its Resources, or remove the file
    Error template.yaml: it is empty; hint: write its Resources, or remove the file
    Error template.yaml:1: it is only `AWSTempl`; hint: write its Resources, or remove the file
    Error template.yaml:1: it has no Resources; hint: add the section; functions are declared in it
    Error template.yaml:2: Resources is nothing, not a map of resources; hint: write NAME: {Type: …} for each, or {} for none
    Error template.yaml:3: resource F is of the type `AWS::Serverles::Function`, which is not known; hint: write AWS::Serverless::Function; until then it is left out
    Error sam.yaml:4: resource F is of the type `AWS::Serverless::Fuction`, which is not known; hint: write AWS::Serverless::Function; until then it is left out
    Error template.yaml:3: resource F is of the type `AWS::Serverless::Handler`, which is not known; hint: write AWS::Serverless::Function, if it is a function; until then it is left out
    Error sam.yaml:3: resource F is of the type `AWS::Lambda::Funktion`, which is not known; hint: write AWS::Lambda::Function; until then it is left out
    Error template.yaml:1: `Resource` is no section of a template; hint: write Resources; until then there are no functions in it
    Error sam.yaml:1: `resources` is no section of a template; hint: write Resources; until then there are no functions in it
    Error template.yaml:3: resource F has no Type; hint: give it a Type, such as AWS::Serverless::Function
    Error template.yaml:2: resource F is nothing, not a map; hint: give it a Type, such as AWS::Serverless::Function
    ");
}

#[test]
fn another_type_next_to_functions_is_no_mistake_unless_it_reads_like_one() {
    let text = "Resources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties: {Handler: app.lambda_handler, Runtime: python3.12}\n  \
                L: {Type: AWS::Serverless::LayerVersion}\n  N: {Type: AWS::Serverless::NotYetKnown}\n  \
                C: {Type: AWS::CloudFront::Function}\n  X: {Type: 'AWS::Serverles::Function'}\n";
    let project = Inline::new(&[("template.yaml", text), ("app.py", PYTHON)]);
    assert_eq!(project.detect().apps.len(), 1);
    insta::assert_snapshot!(project.problems(), @"Error template.yaml:8: resource X is of the type `AWS::Serverles::Function`, which is not known; hint: write AWS::Serverless::Function; until then it is left out");
}

#[test]
fn a_template_that_is_plainly_something_else_stays_silent() {
    let others = [
        (
            "template.yaml",
            "apiVersion: scaffolder.backstage.io/v1beta3\nkind: Template\nmetadata: {name: x}\n",
        ),
        ("template.yaml", "apiVersion: v1\nkind: Pod\nspec: [\n"),
        ("template.yaml", "{% if cookiecutter.x %}\nTransform: AWS::Serverless-2016-10-31\n{% endif %}\n"),
        ("{{cookiecutter.name}}/template.yaml", "Resources:\n  {{ x }}: [\n"),
        ("template.yaml", "- hosts: all\n"),
        ("template.yaml", "title: a page\n"),
        ("data.yaml", "a: [\n"),
        ("data.yml", ""),
        ("notes.yaml", "text: write AWS::Serverless::Function\n"),
        ("stack.yaml", "Resources:\n  B: {Type: AWS::S3::Bucket}\n"),
    ];
    for (name, text) in others {
        assert_eq!(only_problems(name, text), "", "{name}: {text}");
    }
}

#[test]
fn layers_of_the_project_are_warned_of() {
    let text = "Resources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties:\n      Handler: app.lambda_handler\n      \
                Runtime: python3.12\n      Layers:\n        - !Ref Local\n        - {Ref: Stored}\n  \
                Local: {Type: AWS::Serverless::LayerVersion, Properties: {ContentUri: ./layers/common}}\n  \
                Stored: {Type: AWS::Lambda::LayerVersion, Properties: {Content: {S3Bucket: b, S3Key: k}}}\n";
    let project = Inline::new(&[("template.yaml", text), ("app.py", PYTHON)]);
    insta::assert_snapshot!(project.problems(), @r"
    Warning template.yaml:8: layer Local of F is not added to its code; hint: layers/common holds none of the folders in which its language looks, such as python: make it, or install what it holds beside the function's code
    Warning template.yaml:9: layer Stored of F is not added to its code; hint: install what it holds beside the function's code
    ");
}

#[test]
fn layers_of_the_project_are_on_the_path_of_their_functions() {
    let text = "Globals: {Function: {Layers: [!Ref First], CodeUri: src}}\nResources:\n  \
                Py: {Type: AWS::Serverless::Function, Properties: {Handler: app.lambda_handler, Runtime: python3.12, Layers: [!Ref Built]}}\n  \
                Js: {Type: AWS::Serverless::Function, Properties: {Handler: index.handler, Runtime: nodejs22.x}}\n  \
                First: {Type: AWS::Serverless::LayerVersion, Properties: {ContentUri: layers/first}}\n  \
                Built: {Type: AWS::Serverless::LayerVersion, Metadata: {BuildMethod: python3.12}, Properties: {ContentUri: layers/built}}\n";
    let project = Inline::new(&[
        ("template.yaml", text),
        ("src/app.py", PYTHON),
        ("src/index.js", "exports.handler = async () => {}\n"),
        ("layers/first/python/common.py", ""),
        ("layers/first/python/lib/python3.12/site-packages/x.py", ""),
        ("layers/first/nodejs/node_modules/common/index.js", ""),
        ("layers/built/own.py", ""),
    ]);
    assert_eq!(project.problems(), "");
    let root = project.root();
    let apps = project.detect().apps;
    let layers = |at: usize| -> Vec<String> {
        let shown = |path: &std::path::PathBuf| path.strip_prefix(&root).unwrap().display().to_string();
        apps[at].layers.iter().map(shown).collect()
    };
    assert_eq!(
        layers(0),
        ["layers/built", "layers/first/python/lib/python3.12/site-packages", "layers/first/python"],
        "the later layer covers the earlier"
    );
    assert_eq!(layers(1), ["layers/first/nodejs/node_modules"]);
    let sentence = "layer First is on its path as it lies in layers/first, and nothing of it is under /opt";
    assert!(apps.iter().all(|app| app.assumed.contains(&sentence.to_owned())), "{:?}", apps[0].assumed);
}

#[test]
fn a_missing_handler_is_named_as_what_it_is() {
    let manifest = "[package]\nname = 'two'\n[dependencies]\nlambda_runtime = '1'\n";
    let project = Inline::new(&[
        (
            "template.yaml",
            "Resources:\n  Script:\n    Type: AWS::Serverless::Function\n    Properties: {Runtime: python3.12, CodeUri: script}\n  Two:\n    Type: AWS::Serverless::Function\n    Properties: {Runtime: provided.al2023, CodeUri: two}\n  Nothing:\n    Type: AWS::Serverless::Function\n    Properties: {Runtime: provided.al2023, CodeUri: nothing}\n",
        ),
        ("script/app.py", ""),
        ("two/Cargo.toml", manifest),
        ("two/src/bin/a.rs", "fn main() {}"),
        ("two/src/bin/b.rs", "fn main() {}"),
        ("nothing/x", ""),
    ]);
    insta::assert_snapshot!(project.problems(), @r"
    Error template.yaml:2: it names no Handler; hint: add one, as FILE.FUNCTION, such as `app.lambda_handler`
    Error template.yaml:5: it names no Handler, and cargo builds several programs in two; hint: name one of: a, b
    Error template.yaml:8: no `bootstrap` in nothing, no Go program that imports aws-lambda-go, and no cargo package that depends on lambda_runtime; hint: put an executable called bootstrap there, or correct the path
    ");
}

#[test]
fn misspelt_properties_are_named_with_what_was_meant() {
    let project = Inline::new(&[
        (
            "template.yaml",
            "Globals:\n  Function:\n    Timout: 20\n    Tags: {team: beans}\nResources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties:\n      Handler: app.lambda_handler\n      Runtime: python3.12\n      CodeUri: src\n      Enviroment: {Variables: {A: 1}}\n      Memorysize: 512\n      Policies: []\n      Whatever: 1\n",
        ),
        ("src/app.py", PYTHON),
    ]);
    insta::assert_snapshot!(project.problems(), @r"
    Warning template.yaml:3: `Timout` is no property of Globals.Function; hint: write Timeout; until then it is as if it was not there
    Warning template.yaml:12: `Enviroment` is no property of AWS::Serverless::Function; hint: write Environment; until then it is as if it was not there
    Warning template.yaml:13: `Memorysize` is no property of AWS::Serverless::Function; hint: write MemorySize; until then it is as if it was not there
    Warning template.yaml:15: `Whatever` is no property of AWS::Serverless::Function; hint: it is not read
    ");
}
