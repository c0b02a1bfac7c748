//! Weights that stand in files beside the model's: read into its graph, or the words for what is missing.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    io::{Read, Seek, SeekFrom},
    path::{Component, Path, PathBuf},
};

use tract_onnx::pb;

use super::{
    error::{EngineError, Unfit},
    file,
};

/// Number that ONNX gives to "this tensor's values are in another file".
const ELSEWHERE: i32 = pb::tensor_proto::DataLocation::External as i32;

/// The files that hold the weights which a model's own file does not: names in the model's folder, and where
/// they lie.
///
/// # Errors
/// Where there is no such model, it is no ONNX file, or it names files outside of its folder.
pub fn weight_files(model: &Path) -> Result<BTreeMap<PathBuf, PathBuf>, EngineError> {
    let names = file::graph(model)?.graph.as_ref().map(locations).unwrap_or_default();
    let place = |name: &String| {
        let inner = inner(name).map_err(|unfit| unfit.of(model))?;
        let place = place(model, &inner);
        Ok((inner, place))
    };
    names.iter().map(place).collect()
}

/// Names of the files that hold a graph's weights.
fn locations(graph: &pb::GraphProto) -> BTreeSet<String> {
    let of_nodes = graph.node.iter().flat_map(|node| &node.attribute).filter_map(|a| a.t.as_ref());
    let elsewhere =
        graph.initializer.iter().chain(of_nodes).filter(|one| one.data_location == Some(ELSEWHERE));
    let entries = elsewhere.flat_map(|one| &one.external_data).filter(|entry| entry.key == "location");
    entries.map(|entry| entry.value.clone()).collect()
}

/// Reads all weights into the graph of a model's file that stand in other files of its folder.
///
/// # Errors
/// Which file is missing, too short, or outside of the folder.
pub fn gather(graph: &mut pb::GraphProto, model: &Path) -> Result<(), Unfit> {
    let of_nodes = graph.node.iter_mut().flat_map(|node| &mut node.attribute).filter_map(|a| a.t.as_mut());
    for tensor in graph.initializer.iter_mut().chain(of_nodes) {
        if tensor.data_location == Some(ELSEWHERE) {
            tensor.raw_data = values(tensor, model)?;
            tensor.data_location = None;
            tensor.external_data.clear();
        }
    }
    Ok(())
}

/// A file's name in the model's folder, without steps down and up again.
///
/// # Errors
/// Where it leads out of the folder: whoever wrote the model does not say what else is read on this machine.
fn inner(name: &str) -> Result<PathBuf, Unfit> {
    let mut inner = PathBuf::new();
    let is_inside = Path::new(name).components().all(|part| match part {
        Component::Normal(part) => {
            inner.push(part);
            true
        }
        Component::CurDir => true,
        Component::ParentDir => inner.pop(),
        Component::RootDir | Component::Prefix(_) => false,
    });
    if is_inside && inner.components().next().is_some() {
        return Ok(inner);
    }
    let help = "put that file into the model's folder, or a link to it, and export the model again with its \
                weights inside or in a file of the same folder";
    Err(Unfit::new(format!("keeps its weights outside its folder, in {name:?}"), help))
}

/// Where a file of a model's folder lies. Links are followed, for the operator has made them: a model that is
/// one has its weights beside it, or beside the file that it leads to, as download caches keep them.
fn place(model: &Path, inner: &Path) -> PathBuf {
    let beside = model.with_file_name("").join(inner);
    // A link that leads nowhere is there all the same.
    if beside.symlink_metadata().is_ok() {
        return beside;
    }
    let behind = model.canonicalize().map(|file| file.with_file_name("").join(inner));
    behind.ok().filter(|place| place.exists()).unwrap_or(beside)
}

/// The bytes of a tensor's values.
fn values(tensor: &pb::TensorProto, model: &Path) -> Result<Vec<u8>, Unfit> {
    let entry = |key: &str| tensor.external_data.iter().find(|one| one.key == key).map(|one| &one.value);
    let number = |key: &str| entry(key).and_then(|value| value.parse::<u64>().ok());
    let name = entry("location").map_or("", String::as_str);
    let place = place(model, &inner(name)?);
    read(&place, number("offset").unwrap_or(0), number("length")).map_err(|why| {
        let leads = place.read_link().map(|to| format!(", a link to {}", to.display())).unwrap_or_default();
        let found =
            format!("keeps its weights in another file, {name:?}{leads}, which cannot be read ({why})");
        Unfit::new(found, format!("put {name:?}, which came with the model, whole into the same folder"))
    })
}

/// Part of a file; all that follows where no length is given.
fn read(path: &Path, offset: u64, length: Option<u64>) -> Result<Vec<u8>, String> {
    let read = || {
        let mut file = File::open(path)?;
        file.seek(SeekFrom::Start(offset))?;
        let mut bytes = Vec::new();
        file.take(length.unwrap_or(u64::MAX)).read_to_end(&mut bytes)?;
        Ok::<_, std::io::Error>(bytes)
    };
    let bytes = read().map_err(|error| error.to_string())?;
    match length {
        Some(length) if (bytes.len() as u64) < length => Err("it is too short".to_owned()),
        _ => Ok(bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A graph whose only weight, two floats, stands in a file.
    fn graph(location: &str) -> pb::GraphProto {
        let entry =
            |key: &str, value: &str| pb::StringStringEntryProto { key: key.into(), value: value.into() };
        let weight = pb::TensorProto {
            dims: vec![2],
            data_type: pb::tensor_proto::DataType::Float as i32,
            data_location: Some(ELSEWHERE),
            external_data: vec![entry("location", location), entry("offset", "4"), entry("length", "8")],
            ..pb::TensorProto::default()
        };
        pb::GraphProto { initializer: vec![weight], ..pb::GraphProto::default() }
    }

    #[test]
    fn weights_beside_the_model_are_read_and_missing_ones_are_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("m.onnx.data");
        let model = folder.path().join("m.onnx");
        let missing = gather(&mut graph("m.onnx.data"), &model).expect_err("not there");
        assert!(
            missing.found.contains("m.onnx.data") && missing.found.contains("No such file"),
            "{missing:?}"
        );
        std::fs::write(&file, [0; 11]).expect("writes");
        let short = gather(&mut graph("m.onnx.data"), &model).expect_err("a byte is missing");
        assert!(short.found.contains("too short"), "{short:?}");
        std::fs::write(&file, [9, 9, 9, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9]).expect("writes");
        let mut whole = graph("m.onnx.data");
        gather(&mut whole, &model).expect("reads");
        let weight = &whole.initializer[0];
        assert_eq!((&weight.raw_data[..], weight.data_location), (&[1, 2, 3, 4, 5, 6, 7, 8][..], None));
    }

    #[test]
    fn the_files_of_weights_are_named_once_each() {
        let mut whole = graph("m.onnx.data");
        whole.initializer.extend(graph("m.onnx.data").initializer);
        whole.initializer.push(pb::TensorProto::default());
        assert_eq!(locations(&whole), BTreeSet::from(["m.onnx.data".to_owned()]));
        assert!(locations(&pb::GraphProto::default()).is_empty());
    }

    #[test]
    fn weights_outside_the_folder_are_not_read() {
        for location in ["../m.data", "a/../../m.data", "/etc/passwd", "", "a/.."] {
            let refused = gather(&mut graph(location), Path::new("m.onnx")).expect_err("outside");
            assert!(refused.found.contains("outside its folder"), "{refused:?}");
        }
    }

    /// The weight of a model in that folder, whose file says that it lies there.
    fn weight(model: &Path, location: &str) -> Result<Vec<u8>, Unfit> {
        let mut whole = graph(location);
        gather(&mut whole, model)?;
        Ok(whole.initializer.swap_remove(0).raw_data)
    }

    #[test]
    fn links_that_lead_somewhere_are_followed_and_others_are_named() {
        use std::{fs, os::unix::fs::symlink};

        let folder = tempfile::tempdir().expect("a folder");
        let [models, blobs] = ["models", "blobs"].map(|name| folder.path().join(name));
        [&models, &blobs].into_iter().for_each(|one| fs::create_dir(one).expect("is made"));
        let model = models.join("m.onnx");
        fs::write(blobs.join("abc"), [9, 9, 9, 9, 1, 2, 3, 4, 5, 6, 7, 8]).expect("writes");
        symlink("../blobs/abc", models.join("m.data")).expect("links");
        let whole = [1, 2, 3, 4, 5, 6, 7, 8];
        for location in ["m.data", "./m.data", "weights/../m.data"] {
            assert_eq!(weight(&model, location).expect("reads"), whole, "{location}");
        }
        symlink("../blobs/gone", models.join("n.data")).expect("links");
        let error = weight(&model, "n.data").expect_err("leads nowhere");
        assert!(error.found.contains("a link to ../blobs/gone"), "{error:?}");
        // A model that is a link itself, with its weights beside what it leads to.
        fs::write(blobs.join("whole.onnx"), "").expect("writes");
        symlink(blobs.join("whole.onnx"), models.join("linked.onnx")).expect("links");
        assert_eq!(weight(&models.join("linked.onnx"), "abc").expect("reads"), whole);
        assert!(weight(&models.join("m.onnx"), "abc").is_err(), "which is another folder's");
    }
}
