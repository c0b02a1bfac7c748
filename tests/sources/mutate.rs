//! Damage to media: bytes flipped, zeroed, cut, dropped, repeated, moved, and heads of other files. A seed
//! in, the same damage out.

use fastrand::Rng;

/// Largest part that one change takes out, repeats or moves, as a fraction of the whole.
const PART: f64 = 0.2;

/// Bytes of a packet of MPEG-TS, and of a small block in other files.
const PACKET: usize = 188;

/// Bytes at the beginning that name what a file is, and how large its pictures are.
const HEAD: usize = 2048;

/// Damages `data` in one to six ways; `other` is a file of another kind.
pub fn mutated(data: &[u8], other: &[u8], rng: &mut Rng) -> Vec<u8> {
    let mut bytes = data.to_vec();
    for _ in 0..rng.usize(1..=6) {
        if bytes.is_empty() {
            break;
        }
        change(&mut bytes, other, rng);
    }
    bytes
}

fn change(bytes: &mut Vec<u8>, other: &[u8], rng: &mut Rng) {
    let length = bytes.len();
    let at = rng.usize(..length);
    let part = rng.usize(..=(length as f64 * PART) as usize).min(length - at);
    let packet = at / PACKET * PACKET;
    let packets = packet..(packet + PACKET * rng.usize(1..=8)).min(length);
    match rng.u8(..11) {
        // A few bits anywhere, as a bad cable or disk makes them.
        0 => (0..rng.usize(1..=50)).for_each(|_| bytes[rng.usize(..length)] ^= 1 << rng.u8(..8)),
        // Numbers in the head: sizes, counts, offsets.
        1 => (0..rng.usize(1..=8)).for_each(|_| bytes[rng.usize(..length.min(HEAD))] = rng.u8(..)),
        2 => {
            let extreme = [0, 1, 0x7F, 0x80, 0xFF][rng.usize(..5)];
            bytes[at..(at + 4).min(length)].fill(extreme);
        }
        3 => bytes[at..at + part].fill(0),
        4 => bytes[at..at + part].iter_mut().for_each(|byte| *byte = rng.u8(..)),
        5 => bytes.truncate(at),
        6 => drop(bytes.drain(packets)),
        7 => {
            let again = bytes[packets].to_vec();
            bytes.splice(packet..packet, again);
        }
        8 => {
            // Packets in another order.
            let moved: Vec<u8> = bytes.drain(packets).collect();
            let to = rng.usize(..=bytes.len());
            bytes.splice(to..to, moved);
        }
        9 => {
            // Another file's head.
            let head = rng.usize(1..=HEAD.min(other.len()));
            bytes.splice(..head.min(length), other[..head].iter().copied());
        }
        _ => {
            let from = rng.usize(..other.len());
            let piece = &other[from..(from + part).min(other.len())];
            bytes.splice(at..at, piece.iter().copied());
        }
    }
}

#[test]
fn a_seed_makes_the_same_damage_each_time() {
    let (data, other) = ((0..9000_u32).map(|n| n as u8).collect::<Vec<u8>>(), vec![7; 3000]);
    let mut changed = 0;
    for seed in 0..200 {
        let once = mutated(&data, &other, &mut Rng::with_seed(seed));
        assert_eq!(once, mutated(&data, &other, &mut Rng::with_seed(seed)), "seed {seed}");
        changed += usize::from(once != data);
    }
    assert!(changed > 180, "{changed} of 200 are damaged at all");
}
