//! Argon2 itself (RFC 9106, section 3): how password, salt and costs become a hash.
//!
//! It is written here, and not taken from a crate, for its speed: an attacker's Argon2 is as fast as the machine allows,
//! so what a login takes longer is strength given away. The tests compare it with the `argon2` crate.

use std::{array, mem, num::NonZero, thread};

use blake2::{
    Blake2bVarCore,
    digest::{
        block_api::{UpdateCore, VariableOutputCore},
        block_buffer::LazyBuffer,
    },
};
use zeroize::Zeroizing;

use super::{
    Kind, Variety,
    block::{Block, WORDS},
};

/// How many slices the memory has. Lanes meet at their ends; within a slice, no lane looks at what another one writes.
const SLICES: usize = 4;

/// The longest digest of BLAKE2b, in bytes.
const DIGEST: usize = 64;

/// Returns the number of blocks that a hash of this kind works in.
pub(super) fn block_count(kind: &Kind) -> usize {
    Shape::new(kind).block_count()
}

/// Returns a hash of `length` bytes. The memory has as many blocks as [`block_count`] says, all zero.
pub(super) fn hash(
    kind: &Kind,
    password: &[u8],
    salt: &[u8],
    length: usize,
    memory: &mut [Block],
) -> Zeroizing<Vec<u8>> {
    let shape = Shape::new(kind);
    let seed = seed(kind, password, salt, length);
    for lane in 0..shape.lanes {
        for column in 0..2 {
            let mut bytes = Zeroizing::new([0; Block::BYTES]);
            expand(&[&seed[..], &le32(column), &le32(lane)], &mut bytes[..]);
            memory[lane * shape.segment + column] = Block::from_bytes(&bytes);
        }
    }
    let threads = if shape.lanes == 1 { 1 } else { thread::available_parallelism().map_or(1, NonZero::get) };
    for pass in 0..kind.costs.time as usize {
        for slice in 0..SLICES {
            shape.fill_slice(pass, slice, memory, threads.min(shape.lanes));
        }
    }
    let mut last = Block::ZERO;
    for lane in 1..=shape.lanes {
        last.add(&memory[memory.len() - (shape.lanes - lane) * shape.segment - 1]);
    }
    let mut hash = Zeroizing::new(vec![0; length]);
    expand(&[&last.to_bytes()], &mut hash);
    hash
}

/// The form of the memory: slice after slice, in each slice lane after lane. So a slice can be written while the others
/// are read, and each lane of it on a thread of its own.
#[derive(Clone, Copy)]
struct Shape<'a> {
    kind: &'a Kind,
    lanes: usize,
    /// The length of a segment, which is what a lane has in a slice.
    segment: usize,
}

#[derive(Clone, Copy)]
struct Position {
    pass: usize,
    slice: usize,
    lane: usize,
}

impl<'a> Shape<'a> {
    fn new(kind: &'a Kind) -> Self {
        let lanes = kind.costs.parallelism as usize;
        Self { kind, lanes, segment: kind.costs.memory as usize / (SLICES * lanes) }
    }

    fn block_count(self) -> usize {
        SLICES * self.lanes * self.segment
    }

    /// Fills one slice, on up to this many threads.
    fn fill_slice(self, pass: usize, slice: usize, memory: &mut [Block], threads: usize) {
        let mut slices = memory.chunks_exact_mut(self.lanes * self.segment);
        let mut slices: [_; SLICES] = array::from_fn(|_| slices.next().unwrap_or_default());
        let current = mem::take(&mut slices[slice]);
        let finished = slices.map(|slice| &*slice);

        let lanes_each = self.lanes.div_ceil(threads);
        let fill = move |share: usize, segments: &mut [Block]| {
            for (lane, own) in segments.chunks_exact_mut(self.segment).enumerate() {
                let position = Position { pass, slice, lane: share * lanes_each + lane };
                Segment { shape: self, position, finished, own }.fill();
            }
        };
        let (mine, others) = current.split_at_mut(lanes_each * self.segment);
        thread::scope(|scope| {
            for (share, segments) in others.chunks_mut(lanes_each * self.segment).enumerate() {
                scope.spawn(move || fill(share + 1, segments));
            }
            fill(0, mine);
        });
    }
}

/// A segment to be filled, and all that it may look at.
struct Segment<'a> {
    shape: Shape<'a>,
    position: Position,
    /// The slices but the one that is being written.
    finished: [&'a [Block]; SLICES],
    own: &'a mut [Block],
}

impl Segment<'_> {
    /// Fills the segment with the widest instructions that there are.
    fn fill(self) {
        #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
        if let Some(avx2) = fearless_simd::Level::new().as_avx2() {
            return fearless_simd::Simd::vectorize(
                avx2,
                #[inline(always)]
                || self.fill_inlined(),
            );
        }
        self.fill_inlined();
    }

    #[inline(always)]
    fn fill_inlined(self) {
        let Self { shape, position, finished, own } = self;
        let Position { pass, slice, lane } = position;
        let before = finished[(slice + SLICES - 1) % SLICES].get((lane + 1) * shape.segment - 1);
        let mut addresses = shape.kind.has_fixed_addresses(position).then(|| Addresses::new(shape, position));
        // The first two blocks of each lane are there already.
        let first = if pass == 0 && slice == 0 { 2 } else { 0 };
        for index in first..own.len() {
            let (written, rest) = own.split_at_mut(index);
            let previous = written.last().or(before).unwrap_or(&Block::ZERO);
            let random = match &mut addresses {
                Some(addresses) => addresses.at(index),
                None => previous.0[0],
            };
            let (source_slice, source_lane, offset) = shape.reference(position, index, random);
            let reference = if source_slice == slice {
                &written[offset]
            } else {
                &finished[source_slice][source_lane * shape.segment + offset]
            };
            if shape.kind.overwrites() {
                rest[0] = Block::ZERO;
            }
            rest[0].add_compressed(previous, reference);
        }
    }
}

impl Shape<'_> {
    /// Maps 64 random bits to a slice, a lane and a block of that segment (section 3.4.2). Nearby blocks are likelier.
    #[inline(always)]
    fn reference(&self, position: Position, index: usize, random: u64) -> (usize, usize, usize) {
        let Position { pass, slice, lane } = position;
        let (low, high) = (random & 0xffff_ffff, (random >> 32) as u32);
        let source_lane = if pass == 0 && slice == 0 { lane } else { (high % self.lanes as u32) as usize };
        // All finished slices, and of the own lane what is written of this one; never the previous block itself, which
        // in other lanes is the last of the slice before when this segment begins.
        let finished = if pass == 0 { slice } else { SLICES - 1 } * self.segment;
        let area =
            if source_lane == lane { finished + index - 1 } else { finished - usize::from(index == 0) };
        let distance = (area as u64 * ((low * low) >> 32)) >> 32;
        let oldest = if pass == 0 { 0 } else { slice + 1 };
        // The next block waits for this division: in 32 bits, it takes half the time.
        let (column, segment) = ((area - 1 - distance as usize) as u32, self.segment as u32);
        let (slices, offset) = ((column / segment) as usize, (column % segment) as usize);
        ((oldest + slices) % SLICES, source_lane, offset)
    }
}

impl Kind {
    /// Tells whether a segment's references are the same for every password, so that nothing can be learnt from them.
    fn has_fixed_addresses(&self, Position { pass, slice, .. }: Position) -> bool {
        match self.variety {
            Variety::D => false,
            Variety::I => true,
            Variety::Id => pass == 0 && slice < SLICES / 2,
        }
    }

    /// Tells whether later passes replace blocks, as they did before version 0x13, and do not add to them.
    fn overwrites(&self) -> bool {
        self.version == Kind::VERSION_10
    }
}

/// The pseudo-random words of a segment with fixed addresses (section 3.4.1.2).
struct Addresses {
    input: Block,
    words: Block,
}

impl Addresses {
    #[inline(always)]
    fn new(shape: Shape<'_>, Position { pass, slice, lane }: Position) -> Self {
        let mut input = Block::ZERO;
        let Kind { variety, costs, .. } = shape.kind;
        let numbers = [pass, lane, slice, shape.block_count(), costs.time as usize, *variety as usize];
        input.0.iter_mut().zip(numbers).for_each(|(word, number)| *word = number as u64);
        let mut addresses = Self { input, words: Block::ZERO };
        addresses.next();
        addresses
    }

    #[inline(always)]
    fn at(&mut self, index: usize) -> u64 {
        if index > 0 && index.is_multiple_of(WORDS) {
            self.next();
        }
        self.words.0[index % WORDS]
    }

    #[inline(always)]
    fn next(&mut self) {
        self.input.0[6] += 1;
        let mut half = Block::ZERO;
        half.add_compressed(&Block::ZERO, &self.input);
        self.words = Block::ZERO;
        self.words.add_compressed(&Block::ZERO, &half);
    }
}

/// Hashes everything that the result depends on (section 3.2; there is neither secret nor associated data).
fn seed(kind: &Kind, password: &[u8], salt: &[u8], length: usize) -> Zeroizing<[u8; DIGEST]> {
    let Kind { variety, version, costs } = kind;
    let mut seed = Zeroizing::new([0; DIGEST]);
    let inputs = [
        &costs.parallelism.to_le_bytes(),
        &le32(length),
        &costs.memory.to_le_bytes(),
        &costs.time.to_le_bytes(),
        &version.to_le_bytes(),
        &le32(*variety as usize),
        &le32(password.len()),
        password,
        &le32(salt.len()),
        salt,
        &[0; 8],
    ];
    blake2b(&inputs, &mut seed[..]);
    seed
}

/// Hashes to any length (section 3.3).
fn expand(inputs: &[&[u8]], mut out: &mut [u8]) {
    let length = le32(out.len());
    let inputs = [&[&length[..]], inputs].concat();
    if out.len() <= DIGEST {
        return blake2b(&inputs, out);
    }
    let mut digest = Zeroizing::new([0; DIGEST]);
    blake2b(&inputs, &mut digest[..]);
    loop {
        let (half, rest) = out.split_at_mut(DIGEST / 2);
        half.copy_from_slice(&digest[..DIGEST / 2]);
        if rest.len() <= DIGEST {
            return blake2b(&[&digest[..]], rest);
        }
        let input = digest.clone();
        blake2b(&[&input[..]], &mut digest[..]);
        out = rest;
    }
}

/// Hashes to 1 to 64 bytes.
fn blake2b(inputs: &[&[u8]], out: &mut [u8]) {
    let mut core = Blake2bVarCore::new(out.len()).expect("BLAKE2b has digests of 1 to 64 bytes");
    let mut buffer = LazyBuffer::default();
    for input in inputs {
        buffer.digest_blocks(input, |blocks| core.update_blocks(blocks));
    }
    let mut digest = Default::default();
    core.finalize_variable_core(&mut buffer, &mut digest);
    out.copy_from_slice(&digest[..out.len()]);
}

fn le32(number: usize) -> [u8; 4] {
    (number as u32).to_le_bytes()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use argon2::{Algorithm, Argon2, Params, Version};
    use proptest::prelude::*;

    use super::*;
    use crate::hasher::argon2::Costs;

    fn of_the_crate(kind: &Kind, password: &[u8], salt: &[u8], length: usize) -> Vec<u8> {
        let Costs { time, memory, parallelism } = kind.costs;
        let variety = match kind.variety {
            Variety::D => Algorithm::Argon2d,
            Variety::I => Algorithm::Argon2i,
            Variety::Id => Algorithm::Argon2id,
        };
        let version = Version::try_from(kind.version).unwrap();
        let params = Params::new(memory, time, parallelism, Some(length)).unwrap();
        let mut hash = vec![0; length];
        Argon2::new(variety, version, params).hash_password_into(password, salt, &mut hash).unwrap();
        hash
    }

    fn ours(kind: &Kind, password: &[u8], salt: &[u8], length: usize) -> Vec<u8> {
        let mut memory = vec![Block::ZERO; block_count(kind)];
        hash(kind, password, salt, length, &mut memory).to_vec()
    }

    proptest! {
        #[test]
        fn hashes_are_those_of_the_argon2_crate(
            variety in prop::sample::select(vec![Variety::D, Variety::I, Variety::Id]),
            version in prop::sample::select(vec![Kind::VERSION_10, Kind::VERSION_13]),
            (time, parallelism, spare) in (1_u32..4, 1_u32..6, 0_u32..200),
            password in prop::collection::vec(any::<u8>(), 0..200),
            salt in prop::collection::vec(any::<u8>(), 8..40),
            length in 4_usize..200,
        ) {
            let costs = Costs { time, memory: 8 * parallelism + spare, parallelism };
            let kind = Kind { variety, version, costs };
            prop_assert_eq!(ours(&kind, &password, &salt, length), of_the_crate(&kind, &password, &salt, length));
        }
    }

    #[test]
    fn segments_of_many_addresses_are_right_too() {
        for (variety, parallelism) in [(Variety::I, 1), (Variety::Id, 3)] {
            let kind = Kind {
                variety,
                version: Kind::VERSION_13,
                costs: Costs { time: 2, memory: 5000, parallelism },
            };
            assert_eq!(
                ours(&kind, b"password", b"saltsalt", 32),
                of_the_crate(&kind, b"password", b"saltsalt", 32)
            );
        }
    }
}
