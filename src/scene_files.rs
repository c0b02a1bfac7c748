//! The synthetic scene as files: a seed and a number of pictures in, JPEGs and their ground truth in a folder
//! out.
//!
//! For training and measuring models. Live pictures are `capture`'s, and nothing that serves viewers reads
//! what is written here.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::PathBuf,
    time::Duration,
};

use serde_json::json;
use thiserror::Error;

use crate::{
    encode::{Compressor, EncodeError},
    nouns::quality::Level,
    source::scene::{Kind, Scene, SceneParams, Truth},
};

/// Name of the file with the ground truth: one JSON object a line, a line a picture.
pub const TRUTH_FILE: &str = "truth.jsonl";

/// What is to be written.
#[derive(Clone, Debug)]
pub struct SceneFiles {
    /// Place, numbers of people and vehicles, seed.
    pub params: SceneParams,
    /// Number of pictures.
    pub frames: u32,
    /// Pictures per second of the scene's time.
    pub fps: f64,
    /// Width and height in pixels.
    pub size: (usize, usize),
    /// JPEG quality.
    pub level: Level,
    /// Folder that the files are written to; made where it is missing.
    pub out: PathBuf,
}

/// Why the files could not be written.
#[derive(Debug, Error)]
pub enum SceneFilesError {
    /// A file or folder cannot be written.
    #[error("cannot write {}: {source}", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A picture cannot be encoded.
    #[error(transparent)]
    Encode(#[from] EncodeError),
}

/// Writes `000001.jpg` and so on, and [`TRUTH_FILE`] with the objects of each picture from near to far: boxes
/// and heads in pixels of the picture, positions in metres on the ground, speeds in metres a second; of
/// the road also how often it has cut to another moment. Files of the same names are replaced.
///
/// # Errors
/// [`SceneFilesError`]; what was written before stays.
pub fn write(files: &SceneFiles) -> Result<(), SceneFilesError> {
    let failed = |path: &PathBuf| {
        let path = path.clone();
        move |source| SceneFilesError::Write { path, source }
    };
    fs::create_dir_all(&files.out).map_err(failed(&files.out))?;
    let truth_path = files.out.join(TRUTH_FILE);
    let mut truth = BufWriter::new(File::create(&truth_path).map_err(failed(&truth_path))?);
    let (width, height) = files.size;
    let mut scene = Scene::new(&files.params, width, height);
    let mut compressor = Compressor::new()?;
    for number in 1..=u64::from(files.frames) {
        let time = Duration::from_secs_f64(number as f64 / files.fps);
        // A model must not read the number: what is burnt in is the time of the scene.
        let planes = scene.draw(time, number, &format!("scene {:09.3} s", time.as_secs_f64()));
        let picture = format!("{number:06}.jpg");
        let path = files.out.join(&picture);
        fs::write(&path, compressor.compress(&planes, files.level)?).map_err(failed(&path))?;
        let objects: Vec<_> = scene.truth().iter().map(object).collect();
        let mut line = json!({
            "frame": number,
            "picture": picture,
            "time_s": time.as_secs_f64(),
            "width": width,
            "height": height,
            "objects": objects,
        });
        if files.params.kind == Kind::Road {
            line["cuts"] = json!(scene.cuts());
        }
        writeln!(truth, "{line}").map_err(failed(&truth_path))?;
    }
    truth.flush().map_err(failed(&truth_path))
}

/// One object as the file with the ground truth has it.
fn object(fact: &Truth) -> serde_json::Value {
    json!({
        "id": fact.id,
        "class": fact.class.name(),
        "head": fact.head,
        "box": fact.bounds,
        "visible": fact.visible,
        "position": fact.position,
        "velocity": fact.velocity,
        "speed": fact.speed,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(out: PathBuf) -> SceneFiles {
        SceneFiles {
            params: SceneParams::default(),
            frames: 3,
            fps: 0.5,
            size: (320, 180),
            level: Level::MAX,
            out,
        }
    }

    #[test]
    fn each_picture_has_a_line_with_what_is_in_it() {
        let folder = tempfile::tempdir().expect("a folder");
        write(&files(folder.path().join("new/one"))).expect("writes");
        let truth = fs::read_to_string(folder.path().join("new/one").join(TRUTH_FILE)).expect("is there");
        let lines: Vec<serde_json::Value> =
            truth.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        assert_eq!(lines.len(), 3);
        for (n, line) in lines.iter().enumerate() {
            assert_eq!(line["time_s"], 2.0 * (n as f64 + 1.0));
            let picture =
                fs::read(folder.path().join("new/one").join(line["picture"].as_str().expect("a name")))
                    .expect("is there");
            assert!(picture.starts_with(&[0xFF, 0xD8]));
            let objects = line["objects"].as_array().expect("a list");
            assert!(objects.len() > 20, "{} of 46", objects.len());
            assert!(objects.iter().all(|object| object["box"][2].as_f64() <= Some(320.0)));
        }
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let taken = folder.path().join("file");
        fs::write(&taken, "").expect("writes");
        let error = write(&files(taken.join("below"))).expect_err("a file is no folder").to_string();
        assert!(error.contains("file/below"), "{error}");
    }
}
