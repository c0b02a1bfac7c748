//! From a file's name to the graph that it holds, or the words for what it is instead.
//!
//! What people give in place of a model is known by its first bytes, before a parser is asked, whose errors
//! would say nothing to them.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use tract_onnx::{pb, prelude::Framework};

use super::{
    super::shipped,
    error::{EngineError, Unfit},
    told::{caught, told},
};

/// Bytes of a file that are looked at before it is parsed: enough for a zip's first names.
const HEAD: u64 = 4096;

/// Help for a checkpoint of PyTorch.
const EXPORT: &str = "export it to ONNX (`yolo export model=FILE format=onnx`, or torch.onnx.export)";

/// Help for a file in another format.
const CONVERT: &str = "export the original model to ONNX";

/// Help for a file that is not whole.
const AGAIN: &str = "copy or download it again, and compare its size";

/// Beginnings of files that are often given in place of a model: what they are, and what helps.
const BEGINNINGS: [(&[u8], &str, &str); 14] = [
    (
        b"version https://git-lfs",
        "is a Git LFS pointer in place of the file",
        "fetch the file with `git lfs pull`, or download it by itself",
    ),
    (b"\x80\x02", "is a PyTorch checkpoint (pickle), no ONNX file", EXPORT),
    (b"\x80\x03", "is a pickled Python object, no ONNX file", EXPORT),
    (b"\x80\x04", "is a pickled Python object, no ONNX file", EXPORT),
    (b"PK\x03\x04", "is a zip archive, no ONNX file", "unpack it, and name the .onnx file inside"),
    (b"\x1f\x8b", "is a gzip archive, no ONNX file", "unpack it"),
    (b"7z\xbc\xaf", "is a 7-zip archive, no ONNX file", "unpack it"),
    (b"\x89HDF", "is a Keras file (HDF5), no ONNX file", CONVERT),
    (b"GGUF", "is a GGUF file, no ONNX file", CONVERT),
    (b"7767517", "is an ncnn file, no ONNX file", CONVERT),
    (b"<?xml", "is an XML file (OpenVINO's have that form), no ONNX file", CONVERT),
    (b"ftrt", "is a TensorRT engine, no ONNX file", CONVERT),
    (b"\xff\xd8\xff", "is a JPEG picture, no ONNX file", "name the .onnx file"),
    (b"\x89PNG", "is a PNG picture, no ONNX file", "name the .onnx file"),
];

/// The graph in a file. A usual model whose file is missing is taken from inside the program.
///
/// # Errors
/// Where there is no such file, or it is no ONNX file: what it is instead, and what helps.
pub fn graph(path: &Path) -> Result<pb::ModelProto, EngineError> {
    let read = |why| EngineError::Read { path: path.to_owned(), why };
    let parsed = match File::open(path) {
        Ok(file) => {
            check(&file).map_err(read)?.map_err(|unfit| unfit.of(path))?;
            parsed(|| tract_onnx::onnx().proto_model_for_path(path))
        }
        Err(why) => match shipped::model(path, &why) {
            Some(mut bytes) => parsed(|| tract_onnx::onnx().proto_model_for_read(&mut bytes)),
            None => return Err(read(why)),
        },
    };
    let graph = parsed.map_err(|why| damaged(&why)).and_then(whole);
    graph.map_err(|unfit| unfit.of(path))
}

/// The parsed file; a broken one can make the parser panic as well.
fn parsed(
    parse: impl FnOnce() -> tract_onnx::prelude::TractResult<pb::ModelProto>,
) -> Result<pb::ModelProto, String> {
    caught(|| parse().map_err(|error| told(&error)))
}

/// The words for a file that begins like a model and does not go on like one.
fn damaged(why: &str) -> Unfit {
    Unfit::new(format!("is cut off or damaged, or no ONNX file ({why})"), AGAIN)
}

/// A graph that has something to run.
fn whole(proto: pb::ModelProto) -> Result<pb::ModelProto, Unfit> {
    match &proto.graph {
        Some(graph) if !graph.node.is_empty() => Ok(proto),
        _ => Err(Unfit::new("holds no network: it is cut off, or no ONNX file", AGAIN)),
    }
}

/// Looks at a file's beginning.
fn check(file: &File) -> io::Result<Result<(), Unfit>> {
    if file.metadata()?.is_dir() {
        return Ok(Err(Unfit::new("is a folder", "name the .onnx file inside it")));
    }
    let mut head = Vec::new();
    file.take(HEAD).read_to_end(&mut head)?;
    Ok(foreign(&head).map_or(Ok(()), Err))
}

/// What a file that begins so is, unless it may be a model.
fn foreign(head: &[u8]) -> Option<Unfit> {
    let holds = |text: &[u8]| head.windows(text.len()).any(|part| part == text);
    let text = String::from_utf8_lossy(head).trim_start().to_lowercase();
    if head.is_empty() {
        return Some(Unfit::new("is empty", AGAIN));
    }
    if ["<!doctype html", "<html", "<head"].iter().any(|start| text.starts_with(start)) {
        let help = "the address led to a page: download the file itself (its raw or direct link)";
        return Some(Unfit::new("is a web page (HTML), no ONNX file", help));
    }
    if head.starts_with(b"PK\x03\x04") && holds(b"data.pkl") {
        return Some(Unfit::new("is a PyTorch checkpoint (.pt), no ONNX file", EXPORT));
    }
    match head.get(4..8) {
        Some(b"TFL3") => return Some(Unfit::new("is a TensorFlow Lite file, no ONNX file", CONVERT)),
        Some(b"ORTM") => return Some(Unfit::new("is an ONNX Runtime file (.ort), no ONNX file", CONVERT)),
        _ => {}
    }
    if let Some((_, found, help)) = BEGINNINGS.iter().find(|(start, ..)| head.starts_with(start)) {
        return Some(Unfit::new(*found, *help));
    }
    // A model begins with the number of a field, which no text does.
    let is_text = head.iter().all(|byte| matches!(byte, b'\t' | b'\n' | b'\r' | b' '..=b'~' | 0x80..));
    is_text.then(|| Unfit::new("is a text, no ONNX file", AGAIN))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_given_in_place_of_a_model_is_named_with_what_helps() {
        let whole = std::fs::read("models/detector.onnx").expect("the shipped model");
        let zip = |name: &[u8]| [b"PK\x03\x04\0\0\0\0\0\0", name].concat();
        let files: [(&[u8], [&str; 2]); 12] = [
            (b"", ["is empty", "download it again"]),
            (&zip(b"best/data.pkl"), ["PyTorch checkpoint", "format=onnx"]),
            (&zip(b"model.onnx"), ["zip archive", "unpack"]),
            (b"\x80\x02\x8a\nl\xfc\x9c", ["PyTorch checkpoint", "torch.onnx.export"]),
            (b"version https://git-lfs.github.com/spec/v1\noid sha256:ab", ["LFS pointer", "git lfs pull"]),
            (b"\n<!DOCTYPE html><html>", ["web page", "direct link"]),
            (b"<HTML><body>404", ["web page", "direct link"]),
            (b"\x1c\0\0\0TFL3", ["TensorFlow Lite", "ONNX"]),
            (&whole[..whole.len() / 2], ["cut off or damaged", "compare its size"]),
            (&whole[..2], ["holds no network", "compare its size"]),
            (b"just some text that somebody wrote", ["is a text", "compare its size"]),
            (b"\xff\xd8\xff\xe0\0\x10JFIF", ["JPEG picture", "name the .onnx"]),
        ];
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("model.onnx");
        for (bytes, words) in files {
            std::fs::write(&path, bytes).expect("writes");
            let error = graph(&path).expect_err("no model").to_string();
            assert!(words.iter().all(|word| error.contains(word)), "{words:?}: {error}");
            assert!(error.contains("model.onnx cannot be loaded"), "{error}");
        }
    }

    #[test]
    fn a_folder_and_a_file_that_is_not_there_are_named() {
        for (path, what) in
            [("models", "is a folder; name the .onnx file"), ("/nowhere/a.onnx", "there is no such file")]
        {
            let error = graph(Path::new(path)).expect_err("no model").to_string();
            assert!(error.contains(path) && error.contains(what), "{error}");
        }
    }

    #[test]
    fn a_usual_model_is_inside_the_program() {
        // Tests run beside `models`, so this one is read from there; the name is what counts.
        assert!(graph(Path::new("models/detector.onnx")).is_ok());
    }
}
