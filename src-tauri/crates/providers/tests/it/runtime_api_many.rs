//! A process that has several invocations at a time: each request for work is another's, and so is each answer.

use coldframe_providers::invocation::{Body, Reply};

use crate::{
    instance::soon,
    raw::{NEXT, Raw, handover, open_for},
};

const RUNTIME: &str = "/2018-06-01/runtime/invocation/";

fn text(reply: Reply) -> String {
    match reply {
        Reply::Response { body: Body::Full(bytes), .. } => String::from_utf8(bytes.to_vec()).unwrap(),
        other => panic!("not a whole response: {other:?}"),
    }
}

#[tokio::test]
async fn events_are_shared_out_and_answered_in_any_order() {
    let api = open_for(2).await;
    let mut one = Raw::connect(api.address()).await;
    let mut other = Raw::connect(api.address()).await;
    one.send(NEXT).await;
    soon(api.ready()).await.expect("the first request for work is enough");
    let process = async {
        let first = one.answer().await;
        other.send(NEXT).await;
        let second = other.answer().await;
        assert_eq!((first.body.as_str(), second.body.as_str()), ("1", "2"), "no event is given twice");
        let unknown = other.post(&format!("{RUNTIME}nobodys/response"), "", "0").await;
        assert_eq!(unknown.status, 400, "{}", unknown.body);
        for (connection, id, answer) in [(&mut other, "b", "\"of b\""), (&mut one, "a", "\"of a\"")] {
            let accepted = connection.post(&format!("{RUNTIME}{id}/response"), "", answer).await;
            assert_eq!(accepted.status, 202, "{}", accepted.body);
        }
        let again = one.post(&format!("{RUNTIME}a/response"), "", "0").await;
        assert_eq!(again.status, 400, "each is answered once: {}", again.body);
    };
    let (a, b, ()) =
        tokio::join!(api.exchange(handover("a", "1")), api.exchange(handover("b", "2")), soon(process));
    assert_eq!((text(a).as_str(), text(b).as_str()), ("\"of a\"", "\"of b\""));
    soon(api.idle()).await;
}

#[tokio::test]
async fn what_nobody_waits_for_any_more_is_not_begun_and_a_late_answer_goes_nowhere() {
    let api = open_for(2).await;
    let mut process = Raw::connect(api.address()).await;
    process.send(NEXT).await;
    soon(api.ready()).await.expect("ready");
    {
        let overdue = std::pin::pin!(api.exchange(handover("overdue", "1")));
        tokio::select! {
            biased;
            _ = overdue => panic!("nobody answers it"),
            event = process.answer() => assert_eq!(event.body, "1"),
        }
    }
    let given_up = tokio::time::timeout(std::time::Duration::ZERO, api.exchange(handover("given up", "2")));
    assert!(given_up.await.is_err(), "nobody has asked for it");
    let late = process.post(&format!("{RUNTIME}overdue/response"), "", "0").await;
    assert_eq!(late.status, 202, "the process is none the wiser: {}", late.body);
    let (reply, ()) = tokio::join!(soon(api.exchange(handover("next", "3"))), async {
        process.send(NEXT).await;
        assert_eq!(process.answer().await.body, "3", "the one that was given up is left out");
        process.post(&format!("{RUNTIME}next/response"), "", "\"well\"").await;
    });
    assert_eq!(text(reply), "\"well\"");
}
