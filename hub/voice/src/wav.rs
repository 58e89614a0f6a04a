//! The one kind of recording a pack holds: WAV, PCM, 48,000 Hz, one channel, 16 bits.
//!
//! A file comes from a memory stick of a studio: its size is asked before it is read, and each length in it is checked
//! against what is there. Deliberately absent: other rates, channels and codecs; a recording program exports this kind, and
//! a player that converts nothing sounds the same everywhere.

use std::{
    fs::File,
    io::{self, Read, Write},
    path::Path,
};

/// Samples in a second.
pub const RATE: u32 = 48_000;
/// The longest clip.
pub const CLIP_S_MAX: usize = 30;
/// Samples of the longest clip.
pub const CLIP_SAMPLES_MAX: usize = CLIP_S_MAX * RATE as usize;
/// The largest file: the longest clip and room for what recording programs write beside it.
pub const FILE_BYTES_MAX: u64 = 2 * CLIP_SAMPLES_MAX as u64 + 64 * 1_024;

/// Why a file is no clip.
#[derive(Debug, thiserror::Error)]
pub enum WavError {
    /// It cannot be read.
    #[error("it cannot be read: {0}")]
    Disk(#[from] io::Error),
    /// Larger than any clip.
    #[error("it is longer than {CLIP_S_MAX} s")]
    TooLong,
    /// Not a WAV file, or cut off.
    #[error("it is not a whole WAV file")]
    NotWav,
    /// Another rate, number of channels or coding.
    #[error(
        "it has {channels} channels, {rate} Hz, {bits} bits, coding {coding}; wanted: 1 channel, 48000 Hz, 16 bits, PCM"
    )]
    Kind {
        /// Channels.
        channels: u16,
        /// Samples in a second.
        rate: u32,
        /// Bits of a sample.
        bits: u16,
        /// 1 is PCM.
        coding: u16,
    },
    /// No sample.
    #[error("it is empty")]
    Empty,
}

/// Sound of any rate, as a generator makes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pcm {
    /// Samples in a second.
    pub rate: u32,
    /// The samples of the one channel.
    pub samples: Vec<i16>,
}

/// Reads a clip.
pub fn read(path: &Path) -> Result<Vec<i16>, WavError> {
    let file = File::open(path)?;
    if file.metadata()?.len() > FILE_BYTES_MAX {
        return Err(WavError::TooLong);
    }
    let mut bytes = vec![];
    // The file may grow between the question and the reading.
    file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes)?;
    let pcm = decode(&bytes)?;
    if pcm.rate != RATE {
        return Err(WavError::Kind { channels: 1, rate: pcm.rate, bits: 16, coding: 1 });
    }
    if pcm.samples.len() > CLIP_SAMPLES_MAX {
        return Err(WavError::TooLong);
    }
    Ok(pcm.samples)
}

/// One channel of 16-bit PCM at any rate. A data chunk that claims more than there is ends where the bytes end: that is
/// how a program writes that did not know the length when it began.
pub fn decode(bytes: &[u8]) -> Result<Pcm, WavError> {
    if bytes.get(..4) != Some(b"RIFF") || bytes.get(8..12) != Some(b"WAVE") {
        return Err(WavError::NotWav);
    }
    let mut rest = &bytes[12..];
    let mut rate = None;
    while let Some((head, after)) = rest.split_at_checked(8) {
        let claimed = u32::from_le_bytes([head[4], head[5], head[6], head[7]]) as usize;
        let chunk = &after[..claimed.min(after.len())];
        match (&head[..4], rate) {
            (b"fmt ", _) => rate = Some(read_format(chunk)?),
            (b"data", Some(rate)) => return samples(rate, chunk),
            (b"data", None) => return Err(WavError::NotWav),
            _ => {}
        }
        // Chunks begin at even offsets.
        rest = after.get(claimed + claimed % 2..).unwrap_or_default();
    }
    Err(WavError::NotWav)
}

/// Writes a clip.
pub fn write(path: &Path, samples: &[i16]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(&encode(samples))?;
    file.sync_all()
}

/// A clip as a file's bytes.
pub fn encode(samples: &[i16]) -> Vec<u8> {
    let data = u32::try_from(2 * samples.len()).unwrap_or(u32::MAX - 36);
    let mut bytes = Vec::with_capacity(44 + 2 * samples.len());
    bytes.extend(b"RIFF");
    bytes.extend((36 + data).to_le_bytes());
    bytes.extend(b"WAVEfmt ");
    bytes.extend(16_u32.to_le_bytes());
    bytes.extend([1_u16.to_le_bytes(), 1_u16.to_le_bytes()].concat());
    bytes.extend(RATE.to_le_bytes());
    bytes.extend((2 * RATE).to_le_bytes());
    bytes.extend([2_u16.to_le_bytes(), 16_u16.to_le_bytes()].concat());
    bytes.extend(b"data");
    bytes.extend(data.to_le_bytes());
    bytes.extend(raw(samples));
    bytes
}

/// Samples as a loudspeaker takes them: little-endian, nothing before.
pub fn raw(samples: &[i16]) -> Vec<u8> {
    samples.iter().flat_map(|sample| sample.to_le_bytes()).collect()
}

fn read_format(chunk: &[u8]) -> Result<u32, WavError> {
    let format: &[u8; 16] = chunk.first_chunk().ok_or(WavError::NotWav)?;
    let half = |at: usize| u16::from_le_bytes([format[at], format[at + 1]]);
    let (coding, channels, bits) = (half(0), half(2), half(14));
    let rate = u32::from_le_bytes([format[4], format[5], format[6], format[7]]);
    // Recording programs write the same PCM as "extensible" too: the true coding begins its subformat.
    let extended = chunk.get(24..26).map(|sub| u16::from_le_bytes([sub[0], sub[1]]));
    let coding = if coding == 0xfffe { extended.unwrap_or(coding) } else { coding };
    if (coding, channels, bits) != (1, 1, 16) {
        return Err(WavError::Kind { channels, rate, bits, coding });
    }
    Ok(rate)
}

fn samples(rate: u32, chunk: &[u8]) -> Result<Pcm, WavError> {
    let samples: Vec<i16> = chunk.chunks_exact(2).map(|pair| i16::from_le_bytes([pair[0], pair[1]])).collect();
    if samples.is_empty() { Err(WavError::Empty) } else { Ok(Pcm { rate, samples }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_clip_is_read_as_it_was_written() {
        let samples = vec![0, 1, -1, i16::MAX, i16::MIN];
        assert_eq!(decode(&encode(&samples)).unwrap(), Pcm { rate: RATE, samples });
    }

    #[test]
    fn other_kinds_are_named() {
        let mut stereo = encode(&[1, 2]);
        stereo[22] = 2;
        let said = decode(&stereo).unwrap_err().to_string();
        assert!(said.starts_with("it has 2 channels, 48000 Hz, 16 bits, coding 1"), "{said}");
        assert!(matches!(decode(b"OggS"), Err(WavError::NotWav)));
        assert!(matches!(decode(&encode(&[])), Err(WavError::Empty)));
        assert!(matches!(decode(&encode(&[1])[..30]), Err(WavError::NotWav)));
    }

    #[test]
    fn a_length_that_was_not_known_yet_ends_where_the_bytes_end() {
        let mut streamed = encode(&[5, 6]);
        streamed[40..44].copy_from_slice(&0x7fff_f000_u32.to_le_bytes());
        assert_eq!(decode(&streamed).unwrap().samples, [5, 6]);
    }

    #[test]
    fn what_recording_programs_write_between_is_passed_over() {
        let plain = encode(&[7, 8, 9]);
        let mut noted = plain[..36].to_vec();
        noted.extend(b"LIST");
        noted.extend(3_u32.to_le_bytes());
        noted.extend(b"abc\0");
        noted.extend(&plain[36..]);
        assert_eq!(decode(&noted).unwrap().samples, [7, 8, 9]);
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_stumble(mut bytes in proptest::collection::vec(any::<u8>(), 0..200), at in 0_usize..60, byte: u8) {
            let _ = decode(&bytes);
            bytes = encode(&[1, 2, 3]);
            if let Some(one) = bytes.get_mut(at) {
                *one = byte;
            }
            let _ = decode(&bytes);
        }
    }
}
