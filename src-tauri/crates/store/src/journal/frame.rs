//! How entries lie in a segment: a header, then frames of length, checksum and the entry in postcard's encoding.

use crate::entry::Entry;

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
    let mut out = Vec::with_capacity(512);
    out.extend_from_slice(&[0; PREFIX_LENGTH]);
    let mut out = postcard::to_extend(entry, out)?;
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
