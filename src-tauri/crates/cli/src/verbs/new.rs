//! `coldframe new`: a function from a template. Needs no host; one that runs on the folder finds it by itself.

use std::process::ExitCode;

use coldframe_host::{NewFunction, create_function};

use crate::{Failure, args::New, verbs::say};

pub(crate) fn run(verb: &New) -> Result<ExitCode, Failure> {
    let function = NewFunction::new(&verb.provider, &verb.language, &verb.name)?;
    let created = create_function(&verb.dir, &function)?;
    for file in &created.files {
        say(format_args!(
            "wrote {}",
            verb.dir.join(file.strip_prefix(&created.root).unwrap_or(file)).display()
        ));
    }
    say(format_args!("call it: coldframe invoke {} --dir {}", created.called, verb.dir.display()));
    Ok(ExitCode::SUCCESS)
}
