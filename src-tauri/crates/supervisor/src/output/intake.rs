//! Reads a child's pipes. The owner task reads whenever there is something; `drain` reads in the task of whoever
//! asks, so that attributing a line to an invocation costs two system calls and no change of task.

use std::{
    io,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use tokio::sync::mpsc;

use super::{
    Line, OutputLines, Stream,
    allowance::Allowance,
    splitter::{Piece, Splitter},
    weight,
};
use crate::sys::Pipe;

/// A pipe holds 64 KB on Linux; two reads empty it.
const CHUNK: usize = 32 * 1024;
/// The output of a build step is kept up to here, by stream.
const WHOLE: usize = 32 * 1024 * 1024;

/// What becomes of the bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kept {
    Lines,
    Whole,
    /// Whole, and told as lines meanwhile.
    Both,
}

struct Sink {
    whole: Option<[Vec<u8>; 2]>,
    lines: Option<Lines>,
}

struct Lines {
    splitters: [Splitter; 2],
    sender: mpsc::UnboundedSender<Line>,
    allowance: Allowance,
}

pub(crate) struct Intake {
    pipes: [Pipe; 2],
    /// Held while reading, so that bytes are split in the order in which they were read.
    sink: Mutex<Sink>,
    waiting: Arc<AtomicU64>,
}

impl Intake {
    pub(crate) fn new(stdout: Pipe, stderr: Pipe, kept: Kept) -> (Self, OutputLines) {
        let (sender, receiver) = mpsc::unbounded_channel();
        let waiting = Arc::new(AtomicU64::new(0));
        let lines =
            || Lines { splitters: Default::default(), sender, allowance: Allowance::new(Instant::now()) };
        let sink = Sink {
            lines: (kept != Kept::Whole).then(lines),
            whole: (kept != Kept::Lines).then(Default::default),
        };
        let lines = OutputLines { receiver, waiting: Arc::clone(&waiting), last: 0 };
        (Self { pipes: [stdout, stderr], sink: Mutex::new(sink), waiting }, lines)
    }

    /// Resolves when the pipe has something to read or was closed.
    pub(crate) async fn readable(&self, stream: Stream) {
        self.pipes[index(stream)].readable().await;
    }

    /// Reads once; false when the pipe has come to its end.
    pub(crate) fn read(&self, stream: Stream) -> bool {
        let mut sink = self.sink.lock().unwrap_or_else(PoisonError::into_inner);
        match self.read_into(&mut sink, stream) {
            Ok(0) => false,
            Err(error) => error.kind() == io::ErrorKind::WouldBlock,
            Ok(_) => true,
        }
    }

    /// Passes on what the pipes hold now, and unfinished lines as lines. What arrives meanwhile may wait.
    pub(crate) async fn drain(&self) {
        for pipe in &self.pipes {
            pipe.settle().await;
        }
        self.drain_now();
    }

    pub(crate) fn drain_now(&self) {
        let mut sink = self.sink.lock().unwrap_or_else(PoisonError::into_inner);
        for stream in [Stream::Stdout, Stream::Stderr] {
            let mut rest = self.pipes[index(stream)].holds();
            while rest > 0 {
                match self.read_into(&mut sink, stream) {
                    Ok(0) | Err(_) => break,
                    Ok(read) => rest = rest.saturating_sub(read),
                }
            }
            self.flush(&mut sink, stream);
        }
    }

    /// Takes what was kept whole.
    pub(crate) fn take_whole(&self) -> [Vec<u8>; 2] {
        let mut sink = self.sink.lock().unwrap_or_else(PoisonError::into_inner);
        sink.whole.as_mut().map(std::mem::take).unwrap_or_default()
    }

    fn read_into(&self, sink: &mut Sink, stream: Stream) -> io::Result<usize> {
        let mut buffer = [0_u8; CHUNK];
        let read = self.pipes[index(stream)].read(&mut buffer)?;
        let bytes = &buffer[..read];
        if let Some(whole) = &mut sink.whole {
            let whole = &mut whole[index(stream)];
            whole.extend_from_slice(&bytes[..read.min(WHOLE - whole.len())]);
        }
        if let Some(Lines { splitters, sender, allowance }) = &mut sink.lines {
            let at = Instant::now();
            splitters[index(stream)].push(bytes, |piece| self.pass(sender, allowance, stream, at, piece));
        }
        Ok(read)
    }

    fn flush(&self, sink: &mut Sink, stream: Stream) {
        let Some(Lines { splitters, sender, allowance }) = &mut sink.lines else { return };
        let at = Instant::now();
        if let Some(piece) = splitters[index(stream)].flush() {
            self.pass(sender, allowance, stream, at, piece);
        }
        self.tell_left_out(sender, allowance, stream, at);
    }

    fn pass(
        &self,
        lines: &mpsc::UnboundedSender<Line>,
        allowance: &mut Allowance,
        stream: Stream,
        at: Instant,
        piece: Piece,
    ) {
        let line = Line { stream, at, text: piece.text, truncated: piece.cut > 0 };
        if allowance.admit(at, line.text.len(), self.waiting.load(Ordering::Relaxed)) {
            self.tell_left_out(lines, allowance, stream, at);
            self.send(lines, line);
        }
    }

    fn tell_left_out(
        &self,
        lines: &mpsc::UnboundedSender<Line>,
        allowance: &mut Allowance,
        stream: Stream,
        at: Instant,
    ) {
        if let Some(left_out) = allowance.take_left_out() {
            let text = format!("[{} lines, {} bytes of output left out]", left_out.lines, left_out.bytes);
            self.send(lines, Line { stream, at, text, truncated: true });
        }
    }

    fn send(&self, lines: &mpsc::UnboundedSender<Line>, line: Line) {
        let weight = weight(&line);
        self.waiting.fetch_add(weight, Ordering::Relaxed);
        if lines.send(line).is_err() {
            self.waiting.fetch_sub(weight, Ordering::Relaxed);
        }
    }
}

fn index(stream: Stream) -> usize {
    match stream {
        Stream::Stdout => 0,
        Stream::Stderr => 1,
    }
}
