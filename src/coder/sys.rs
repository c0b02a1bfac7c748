//! The coder's only `unsafe`: `lanes` loads and stores vectors, `avx2` enters functions that are compiled for
//! AVX2. In go references and a proof that the processor can; no arithmetic belongs here.

#![allow(unsafe_code)]

pub(super) mod avx2;
#[cfg(target_arch = "x86_64")]
pub(super) mod lanes;
