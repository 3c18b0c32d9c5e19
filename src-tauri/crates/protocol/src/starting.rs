//! Beginning without functions of one's own: from a template, or with the samples.

use crate::wire;

wire! {
    /// What there is to begin with, and where it would go.
    pub struct Starters {
        pub templates: Vec<FunctionTemplate>,
        /// The folder of a first project, unless the person says another.
        pub folder: String,
        /// Where the samples are copied to, unless the person says otherwise.
        pub samples: String,
    }

    /// A provider's function in a language.
    pub struct FunctionTemplate {
        pub provider: String,
        pub language: String,
        /// Of its handler, below the project; `{{name}}` stands for the function's name.
        pub file: String,
        /// What the function is called then; `{{identifier}}` stands for its name as code writes it, with _ for -.
        pub called: String,
    }

    pub struct CreateFunction {
        pub provider: String,
        pub language: String,
        pub name: String,
        /// The project's folder, made if it is not there; the open one, or [`Starters::folder`], where it is null.
        pub folder: Option<String>,
    }

    pub struct CreatedFunction {
        /// Of the function, in the project that is open now.
        pub function: i64,
        /// What was written, absolute.
        pub files: Vec<String>,
    }

    pub struct OpenSamples {
        /// The folder to put their copy in; the person's own where it is null.
        pub folder: Option<String>,
    }
}
