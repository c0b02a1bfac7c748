//! Vectors in and out of memory: in go references to data that a vector covers exactly, out come vectors, and
//! the other way round. What is reckoned with them does not belong here.

use std::arch::x86_64::{
    __m128i, __m256i, _MM_HINT_T0, _mm_loadu_si128, _mm_prefetch, _mm_storeu_si128, _mm256_loadu_si256,
    _mm256_storeu_si256,
};

/// Bytes of a line of the processor's caches.
const LINE: usize = 64;

/// Data that one vector covers exactly.
///
/// # Safety
/// The type has `BYTES` bytes, no padding, and is valid whatever they hold.
pub(in crate::coder) unsafe trait Plain<const BYTES: usize> {}
// SAFETY: an array of 16 bytes.
unsafe impl Plain<16> for [u8; 16] {}
// SAFETY: an array of 8 times 2 bytes.
unsafe impl Plain<16> for [i16; 8] {}
// SAFETY: an array of twice 16 bytes.
unsafe impl Plain<32> for [[u8; 16]; 2] {}
// SAFETY: an array of 32 bytes.
unsafe impl Plain<32> for [i8; 32] {}
// SAFETY: an array of 16 times 2 bytes.
unsafe impl Plain<32> for [i16; 16] {}
// SAFETY: an array of 16 times 2 bytes.
unsafe impl Plain<32> for [u16; 16] {}

/// Loads 16 bytes.
#[inline]
#[target_feature(enable = "avx2")]
pub(in crate::coder) fn load16<T: Plain<16>>(from: &T) -> __m128i {
    // SAFETY: `Plain<16>` promises 16 bytes of any content; the load asks for no alignment.
    unsafe { _mm_loadu_si128(std::ptr::from_ref(from).cast()) }
}

/// Loads 32 bytes.
#[inline]
#[target_feature(enable = "avx2")]
pub(in crate::coder) fn load32<T: Plain<32>>(from: &T) -> __m256i {
    // SAFETY: `Plain<32>` promises 32 bytes of any content; the load asks for no alignment.
    unsafe { _mm256_loadu_si256(std::ptr::from_ref(from).cast()) }
}

/// Stores 16 bytes.
#[inline]
#[target_feature(enable = "avx2")]
pub(in crate::coder) fn store16<T: Plain<16>>(to: &mut T, value: __m128i) {
    // SAFETY: `Plain<16>` promises 16 bytes of any content; the store asks for no alignment.
    unsafe { _mm_storeu_si128(std::ptr::from_mut(to).cast(), value) }
}

/// Stores 32 bytes.
#[inline]
#[target_feature(enable = "avx2")]
pub(in crate::coder) fn store32<T: Plain<32>>(to: &mut T, value: __m256i) {
    // SAFETY: `Plain<32>` promises 32 bytes of any content; the store asks for no alignment.
    unsafe { _mm256_storeu_si256(std::ptr::from_mut(to).cast(), value) }
}

/// Has what is read soon brought into the processor's caches.
#[inline]
#[target_feature(enable = "avx2")]
pub(in crate::coder) fn prefetch<T: ?Sized>(soon: &T) {
    let (start, bytes) = (std::ptr::from_ref(soon).cast::<i8>(), size_of_val(soon));
    // What does not begin with a line ends in one more.
    for offset in (0..bytes).step_by(LINE).chain(bytes.checked_sub(1)) {
        // SAFETY: a hint; the address is within what is borrowed.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(start.add(offset)) }
    }
}
