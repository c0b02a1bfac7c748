//! Files made by the tests themselves, read through FFmpeg.

use std::{fs, path::Path};

use super::*;
use crate::encode::{Coefficients, Huffman};

/// A JPEG of one grey.
fn jpeg((width, height): (usize, usize), luma: u8) -> Vec<u8> {
    let mut coefficients = Coefficients::new();
    coefficients.load_planes(&Planes::grey(width, height, luma)).expect("a picture");
    coefficients.to_jpeg(90, Huffman::Standard).expect("a picture")
}

fn open(path: &Path) -> Result<Video, SourceError> {
    Video::open(&Address::File(path.to_owned()), &Wish { fps: 34.0, size: (64, 48), file_fps: None, snapshot_fps: 1.0 })
}

/// A file with this ending that holds these bytes.
fn file(ending: &str, bytes: &[u8]) -> tempfile::NamedTempFile {
    let file = tempfile::Builder::new().suffix(ending).tempfile().expect("a file");
    fs::write(file.path(), bytes).expect("writes");
    file
}

/// Size, luma in the middle, and milliseconds at which it is due, of the next picture.
fn next(video: &mut Video) -> ((usize, usize), u8, u128) {
    let Grabbed::Picture(due) = video.grab().expect("there is one") else { panic!("a file is not waited for") };
    let Picture::Planes(planes) = video.retrieve().expect("there is one") else { panic!("decoded") };
    let middle = planes.y[planes.height / 2 * planes.width + planes.width / 2];
    ((planes.width, planes.height), middle, due.unwrap_or_default().as_millis())
}

fn near(found: u8, wanted: u8) -> bool {
    found.abs_diff(wanted) <= 2
}

#[test]
fn a_photo_is_shown_once_a_second_and_anew_when_its_file_changes() {
    let photo = file(".JPG", &jpeg((64, 48), 60));
    let mut video = open(photo.path()).expect("opens");
    assert_eq!([next(&mut video).2, next(&mut video).2, next(&mut video).2], [0, 1000, 2000]);
    fs::write(photo.path(), jpeg((32, 80), 200)).expect("writes");
    let (size, luma, due) = next(&mut video);
    assert!(size == (32, 80) && near(luma, 200) && due >= 2000, "{size:?} {luma} {due}");
    // Half written: the picture before stays.
    fs::write(photo.path(), [0xFF, 0xD8]).expect("writes");
    assert!(near(next(&mut video).1, 200));
    assert_eq!((video.facts().codec.as_deref(), video.facts().recording), (Some("mjpeg"), true));
}

#[test]
fn names_with_percent_signs_and_colons_are_names() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["img%03d.jpg", "rtsp:cam.jpg", "a b'c.jpeg"] {
        let path = folder.path().join(name);
        fs::write(&path, jpeg((64, 48), 60)).expect("writes");
        assert_eq!(next(&mut open(&path).expect(name)).0, (64, 48), "{name}");
    }
}

#[test]
fn pictures_that_change_their_size_and_broken_ones_in_between_are_no_end() {
    let mut cut = jpeg((64, 48), 10);
    cut.truncate(60);
    cut.extend([0xFF, 0xD9]);
    let pictures = [jpeg((64, 48), 60), cut, jpeg((48, 64), 100), jpeg((160, 16), 200)];
    let clip = file(".mjpeg", &pictures.concat());
    let mut video = open(clip.path()).expect("opens");
    let mut seen: Vec<(usize, usize)> = (0..8).map(|_| next(&mut video).0).collect();
    seen.retain(|size| *size != (64, 48));
    assert_eq!(seen[..4], [(48, 64), (160, 16), (48, 64), (160, 16)], "round after round");
}

#[test]
fn times_go_on_rising_round_after_round() {
    let clip = file(".mjpeg", &[60, 80, 100].map(|luma| jpeg((64, 48), luma)).concat());
    let mut video = open(clip.path()).expect("opens");
    let due: Vec<u128> = (0..7).map(|_| next(&mut video).2).collect();
    assert!(due.windows(2).all(|pair| pair[1] - pair[0] == 40), "{due:?}");
}

#[test]
fn what_is_no_video_says_so() {
    for (ending, bytes, code) in [
        (".txt", &b"no video"[..], ReasonCode::NotVideo),
        (".mp4", b"", ReasonCode::Empty),
        (".avi", b"RIFF\x10\0\0\0AVI LIST", ReasonCode::NotVideo),
    ] {
        let file = file(ending, bytes);
        let error = open(file.path()).err().map(|error| error.reason());
        assert_eq!(error.as_ref().map(|reason| reason.code), Some(code), "{ending}: {error:?}");
    }
    let missing = open(Path::new("/nowhere/clip.mp4")).err().map(|error| error.reason().code);
    assert_eq!(missing, Some(ReasonCode::Missing));
}

#[test]
fn a_playlist_opens_no_other_file() {
    let picture = file(".mjpeg", &jpeg((64, 48), 60));
    let list = format!("#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:1/{}\n", picture.path().display());
    let list = file(".m3u8", list.as_bytes());
    assert!(open(list.path()).is_err());
}
