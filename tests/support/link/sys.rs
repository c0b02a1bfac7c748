//! The links' only `unsafe`: attaching an open `/dev/net/tun` to a device. In go the file and the device's
//! name.

#![allow(unsafe_code)]

use std::{ffi::c_int, fs::File, io};

use rustix::ioctl::{Opcode, Updater, ioctl, opcode};

/// `_IOW('T', 202, int)` of linux/if_tun.h.
const TUNSETIFF: Opcode = opcode::write::<c_int>(b'T', 202);

/// IP packets (`IFF_TUN`), nothing in front of them (`IFF_NO_PI`): linux/if_tun.h.
const TUN_WITHOUT_HEAD: i16 = 0x0001 | 0x1000;

/// `struct ifreq` of linux/if.h: a name, then a union of which only the flags matter here, 40 bytes in all
/// (fewer on 32 bits).
#[repr(C, align(8))]
struct Request {
    name: [u8; 16],
    flags: i16,
    rest: [u8; 22],
}

/// Makes the TUN device `name`, which lives as long as the file; in the namespace of the thread that opened
/// it.
///
/// # Errors
/// What the kernel refused.
pub fn attach(device: &File, name: &str) -> io::Result<()> {
    let mut request = Request { name: [0; 16], flags: TUN_WITHOUT_HEAD, rest: [0; 22] };
    assert!(name.len() < request.name.len(), "a device's name has 15 bytes at most, and a zero behind it");
    request.name[..name.len()].copy_from_slice(name.as_bytes());
    // SAFETY: for this opcode the kernel reads and writes one `struct ifreq`, which `Request` is laid out as,
    // or longer than.
    let update = unsafe { Updater::<TUNSETIFF, Request>::new(&mut request) };
    // SAFETY: `update` outlives the call, and the kernel touches no other memory of this process.
    Ok(unsafe { ioctl(device, update) }?)
}
