//! What was measured after a reload stays with it.

use coldframe_store::*;

use crate::sample::*;

fn reload(id: i64, outcome: &str) -> Entry {
    Entry::Reload(Box::new(ReloadEntry {
        id,
        app_id: APP,
        revision_id: None,
        instance_id: None,
        detected_at: MONDAY,
        files: vec!["thumbs/app.py".into()],
        built_us: None,
        initialised_us: None,
        swapped_us: None,
        drained_us: None,
        phases: Phases::default(),
        outcome: outcome.into(),
        error: None,
    }))
}

fn receipts(store: &Store) -> Vec<(i64, String, Option<String>)> {
    let rows = store.reader().unwrap().reloads(&ReloadFilter::default(), 10).unwrap();
    rows.into_iter().map(|row| (row.entry.id, row.entry.outcome, row.receipt)).collect()
}

#[test]
fn a_receipt_stays_with_its_reload_however_often_that_is_written() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _) = open(dir.path());
    let receipt = |text: &str| Entry::Receipt(ReceiptEntry { reload_id: 500, receipt: text.into() });
    for entry in [
        reload(500, "running"),
        reload(501, "ok"),
        receipt("{\"starts\":1}"),
        receipt("{\"starts\":20}"),
        // It has drained only now.
        reload(500, "ok"),
        Entry::Receipt(ReceiptEntry { reload_id: 7, receipt: "{}".into() }),
    ] {
        store.recorder().note(entry);
    }
    store.close();
    let (store, _) = open(dir.path());
    assert_eq!(
        receipts(&store),
        [(501, "ok".into(), None), (500, "ok".into(), Some("{\"starts\":20}".into()))],
        "the last receipt, and none of a reload that is not there"
    );
    store.close();
}
