//! Weights that stand in files beside the model's: read into its graph, or the words for what is missing.

use std::{
    collections::BTreeSet,
    fs::File,
    io::{Read, Seek, SeekFrom},
    path::{Component, Path},
};

use tract_onnx::pb;

use super::{
    error::{EngineError, Unfit},
    file,
};

/// Number that ONNX gives to "this tensor's values are in another file".
const ELSEWHERE: i32 = pb::tensor_proto::DataLocation::External as i32;

/// Names of the files, in a model's folder, that hold the weights which its own file does not.
///
/// # Errors
/// Where there is no such model, or it is no ONNX file.
pub fn weight_files(model: &Path) -> Result<BTreeSet<String>, EngineError> {
    Ok(file::graph(model)?.graph.as_ref().map(locations).unwrap_or_default())
}

/// Names of the files that hold a graph's weights.
fn locations(graph: &pb::GraphProto) -> BTreeSet<String> {
    let of_nodes = graph.node.iter().flat_map(|node| &node.attribute).filter_map(|a| a.t.as_ref());
    let elsewhere =
        graph.initializer.iter().chain(of_nodes).filter(|one| one.data_location == Some(ELSEWHERE));
    let entries = elsewhere.flat_map(|one| &one.external_data).filter(|entry| entry.key == "location");
    entries.map(|entry| entry.value.clone()).collect()
}

/// Reads all weights into the graph that stand in files of that folder.
///
/// # Errors
/// Which file is missing, or too short.
pub fn gather(graph: &mut pb::GraphProto, folder: &Path) -> Result<(), Unfit> {
    let of_nodes = graph.node.iter_mut().flat_map(|node| &mut node.attribute).filter_map(|a| a.t.as_mut());
    for tensor in graph.initializer.iter_mut().chain(of_nodes) {
        if tensor.data_location == Some(ELSEWHERE) {
            tensor.raw_data = values(tensor, folder)?;
            tensor.data_location = None;
            tensor.external_data.clear();
        }
    }
    Ok(())
}

/// The bytes of a tensor's values.
fn values(tensor: &pb::TensorProto, folder: &Path) -> Result<Vec<u8>, Unfit> {
    let entry = |key: &str| tensor.external_data.iter().find(|one| one.key == key).map(|one| &one.value);
    let number = |key: &str| entry(key).and_then(|value| value.parse::<u64>().ok());
    let name = entry("location").map_or("", String::as_str);
    let inside = |part: Component| matches!(part, Component::Normal(_) | Component::CurDir);
    if !Path::new(name).components().all(inside) {
        let help = "export it again, with its weights inside or in a file of the same folder";
        return Err(Unfit::new(format!("keeps its weights outside its folder, in {name:?}"), help));
    }
    read(&folder.join(name), number("offset").unwrap_or(0), number("length")).map_err(|why| {
        let found = format!("keeps its weights in another file, {name:?}, which cannot be read ({why})");
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
        let missing = gather(&mut graph("m.onnx.data"), folder.path()).expect_err("not there");
        assert!(
            missing.found.contains("m.onnx.data") && missing.found.contains("No such file"),
            "{missing:?}"
        );
        std::fs::write(&file, [0; 11]).expect("writes");
        let short = gather(&mut graph("m.onnx.data"), folder.path()).expect_err("a byte is missing");
        assert!(short.found.contains("too short"), "{short:?}");
        std::fs::write(&file, [9, 9, 9, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9]).expect("writes");
        let mut whole = graph("m.onnx.data");
        gather(&mut whole, folder.path()).expect("reads");
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
        for location in ["../m.data", "/etc/passwd"] {
            let refused = gather(&mut graph(location), Path::new(".")).expect_err("outside");
            assert!(refused.found.contains("outside its folder"), "{refused:?}");
        }
    }
}
