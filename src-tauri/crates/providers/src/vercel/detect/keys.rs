//! What of `vercel.json` changes little or nothing on one machine: named, with what holds instead. What is of more
//! consequence is said in `edge::read`. <https://vercel.com/docs/project-configuration/vercel-json>

use crate::manifest::Keys;

/// At the root: what is done instead.
pub(super) const UNUSED: [(&str, &str); 9] = [
    ("regions", HERE),
    ("functionFailoverRegions", HERE),
    ("passiveRegions", HERE),
    ("buildCommand", "nothing is built but the functions"),
    ("installCommand", "dependencies are installed when you ask for it"),
    ("ignoreCommand", "nothing is deployed"),
    ("devCommand", "functions are run as on Vercel, and no framework's own server is"),
    ("outputDirectory", "pages are those of the folder `public`, or what lies beside `api`"),
    ("framework", "functions below `api` are run; a framework's own are not"),
];

/// Of the settings for the files that a pattern names: what is done instead.
pub(super) const UNUSED_OF_FUNCTIONS: [(&str, &str); 5] = [
    ("architecture", "it runs on this machine"),
    ("excludeFiles", "every file of the folder is there, these as well"),
    ("includeFiles", "every file of the folder is there"),
    ("functionFailoverRegions", HERE),
    ("regions", HERE),
];

/// Of those settings, what is of consequence.
pub(super) const OF_FUNCTIONS: Keys = Keys {
    of: "functions in vercel.json",
    known: &[
        "architecture",
        "excludeFiles",
        "functionFailoverRegions",
        "includeFiles",
        "maxDuration",
        "memory",
        "regions",
        "runtime",
    ],
    unfollowed: &[
        ("experimentalTriggers", "no queue calls it: it is called by HTTP, crons and by hand"),
        ("supportsCancellation", "a caller that leaves aborts nothing: the function runs to its end"),
    ],
};

const HERE: &str = "it runs on this machine";
