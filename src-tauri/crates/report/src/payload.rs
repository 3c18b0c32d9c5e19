//! A kept body as people read it: text where it is text, base64 where it is not.

use base64::{Engine, engine::general_purpose::STANDARD};
use coldframe_protocol as wire;
use coldframe_store::Payload;

/// The kept bytes as the wire has them. Also for an answer's body that did not come from the record.
pub fn payload(payload: &Payload) -> wire::Payload {
    let truncated = payload.full_length > payload.bytes.len() as u64;
    let text = match std::str::from_utf8(&payload.bytes) {
        Ok(text) => Some(text),
        // The cap may have cut a character in two; that does not make the rest of it binary.
        Err(error) if truncated && error.error_len().is_none() => {
            payload.bytes.get(..error.valid_up_to()).and_then(|whole| std::str::from_utf8(whole).ok())
        }
        Err(_) => None,
    };
    wire::Payload {
        content_type: payload.content_type.clone(),
        base64: text.is_none(),
        text: text.map_or_else(|| STANDARD.encode(&payload.bytes), str::to_owned),
        full_bytes: payload.full_length,
        truncated,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(bytes: &'static [u8], full_length: u64) -> wire::Payload {
        payload(&Payload { content_type: "text/plain".into(), bytes: bytes.into(), full_length })
    }

    #[test]
    fn text_stays_text_and_the_rest_is_base64() {
        let text = shown("grüße".as_bytes(), 7);
        assert_eq!((text.text.as_str(), text.base64, text.truncated), ("grüße", false, false));
        let binary = shown(&[0xff, 0x00, 0x01], 3);
        assert_eq!((binary.text.as_str(), binary.base64), ("/wAB", true));
    }

    #[test]
    fn a_character_cut_by_the_cap_is_left_out() {
        let cut = shown(&"grü".as_bytes()[..3], 9);
        assert_eq!((cut.text.as_str(), cut.base64, cut.truncated), ("gr", false, true));
        let broken = shown(&"grü".as_bytes()[..3], 3);
        assert!(broken.base64, "nothing was cut off here: the bytes are no text");
    }
}
