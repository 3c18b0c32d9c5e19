//! Where version managers and systems keep what they installed, one line each: data, in twins by system.

/// Where a manager keeps its versions.
pub(super) struct Place {
    /// As people call it.
    pub(super) from: &'static str,
    /// Names its folder, where it is set.
    pub(super) variable: &'static str,
    pub(super) root: Root,
    /// The folder in it that has one folder for each version.
    pub(super) inside: &'static str,
    /// What those folders' names begin with, before the version.
    pub(super) prefix: &'static str,
    /// The program in such a folder.
    pub(super) program: &'static str,
}

pub(super) enum Root {
    /// Below the person's home.
    Home(&'static str),
    /// Below where programs keep a person's data.
    Data(&'static str),
    /// The same for everybody.
    At(&'static str),
}

const fn place(
    from: &'static str,
    variable: &'static str,
    root: Root,
    inside: &'static str,
    prefix: &'static str,
    program: &'static str,
) -> Place {
    Place { from, variable, root, inside, prefix, program }
}

#[cfg(not(windows))]
mod here {
    use super::{
        Place,
        Root::{At, Data, Home},
        place,
    };

    /// Of [`super::Root::Data`]: the variable, and what is meant without it.
    pub(in super::super) const DATA: (&str, &str) = ("XDG_DATA_HOME", ".local/share");

    pub(in super::super) const PYTHON: [Place; 7] = [
        place("pyenv", "PYENV_ROOT", Home(".pyenv"), "versions", "", "bin/python"),
        place("uv", "UV_PYTHON_INSTALL_DIR", Data("uv/python"), "", "cpython-", "bin/python"),
        place("mise", "MISE_DATA_DIR", Data("mise"), "installs/python", "", "bin/python"),
        place("asdf", "ASDF_DATA_DIR", Home(".asdf"), "installs/python", "", "bin/python"),
        place("Homebrew", "", At("/opt/homebrew/opt"), "", "python@", "libexec/bin/python"),
        place("Homebrew", "", At("/usr/local/opt"), "", "python@", "libexec/bin/python"),
        place("Homebrew", "", At("/home/linuxbrew/.linuxbrew/opt"), "", "python@", "libexec/bin/python"),
    ];

    pub(in super::super) const NODE: [Place; 12] = [
        place("nvm", "NVM_DIR", Home(".nvm"), "versions/node", "v", "bin/node"),
        place("fnm", "FNM_DIR", Data("fnm"), "node-versions", "v", "installation/bin/node"),
        place("fnm", "", Home(".fnm"), "node-versions", "v", "installation/bin/node"),
        place(
            "fnm",
            "",
            Home("Library/Application Support/fnm"),
            "node-versions",
            "v",
            "installation/bin/node",
        ),
        place("Volta", "VOLTA_HOME", Home(".volta"), "tools/image/node", "", "bin/node"),
        place("mise", "MISE_DATA_DIR", Data("mise"), "installs/node", "", "bin/node"),
        place("asdf", "ASDF_DATA_DIR", Home(".asdf"), "installs/nodejs", "", "bin/node"),
        place("nodenv", "NODENV_ROOT", Home(".nodenv"), "versions", "", "bin/node"),
        place("n", "N_PREFIX", At("/usr/local"), "n/versions/node", "", "bin/node"),
        place("Homebrew", "", At("/opt/homebrew/opt"), "", "node@", "bin/node"),
        place("Homebrew", "", At("/usr/local/opt"), "", "node@", "bin/node"),
        place("Homebrew", "", At("/home/linuxbrew/.linuxbrew/opt"), "", "node@", "bin/node"),
    ];

    pub(in super::super) const RUBY: [Place; 7] = [
        place("rbenv", "RBENV_ROOT", Home(".rbenv"), "versions", "", "bin/ruby"),
        place("mise", "MISE_DATA_DIR", Data("mise"), "installs/ruby", "", "bin/ruby"),
        place("asdf", "ASDF_DATA_DIR", Home(".asdf"), "installs/ruby", "", "bin/ruby"),
        place("RVM", "rvm_path", Home(".rvm"), "rubies", "ruby-", "bin/ruby"),
        place("chruby", "", Home(".rubies"), "", "ruby-", "bin/ruby"),
        place("Homebrew", "", At("/opt/homebrew/opt"), "", "ruby@", "bin/ruby"),
        place("Homebrew", "", At("/home/linuxbrew/.linuxbrew/opt"), "", "ruby@", "bin/ruby"),
    ];

    /// Folders with `python3.12` and the like in them, beside those of PATH.
    pub(in super::super) const PROGRAMS: [&str; 4] =
        ["/usr/local/bin", "/usr/bin", "/opt/homebrew/bin", "/home/linuxbrew/.linuxbrew/bin"];
}

#[cfg(windows)]
mod here {
    use super::{
        Place,
        Root::{At, Data, Home},
        place,
    };

    pub(in super::super) const DATA: (&str, &str) = ("APPDATA", "AppData/Roaming");

    pub(in super::super) const PYTHON: [Place; 3] = [
        place("pyenv", "PYENV_ROOT", Home(".pyenv/pyenv-win"), "versions", "", "python.exe"),
        place("uv", "UV_PYTHON_INSTALL_DIR", Data("uv/python"), "", "cpython-", "python.exe"),
        place("python.org", "", Home("AppData/Local/Programs/Python"), "", "Python", "python.exe"),
    ];

    pub(in super::super) const NODE: [Place; 3] = [
        place("nvm", "NVM_HOME", Data("nvm"), "", "v", "node.exe"),
        place("fnm", "FNM_DIR", Data("fnm"), "node-versions", "v", "installation/node.exe"),
        place("Volta", "VOLTA_HOME", Home("AppData/Local/Volta"), "tools/image/node", "", "node.exe"),
    ];

    pub(in super::super) const RUBY: [Place; 1] =
        [place("RubyInstaller", "", At("/"), "", "Ruby", "bin/ruby.exe")];

    pub(in super::super) const PROGRAMS: [&str; 0] = [];
}

pub(super) use here::{DATA, NODE, PROGRAMS, PYTHON, RUBY};
