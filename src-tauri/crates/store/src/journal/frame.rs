//! How entries lie in a segment: a header, then frames of length, checksum and the entry in postcard's encoding.

use serde::Serialize;

use crate::entry::{Accepted, Answered, Entry};

/// Raised whenever the encoding of [`Entry`] changes in any other way than by a new variant at its end.
pub(crate) const FORMAT: u32 = 1;
pub(crate) const HEADER_LENGTH: u64 = 12;
/// Length and checksum, little-endian `u32` each.
pub(crate) const PREFIX_LENGTH: usize = 8;
/// Larger lengths are damage: the largest event a provider takes is far below.
pub(crate) const MAX_LENGTH: usize = 64 << 20;

const MAGIC: &[u8; 8] = b"cfrecord";

pub(crate) fn header() -> [u8; HEADER_LENGTH as usize] {
    let mut bytes = [0; HEADER_LENGTH as usize];
    bytes[..8].copy_from_slice(MAGIC);
    bytes[8..].copy_from_slice(&FORMAT.to_le_bytes());
    bytes
}

/// The format version of a segment, or `None` if these bytes are no header.
pub(crate) fn version(bytes: &[u8]) -> Option<u32> {
    let version = bytes.strip_prefix(MAGIC)?.first_chunk::<4>()?;
    Some(u32::from_le_bytes(*version))
}

/// The frame of one entry.
pub(crate) fn encode(entry: &Entry) -> Result<Vec<u8>, postcard::Error> {
    finish(postcard::to_extend(entry, begin())?)
}

/// The frame of [`Entry::Answered`], whose content the caller keeps.
pub(crate) fn encode_answered(entry: &Answered) -> Result<Vec<u8>, postcard::Error> {
    encode_variant(8, entry)
}

/// The frame of [`Entry::Accepted`], whose content the caller keeps.
pub(crate) fn encode_accepted(entry: &Accepted) -> Result<Vec<u8>, postcard::Error> {
    encode_variant(7, entry)
}

/// Postcard writes a variant as its number and then its content; a box is not seen.
fn encode_variant(number: u8, content: &impl Serialize) -> Result<Vec<u8>, postcard::Error> {
    let mut out = begin();
    out.push(number);
    finish(postcard::to_extend(content, out)?)
}

fn begin() -> Vec<u8> {
    let mut out = Vec::with_capacity(512);
    out.extend_from_slice(&[0; PREFIX_LENGTH]);
    out
}

fn finish(mut out: Vec<u8>) -> Result<Vec<u8>, postcard::Error> {
    let body = &out[PREFIX_LENGTH..];
    if body.len() > MAX_LENGTH {
        return Err(postcard::Error::SerializeBufferFull);
    }
    let length = u32::try_from(body.len()).map_err(|_| postcard::Error::SerializeBufferFull)?;
    let checksum = crc32fast::hash(body);
    out[..4].copy_from_slice(&length.to_le_bytes());
    out[4..PREFIX_LENGTH].copy_from_slice(&checksum.to_le_bytes());
    Ok(out)
}

/// What stands at the beginning of `bytes`.
#[derive(Debug)]
pub(crate) enum Frame {
    /// An entry and the bytes it took. `None` where an intact frame holds nothing this version understands.
    Entry(Option<Entry>, usize),
    /// Not whole; needs this many bytes altogether.
    Short(usize),
    /// Not a frame: a torn write, or the zeros a file system leaves after a crash.
    Damaged,
}

pub(crate) fn decode(bytes: &[u8]) -> Frame {
    let Some(prefix) = bytes.first_chunk::<PREFIX_LENGTH>() else { return Frame::Short(PREFIX_LENGTH) };
    let [l0, l1, l2, l3, c0, c1, c2, c3] = *prefix;
    let length = u32::from_le_bytes([l0, l1, l2, l3]) as usize;
    let checksum = u32::from_le_bytes([c0, c1, c2, c3]);
    if length == 0 || length > MAX_LENGTH {
        return Frame::Damaged;
    }
    let whole = PREFIX_LENGTH + length;
    let Some(body) = bytes.get(PREFIX_LENGTH..whole) else { return Frame::Short(whole) };
    if crc32fast::hash(body) != checksum {
        return Frame::Damaged;
    }
    Frame::Entry(postcard::from_bytes(body).ok(), whole)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Finished, LogEntry, Phases, Status, Stream};

    fn accepted() -> Accepted {
        Accepted {
            id: 7,
            request_id: "r".into(),
            attempt: 1,
            function_id: 2,
            trigger: "async".into(),
            at: 3,
            status: Status::Accepted,
            event: Some("{}".into()),
        }
    }

    fn answered() -> Answered {
        Answered {
            id: 7,
            request_id: "r".into(),
            attempt: 1,
            function_id: 2,
            app_id: 3,
            revision_id: Some(4),
            instance_id: None,
            trigger: "sdk".into(),
            started_at: 5,
            cold: true,
            phases: Phases { queue_us: 1, total_us: 300, ..Phases::default() },
            reload_init_us: None,
            status: Status::Ok,
            http_status: 200,
            error_type: None,
            request_bytes: 6,
            response_bytes: 7,
            memory_mb: 128,
            timeout_ms: 3000,
            architecture: "arm64".into(),
            request: None,
            response: None,
            last: false,
        }
    }

    #[test]
    fn an_entry_that_is_kept_is_written_like_one_that_is_given_away() {
        assert_eq!(
            encode_answered(&answered()).unwrap(),
            encode(&Entry::Answered(Box::new(answered()))).unwrap()
        );
        assert_eq!(encode_accepted(&accepted()).unwrap(), encode(&Entry::Accepted(accepted())).unwrap());
    }

    /// A journal may be read by the next version. If this fails, raise `FORMAT`.
    #[test]
    fn the_encoding_is_what_this_format_says() {
        let log = LogEntry {
            id: 1,
            at: 2,
            function_id: 3,
            instance_id: 4,
            invocation_id: Some(5),
            stream: Stream::Platform,
            text: "END".into(),
        };
        let finished =
            Finished { id: 1, at: 2, cpu_user_us: Some(3), cpu_system_us: None, peak_memory_kb: Some(4) };
        let hex = |entry: &Entry| {
            encode(entry).unwrap()[PREFIX_LENGTH..]
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect::<String>()
        };
        let written = [
            hex(&Entry::Accepted(accepted())),
            hex(&Entry::Answered(Box::new(answered()))),
            hex(&Entry::Finished(finished)),
            hex(&Entry::Log(log)),
        ]
        .join("\n");
        assert_eq!(FORMAT, 1);
        let expected = "\
            070e01720104056173796e63060001027b7d\n\
            080e01720104060108000373646b0a0102000000000000d8040002c801000c0e8001b8170561726d3634000000\n\
            0902040106000108\n\
            0a02040608010a0203454e44";
        assert_eq!(written, expected);
    }

    #[test]
    fn a_torn_or_altered_frame_is_damage() {
        let frame = encode(&Entry::Accepted(accepted())).unwrap();
        assert!(
            matches!(decode(&frame), Frame::Entry(Some(Entry::Accepted(_)), length) if length == frame.len())
        );
        assert!(matches!(decode(&frame[..frame.len() - 1]), Frame::Short(length) if length == frame.len()));
        for at in 4..frame.len() {
            let mut altered = frame.clone();
            altered[at] ^= 0x10;
            assert!(matches!(decode(&altered), Frame::Damaged), "a flipped bit at {at} was not noticed");
        }
        assert!(matches!(decode(&[0; 64]), Frame::Damaged), "zeros were taken for an entry");
    }
}
