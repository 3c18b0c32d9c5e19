//! One file of the journal: its name, its beginning, and reading it frame by frame. A torn tail is no error, it is
//! what a killed host leaves; everything before it counts.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use super::frame::{self, Frame};
use crate::entry::Entry;

/// How much is read at once; with the entries of one batch decoded, what the importer holds in memory.
const CHUNK: u64 = 256 << 10;

pub(crate) fn path(dir: &Path, number: u64) -> PathBuf {
    dir.join(format!("journal-{number:010}"))
}

/// Numbers of the segments in a directory, oldest first.
pub(crate) fn list(dir: &Path) -> io::Result<Vec<u64>> {
    let mut numbers = Vec::new();
    for file in dir.read_dir()? {
        let name = file?.file_name();
        let number = name.to_str().and_then(|name| name.strip_prefix("journal-")).map(str::parse::<u64>);
        if let Some(Ok(number)) = number {
            numbers.push(number);
        }
    }
    numbers.sort_unstable();
    Ok(numbers)
}

/// Begins a segment. Nothing is left behind if its header cannot be written.
pub(crate) fn create(dir: &Path, number: u64) -> io::Result<File> {
    let path = path(dir, number);
    let mut file = File::options().create_new(true).append(true).open(&path)?;
    if let Err(error) = file.write_all(&frame::header()) {
        drop(file);
        let _ = std::fs::remove_file(&path);
        return Err(error);
    }
    Ok(file)
}

/// What [`Frames::next`] found.
#[derive(Debug)]
pub(crate) enum Next {
    /// An entry; `None` for an intact frame that holds nothing this version understands.
    Entry(Option<Entry>),
    /// Everything up to the given end was read.
    End,
    /// The last frame is cut off.
    Torn,
    /// What follows is no frame, or not as it was written.
    Damaged,
}

/// Reads a segment from an offset on.
#[derive(Debug)]
pub(crate) struct Frames {
    file: File,
    /// Of the first byte in `buffer` that was not handed out yet.
    offset: u64,
    buffer: Vec<u8>,
    taken: usize,
}

/// Why a segment cannot be read at all.
#[derive(Debug)]
pub(crate) enum Unreadable {
    Io(io::Error),
    /// The host died before the header was whole.
    NoHeader,
    /// This is no segment, or not any more.
    Damaged,
    /// Written by another version.
    Format(u32),
}

impl Frames {
    pub(crate) fn open(path: &Path, offset: u64) -> Result<Self, Unreadable> {
        let mut file = File::open(path).map_err(Unreadable::Io)?;
        let mut header = [0; frame::HEADER_LENGTH as usize];
        match file.read_exact(&mut header) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Err(Unreadable::NoHeader),
            Err(error) => return Err(Unreadable::Io(error)),
        }
        match frame::version(&header) {
            Some(frame::FORMAT) => {}
            Some(other) => return Err(Unreadable::Format(other)),
            None => return Err(Unreadable::Damaged),
        }
        Ok(Self { file, offset: offset.max(frame::HEADER_LENGTH), buffer: Vec::new(), taken: 0 })
    }

    /// Where the next frame begins.
    pub(crate) fn offset(&self) -> u64 {
        self.offset
    }

    /// The next entry before `end`, which lies between two frames (or is the length of a file nobody writes).
    pub(crate) fn next(&mut self, end: u64) -> io::Result<Next> {
        let mut wanted = 1;
        loop {
            match frame::decode(&self.buffer[self.taken..]) {
                Frame::Entry(entry, length) => {
                    self.taken += length;
                    self.offset += length as u64;
                    return Ok(Next::Entry(entry));
                }
                Frame::Damaged => return Ok(Next::Damaged),
                Frame::Short(whole) => {
                    let left = end.saturating_sub(self.offset);
                    if left == 0 {
                        return Ok(Next::End);
                    }
                    if left < whole as u64 || wanted > whole {
                        return Ok(Next::Torn);
                    }
                    self.fill(left.min(CHUNK.max(whole as u64)))?;
                    wanted = whole + 1;
                }
            }
        }
    }

    /// Reads so many bytes from `offset` on into the buffer.
    fn fill(&mut self, length: u64) -> io::Result<()> {
        self.buffer.clear();
        self.taken = 0;
        self.file.seek(SeekFrom::Start(self.offset))?;
        (&mut self.file).take(length).read_to_end(&mut self.buffer)?;
        Ok(())
    }

    /// Gives back what a large entry needed.
    pub(crate) fn release(&mut self) {
        if self.taken == self.buffer.len() {
            self.buffer = Vec::new();
            self.taken = 0;
        }
    }
}
