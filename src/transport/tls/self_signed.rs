//! A certificate that the program makes for this machine, and signs itself: names in, two files out.
//!
//! Browsers warn of it until somebody has compared its fingerprint. It is kept, so that what was accepted
//! once stays so, and made anew before it ends and where this machine has a name that it is not for.

use std::{
    fs, io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, UdpSocket},
    path::Path,
};

use jiff::{Timestamp, ToSpan, tz::TimeZone};
use rcgen::{CertificateParams, DnType, ExtendedKeyUsagePurpose, KeyPair, date_time_ymd};

use super::{
    error::TlsError,
    expiry::ends_soon,
    files::{self, Files, Pair},
};
use crate::{
    access::key::digest,
    tools::{exchange, own},
};

/// Days for which it is good: Apple's systems refuse certificates of more than 398.
const DAYS: i64 = 397;

/// What the certificate calls the one that it belongs to.
const COMMON_NAME: &str = "Steadycast";

/// Mode of the certificate, which everybody may read.
const CERT_MODE: u32 = 0o644;

/// File beside the certificate with the names that it is for, a line each.
const NAMES_FILE: &str = "names";

/// Reads the pair in the folder; makes a new one where there is none that fits, it ends soon, or this machine
/// has a name that it is not for.
///
/// # Errors
/// Where a file cannot be read or written.
pub(super) fn pair(folder: &Path, files: &Files) -> Result<Pair, TlsError> {
    let names = names();
    match files::read(files) {
        Ok(pair) => match odd(&pair, folder, &names) {
            None => return Ok(pair),
            Some(odd) => log::info!("TLS: the certificate of {} {odd}", files.cert.display()),
        },
        // What cannot be read could not be written either, and is better told than replaced.
        Err(TlsError::File { path, error }) if error.kind() != io::ErrorKind::NotFound => {
            return Err(TlsError::File { path, error });
        }
        Err(_) => {}
    }
    make(folder, files, &names)?;
    log::info!("TLS: a certificate was made, {}", files.cert.display());
    files::read(files)
}

/// Why a pair is kept no longer; `None` where it is.
fn odd(pair: &Pair, folder: &Path, names: &[String]) -> Option<&'static str> {
    // One that cannot be read is made anew with the certificate.
    let kept = fs::read_to_string(folder.join(NAMES_FILE)).unwrap_or_default();
    match (ends_soon(pair.ends_s, Timestamp::now().as_second()), is_for(&kept, names)) {
        (true, _) => Some("ends soon"),
        (false, false) => Some("is not for every name that this machine has"),
        (false, true) => None,
    }
}

/// Whether a certificate for the `kept` names, a line each, is for all of `names` that last. One for more is
/// good too: before the network is there, this machine has fewer.
fn is_for(kept: &str, names: &[String]) -> bool {
    names.iter().filter(|name| lasts(name)).all(|name| kept.lines().any(|kept| kept == name))
}

/// Whether a name is one by which a machine is known for long: it asks others by an IPv6 address that changes
/// each day (RFC 8981).
fn lasts(name: &str) -> bool {
    name.parse::<Ipv6Addr>().is_err()
}

/// Makes key and certificate, and writes both.
fn make(folder: &Path, files: &Files, names: &[String]) -> Result<(), TlsError> {
    let failed = |error: rcgen::Error| TlsError::Make(error.to_string());
    let key = KeyPair::generate().map_err(failed)?;
    let mut wanted = CertificateParams::new(names.to_vec()).map_err(failed)?;
    wanted.distinguished_name.push(DnType::CommonName, COMMON_NAME);
    wanted.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let now = Timestamp::now();
    // Clocks of other machines may be behind.
    let (year, month, day) = date(now, -1)?;
    wanted.not_before = date_time_ymd(year, month, day);
    let (year, month, day) = date(now, DAYS)?;
    wanted.not_after = date_time_ymd(year, month, day);
    let certificate = wanted.self_signed(&key).map_err(failed)?;
    own::make_folder(folder).map_err(|error| TlsError::File { path: folder.to_owned(), error })?;
    // Earlier builds wrote the key there first, and one that was cut off has left it. Nobody uses it, so it
    // is no error where it stays.
    let _ = fs::remove_file(files.key.with_extension("pem.new"));
    // The key first: of a pair of which one half is missing, the next start makes another.
    write(&files.key, &key.serialize_pem(), own::FILE)?;
    write(&files.cert, &certificate.pem(), CERT_MODE)?;
    write(&folder.join(NAMES_FILE), &names.join("\n"), CERT_MODE)
}

/// Year, month and day that are so many days after `now`, UTC.
fn date(now: Timestamp, days: i64) -> Result<(i32, u8, u8), TlsError> {
    let then = now.to_zoned(TimeZone::UTC).checked_add(days.days());
    let then = then.map_err(|error| TlsError::Make(error.to_string()))?;
    Ok((then.year().into(), then.month().cast_unsigned(), then.day().cast_unsigned()))
}

/// Writes a file of which nobody reads half.
fn write(path: &Path, text: &str, mode: u32) -> Result<(), TlsError> {
    let failed = |error| TlsError::File { path: path.to_owned(), error };
    exchange::replace(path, text.as_bytes(), mode).map_err(failed)
}

/// The names and addresses by which this machine is reached, as far as it knows them.
fn names() -> Vec<String> {
    let mut names = vec!["localhost".to_owned()];
    let system = rustix::system::uname();
    let host = system.nodename().to_string_lossy().to_ascii_lowercase();
    let of_names = |letter: u8| letter.is_ascii_alphanumeric() || b"-.".contains(&letter);
    if !host.is_empty() && host.bytes().all(of_names) {
        if !host.contains('.') {
            names.push(format!("{host}.local"));
        }
        names.push(host);
    }
    let own: [IpAddr; 2] = [Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
    let addresses = own.into_iter().chain(outward());
    names.extend(addresses.map(|address| address.to_string()));
    names.sort();
    names.dedup();
    names
}

/// The addresses by which this machine asks others, and so is usually asked: of each kind the one that the
/// system would use for an address of documentation (RFC 5737, RFC 3849). Nothing is sent.
fn outward() -> impl Iterator<Item = IpAddr> {
    let kinds: [(IpAddr, IpAddr); 2] = [
        (Ipv4Addr::UNSPECIFIED.into(), Ipv4Addr::new(192, 0, 2, 1).into()),
        (Ipv6Addr::UNSPECIFIED.into(), Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1).into()),
    ];
    let address = |(any, far): (IpAddr, IpAddr)| {
        let socket = UdpSocket::bind((any, 0)).ok()?;
        socket.connect((far, 9)).ok()?;
        socket.local_addr().ok().map(|own| own.ip())
    };
    kinds.into_iter().filter_map(address)
}

/// SHA-256 of a certificate as browsers show it: pairs of digits with colons between them.
pub(super) fn fingerprint(der: &[u8]) -> String {
    digest(der).map(|byte| format!("{byte:02X}")).join(":")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_for_more_names_than_there_are_now_is_good_and_one_for_fewer_is_not() {
        let kept = "127.0.0.1\n192.0.2.7\n::1\ncam\nlocalhost";
        let is_good = |names: &str| is_for(kept, &names.split(' ').map(str::to_owned).collect::<Vec<_>>());
        assert!(is_good("127.0.0.1 ::1 cam localhost"), "before the network is there");
        assert!(is_good("192.0.2.7 cam 2001:db8::77"), "addresses of IPv6 change daily");
        assert!(!is_good("192.0.2.8 cam") && !is_good("other"));
    }
}
