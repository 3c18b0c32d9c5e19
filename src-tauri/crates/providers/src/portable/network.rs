//! What of a project's sources talks to a network, whoever is there: told by what they import and, where a language has
//! clients without an import, by what they call. It may well reach nothing; that only running can tell.

use std::{path::Path, sync::LazyLock};

use regex::Regex;

use super::{
    Outward,
    imports::{Source, Speaks, closing, is_of, pattern},
};

// Packages of each language, as they are imported; one that ends in `/` or `-` stands for all below it.
const PYTHON: &str = "
    urllib.request urllib2 urllib3 http.client xmlrpc.client socket ftplib smtplib imaplib poplib telnetlib
    requests httpx aiohttp httplib2 pycurl treq grpc websocket websockets paramiko asyncssh tornado.httpclient
    zeep gql psycopg psycopg2 asyncpg pg8000 pymysql MySQLdb mysql aiomysql pymssql pyodbc oracledb sqlalchemy
    sqlmodel peewee pymongo motor redis valkey pymemcache cassandra neo4j elasticsearch opensearchpy
    influxdb_client snowflake pika aio_pika kafka aiokafka confluent_kafka nats paho celery stripe twilio
    sendgrid slack_sdk openai anthropic supabase sentry_sdk
";
/// Of these also servers are made.
const NODE: &[&str] = &["http", "https", "http2", "net", "tls", "dgram"];
const JAVASCRIPT: &str = "
    undici axios got ky node-fetch cross-fetch isomorphic-fetch superagent needle request ws socket.io-client
    @grpc/grpc-js ssh2 nodemailer pg postgres mysql mysql2 mariadb mssql tedious oracledb mongodb mongoose redis
    ioredis @redis/ memcached cassandra-driver neo4j-driver @elastic/ @opensearch-project/ @prisma/client
    typeorm sequelize knex drizzle-orm amqplib kafkajs nats mqtt bullmq stripe twilio @sendgrid/ @slack/ openai
    @anthropic-ai/ @supabase/ @upstash/ @sentry/ @apollo/client graphql-request
";
const GO: &str = "
    database/sql net/smtp net/rpc google.golang.org/grpc github.com/go-resty/ github.com/valyala/fasthttp
    github.com/gorilla/websocket github.com/lib/pq github.com/jackc/ github.com/go-sql-driver/ gorm.io/
    go.mongodb.org/ github.com/redis/ github.com/go-redis/ github.com/segmentio/kafka-go github.com/IBM/sarama
    github.com/rabbitmq/ github.com/streadway/ github.com/nats-io/ github.com/stripe/
";
const RUST: &str = "
    reqwest ureq isahc surf awc tonic tungstenite tokio_tungstenite lettre sqlx diesel sea_orm postgres
    tokio_postgres mysql mysql_async mongodb redis rdkafka lapin async_nats
";
const RUBY: &str = "
    net/http net/smtp net/ftp open-uri socket faraday httparty rest-client http httpx typhoeus excon pg mysql2
    redis mongo bunny kafka stripe aws-sdk aws-sdk- google/cloud azure/
";
const JAVA: &str = "
    java.net.http java.net.URL java.net.URLConnection java.net.HttpURLConnection java.net.Socket
    javax.net.ssl.HttpsURLConnection java.nio.channels.SocketChannel java.sql javax.sql okhttp3 retrofit2
    org.apache.http org.apache.hc org.springframework.web.client software.amazon.awssdk com.amazonaws.services
    com.google.cloud com.azure com.mongodb redis.clients io.lettuce org.apache.kafka com.rabbitmq io.grpc
";

pattern!(
    NODE_CLIENT,
    r"\b(?:https?|http2|net|tls)\.(?:get|request|connect|createConnection)\b|\b(?:get|request|connect|createConnection)\b[^}\n]*\}\s*(?:from\b|=\s*(?:await\b|require\b))"
);
pattern!(NODE_SERVER, r"\bcreate(?:Secure)?Server\b");
pattern!(
    JAVASCRIPT_CALL,
    r"(?<before>[\w$.?=>(\[,:]*)[ \t]*\b(?<name>fetch|WebSocket|EventSource|XMLHttpRequest)\s*\("
);
pattern!(
    GO_CALL,
    r"\b(?<name>http\.(?:Get|Head|Post|PostForm|NewRequest|NewRequestWithContext|DefaultClient|Client|Transport)|net\.Dial\w*|tls\.Dial\w*)\b"
);
pattern!(RUST_CALL, r"\b(?<name>(?:reqwest|ureq|isahc|surf)::|(?:TcpStream|UdpSocket)::)\w");

/// What of a source file opens connections, each once; empty for other files.
pub fn clients(file: &Path) -> Vec<Outward> {
    let Some(source) = Source::read(file) else { return Vec::new() };
    let mut found: Vec<Outward> = Vec::new();
    let mut add = |name: &str, at: usize| {
        if !found.iter().any(|client| client.name == name) {
            found.push(Outward { name: name.to_owned(), line: source.line(at) });
        }
    };
    let packages = match source.speaks {
        Speaks::Python => PYTHON,
        Speaks::JavaScript => JAVASCRIPT,
        Speaks::Go => GO,
        Speaks::Rust => RUST,
        Speaks::Ruby => RUBY,
        Speaks::Java => JAVA,
    };
    for import in source.imports() {
        for name in std::iter::once(&import.name).chain(&import.parts) {
            let of_node = source.speaks == Speaks::JavaScript && is_of_node(name, source.code());
            if of_node || packages.split_whitespace().any(|package| is_of(name, package)) {
                add(name, import.at);
                break;
            }
        }
    }
    let calls: &Regex = match source.speaks {
        Speaks::JavaScript => &JAVASCRIPT_CALL,
        Speaks::Go => &GO_CALL,
        Speaks::Rust => &RUST_CALL,
        Speaks::Python | Speaks::Ruby | Speaks::Java => return found,
    };
    for call in calls.captures_iter(source.code()) {
        let Some(name) = call.name("name") else { continue };
        if source.speaks != Speaks::JavaScript || is_call(source.code(), &call, name.start()) {
            add(name.as_str().trim_end_matches(':'), name.start());
        }
    }
    found
}

/// Whether a module of Node's own is imported, and not for its server alone.
fn is_of_node(import: &str, code: &str) -> bool {
    let name = import.strip_prefix("node:").unwrap_or(import);
    NODE.contains(&name) && (!NODE_SERVER.is_match(code) || NODE_CLIENT.is_match(code))
}

/// Whether a name is called that is nobody's method, and not defined: `fetch(request) {` is what some providers call.
fn is_call(code: &str, call: &regex::Captures<'_>, at: usize) -> bool {
    let before = call.name("before").map_or("", |before| before.as_str());
    if before.ends_with('.') && !["globalThis.", "window.", "self."].contains(&before) {
        return false;
    }
    if before.ends_with("function") {
        return false;
    }
    let Some(open) = code[at..].find('(').map(|open| at + open) else { return false };
    let after = closing(code, open + 1).map_or("", |end| code[end + 1..].trim_start());
    let is_typed = after.starts_with(':') && !before.ends_with('?');
    !after.starts_with('{') && !is_typed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::portable::imports;

    fn named(file: &str, text: &str) -> Vec<(String, u32)> {
        imports::named(file, text, clients)
    }

    fn names(file: &str, text: &str) -> Vec<String> {
        named(file, text).into_iter().map(|(name, _)| name).collect()
    }

    #[test]
    fn what_opens_connections_is_told_in_every_language() {
        let python = "import json, socket\nfrom urllib import parse, request\nimport requests as r\n    import http.client\n";
        assert_eq!(
            named("a.py", python),
            [
                ("socket".into(), 1),
                ("urllib.request".into(), 2),
                ("requests".into(), 3),
                ("http.client".into(), 4)
            ]
        );
        assert_eq!(names("b.py", "from urllib import (\n    parse,\n    request,\n)\n"), ["urllib.request"]);
        let node =
            "import axios from 'axios'\nconst https = require('node:https')\nconst told = await fetch(url)\n";
        assert_eq!(
            named("a.mjs", node),
            [("axios".into(), 1), ("node:https".into(), 2), ("fetch".into(), 3)]
        );
        for called in [
            "fetch(url).then(done)",
            "return fetch(url)",
            "[a].map((x) => fetch(x))",
            "globalThis.fetch(url)",
            "ok ? fetch(a) : b",
        ] {
            assert_eq!(names("a.ts", called), ["fetch"], "{called}");
        }
        assert_eq!(names("a.go", "import (\n\t\"net/http\"\n)\nvar told, _ = http.Get(url)\n"), ["http.Get"]);
        assert_eq!(names("a.rs", "fn told() { reqwest::blocking::get(URL); }"), ["reqwest"]);
        assert_eq!(names("a.rb", "require 'json'\nrequire 'net/http'\n"), ["net/http"]);
        assert_eq!(names("A.java", "import java.net.http.HttpClient;\n"), ["java.net.http.HttpClient"]);
    }

    #[test]
    fn what_opens_none_is_not_accused() {
        let python = "from http import HTTPStatus\nfrom http.server import BaseHTTPRequestHandler\nfrom urllib.parse import urlparse\n# import socket\n'''\nimport requests\n'''\nimport requesting\n";
        assert_eq!(named("a.py", python), []);
        for silent in [
            "import { createServer } from 'node:http'\ncreateServer(answer)",
            "export default { async fetch(request) { return new Response() } }",
            "export default { fetch(request: Request): Response { return done } }",
            "export function fetch(request) { return done }",
            "cache.fetch(key)",
            "// await fetch(url)",
            "const said = 'fetch(url)'",
            "prefetch(url)",
            "import { parse } from 'node:url'",
        ] {
            assert_eq!(named("a.ts", silent), [], "{silent}");
        }
        assert_eq!(
            named("a.go", "import \"net/http\"\n\nfunc Handle(w http.ResponseWriter, r *http.Request) {}\n"),
            []
        );
    }

    #[test]
    fn a_server_that_also_asks_others_is_told() {
        let both = "import http, { createServer } from 'http'\ncreateServer((q, a) => http.get(next, a))";
        assert_eq!(names("a.js", both), ["http"]);
    }
}
