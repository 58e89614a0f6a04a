//! A raw take as a clip: trimmed, and as loud as every other.

use crate::{
    loudness::{TARGET_LUFS, lufs},
    mix::{loudened, trimmed},
};

/// The clip; `None` for a take without sound.
pub(super) fn finished(take: &[i16]) -> Option<Vec<i16>> {
    let clip = trimmed(take);
    let now = lufs(&clip)?;
    // Where a peak is bent a little loudness is lost: once more brings it within a tenth.
    let once: Vec<i16> = clip.iter().copied().map(loudened(TARGET_LUFS - now)).collect();
    let left = TARGET_LUFS - lufs(&once)?;
    Some(clip.into_iter().map(loudened(TARGET_LUFS - now + left)).collect())
}
