//! Our own runtime clients, one small program per language and provider, standard library only. They are part of
//! this executable and are written to a folder named by their content, so that two builds never run each other's.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

macro_rules! embedded {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("../bootstrap/", $name)))),*]
    };
}

const FILES: [(&str, &str); 56] = embedded![
    "node/aws.cjs",
    "node/azure.cjs",
    "node/azure_core.cjs",
    "node/azure_folders.cjs",
    "node/azure_stream.cjs",
    "node/cloud_events.cjs",
    "node/connected.cjs",
    "node/console.cjs",
    "node/errors.cjs",
    "node/express.cjs",
    "node/gcp.cjs",
    "node/gcp_calls.cjs",
    "node/google_events.cjs",
    "node/ibm.cjs",
    "node/ibm_action.cjs",
    "node/import_place.cjs",
    "node/imports.cjs",
    "node/gcp_framework.mjs",
    "node/gcp_hooks.mjs",
    "node/imports_hooks.mjs",
    "node/knative.cjs",
    "node/lanes.cjs",
    "node/load_handler.cjs",
    "node/loaded_files.cjs",
    "node/marked.cjs",
    "node/runtime_api.cjs",
    "node/serve.cjs",
    "node/stream.cjs",
    "node/vercel.cjs",
    "node/vercel_helpers.cjs",
    "node/vercel_web.cjs",
    "node/zip.cjs",
    "python/coldframe_bootstrap/__init__.py",
    "python/coldframe_bootstrap/aws.py",
    "python/coldframe_bootstrap/aws_logging.py",
    "python/coldframe_bootstrap/azure.py",
    "python/coldframe_bootstrap/azure_calls.py",
    "python/coldframe_bootstrap/azure_index.py",
    "python/coldframe_bootstrap/client.py",
    "python/coldframe_bootstrap/cloud_events.py",
    "python/coldframe_bootstrap/errors.py",
    "python/coldframe_bootstrap/flask_calls.py",
    "python/coldframe_bootstrap/gcp.py",
    "python/coldframe_bootstrap/google_events.py",
    "python/coldframe_bootstrap/ibm.py",
    "python/coldframe_bootstrap/ibm_action.py",
    "python/coldframe_bootstrap/imports.py",
    "python/coldframe_bootstrap/knative.py",
    "python/coldframe_bootstrap/marked.py",
    "python/coldframe_bootstrap/reached.py",
    "python/coldframe_bootstrap/requests.py",
    "python/coldframe_bootstrap/serve.py",
    "python/coldframe_bootstrap/applications.py",
    "python/coldframe_bootstrap/vercel.py",
    "python/serverless_wsgi_handler/wsgi_handler.py",
    "ruby/aws.rb",
];

/// Writes the bootstraps below `directory` unless they are there, and returns their folder.
///
/// # Errors
/// The folder cannot be written.
pub fn write(directory: &Path) -> io::Result<PathBuf> {
    let mut hash = blake3::Hasher::new();
    for (name, text) in FILES {
        hash.update(name.as_bytes()).update(&[0]).update(text.as_bytes()).update(&[0]);
    }
    let name = &hash.finalize().to_hex()[..16];
    let folder = directory.join(name);
    if FILES
        .iter()
        .all(|(name, text)| fs::metadata(folder.join(name)).is_ok_and(|file| file.len() == text.len() as u64))
    {
        return Ok(folder);
    }
    // Whole or not at all, also when two hosts begin at once.
    let draft = directory.join(format!(".{name}.{}", std::process::id()));
    for (name, text) in FILES {
        let file = draft.join(name);
        if let Some(parent) = file.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(file, text)?;
    }
    if fs::rename(&draft, &folder).is_err() {
        // Another host was faster, or an incomplete folder is in the way: fill it in place.
        for (name, _) in FILES {
            if let Some(parent) = folder.join(name).parent() {
                fs::create_dir_all(parent)?;
            }
            fs::rename(draft.join(name), folder.join(name))?;
        }
        fs::remove_dir_all(&draft)?;
    }
    Ok(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writing_twice_gives_one_folder_and_mends_what_is_missing() {
        let directory = tempfile::tempdir().unwrap();
        let folder = write(directory.path()).unwrap();
        let (name, text) = FILES[0];
        assert_eq!(fs::read_to_string(folder.join(name)).unwrap(), text, "the embedded text is written");
        fs::remove_file(folder.join(name)).unwrap();
        assert_eq!(write(directory.path()).unwrap(), folder, "the same content has the same folder");
        assert!(folder.join(name).exists(), "a missing file is written again");
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1, "no drafts are left");
    }
}
