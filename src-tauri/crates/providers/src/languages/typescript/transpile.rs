//! One TypeScript file to one JavaScript file: types removed, imports pointed at what the build makes of their
//! targets, and in CommonJS folders `import` and `export` turned into `require`. No types are checked.

use std::path::Path;

use oxc::{
    allocator::Allocator,
    ast::ast::{
        Argument, CallExpression, ExportAllDeclaration, ExportFromDeclaration, Expression, ImportDeclaration,
        ImportExpression, Program, Statement, StringLiteral, TSExternalModuleReference,
    },
    ast_visit::{VisitMut, walk_mut},
    codegen::{Codegen, CodegenOptions, CodegenReturn},
    diagnostics::OxcDiagnostic,
    parser::Parser,
    semantic::SemanticBuilder,
    span::SourceType,
    str::Str,
    transformer::{HelperLoaderMode, Module, TransformOptions, Transformer},
    transformer_plugins::ModuleRunnerTransform,
};

/// What the nearest package.json makes of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    CommonJs,
    Module,
}

pub(super) struct Transpiled {
    pub(super) code: String,
    /// JSON.
    pub(super) map: String,
}

/// A mistake in the source; line and column count from 1.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mistake {
    pub(super) message: String,
    pub(super) line: Option<u32>,
    pub(super) column: Option<u32>,
    pub(super) help: Option<String>,
}

/// Recursive: to be called through [`super::depth::bounded`].
///
/// `rewrite` is asked for every specifier of the file; `interop` is where `interop.cjs` lies, as the file would name it.
pub(super) fn transpile(
    path: &Path,
    text: &str,
    format: Format,
    interop: &str,
    rewrite: &mut dyn FnMut(&str) -> Option<String>,
) -> Result<Transpiled, Mistake> {
    let allocator = Allocator::default();
    let source_type = SourceType::from_path(path).unwrap_or_else(|_| SourceType::ts());
    let parsed = Parser::new(&allocator, text, source_type).parse();
    if let Some(error) = parsed.diagnostics.errors().next() {
        return Err(mistake(error, text));
    }
    let mut program = parsed.program;
    let has_module_syntax = program.body.iter().any(Statement::is_module_declaration);
    Specifiers { allocator: &allocator, rewrite }.visit_program(&mut program);

    let checked = SemanticBuilder::new()
        .with_check_syntax_error(true)
        .with_enum_eval(true)
        .with_excess_capacity(2.0)
        .build(&program);
    if let Some(error) = checked.diagnostics.errors().next() {
        return Err(mistake(error, text));
    }
    let mut options = TransformOptions::default();
    options.helper_loader.mode = HelperLoaderMode::External;
    options.decorator.legacy = true;
    options.decorator.emit_decorator_metadata = true;
    options.env.module = match format {
        Format::CommonJs => Module::CommonJS,
        Format::Module => Module::Preserve,
    };
    let transformed = Transformer::new(&allocator, path, &options)
        .build_with_scoping(checked.semantic.into_scoping(), &mut program);
    if let Some(error) = transformed.diagnostics.errors().next() {
        return Err(mistake(error, text));
    }
    if format == Format::CommonJs {
        // The transformer leaves its scoping behind in a state of its own: made anew, it is that of this program.
        let scoping = SemanticBuilder::new().build(&program).semantic.into_scoping();
        ModuleRunnerTransform::new().transform(&allocator, &mut program, scoping);
        import_at_once(&mut program);
    }
    let options = CodegenOptions { source_map_path: Some(path.to_owned()), ..CodegenOptions::default() };
    let CodegenReturn { code, map, .. } = Codegen::new().with_options(options).build(&program);
    let prelude = prelude(&code, format, has_module_syntax, interop);
    let lines = prelude.matches('\n').count();
    let map = map.map(|map| map.to_json()).map_or_else(String::new, |map| {
        serde_json::json!({
            "version": 3,
            "sources": map.sources,
            "names": map.names,
            "mappings": format!("{}{}", ";".repeat(lines), map.mappings),
        })
        .to_string()
    });
    Ok(Transpiled { code: prelude + &code, map })
}

/// Definitions the transformed code counts on, in one line of their own.
fn prelude(code: &str, format: Format, has_module_syntax: bool, interop: &str) -> String {
    let helpers = code.contains("babelHelpers.");
    match format {
        Format::Module if helpers => format!("import {interop:?};\n"),
        Format::Module => String::new(),
        Format::CommonJs => {
            let mut line = String::new();
            if has_module_syntax {
                // Once more than the transformer says it, because a directive has to come first.
                line.push_str("\"use strict\";Object.defineProperty(exports,\"__esModule\",{value:true});");
            }
            if code.contains("__vite_ssr_") {
                line.push_str(&format!(
                    "const __vite_ssr_exports__=exports,{{__vite_ssr_import__,__vite_ssr_exportAll__,\
                     __vite_ssr_dynamic_import__,__vite_ssr_import_meta__}}=require({interop:?})(require,module);"
                ));
            } else if helpers {
                line.push_str(&format!("require({interop:?});"));
            }
            if !line.is_empty() {
                line.push('\n');
            }
            line
        }
    }
}

/// `const a = await __vite_ssr_import__("x")` without the `await`: here an import is a `require`.
fn import_at_once(program: &mut Program<'_>) {
    for statement in &mut program.body {
        let Statement::VariableDeclaration(declaration) = statement else { continue };
        for declarator in &mut declaration.declarations {
            if let Some(Expression::AwaitExpression(awaited)) = &mut declarator.init
                && let Expression::CallExpression(call) = &awaited.argument
                && call.callee.is_specific_id("__vite_ssr_import__")
            {
                let Some(Expression::AwaitExpression(awaited)) = declarator.init.take() else { continue };
                declarator.init = Some(awaited.unbox().argument);
            }
        }
    }
}

struct Specifiers<'a, 'r> {
    allocator: &'a Allocator,
    rewrite: &'r mut dyn FnMut(&str) -> Option<String>,
}

impl<'a> Specifiers<'a, '_> {
    fn rewrite(&mut self, literal: &mut StringLiteral<'a>) {
        if let Some(new) = (self.rewrite)(literal.value.as_str()) {
            literal.value = Str::from_str_in(&new, &self.allocator);
            literal.raw = None;
        }
    }
}

impl<'a> VisitMut<'a> for Specifiers<'a, '_> {
    fn visit_import_declaration(&mut self, declaration: &mut ImportDeclaration<'a>) {
        // A type has no file to load.
        if !declaration.import_kind.is_type() {
            self.rewrite(&mut declaration.source);
        }
    }
    fn visit_export_from_declaration(&mut self, declaration: &mut ExportFromDeclaration<'a>) {
        if !declaration.export_kind.is_type() {
            self.rewrite(&mut declaration.source);
        }
    }
    fn visit_export_all_declaration(&mut self, declaration: &mut ExportAllDeclaration<'a>) {
        if !declaration.export_kind.is_type() {
            self.rewrite(&mut declaration.source);
        }
    }
    fn visit_ts_external_module_reference(&mut self, reference: &mut TSExternalModuleReference<'a>) {
        self.rewrite(&mut reference.expression);
    }
    fn visit_import_expression(&mut self, expression: &mut ImportExpression<'a>) {
        match &mut expression.source {
            Expression::StringLiteral(literal) => self.rewrite(literal),
            _ => walk_mut::walk_import_expression(self, expression),
        }
    }
    fn visit_call_expression(&mut self, call: &mut CallExpression<'a>) {
        if call.callee.is_specific_id("require")
            && let Some(Argument::StringLiteral(literal)) = call.arguments.first_mut()
        {
            self.rewrite(literal);
            return;
        }
        walk_mut::walk_call_expression(self, call);
    }
}

fn mistake(error: &OxcDiagnostic, text: &str) -> Mistake {
    let before = error.labels.first().and_then(|label| text.get(..label.offset() as usize));
    let count = |count: usize| u32::try_from(count + 1).ok();
    Mistake {
        message: error.message.to_string(),
        line: before.and_then(|before| count(before.matches('\n').count())),
        column: before.and_then(|before| count(before.rsplit('\n').next().unwrap_or(before).chars().count())),
        help: error.help.as_ref().map(ToString::to_string),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(name: &str, text: &str, format: Format) -> String {
        let mut rewrite = |specifier: &str| (specifier == "./words").then(|| "./words.js".to_owned());
        match transpile(Path::new(name), text, format, "./interop.cjs", &mut rewrite) {
            Ok(transpiled) => transpiled.code,
            Err(mistake) => panic!("{mistake:?}"),
        }
    }

    #[test]
    fn types_go_and_specifiers_point_at_files() {
        let text = "import type { T } from './types'\nimport { word, type W } from './words'\n\
                    export const handler = async (event: T): Promise<W> => word(event) as W\n";
        insta::assert_snapshot!(run("a.ts", text, Format::Module), @r#"
        import { word } from "./words.js";
        export const handler = async (event) => word(event);
        "#);
    }

    #[test]
    fn modules_become_commonjs_where_the_folder_is() {
        let text = "import fs, { readFileSync as read } from 'node:fs'\nimport * as all from './words'\n\
                    export * from './words'\nexport { a as b } from './words'\nexport let count = 0\n\
                    export default function () { count++; return read(fs, all, import.meta.url, import('./words')) }\n";
        insta::assert_snapshot!(run("a.ts", text, Format::CommonJs), @r#"
        "use strict";Object.defineProperty(exports,"__esModule",{value:true});const __vite_ssr_exports__=exports,{__vite_ssr_import__,__vite_ssr_exportAll__,__vite_ssr_dynamic_import__,__vite_ssr_import_meta__}=require("./interop.cjs")(require,module);
        "use strict";
        Object.defineProperty(__vite_ssr_exports__, "b", {
        	enumerable: true,
        	configurable: true,
        	get() {
        		return __vite_ssr_import_3__.a;
        	}
        });
        Object.defineProperty(__vite_ssr_exports__, "count", {
        	enumerable: true,
        	configurable: true,
        	get() {
        		return count;
        	}
        });
        Object.defineProperty(__vite_ssr_exports__, "default", {
        	enumerable: true,
        	configurable: true,
        	get() {
        		return __vite_ssr_export_default__;
        	}
        });
        const __vite_ssr_import_0__ = __vite_ssr_import__("node:fs", { importedNames: ["default", "readFileSync"] });
        const __vite_ssr_import_1__ = __vite_ssr_import__("./words.js");
        const __vite_ssr_import_2__ = __vite_ssr_import__("./words.js");
        __vite_ssr_exportAll__(__vite_ssr_import_2__);
        const __vite_ssr_import_3__ = __vite_ssr_import__("./words.js", { importedNames: ["a"] });
        let count = 0;
        const __vite_ssr_export_default__ = function() {
        	count++;
        	return (0, __vite_ssr_import_0__.readFileSync)(__vite_ssr_import_0__.default, __vite_ssr_import_1__, __vite_ssr_import_meta__.url, __vite_ssr_dynamic_import__("./words.js"));
        };
        "#);
    }

    #[test]
    fn a_mistake_has_its_line() {
        let mut none = |_: &str| None;
        let mistake = transpile(
            Path::new("a.ts"),
            "const a: number = 1\n\nconst b = ;\n",
            Format::Module,
            "./interop.cjs",
            &mut none,
        )
        .err()
        .unwrap();
        assert_eq!((mistake.line, mistake.column), (Some(3), Some(11)), "{mistake:?}");
    }
}
