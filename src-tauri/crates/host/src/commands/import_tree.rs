//! From modules with what each took by itself to a tree with what each took altogether.

use coldframe_protocol::ImportedModule;
use coldframe_providers::imports::ReportedModule;

/// Every module after the one that imports it first, and before the next of that one's.
pub(crate) fn modules(reported: &[ReportedModule]) -> Vec<ImportedModule> {
    let parent = |index: usize| {
        let parent = usize::try_from(reported.get(index)?.parent).ok()?;
        (parent < reported.len() && parent != index).then_some(parent)
    };
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); reported.len()];
    let mut roots = Vec::new();
    for index in 0..reported.len() {
        match parent(index) {
            // Nobody imports in a circle; whoever says so is not followed.
            Some(above) if !circular(index, &parent, reported.len()) => children[above].push(index),
            _ => roots.push(index),
        }
    }
    let mut told: Vec<ImportedModule> = Vec::with_capacity(reported.len());
    let mut open: Vec<(usize, Option<u32>)> = roots.into_iter().rev().map(|root| (root, None)).collect();
    while let Some((index, above)) = open.pop() {
        let at = u32::try_from(told.len()).ok();
        let module = &reported[index];
        let own = module.own_ns as f64 / 1e6;
        told.push(ImportedModule {
            name: module.name.clone(),
            file: module
                .file
                .as_ref()
                .filter(|file| file.is_relative())
                .map(|file| file.display().to_string()),
            from: module.from.as_str().to_owned(),
            parent: above,
            self_ms: own,
            total_ms: own,
            failed: module.failed,
        });
        open.extend(children[index].iter().rev().map(|child| (*child, at)));
    }
    for index in (0..told.len()).rev() {
        let total = told[index].total_ms;
        if let Some(above) = told[index].parent.and_then(|above| told.get_mut(above as usize)) {
            above.total_ms += total;
        }
    }
    told
}

fn circular(index: usize, parent: &impl Fn(usize) -> Option<usize>, all: usize) -> bool {
    std::iter::successors(parent(index), |above| parent(*above)).take(all).any(|above| above == index)
}

#[cfg(test)]
mod tests {
    use coldframe_providers::imports::Origin;

    use super::*;

    fn module(name: &str, parent: i64, own_ms: u64) -> ReportedModule {
        ReportedModule {
            name: name.into(),
            file: None,
            from: Origin::Installed,
            parent,
            own_ns: own_ms * 1_000_000,
            failed: false,
        }
    }

    fn told(reported: &[ReportedModule]) -> Vec<(String, Option<u32>, f64, f64)> {
        modules(reported).into_iter().map(|m| (m.name, m.parent, m.self_ms, m.total_ms)).collect()
    }

    #[test]
    fn a_module_takes_what_it_takes_and_what_it_imports() {
        // In the order they began, with one whose importer was known only later.
        let reported =
            [module("late", 2, 4), module("app", -1, 1), module("pandas", 1, 10), module("numpy", 2, 5)];
        let expected = [
            ("app".to_owned(), None, 1.0, 20.0),
            ("pandas".to_owned(), Some(0), 10.0, 19.0),
            ("late".to_owned(), Some(1), 4.0, 4.0),
            ("numpy".to_owned(), Some(1), 5.0, 5.0),
        ];
        assert_eq!(told(&reported), expected);
        assert_eq!(told(&[]), []);
    }

    #[test]
    fn nonsense_makes_no_endless_tree() {
        let circle = [module("a", 1, 1), module("b", 0, 1), module("c", 2, 1), module("d", 99, 1)];
        let told = told(&circle);
        assert_eq!(told.len(), 4, "{told:?}");
        assert!(told.iter().all(|(_, parent, ..)| parent.is_none()), "{told:?}");
    }
}
