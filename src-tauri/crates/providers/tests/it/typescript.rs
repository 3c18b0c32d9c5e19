//! TypeScript functions, built in process and run by the machine's own node.

use coldframe_providers::domain::{Language, ProviderId};
use serde_json::{Value, json};

use crate::instance::{Project, failed, text};

const FILES: [(&str, &str); 7] = [
    (
        "src/app.ts",
        "import type { Event } from './types'
import greet, { type Word, count } from './words'
import * as path from 'path'
import fs, { readFileSync } from 'node:fs'
import { double } from '../shared/double.js'
import { alias } from '@lib/alias'
import data from './data.json'

enum Kind { First = 'first' }

export const handler = async (event: Event): Promise<Record<string, unknown>> => {
  const late = await import('./late')
  count()
  return {
    greeting: greet(event.name satisfies Word), calls: count(), four: double(2), late: late.default, alias, data,
    kind: Kind.First, base: path.basename(__filename), same: fs.readFileSync === readFileSync,
    text: readFileSync(path.join(__dirname, 'note.txt'), 'utf8').trim(),
  }
}

export async function fail(event: Event): Promise<never> {
  const unused: number = 1

  throw new TypeError('bad ' + event.name)
}
",
    ),
    ("src/types.ts", "export interface Event { name: string }\n"),
    (
        "src/words.ts",
        "export type Word = string\nlet calls = 0\nexport function count(): number { return calls++ }\n\
         export default (name: Word): string => `hello ${name}`\n",
    ),
    ("src/late.ts", "export default 'late'\n"),
    ("shared/double.ts", "export const double = (n: number): number => n * 2\n"),
    ("lib/alias.ts", "export const alias = 'aliased' as const\n"),
    ("src/note.txt", "a note\n"),
];

const TSCONFIG: &str =
    "{ // comment\n  \"compilerOptions\": { \"paths\": { \"@lib/*\": [\"./lib/*\"], } } }\n";

fn typescript(handler: &str, more: &[(&str, &str)]) -> Project {
    let mut files = FILES.to_vec();
    files.extend([("src/data.json", "{\"from\":\"json\"}"), ("tsconfig.json", TSCONFIG)]);
    files.extend(more);
    Project::new(ProviderId::Aws, Language::TypeScript, handler, &files)
}

#[tokio::test]
async fn a_commonjs_folder_runs_with_every_kind_of_import() {
    let project = typescript("src/app.handler", &[("package.json", "{}")]);
    let built = project.build().await.unwrap();
    let mut files = built.files.unwrap();
    files.sort();
    let reached =
        ["lib/alias.ts", "shared/double.ts", "src/app.ts", "src/data.json", "src/late.ts", "src/words.ts"];
    assert_eq!(files, reached.map(|file| project.app.root.join(file)), "types have no file at run time");
    let (instance, _) = project.ready().await;
    let answer: Value = serde_json::from_str(&text(instance.call(r#"{"name":"you"}"#).await)).unwrap();
    assert_eq!(
        answer,
        json!({
            "greeting": "hello you", "calls": 1, "four": 4, "late": "late", "alias": "aliased",
            "data": {"from": "json"}, "kind": "first", "base": "app.js", "same": true, "text": "a note",
        })
    );
}

#[tokio::test]
async fn a_module_folder_runs_as_modules() {
    let app = "import { double } from './double'\nimport { words } from './lib/index.js'\n\
               export const handler = async (event: { n: number }): Promise<unknown> => \
               ({ four: double(event.n), words, url: import.meta.url.endsWith('app.js') })\n";
    let files = [
        ("package.json", "{\"type\":\"module\"}"),
        ("app.ts", app),
        ("double.mts", ""),
        ("double.ts", "export const double = (n: number) => n * 2\n"),
        ("lib/index.ts", "export const words: string[] = ['a']\n"),
    ];
    let project = Project::new(ProviderId::Aws, Language::TypeScript, "app.handler", &files);
    let (instance, _) = project.ready().await;
    let answer: Value = serde_json::from_str(&text(instance.call(r#"{"n":2}"#).await)).unwrap();
    assert_eq!(answer, json!({ "four": 4, "words": ["a"], "url": true }));
}

#[tokio::test]
async fn errors_name_the_line_that_was_written() {
    let project = typescript("src/app.fail", &[("package.json", "{}")]);
    let (instance, _) = project.ready().await;
    let (error_type, payload) = failed(instance.call(r#"{"name":"day"}"#).await);
    assert_eq!((error_type.as_str(), payload["errorMessage"].as_str()), ("TypeError", Some("bad day")));
    let frame = payload["trace"][1].as_str().unwrap();
    assert!(
        frame.contains(&format!("{}/src/app.ts:24:", project.app.root.display())),
        "{}",
        payload["trace"]
    );
}

#[tokio::test]
async fn a_mistake_fails_the_build_with_its_place() {
    let project =
        typescript("src/app.handler", &[("src/words.ts", "export default 1\n\nexport const count = ;\n")]);
    let problem = project.build().await.unwrap_err();
    assert_eq!((problem.file.as_deref(), problem.line), (Some("src/words.ts"), Some(3)), "{problem}");
    let project = typescript("src/app.handler", &[("src/unused.ts", "const = ;\n")]);
    project.build().await.expect("what the handler does not reach may be wrong");
}

#[tokio::test]
async fn dependencies_are_linked() {
    let files = [
        (
            "app.ts",
            "import word from 'words'\nimport { other } from 'words'\nexport const handler = async () => [word.other, other]\n",
        ),
        ("node_modules/words/package.json", "{\"main\":\"index.js\"}"),
        ("node_modules/words/index.js", "module.exports = { other: 'linked' }\n"),
    ];
    let project = Project::new(ProviderId::Aws, Language::TypeScript, "app.handler", &files);
    let (instance, _) = project.ready().await;
    assert_eq!(text(instance.call("{}").await), r#"["linked","linked"]"#);
}

#[tokio::test]
async fn decorators_run() {
    let app = "const seen: string[] = []
function note(target: object, key: string, descriptor: PropertyDescriptor) { seen.push(key) }
class Service { @note work(): string { return 'worked' } }
export const handler = async () => [new Service().work(), seen]
";
    let files = [("app.ts", app), ("package.json", "{}")];
    let project = Project::new(ProviderId::Aws, Language::TypeScript, "app.handler", &files);
    let (instance, _) = project.ready().await;
    assert_eq!(text(instance.call("{}").await), r#"["worked",["work"]]"#);
}
