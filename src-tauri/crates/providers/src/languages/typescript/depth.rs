//! Nesting within bounds. The compiler recurses with the source, a thread's stack is finite, and what overflows it ends
//! the whole host: so deep nesting is refused before, and what is left has a stack that its length cannot exhaust.

use std::thread;

use super::transpile::Mistake;
use crate::source::{Syntax, blank};

/// Brackets and statements without braces, one in another; what people and bundlers write stays below 200.
const DEEPEST: usize = 1_000;
/// Larger files are data.
const LARGEST: usize = 3 * 1024 * 1024;
/// For everything of a depth that is allowed: up to 8 kB a level were measured.
const STACK: usize = 16 * 1024 * 1024;
/// For nesting without brackets, which grows with the text: `!!!a`, `a+a+a`. Up to 412 bytes a byte were measured, and
/// 1193 of brackets that hide behind a regular expression. It is address space, not memory, until it is used.
const STACK_PER_BYTE: usize = 1280;
const MOST_COUNTED: usize = 1024 * 1024;

/// Runs a compiler over a text on a stack that is large enough for it.
///
/// # Errors
/// The text nests too deeply or is too large, the compiler broke off, or what it says itself.
pub(super) fn bounded<T: Send>(
    text: &str,
    compile: impl FnOnce() -> Result<T, Mistake> + Send,
) -> Result<T, Mistake> {
    let refused = |message: String, line: Option<u32>, help: &str| {
        Err(Mistake { message, line, column: None, help: Some(help.to_owned()) })
    };
    if text.len() > LARGEST {
        let message = format!("is larger than {} MB", LARGEST / 1024 / 1024);
        return refused(message, None, "keep data in a JSON file, and generated code as JavaScript");
    }
    if let Some(line) = too_deep(text) {
        let message = format!("nests more than {DEEPEST} levels deep");
        return refused(message, Some(line), "split the expression or the statement");
    }
    let stack = STACK + text.len().min(MOST_COUNTED) * STACK_PER_BYTE;
    thread::scope(|scope| {
        match thread::Builder::new().name("typescript".into()).stack_size(stack).spawn_scoped(scope, compile)
        {
            Ok(thread) => thread.join().unwrap_or_else(|_| {
                refused("the TypeScript compiler broke off at it".into(), None, "write it in another way")
            }),
            Err(error) => refused(
                format!("there is no room for a stack to compile it: {error}"),
                None,
                "close other programs, or raise the limit on virtual memory",
            ),
        }
    })
}

/// The line where a text exceeds the depth.
fn too_deep(text: &str) -> Option<u32> {
    let code = blank(Syntax::JavaScript, text);
    let bytes = code.as_bytes();
    // Of each open bracket, the statements without braces that stand one in another behind it.
    let mut open = vec![0_usize];
    let mut statements = 0;
    let mut word = 0;
    for (at, byte) in bytes.iter().enumerate() {
        let in_word = byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$');
        if !in_word {
            if matches!(&bytes[word..at], b"if" | b"for" | b"while" | b"with" | b"do")
                && let Some(run) = open.last_mut()
            {
                *run += 1;
                statements += 1;
            }
            word = at + 1;
        }
        match byte {
            b'(' | b'[' | b'{' => open.push(0),
            b')' | b']' | b'}' | b';' => {
                if *byte != b';' && open.len() > 1 {
                    statements -= open.pop().unwrap_or_default();
                }
                // A statement is over; a bracket's end may be in the middle of one.
                if matches!(byte, b'}' | b';')
                    && let Some(run) = open.last_mut()
                {
                    statements -= std::mem::take(run);
                }
            }
            _ => {}
        }
        if open.len() + statements > DEEPEST {
            let line = bytes[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
            return u32::try_from(line).ok();
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::languages::typescript::transpile::{Format, transpile};

    fn compile(text: &str) -> Result<usize, Mistake> {
        let mut none = |_: &str| None;
        bounded(text, || transpile(Path::new("a.ts"), text, Format::CommonJs, "./interop.cjs", &mut none))
            .map(|made| made.code.len())
    }

    #[test]
    fn hostile_nesting_is_an_error_with_its_line() {
        let deep = 100_000;
        for (before, open) in [
            ("export const a = ", "("),
            ("export const a = ", "["),
            ("export const a = ", "{a:"),
            ("", "{"),
            ("", "if(a)"),
            ("", "if({})for(;;)"),
            ("", "while(a)\n"),
            ("", "class A{m(){"),
            ("export const a = ", "x=>("),
            ("type T = ", "A<("),
        ] {
            let text = format!("\n\n{before}{}", open.repeat(deep));
            let mistake = compile(&text).expect_err("it is refused");
            assert!(mistake.message.contains("levels deep"), "{open}: {mistake:?}");
            assert!(mistake.line >= Some(3), "{open}: {mistake:?}");
        }
        let data = format!("export const a = '{}'", "x".repeat(LARGEST));
        assert!(compile(&data).expect_err("it is refused").message.contains("larger than"));
    }

    #[test]
    fn what_nests_without_brackets_has_the_stack_it_needs() {
        let deep = 30_000;
        for (one, last) in
            [("!", "1"), ("1+", "1"), ("x=>", "1"), ("a?b:", "1"), ("new ", "b"), ("a=", "1"), ("-(1)-", "1")]
        {
            let text = format!("let a, b\nexport const c = {}{last}", one.repeat(deep));
            let made = compile(&text);
            assert!(
                made.is_ok() || made.as_ref().is_err_and(|mistake| mistake.line == Some(2)),
                "{one}: {made:?}"
            );
        }
    }

    #[test]
    fn what_people_write_is_not_deep() {
        let lines: [&str; 6] = [
            "if (a) b()\nelse if (c) { d() }\n",
            "for (const x of y) if (x) z(x)\n",
            "do { f('(((') } while (g)\n",
            "const re = /[(]/, s = \"({[\" // ((((\n",
            "h({ i: [j, (k)] });\n",
            "/* if for while do with ( [ { */\n",
        ];
        let text = lines.concat().repeat(300);
        assert_eq!(too_deep(&text), None);
        let nested = format!("export const a = {}1{}", "[(".repeat(200), ")]".repeat(200));
        assert!(compile(&nested).is_ok());
    }
}
