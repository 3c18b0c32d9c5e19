//! `application/vnd.amazon.eventstream`: the framing in which the Lambda API streams a response. Only what it sends:
//! two kinds of message, all headers strings.

use bytes::{BufMut, Bytes, BytesMut};
use serde::Serialize;

/// One chunk of the function's bytes.
pub(super) fn payload_chunk(data: &[u8]) -> Bytes {
    message("PayloadChunk", "application/octet-stream", data)
}

/// How a stream went; the last message, exactly once.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Complete {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) error_code: Option<String>,
    /// JSON text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) error_details: Option<String>,
    /// Base64.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) log_result: Option<String>,
}

impl Complete {
    pub(super) fn failed(error_code: String, payload: &[u8]) -> Self {
        let details = String::from_utf8_lossy(payload).into_owned();
        Self { error_code: Some(error_code), error_details: Some(details), log_result: None }
    }

    pub(super) fn message(&self) -> Bytes {
        let json = serde_json::to_vec(self).unwrap_or_else(|_| b"{}".to_vec());
        message("InvokeComplete", "application/json", &json)
    }
}

fn message(event: &str, content_type: &str, payload: &[u8]) -> Bytes {
    const FRAME: usize = 16;
    let headers = [(":message-type", "event"), (":event-type", event), (":content-type", content_type)];
    let headers_len: usize = headers.iter().map(|(name, value)| 1 + name.len() + 1 + 2 + value.len()).sum();
    let total = FRAME + headers_len + payload.len();
    let mut out = BytesMut::with_capacity(total);
    // Lengths fit: a payload is at most what a runtime may send at once.
    out.put_u32(u32::try_from(total).unwrap_or(u32::MAX));
    out.put_u32(u32::try_from(headers_len).unwrap_or(u32::MAX));
    out.put_u32(crc32fast::hash(&out));
    for (name, value) in headers {
        const STRING: u8 = 7;
        out.put_u8(u8::try_from(name.len()).unwrap_or(u8::MAX));
        out.put_slice(name.as_bytes());
        out.put_u8(STRING);
        out.put_u16(u16::try_from(value.len()).unwrap_or(u16::MAX));
        out.put_slice(value.as_bytes());
    }
    out.put_slice(payload);
    out.put_u32(crc32fast::hash(&out));
    out.freeze()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_framed_and_checksummed() {
        let frame = payload_chunk(b"hi");
        let word = |at: usize| u32::from_be_bytes(frame[at..at + 4].try_into().unwrap());
        assert_eq!(word(0) as usize, frame.len());
        assert_eq!(word(8), crc32fast::hash(&frame[..8]), "the prelude has its own checksum");
        assert_eq!(word(frame.len() - 4), crc32fast::hash(&frame[..frame.len() - 4]));
        assert_eq!(&frame[12 + word(4) as usize..frame.len() - 4], b"hi");
        assert!(
            frame[12..]
                .starts_with(b"\x0d:message-type\x07\x00\x05event\x0b:event-type\x07\x00\x0cPayloadChunk")
        );
    }

    #[test]
    fn completion_says_only_what_there_is() {
        assert!(Complete::default().message().windows(2).any(|pair| pair == b"{}"));
        let failed = Complete::failed("RangeError".into(), br#"{"errorMessage":"no"}"#).message();
        let text = String::from_utf8_lossy(&failed);
        assert!(
            text.contains(r#"{"ErrorCode":"RangeError","ErrorDetails":"{\"errorMessage\":\"no\"}"}"#),
            "{text}"
        );
    }
}
