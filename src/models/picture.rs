//! The picture that a model is tried on: the drawn scene's, or the first one of a file; and the JPEG that it
//! becomes.

use std::{fs, path::Path, time::Duration};

use super::{error::ModelsError, store::failed};
use crate::{
    coder::{Coefficients, Huffman},
    encode::planes_of,
    frame::Picture,
    nouns::{picture::Planes, quality::Level},
    source::{
        Address, Grabbed, Moment, Source, Wish,
        scene::{Scene, SceneParams},
    },
};

/// Size of the drawn scene, pixels.
const DRAWN: (usize, usize) = (1280, 720);

/// Time of the drawn scene: people have come from the edges by then.
const AFTER: Duration = Duration::from_secs(20);

/// Most looks at a file for its first picture; each is one packet.
const MOST_LOOKS: u32 = 1000;

/// The drawn scene.
pub(super) fn drawn() -> Planes {
    let (width, height) = DRAWN;
    Scene::new(&SceneParams::default(), width, height).draw(AFTER, 1, "")
}

/// The first picture of a file.
///
/// # Errors
/// [`ModelsError::Picture`].
pub(super) fn read(path: &Path) -> Result<Planes, ModelsError> {
    first(path).map_err(|why| ModelsError::Picture { path: path.to_owned(), why })
}

fn first(path: &Path) -> Result<Planes, String> {
    let wish = Wish { fps: 1.0, size: DRAWN, file_fps: None, snapshot_fps: 1.0 };
    let why = |error: crate::source::SourceError| error.into_reason().text;
    let mut source = Source::open(&Address::File(path.to_owned()), &wish).map_err(why)?;
    for _ in 0..MOST_LOOKS {
        if let Grabbed::Picture(_) = source.grab().map_err(why)? {
            let picture = source.retrieve(Moment { time: Duration::ZERO, number: 1 }).map_err(why)?;
            return planes(&picture);
        }
    }
    Err("it holds no picture".to_owned())
}

fn planes(picture: &Picture) -> Result<Planes, String> {
    match picture {
        Picture::Planes(planes) => Ok(planes.clone()),
        Picture::Bgr(bgr) => Ok(planes_of(bgr)),
        Picture::Jpeg(jpeg) => jpeg.planes().cloned().map_err(|error| error.to_string()),
    }
}

/// Writes a picture as a JPEG.
///
/// # Errors
/// [`ModelsError::Picture`] where it is none, [`ModelsError::File`] where it cannot be written.
pub(super) fn write(planes: &Planes, path: &Path) -> Result<(), ModelsError> {
    let mut coefficients = Coefficients::new();
    let jpeg = coefficients
        .load_planes(planes)
        .and_then(|()| coefficients.to_jpeg(Level::MAX.quality(), Huffman::Fitted))
        .map_err(|error| ModelsError::Picture { path: path.to_owned(), why: error.to_string() })?;
    fs::write(path, jpeg).map_err(|error| failed(path, &error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_that_is_written_is_read_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.jpg");
        write(&Planes::grey(64, 48, 90), &path).expect("writes");
        let planes = read(&path).expect("reads");
        assert_eq!((planes.width, planes.height), (64, 48));
        assert!(planes.y.iter().all(|luma| luma.abs_diff(90) <= 2));
        let missing = read(&folder.path().join("none.jpg")).expect_err("no such file").to_string();
        assert!(missing.contains("none.jpg"), "{missing}");
    }
}
