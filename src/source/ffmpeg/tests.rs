//! Files made by the tests themselves, read through FFmpeg.

use std::{fs, io::Write, net::TcpListener, os::unix::fs::symlink, path::Path, thread};

use ffmpeg_next::{Packet, frame};
use rustix::fs::{CWD, Mode, mkfifoat};

use super::{decoder::Spread, *};
use crate::fixtures::grey_jpeg as jpeg;

/// What is asked for; a file takes none of it.
const WISH: Wish = Wish { fps: 34.0, size: (64, 48), file_fps: None, snapshot_fps: 1.0 };

fn open(path: &Path) -> Result<Video, SourceError> {
    Video::open(&Address::File(path.to_owned()), &WISH)
}

/// Opens a file that may not lead out of a folder.
fn open_kept(folder: &Path, name: &str) -> Result<Video, SourceError> {
    Video::open(&Address::File(folder.join(name)).kept_in(folder), &WISH)
}

/// A file with this ending that holds these bytes.
fn file(ending: &str, bytes: &[u8]) -> tempfile::NamedTempFile {
    let file = tempfile::Builder::new().suffix(ending).tempfile().expect("a file");
    fs::write(file.path(), bytes).expect("writes");
    file
}

/// Size, luma in the middle, and milliseconds at which it is due, of the next picture.
fn next(video: &mut Video) -> ((usize, usize), u8, u128) {
    let Grabbed::Picture(due) = video.grab().expect("there is one") else {
        panic!("a file is not waited for")
    };
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
    assert_eq!(next(&mut video).0, (64, 48), "it may be half written");
    let (size, luma, due) = next(&mut video);
    assert!(size == (32, 80) && near(luma, 200) && due > 3000, "{size:?} {luma} {due}");
    assert_eq!((video.facts().codec.as_deref(), video.facts().recording), (Some("mjpeg"), true));
}

#[test]
fn a_photo_of_which_no_picture_can_be_made_leaves_the_one_before() {
    let whole = bitmap(60);
    let photo = file(".bmp", &whole);
    let mut video = open(photo.path()).expect("opens");
    next(&mut video);
    let mut last = 0;
    for broken in [&whole[..whole.len() / 2], &[0xFF, 0xD8], b"no picture"] {
        fs::write(photo.path(), broken).expect("writes");
        let shown = [next(&mut video), next(&mut video), next(&mut video)];
        assert!(shown.iter().all(|(.., due)| *due > std::mem::replace(&mut last, *due)), "{shown:?}");
        let lumas = shown.map(|(_, luma, _)| luma);
        assert!(lumas.iter().all(|luma| near(*luma, 60)), "{} bytes: {lumas:?}", broken.len());
    }
    fs::write(photo.path(), bitmap(200)).expect("writes");
    let lumas = [next(&mut video).1, next(&mut video).1, next(&mut video).1];
    assert!(near(lumas[2], 200), "{lumas:?}");
}

/// A Windows bitmap of 160x160 pixels of one grey: larger than what FFmpeg reads at once.
fn bitmap(luma: u8) -> Vec<u8> {
    let pixels = vec![luma; 160 * 160 * 3];
    let head = |bytes: &[&[u8]]| bytes.concat();
    let number = |value: u32| value.to_le_bytes();
    let file = head(&[b"BM", &number(54 + pixels.len() as u32), &number(0), &number(54)]);
    let info = head(&[&number(40), &number(160), &number(160), &[1, 0, 24, 0], &[0; 24]]);
    [&file[..], &info, &pixels].concat()
}

#[test]
fn a_clip_of_which_one_picture_is_taken_is_no_photo() {
    let clip = file(".mjpeg", &[60, 80].map(|luma| jpeg((64, 48), luma)).concat());
    let mut video = open(clip.path()).expect("opens");
    next(&mut video);
    // The second is waited for and not taken, as where it comes too fast.
    video.grab().expect("there is one");
    assert!(near(next(&mut video).1, 60) && near(next(&mut video).1, 80), "it plays on");
}

#[test]
fn a_clip_that_is_replaced_is_opened_anew_at_its_end() {
    let clip = file(".mjpeg", &[60, 80].map(|luma| jpeg((64, 48), luma)).concat());
    let mut video = open(clip.path()).expect("opens");
    assert!(near(next(&mut video).1, 60) && near(next(&mut video).1, 80));
    fs::write(clip.path(), [150, 170, 190].map(|luma| jpeg((64, 48), luma)).concat()).expect("writes");
    let shown: Vec<u8> = (0..5).map(|_| next(&mut video).1).collect();
    assert!(
        shown.windows(3).any(|three| near(three[0], 150) && near(three[1], 170) && near(three[2], 190)),
        "{shown:?}"
    );
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
fn a_playlist_on_this_machine_opens_nothing_on_the_network() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.set_nonblocking(true).expect("is asked");
    let list = format!("#EXTM3U\n#EXTINF:1,\nhttp://{}/piece.ts\n", listener.local_addr().expect("bound"));
    let list = file(".m3u8", list.as_bytes());
    assert!(open(list.path()).is_err());
    assert!(listener.accept().is_err(), "nobody came");
}

#[test]
fn a_playlist_on_the_network_opens_no_file_of_this_machine() {
    let clip = file(".mjpeg", &[60, 80, 100].map(|luma| jpeg((64, 48), luma)).concat());
    let list = format!(
        "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile://{}\n#EXT-X-ENDLIST\n",
        clip.path().display()
    );
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}/live.m3u8", listener.local_addr().expect("bound"));
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("it is asked for");
        let head = "HTTP/1.1 200 OK\r\nContent-Type: application/vnd.apple.mpegurl\r\nConnection: close";
        write!(stream, "{head}\r\nContent-Length: {}\r\n\r\n{list}", list.len()).expect("takes it");
    });
    let address: Address = url.parse().expect("an address");
    assert!(Video::open(&address, &WISH).and_then(|mut video| video.grab()).is_err());
    server.join().expect("ends");
}

#[test]
fn videos_and_photos_of_a_folder_open_by_what_they_hold() {
    let folder = tempfile::tempdir().expect("a folder");
    let clip = [60, 80].map(|luma| jpeg((64, 48), luma)).concat();
    for (name, bytes, size) in [
        ("a b.jpg", jpeg((64, 48), 60), (64, 48)),
        ("img%03d.jpg", jpeg((64, 48), 60), (64, 48)),
        ("no ending", jpeg((64, 48), 60), (64, 48)),
        ("plan.bmp", bitmap(60), (160, 160)),
        ("clip.mjpeg", clip, (64, 48)),
    ] {
        fs::write(folder.path().join(name), bytes).expect("writes");
        let mut video = open_kept(folder.path(), name).expect(name);
        let (shown, luma, due) = next(&mut video);
        assert!(shown == size && near(luma, 60) && due == 0, "{name}: {shown:?} {luma} {due}");
        let then = if name == "clip.mjpeg" { 40 } else { 1000 };
        assert_eq!((next(&mut video).2, video.facts().recording), (then, true), "{name}");
    }
}

#[test]
fn what_leads_out_of_a_folder_is_refused() {
    let (folder, elsewhere) =
        (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let clip = elsewhere.path().join("clip.mjpeg");
    fs::write(&clip, [60, 80, 100].map(|luma| jpeg((64, 48), luma)).concat()).expect("writes");
    let place = clip.display();
    for (name, text) in [
        ("list.ffconcat", format!("ffconcat version 1.0\nfile '{place}'\n")),
        ("list.m3u8", format!("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{place}\n#EXT-X-ENDLIST\n")),
        (
            "stream.sdp",
            "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 26\n"
                .to_owned(),
        ),
    ] {
        fs::write(folder.path().join(name), text).expect("writes");
        let reason = open_kept(folder.path(), name).err().expect(name).reason();
        assert_eq!(reason.code, ReasonCode::NotVideo, "{name}: {reason}");
        assert!(reason.text.contains("Lists of other files"), "{name}: {reason}");
    }
    symlink(&clip, folder.path().join("link.mjpeg")).expect("links");
    let reason = open_kept(folder.path(), "link.mjpeg").err().expect("leads out").reason();
    assert!(reason.code == ReasonCode::Forbidden && reason.text.contains("MEDIA_DIR"), "{reason}");
    fs::create_dir(folder.path().join("clips.mp4")).expect("makes");
    mkfifoat(CWD, folder.path().join("pipe.mp4"), Mode::RUSR | Mode::WUSR).expect("the folder takes a pipe");
    for name in ["clips.mp4", "pipe.mp4"] {
        let reason = open_kept(folder.path(), name).err().expect(name).reason();
        let is_told = reason.code == ReasonCode::NotVideo && reason.text.contains("not a file");
        assert!(is_told, "{name}: {reason}");
    }
    let missing = open_kept(folder.path(), "missing.mp4").err().map(|error| error.reason().code);
    assert_eq!(missing, Some(ReasonCode::Missing));
    assert!(open(&folder.path().join("link.mjpeg")).is_ok(), "others may be links");
}

#[test]
fn a_live_stream_whose_pictures_become_wider_gets_another_decoder() {
    let clip = file(".mjpeg", &[60, 80].map(|luma| jpeg((64, 48), luma)).concat());
    let mut opened = super::open::open(&Address::File(clip.path().to_owned())).expect("opens");
    let codec = opened.codec;
    let spread = |width| Spread::of(codec, width, Nature::Live);
    (opened.nature, opened.spread) = (Nature::Live, spread(64));
    // As high as the others: FFmpeg takes the first picture of much fewer rows for half of an interlaced one.
    let wide = jpeg((2560, 48), 60);
    // Widths that the decoder knows of before and after a picture.
    let mut widths = || {
        opened.suit_width();
        let before = opened.decoder.width();
        opened.decoder.send_packet(&Packet::copy(&wide)).expect("is a picture");
        opened.decoder.receive_frame(&mut frame::Video::empty()).expect("is a picture");
        (opened.spread, before, opened.decoder.width())
    };
    assert_eq!(widths(), (spread(64), 64, 2560), "the first is decoded as the narrow ones were");
    assert_eq!(widths(), (spread(2560), 64, 2560), "a new decoder knows what the header says");
    assert_eq!(widths(), (spread(2560), 2560, 2560), "which stays");
    assert_ne!(spread(64), spread(2560));
}
