//! ONNX models through tract: the only file that names it.
//!
//! A file and what its caller needs go in, a checked model comes out that turns one picture tensor into one
//! output tensor. What the numbers mean is the caller's. Models come from anywhere: one that cannot be loaded
//! is named with the reason, NaN costs a result, and a panic while one runs is its caller's fence's.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use thiserror::Error;
use tract_onnx::{prelude::*, tract_hir::infer::Factoid};

use super::shipped;
use crate::tools::fence;

/// Prefix that tract gives the keys of an ONNX file's metadata.
const METADATA: &str = "onnx.metadata_props.";

/// Why a model is not used, or gave no result; each error names the file.
#[derive(Debug, Error)]
pub enum EngineError {
    /// The file is not there, or cannot be read.
    #[error("model {}: {why}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        why: std::io::Error,
    },
    /// The file is no ONNX file, or has what tract does not know.
    #[error("model {} cannot be loaded: {why}", path.display())]
    Load {
        /// The file.
        path: PathBuf,
        /// What tract says.
        why: String,
    },
    /// The input or output is not what the caller needs.
    #[error("model {}: its {what} is {found}, expected {expected}", path.display())]
    Shape {
        /// The file.
        path: PathBuf,
        /// Input or output.
        what: &'static str,
        /// What it has.
        found: String,
        /// What is needed.
        expected: &'static str,
    },
    /// What the model gives is laid out like nothing that is known.
    #[error("model {}: {why}", path.display())]
    Unknown {
        /// The file.
        path: PathBuf,
        /// What was found, and what to do.
        why: String,
    },
    /// The model failed on this picture.
    #[error("model {} failed: {why}", path.display())]
    Run {
        /// The file.
        path: PathBuf,
        /// What went wrong.
        why: String,
    },
}

/// A tensor of 32-bit floats, the last axis running fastest.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor32 {
    /// Length of each axis.
    pub shape: Vec<usize>,
    /// The values.
    pub values: Vec<f32>,
}

/// What is known of an output before the model runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Output {
    /// The name in the file; empty where it has none.
    pub name: String,
    /// Length of each axis.
    pub shape: Vec<usize>,
}

/// A loaded model: one input `[1, 3, height, width]`, and its outputs.
pub struct Model {
    path: PathBuf,
    plan: Arc<TypedRunnableModel>,
    input: (usize, usize),
    outputs: Vec<Output>,
    metadata: HashMap<String, String>,
}

impl Model {
    /// Loads, checks and optimises an ONNX file, which takes a good part of a second. A usual model whose
    /// file is missing is taken from inside the program. An input size that the file leaves open becomes
    /// `dynamic_size` (width, height).
    ///
    /// # Errors
    /// [`EngineError`]: what was found and what is needed.
    pub fn load(path: &Path, dynamic_size: (usize, usize)) -> Result<Model, EngineError> {
        let carried = match std::fs::File::open(path) {
            Ok(_) => None,
            Err(why) => Some(
                shipped::model(path, &why).ok_or_else(|| EngineError::Read { path: path.to_owned(), why })?,
            ),
        };
        let parse = || match carried {
            Some(mut bytes) => tract_onnx::onnx().model_for_read(&mut bytes),
            None => tract_onnx::onnx().model_for_path(path),
        };
        // A broken file can make the parser panic as well.
        let model = caught(|| parse().map_err(|error| told(&error)));
        let model = model.map_err(|why| EngineError::Load { path: path.to_owned(), why })?;
        Model::of(path, model, dynamic_size)
    }

    fn of(path: &Path, model: InferenceModel, dynamic_size: (usize, usize)) -> Result<Model, EngineError> {
        let failed = |why: String| EngineError::Load { path: path.to_owned(), why };
        let input = input_size(path, &model, dynamic_size)?;
        let metadata = metadata_of(&model);
        let names = output_names(&model);
        let plan = caught(|| {
            let fixed = model.with_input_fact(0, f32::fact([1, 3, input.1, input.0]).into());
            fixed
                .and_then(|model| model.into_optimized())
                .and_then(|model| model.into_runnable())
                .map_err(|error| told(&error))
        })
        .map_err(failed)?;
        let outputs = outputs_of(path, plan.model(), names)?;
        Ok(Model { path: path.to_owned(), plan, input, outputs, metadata })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Width and height of the input in pixels.
    pub fn input(&self) -> (usize, usize) {
        self.input
    }

    /// Shape of the first output.
    pub fn output(&self) -> &[usize] {
        self.outputs.first().map_or(&[], |output| &output.shape)
    }

    /// Names and shapes of all outputs, in the file's order.
    pub fn outputs(&self) -> &[Output] {
        &self.outputs
    }

    /// What the file says about itself under a key of its metadata.
    pub fn metadata(&self, key: &str) -> Option<&str> {
        self.metadata.get(key).map(String::as_str)
    }

    /// The error of an output that is not what the caller needs.
    pub fn wrong_output(&self, expected: &'static str) -> EngineError {
        EngineError::Shape {
            path: self.path.clone(),
            what: "output",
            found: format!("{:?}", self.output()),
            expected,
        }
    }

    /// The error of a model whose outputs are laid out like nothing that is known; `why` says what was found.
    pub fn unknown(&self, why: String) -> EngineError {
        EngineError::Unknown { path: self.path.clone(), why }
    }

    /// Runs the model on one picture, and gives its first output: `planes` holds red, green and blue (or
    /// whatever order the model wants) one after the other, each row by row at the input's size.
    ///
    /// # Errors
    /// [`EngineError::Run`]: the wrong number of values, or values that are no numbers.
    ///
    /// # Panics
    /// Where the engine does, which some models and pictures make it do: the caller is fenced, so that it is
    /// counted.
    pub fn run(&self, planes: &[f32]) -> Result<Tensor32, EngineError> {
        let failed = |why: &str| EngineError::Run { path: self.path.clone(), why: why.to_owned() };
        let first = self.run_all(planes)?.into_iter().next().ok_or_else(|| failed("no output"))?;
        if first.values.iter().any(|value| !value.is_finite()) {
            return Err(failed("its output holds values that are no numbers"));
        }
        Ok(first)
    }

    /// Runs the model on one picture, and gives all its outputs; their values may be no numbers.
    ///
    /// # Errors
    /// [`EngineError::Run`]: the wrong number of values, or an output that holds no numbers at all, such as
    /// text.
    ///
    /// # Panics
    /// Where the engine does, as [`Model::run`].
    pub fn run_all(&self, planes: &[f32]) -> Result<Vec<Tensor32>, EngineError> {
        let failed = |why: String| EngineError::Run { path: self.path.clone(), why };
        let (width, height) = self.input;
        let tensor =
            Tensor::from_shape(&[1, 3, height, width], planes).map_err(|error| failed(told(&error)))?;
        let outputs = self.plan.run(tvec!(tensor.into())).map_err(|error| failed(told(&error)))?;
        outputs.iter().map(|output| tensor32(output)).collect::<Result<_, _>>().map_err(failed)
    }
}

/// Names of the outputs, in order; empty where one has none.
fn output_names(model: &InferenceModel) -> Vec<String> {
    let outlets = model.output_outlets().unwrap_or_default();
    let name = |outlet: &OutletId| model.outlet_label(*outlet).unwrap_or_default().to_owned();
    outlets.iter().map(name).collect()
}

/// The outputs of an optimised model, whose shapes must be known.
fn outputs_of(path: &Path, model: &TypedModel, names: Vec<String>) -> Result<Vec<Output>, EngineError> {
    let wrong = |found: String| EngineError::Shape {
        path: path.to_owned(),
        what: "output",
        found,
        expected: "a shape without open axes",
    };
    let outlets = model.output_outlets().map_err(|error| wrong(told(&error)))?;
    let mut names = names.into_iter();
    let output = |outlet: &OutletId| {
        let fact = model.outlet_fact(*outlet).map_err(|error| wrong(told(&error)))?;
        let shape = fact.shape.as_concrete().map(<[usize]>::to_vec);
        let shape = shape.ok_or_else(|| wrong(format!("{:?}", fact.shape)))?;
        Ok(Output { name: names.next().unwrap_or_default(), shape })
    };
    outlets.iter().map(output).collect()
}

/// An output's values as floats.
///
/// # Errors
/// Where they are no numbers at all.
fn tensor32(output: &Tensor) -> Result<Tensor32, String> {
    let output = output.cast_to::<f32>().map_err(|error| told(&error))?;
    let view = output.to_plain_array_view::<f32>().map_err(|error| told(&error))?;
    Ok(Tensor32 { shape: view.shape().to_vec(), values: view.iter().copied().collect() })
}

/// Width and height of the input, which must be one picture of three colours.
fn input_size(
    path: &Path,
    model: &InferenceModel,
    dynamic_size: (usize, usize),
) -> Result<(usize, usize), EngineError> {
    let wrong = |found: String| EngineError::Shape {
        path: path.to_owned(),
        what: "input",
        found,
        expected: "one picture, [1, 3, height, width] of 32-bit floats",
    };
    let inputs = model.input_outlets().map_err(|error| wrong(told(&error)))?;
    if inputs.len() != 1 {
        return Err(wrong(format!("{} tensors", inputs.len())));
    }
    let fact = model.input_fact(0).map_err(|error| wrong(told(&error)))?;
    let known = |dim: TDim| dim.to_i64().ok().and_then(|dim| usize::try_from(dim).ok());
    let dims: Vec<Option<usize>> = fact.shape.dims().map(|dim| dim.concretize().and_then(known)).collect();
    let found = || wrong(format!("{dims:?} of {:?}", fact.datum_type));
    let float = fact.datum_type.concretize().is_none_or(|datum| datum == f32::datum_type());
    match dims[..] {
        [None | Some(1), Some(3), height, width] if float => {
            let size = (width.unwrap_or(dynamic_size.0), height.unwrap_or(dynamic_size.1));
            if size.0 == 0 || size.1 == 0 { Err(found()) } else { Ok(size) }
        }
        _ => Err(found()),
    }
}

/// What the file says about itself, by key.
fn metadata_of(model: &InferenceModel) -> HashMap<String, String> {
    let text = |value: &Arc<Tensor>| {
        value.to_plain_array_view::<String>().ok().and_then(|view| view.first().cloned())
    };
    let entries = model.properties.iter();
    entries.filter_map(|(key, value)| Some((key.strip_prefix(METADATA)?.to_owned(), text(value)?))).collect()
}

/// An error of tract's in words: the whole chain, whose last link says what is wrong.
fn told(error: &TractError) -> String {
    format!("{error:#}")
}

/// The result of a step of loading. A panic's message becomes its error, to be told with the name of the file
/// in the log and in `/api/status`.
fn caught<T>(work: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    // What `work` borrows is dropped with its result, so nothing half-changed is seen afterwards.
    fence::caught(work).unwrap_or_else(|what| Err(format!("it panicked: {what}")))
}

#[cfg(test)]
mod tests {
    use tract_onnx::pb;

    use super::*;

    /// A model of one operator, with an input of this shape; 0 leaves an axis open.
    fn model(operator: &str, shape: [i64; 4]) -> InferenceModel {
        use pb::{tensor_shape_proto::Dimension, tensor_shape_proto::dimension::Value, type_proto};
        let axis = |length: &i64| Dimension {
            value: Some(if *length > 0 { Value::DimValue(*length) } else { Value::DimParam("open".into()) }),
            ..Dimension::default()
        };
        let tensor = type_proto::Tensor {
            elem_type: pb::tensor_proto::DataType::Float as i32,
            shape: Some(pb::TensorShapeProto { dim: shape.iter().map(axis).collect() }),
        };
        let kind =
            pb::TypeProto { value: Some(type_proto::Value::TensorType(tensor)), ..pb::TypeProto::default() };
        let input =
            pb::ValueInfoProto { name: "x".into(), r#type: Some(kind), ..pb::ValueInfoProto::default() };
        let output = pb::ValueInfoProto { name: "y".into(), ..pb::ValueInfoProto::default() };
        let node = pb::NodeProto {
            input: vec!["x".into()],
            output: vec!["y".into()],
            op_type: operator.into(),
            ..pb::NodeProto::default()
        };
        let graph = pb::GraphProto {
            node: vec![node],
            input: vec![input],
            output: vec![output],
            ..pb::GraphProto::default()
        };
        let entry = pb::StringStringEntryProto { key: "names".into(), value: "{0: 'person'}".into() };
        let proto = pb::ModelProto {
            ir_version: 7,
            opset_import: vec![pb::OperatorSetIdProto { version: 12, ..pb::OperatorSetIdProto::default() }],
            graph: Some(graph),
            metadata_props: vec![entry],
            ..pb::ModelProto::default()
        };
        tract_onnx::onnx().model_for_proto_model(&proto).expect("a model")
    }

    fn loaded(operator: &str, shape: [i64; 4]) -> Result<Model, EngineError> {
        Model::of(Path::new("test.onnx"), model(operator, shape), (6, 4))
    }

    #[test]
    fn open_axes_are_fixed_and_metadata_is_kept() {
        let model = loaded("Relu", [0, 3, 0, 0]).expect("fits");
        assert_eq!((model.input(), model.output()), ((6, 4), &[1, 3, 4, 6][..]));
        assert_eq!((model.metadata("names"), model.metadata("stride")), (Some("{0: 'person'}"), None));
        let output = model.run(&[-1.0; 72]).expect("runs");
        assert_eq!(output, Tensor32 { shape: vec![1, 3, 4, 6], values: vec![0.0; 72] });
        assert_eq!(loaded("Relu", [1, 3, 2, 2]).expect("fits").input(), (2, 2), "a size that is given stays");
    }

    #[test]
    fn an_input_that_is_no_picture_is_refused_with_what_was_found() {
        let error = loaded("Relu", [1, 4, 8, 8]).err().expect("four colours").to_string();
        assert!(
            error.contains("test.onnx")
                && error.contains("Some(4)")
                && error.contains("[1, 3, height, width]"),
            "{error}"
        );
    }

    #[test]
    fn values_that_are_no_numbers_cost_the_result_only() {
        let model = loaded("Log", [1, 3, 2, 2]).expect("fits");
        let error = model.run(&[-1.0; 12]).expect_err("the logarithm of -1").to_string();
        assert!(error.contains("no numbers"), "{error}");
        assert!(model.run(&[1.0; 12]).is_ok(), "the next picture is another matter");
    }

    #[test]
    fn a_wrong_number_of_values_is_an_error() {
        assert!(loaded("Relu", [1, 3, 2, 2]).expect("fits").run(&[0.0; 5]).is_err());
    }

    #[test]
    fn a_panic_becomes_an_error_with_its_message() {
        let caught = caught(|| -> Result<(), String> { panic!("index {} is out of range", 7) });
        let why = caught.expect_err("panics");
        assert!(why.starts_with("it panicked: index 7 is out of range ("), "{why}");
    }

    #[test]
    fn files_that_are_no_models_are_named() {
        for (text, what) in [("/nowhere/a.onnx", "No such file"), ("Cargo.toml", "cannot be loaded")] {
            let error = Model::load(Path::new(text), (6, 4)).err().expect("no model").to_string();
            assert!(error.contains(text) && error.contains(what), "{error}");
        }
    }
}
