//! What Python's lists ask for, and what is installed, read from files.

use std::fs;

use super::*;
use crate::{
    domain::{Language, ProviderId},
    languages::tests::app,
};

fn project(files: &[(&str, &str)]) -> (tempfile::TempDir, App) {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let file = folder.path().join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
    let mut app = app(folder.path().join("f"));
    app.language = Language::Python;
    (folder, app)
}

#[test]
fn what_a_list_names_and_the_environment_lacks_is_found_without_running_it() {
    let interpreter = format!("f/.venv/{INTERPRETER}");
    let (folder, mut app) = project(&[
        (&interpreter, ""),
        ("f/.venv/lib/python3.12/site-packages/flask-3.0.0.dist-info/METADATA", ""),
        ("f/.venv/lib/python3.12/site-packages/ruamel.yaml-0.18.dist-info/METADATA", ""),
        ("f/requirements.txt", "Flask>=3\nruamel-yaml\nrequests\nbeside\npywin32; sys_platform == 'win32'\n"),
        ("f/beside/__init__.py", ""),
    ]);
    let lacks = |app: &App| lacks(app, folder.path()).map(|(_, names)| names).unwrap_or_default();
    assert_eq!(
        lacks(&app),
        ["requests"],
        "names that mean the same, code beside, and other systems' are none"
    );
    let stamp = |app: &App| stamp(app, folder.path());
    let before = stamp(&app);
    assert!(before.contains("flask-3.0.0"), "{before}");
    fs::create_dir_all(folder.path().join("f/.venv/lib/python3.12/site-packages/requests-2.0.dist-info"))
        .unwrap();
    assert_eq!(lacks(&app), Vec::<String>::new());
    assert_ne!(stamp(&app), before, "another state of the environment is another revision");

    fs::write(folder.path().join("f/requirements.txt"), "functions-framework==3.*\n").unwrap();
    assert_eq!(lacks(&app), ["functions-framework"]);
    app.provider = ProviderId::Gcp;
    assert_eq!(lacks(&app), Vec::<String>::new(), "a stand-in plays its part there");
    let framework = |app: &App| super::super::framework(app, folder.path()).unwrap();
    let said = framework(&app);
    assert!(
        said.starts_with("a stand-in for functions-framework") && said.contains("coldframe install"),
        "{said}"
    );
    let place = "f/.venv/lib/python3.12/site-packages/functions_framework-3.0.dist-info";
    fs::create_dir_all(folder.path().join(place)).unwrap();
    assert_eq!(framework(&app), "functions-framework itself runs it, as that is installed");
    app.env.insert("PYTHONPATH".into(), "elsewhere".into());
    fs::write(folder.path().join("f/requirements.txt"), "requests2\n").unwrap();
    assert_eq!(lacks(&app), Vec::<String>::new(), "it may come from elsewhere");
}

#[test]
fn a_list_beside_the_code_is_its_own_and_its_environment_lies_where_it_is_looked_for() {
    let (folder, mut app) = project(&[
        (&format!("f/.venv/{INTERPRETER}"), ""),
        ("f/api/b.py", ""),
        ("f/api/requirements.txt", "seeds\n"),
        ("f/other/requirements.txt", "peas\n"),
    ]);
    app.handler = "api/b.py".into();
    let list = folder.path().join("f/api/requirements.txt");
    assert_eq!(lacks(&app, folder.path()), Some((list.clone(), vec!["seeds".to_owned()])));
    fs::remove_dir_all(folder.path().join("f/.venv")).unwrap();
    let plan = installation(&app, folder.path()).unwrap();
    assert_eq!((plan.list, plan.makes), (list, Some(folder.path().join("f/.venv"))));
    fs::write(folder.path().join("f/requirements.txt"), "beans\n").unwrap();
    app.handler = "other.py".into();
    assert_eq!(
        chosen_list(&app, folder.path()).unwrap().requirements[0].name,
        "beans",
        "no function's there"
    );
}

#[test]
fn an_environment_is_made_and_filled_by_uv_or_by_pip() {
    let (folder, _) = project(&[("f/requirements.txt", "flask\n")]);
    let home = folder.path().join("f");
    let environment = home.join(".venv");
    let plan = |base: Option<&str>| {
        let list = lists(&home, &home).next().unwrap();
        (list, base.map(PathBuf::from))
    };
    let said = |base: Option<&str>, clear: bool, uv: bool| {
        let (list, base) = plan(base);
        let plan =
            Plan { folder: &home, list: Some(&list), brought: &[], environment: &environment, base, clear };
        let steps = if uv { plan.with_uv(Path::new("/bin/uv")) } else { plan.with_pip() };
        let lines = steps.iter().map(install::shown).collect::<Vec<_>>().join("\n");
        format!("{}\n", lines.replace(&format!("/{INTERPRETER} "), "/PYTHON "))
    };
    let mut all = String::new();
    for uv in [true, false] {
        all.push_str(&said(Some("/usr/bin/python3.12"), false, uv));
        all.push_str(&said(Some("/usr/bin/python3.12"), true, uv));
        all.push_str(&said(None, false, uv));
    }
    fs::write(home.join("requirements.txt"), "").unwrap();
    fs::write(home.join("pyproject.toml"), "[project]\ndependencies = ['flask>=3', 'seeds']\n").unwrap();
    all.push_str(&said(Some("/usr/bin/python3.12"), false, false));
    fs::write(home.join("uv.lock"), "").unwrap();
    all.push_str(&said(Some("/usr/bin/python3.12"), false, true));
    insta::assert_snapshot!(all, @r"
    /bin/uv venv --python /usr/bin/python3.12 .venv
    /bin/uv pip install --python .venv/PYTHON -r requirements.txt
    /bin/uv venv --python /usr/bin/python3.12 --clear .venv
    /bin/uv pip install --python .venv/PYTHON -r requirements.txt
    /bin/uv pip install --python .venv/PYTHON -r requirements.txt
    /usr/bin/python3.12 -m venv .venv
    .venv/PYTHON -m pip install -r requirements.txt
    /usr/bin/python3.12 -m venv --clear .venv
    .venv/PYTHON -m pip install -r requirements.txt
    .venv/PYTHON -m ensurepip
    .venv/PYTHON -m pip install -r requirements.txt
    /usr/bin/python3.12 -m venv .venv
    .venv/PYTHON -m pip install -- 'flask>=3' seeds
    /bin/uv sync --frozen --python /usr/bin/python3.12
    ");
}

#[test]
fn an_environment_that_is_made_gets_what_the_cloud_brings_also_if_its_interpreter_has_it() {
    let (folder, mut app) = project(&[
        ("base/bin/python3.12", ""),
        ("base/lib/python3.12/site-packages/boto3-1.40.dist-info/METADATA", ""),
        ("f/app.py", "import boto3\nimport botocore\nimport seeds\n"),
        ("f/botocore/__init__.py", ""),
        ("f/requirements.txt", "seeds\n"),
    ]);
    app.handler = "app.handler".into();
    app.interpreter = Some(folder.path().join("base/bin/python3.12"));
    assert_eq!(has(&app, folder.path(), "boto3"), Some(true), "where it runs until then");
    let plan = installation(&app, folder.path()).unwrap();
    let last = install::shown(plan.steps.last().unwrap());
    assert!(last.ends_with(" boto3"), "what lies beside the code is not installed: {last}");
    let environment = format!("f/.venv/{INTERPRETER}");
    fs::create_dir_all(folder.path().join(&environment).parent().unwrap()).unwrap();
    fs::write(folder.path().join(environment), "").unwrap();
    let site = "f/.venv/lib/python3.12/site-packages/boto3-1.40.dist-info";
    fs::create_dir_all(folder.path().join(site)).unwrap();
    let plan = installation(&app, folder.path()).unwrap();
    let last = install::shown(plan.steps.last().unwrap());
    assert!(
        last.ends_with(" -r requirements.txt"),
        "what the environment has is not installed again: {last}"
    );
}
