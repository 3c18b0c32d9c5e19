//! Who calls and how they behave: foreign pages, rebound names, callers that expect, leave or stay.

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::start;
use crate::fake_invoke::{Fake, echo, found};

#[tokio::test]
async fn names_that_are_not_this_machine_get_nothing() {
    let door = start(Fake::default().with(found("echo", &[]), echo)).await;
    for host in ["evil.example", "localhost.evil.example:80"] {
        let answered = door.invoke("echo", &format!("Host: {host}\n"), "").await;
        assert_eq!(answered.status, 403, "{host}");
        assert!(answered.text().contains(host), "the person is told which name: {}", answered.text());
    }
    assert!(door.fake.seen().is_empty());
}

#[tokio::test]
async fn foreign_pages_may_not_use_the_invoke_api_but_urls_are_for_them() {
    let door = start(Fake::default().with(found("echo", &[]), echo)).await;
    for origin in ["https://evil.example", "null"] {
        let answered = door.invoke("echo", &format!("Origin: {origin}\n"), "").await;
        assert_eq!(
            (answered.status, answered.header("x-amzn-errortype")),
            (403, Some("AccessDeniedException"))
        );
    }
    assert!(door.fake.seen().is_empty());
    assert_eq!(door.invoke("echo", "Origin: http://localhost:3000\n", "").await.status, 200);
    assert_eq!(door.ask("GET /echo/ HTTP/1.1\nOrigin: https://evil.example\n", "").await.status, 200);
}

#[tokio::test]
async fn answers_on_their_way_finish_when_the_door_closes() {
    let mut fake = Fake::default().with(found("echo", &[]), echo);
    let release = fake.hold();
    let door = start(fake).await;
    let (address, shutdown) = (door.address, door.shutdown.clone());
    let caller = tokio::spawn(async move {
        crate::raw_http::ask(address, "POST /2015-03-31/functions/echo/invocations HTTP/1.1\n", b"7").await
    });
    door.fake.started().await;
    shutdown.cancel();
    release.send(()).unwrap();
    assert_eq!(caller.await.unwrap().text(), "7");
    door.task.await.unwrap();
}

#[tokio::test]
async fn a_caller_that_expects_to_be_asked_is_asked() {
    let door = start(Fake::default().with(found("echo", &[]), echo)).await;
    let mut caller = TcpStream::connect(door.address).await.unwrap();
    let head = "POST /2015-03-31/functions/echo/invocations HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\
                Expect: 100-continue\r\nConnection: close\r\n\r\n";
    caller.write_all(head.as_bytes()).await.unwrap();
    let mut asked = [0; 25];
    caller.read_exact(&mut asked).await.unwrap();
    assert_eq!(&asked, b"HTTP/1.1 100 Continue\r\n\r\n");
    caller.write_all(b"[]").await.unwrap();
    let mut answer = String::new();
    caller.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.ends_with("\r\n\r\n[]"), "{answer}");
}

#[tokio::test]
async fn a_connection_serves_one_call_after_another() {
    let door = start(Fake::default().with(found("echo", &[]), echo)).await;
    let mut caller = TcpStream::connect(door.address).await.unwrap();
    for n in 0..3 {
        let request = format!(
            "POST /2015-03-31/functions/echo/invocations HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\n{n}"
        );
        caller.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        while !answer.ends_with(format!("\r\n\r\n{n}").as_bytes()) {
            assert_ne!(caller.read_buf(&mut answer).await.unwrap(), 0, "the connection stays open");
        }
    }
    assert_eq!(door.fake.seen().len(), 3);
}

#[tokio::test]
async fn upgrades_end_at_the_door() {
    let door = start(Fake::default().with(found("echo", &[]), echo)).await;
    assert_eq!(door.ask("GET /echo/ HTTP/1.1\nUpgrade: websocket\n", "").await.status, 501);
    assert_eq!(
        door.ask("GET /echo/ HTTP/1.1\nUpgrade: h2c\n", "").await.status,
        200,
        "an offer is no demand"
    );
}
