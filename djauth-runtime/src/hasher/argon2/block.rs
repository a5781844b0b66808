//! The block of 1 KiB that Argon2 works on, and its compression function (RFC 9106, section 3.5).

use zeroize::Zeroize;

/// How many words a block has.
pub(super) const WORDS: usize = 128;

/// 128 words, which the compression function looks at as an 8 by 8 matrix of pairs.
#[derive(Clone, Copy)]
#[repr(align(64))]
pub(super) struct Block(pub(super) [u64; WORDS]);

/// Four words that go through the same operations side by side: in the registers of AVX2, one instruction each.
type Lanes = [u64; 4];

impl Block {
    pub(super) const ZERO: Self = Self([0; WORDS]);

    /// The length of a block in bytes.
    pub(super) const BYTES: usize = 8 * WORDS;

    pub(super) fn from_bytes(bytes: &[u8; Self::BYTES]) -> Self {
        let mut block = Self::ZERO;
        for (word, bytes) in block.0.iter_mut().zip(bytes.as_chunks().0) {
            *word = u64::from_le_bytes(*bytes);
        }
        block
    }

    pub(super) fn to_bytes(self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        for (bytes, word) in bytes.as_chunks_mut().0.iter_mut().zip(self.0) {
            *bytes = word.to_le_bytes();
        }
        bytes
    }

    /// Adds another block to this one. Here and below, plain steps stand where a loop over an iterator would read better:
    /// a build without optimisation, which every program is at first, makes calls of those, ten times slower.
    #[inline(always)]
    pub(super) fn add(&mut self, other: &Self) {
        let mut index = 0;
        while index < WORDS {
            self.0[index] ^= other.0[index];
            index += 1;
        }
    }

    /// Adds the compression of two blocks to this one. It must be inlined to where the instruction set is known.
    #[inline(always)]
    pub(super) fn add_compressed(&mut self, x: &Self, y: &Self) {
        let mut mixed = Self::ZERO;
        let mut index = 0;
        while index < WORDS {
            let sum = x.0[index] ^ y.0[index];
            mixed.0[index] = sum;
            self.0[index] ^= sum;
            index += 1;
        }
        for row in 0..8 {
            mixed.permute(16 * row, 4, 2);
        }
        for column in 0..8 {
            mixed.permute(2 * column, 32, 16);
        }
        self.add(&mixed);
    }

    /// Permutes sixteen words: four groups of two pairs, with these distances between groups and between pairs.
    #[inline(always)]
    fn permute(&mut self, start: usize, group: usize, pair: usize) {
        let (mut a, mut b) = (self.lanes(start, pair), self.lanes(start + group, pair));
        let (mut c, mut d) = (self.lanes(start + 2 * group, pair), self.lanes(start + 3 * group, pair));
        mix(&mut a, &mut b, &mut c, &mut d);
        (b, c, d) = ([b[1], b[2], b[3], b[0]], [c[2], c[3], c[0], c[1]], [d[3], d[0], d[1], d[2]]);
        mix(&mut a, &mut b, &mut c, &mut d);
        (b, c, d) = ([b[3], b[0], b[1], b[2]], [c[2], c[3], c[0], c[1]], [d[1], d[2], d[3], d[0]]);
        self.set_lanes(start, pair, a);
        self.set_lanes(start + group, pair, b);
        self.set_lanes(start + 2 * group, pair, c);
        self.set_lanes(start + 3 * group, pair, d);
    }

    #[inline(always)]
    fn lanes(&self, at: usize, pair: usize) -> Lanes {
        [self.0[at], self.0[at + 1], self.0[at + pair], self.0[at + pair + 1]]
    }

    #[inline(always)]
    fn set_lanes(&mut self, at: usize, pair: usize, lanes: Lanes) {
        self.0[at] = lanes[0];
        self.0[at + 1] = lanes[1];
        self.0[at + pair] = lanes[2];
        self.0[at + pair + 1] = lanes[3];
    }
}

impl Zeroize for Block {
    fn zeroize(&mut self) {
        self.0.zeroize();
    }
}

/// BLAKE2b's mixing of four words with a multiplication in place of each addition's message (RFC 9106, section 3.6).
#[inline(always)]
fn mix(a: &mut Lanes, b: &mut Lanes, c: &mut Lanes, d: &mut Lanes) {
    multiply_add(a, b);
    xor_rotate::<32>(d, a);
    multiply_add(c, d);
    xor_rotate::<24>(b, c);
    multiply_add(a, b);
    xor_rotate::<16>(d, a);
    multiply_add(c, d);
    xor_rotate::<63>(b, c);
}

#[inline(always)]
fn multiply_add(sum: &mut Lanes, other: &Lanes) {
    sum[0] = multiplied_sum(sum[0], other[0]);
    sum[1] = multiplied_sum(sum[1], other[1]);
    sum[2] = multiplied_sum(sum[2], other[2]);
    sum[3] = multiplied_sum(sum[3], other[3]);
}

#[inline(always)]
fn multiplied_sum(x: u64, y: u64) -> u64 {
    const LOW: u64 = 0xffff_ffff;
    let product = (x & LOW).wrapping_mul(y & LOW);
    x.wrapping_add(y).wrapping_add(product << 1)
}

#[inline(always)]
fn xor_rotate<const BITS: u32>(word: &mut Lanes, other: &Lanes) {
    word[0] = (word[0] ^ other[0]).rotate_right(BITS);
    word[1] = (word[1] ^ other[1]).rotate_right(BITS);
    word[2] = (word[2] ^ other[2]).rotate_right(BITS);
    word[3] = (word[3] ^ other[3]).rotate_right(BITS);
}
