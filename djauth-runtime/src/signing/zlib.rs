//! Deflate with a zlib header, as Python's `zlib.compress` and `zlib.decompress` have it.

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};

use super::SigningError;

/// The largest payload, in bytes, that is inflated (rule S59). Django has no limit.
pub const MAX_INFLATED: usize = 1 << 20;

pub(super) fn check_size(inflated: usize) -> Result<(), SigningError> {
    if inflated > MAX_INFLATED {
        return Err(SigningError::value(format!("the payload is larger than {MAX_INFLATED} bytes")));
    }
    Ok(())
}

pub(super) fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut compressor = Compress::new(Compression::new(6), true);
    let mut compressed = Vec::with_capacity(bytes.len() / 2 + 64);
    loop {
        let rest = usize::try_from(compressor.total_in()).ok().and_then(|consumed| bytes.get(consumed..));
        let status = compressor
            .compress_vec(rest.unwrap_or_default(), &mut compressed, FlushCompress::Finish)
            .expect("deflate takes any bytes");
        if status == Status::StreamEnd {
            return compressed;
        }
        compressed.reserve(compressed.capacity());
    }
}

/// Inflates a whole stream. What follows its end is ignored, as in Python.
pub(super) fn inflate(bytes: &[u8]) -> Result<Vec<u8>, SigningError> {
    let damaged = || SigningError::value("the compressed payload is damaged");
    let mut inflater = Decompress::new(true);
    let mut inflated = Vec::with_capacity(bytes.len().saturating_mul(4).clamp(256, MAX_INFLATED + 1));
    loop {
        let before = (inflater.total_in(), inflater.total_out());
        let rest = usize::try_from(before.0).ok().and_then(|consumed| bytes.get(consumed..));
        let status = inflater
            .decompress_vec(rest.unwrap_or_default(), &mut inflated, FlushDecompress::None)
            .map_err(|_| damaged())?;
        check_size(inflated.len())?;
        if status == Status::StreamEnd {
            return Ok(inflated);
        }
        if inflated.len() == inflated.capacity() {
            inflated.reserve(inflated.capacity());
        } else if before == (inflater.total_in(), inflater.total_out()) {
            // Room left, and nothing more comes: the stream is cut off.
            return Err(damaged());
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn bytes_after_the_end_are_ignored_and_cut_off_streams_refused() {
        let mut stream = deflate(b"some text, some text, some text");
        for end in 0..stream.len() {
            assert!(inflate(&stream[..end]).is_err(), "{end}");
        }
        stream.extend_from_slice(b"more");
        assert_eq!(inflate(&stream).unwrap(), b"some text, some text, some text");
    }

    #[test]
    fn a_wrong_checksum_is_refused() {
        let mut stream = deflate(b"some text");
        *stream.last_mut().unwrap() ^= 1;
        assert!(inflate(&stream).is_err());
    }

    #[test]
    fn s59_the_cap_is_exact() {
        assert_eq!(inflate(&deflate(&vec![b'a'; MAX_INFLATED])).unwrap().len(), MAX_INFLATED);
        assert!(inflate(&deflate(&vec![b'a'; MAX_INFLATED + 1])).is_err());
    }

    proptest! {
        #[test]
        fn s113_what_is_deflated_inflates(bytes: Vec<u8>, times in 1..40_usize) {
            let bytes = bytes.repeat(times);
            prop_assert_eq!(inflate(&deflate(&bytes)).unwrap(), bytes);
        }

        #[test]
        fn s112_no_bytes_make_inflate_panic(bytes: Vec<u8>) {
            let _ = inflate(&bytes);
            let _ = inflate(&[&[0x78, 0x9c], bytes.as_slice()].concat());
        }
    }
}
