//! WebSocket frames, as cheap as can be: what measures has to cost less than what it measures.
//!
//! Only what Socket.IO's servers send and read here: texts, each in one frame.

/// Takes the frames of one connection out of what comes.
#[derive(Default)]
pub(crate) struct Frames {
    /// The beginning of a frame whose end hasn't come yet. Empty almost always, and then it has no memory.
    begun: Vec<u8>,
}

impl Frames {
    /// Calls `each` with the text of each frame that is complete now.
    pub(crate) fn feed(&mut self, bytes: &[u8], mut each: impl FnMut(&[u8])) {
        if self.begun.is_empty() {
            let rest = take(bytes, &mut each);
            self.begun.extend_from_slice(rest);
        } else {
            self.begun.extend_from_slice(bytes);
            let rest = take(&self.begun, &mut each).len();
            let taken = self.begun.len() - rest;
            self.begun.drain(..taken);
        }
        if self.begun.is_empty() {
            self.begun = Vec::new();
        }
    }
}

/// Calls `each` with each complete frame. Returns what is left.
fn take<'a>(mut bytes: &'a [u8], each: &mut impl FnMut(&[u8])) -> &'a [u8] {
    while let Some((header, length)) = header(bytes)
        && let Some(text) = bytes.get(header..header + length)
    {
        // The upper half is flags; 1 is a text. A close frame is told by the end of the stream.
        if bytes[0] & 0x0f == 1 {
            each(text);
        }
        bytes = &bytes[header + length..];
    }
    bytes
}

/// How long the header is, and the text after it.
fn header(bytes: &[u8]) -> Option<(usize, usize)> {
    match *bytes.get(1)? {
        126 => Some((4, usize::from(u16::from_be_bytes(*bytes.get(2..)?.first_chunk()?)))),
        127 => Some((10, usize::try_from(u64::from_be_bytes(*bytes.get(2..)?.first_chunk()?)).ok()?)),
        short => Some((2, usize::from(short))),
    }
}

/// A frame with this text, as a client sends it. Masked with zeros, it stands there as it is.
pub(crate) fn frame(text: &str) -> Vec<u8> {
    const TEXT: u8 = 0x81;
    const MASKED: u8 = 0x80;
    let mut frame = vec![TEXT];
    match (u8::try_from(text.len()), u16::try_from(text.len())) {
        (Ok(length @ ..126), _) => frame.push(MASKED + length),
        (_, Ok(length)) => {
            frame.push(MASKED + 126);
            frame.extend_from_slice(&length.to_be_bytes());
        }
        _ => panic!("nothing here sends as much"),
    }
    frame.extend_from_slice(&[0; 4]);
    frame.extend_from_slice(text.as_bytes());
    frame
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A frame as a server sends it: without a mask.
    fn from_server(text: &str) -> Vec<u8> {
        let mut frame = vec![0x81];
        if text.len() < 126 {
            frame.push(u8::try_from(text.len()).unwrap());
        } else {
            frame.push(127);
            frame.extend_from_slice(&(text.len() as u64).to_be_bytes());
        }
        frame.extend_from_slice(text.as_bytes());
        frame
    }

    #[test]
    fn frames_come_whole_wherever_the_bytes_are_cut() {
        let texts = ["2".to_owned(), "x".repeat(70_000), String::new(), "42[\"said\"]".to_owned()];
        let bytes: Vec<u8> = texts.iter().flat_map(|text| from_server(text)).collect();
        for size in [1, 2, 7, 4096, bytes.len()] {
            let (mut frames, mut heard) = (Frames::default(), Vec::new());
            for part in bytes.chunks(size) {
                frames.feed(part, |text| heard.push(String::from_utf8(text.to_vec()).unwrap()));
            }
            assert_eq!(heard, texts, "in parts of {size}");
            assert_eq!(frames.begun.capacity(), 0);
        }
    }
}
