//! A file of a person's page, as it lies in the folder.

use std::path::Path;

use http::{
    HeaderValue, Method, Response, StatusCode,
    header::{CONTENT_LENGTH, CONTENT_TYPE},
};

use super::answer;
use crate::http_body::Payload;

/// A page's files are small; what is larger belongs to a server of its own.
const LARGEST: u64 = 64 * 1024 * 1024;

pub(super) async fn answered(file: &Path, method: &Method, id: &str) -> Response<Payload> {
    if !matches!(*method, Method::GET | Method::HEAD) {
        return answer::error(StatusCode::METHOD_NOT_ALLOWED, "INVALID_REQUEST_METHOD", id, None);
    }
    let length = tokio::fs::metadata(file).await.map(|file| file.len());
    let bytes = match length {
        Ok(length) if length > LARGEST => {
            let problem = format!("the file is larger than {} MB", LARGEST / 1_048_576);
            return answer::error(StatusCode::NOT_FOUND, "NOT_FOUND", id, Some(&problem));
        }
        Ok(_) => tokio::fs::read(file).await,
        Err(error) => Err(error),
    };
    let bytes = match bytes {
        Ok(bytes) => bytes,
        Err(error) => {
            let problem = format!("the file cannot be read: {error}");
            return answer::error(StatusCode::NOT_FOUND, "NOT_FOUND", id, Some(&problem));
        }
    };
    let length = bytes.len();
    let mut response =
        Response::new(if *method == Method::HEAD { Payload::empty() } else { Payload::from(bytes) });
    let headers = response.headers_mut();
    headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    if let Ok(kind) = HeaderValue::from_str(&content_type(file)) {
        headers.insert(CONTENT_TYPE, kind);
    }
    answer::edge(headers, id);
    response
}

fn content_type(file: &Path) -> String {
    let kind = mime_guess::from_path(file).first_or_octet_stream().essence_str().to_owned();
    let text =
        kind.starts_with("text/") || matches!(kind.as_str(), "application/json" | "application/javascript");
    if text { format!("{kind}; charset=utf-8") } else { kind }
}
