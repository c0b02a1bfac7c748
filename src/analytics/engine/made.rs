//! Models made by tests: nodes, weights and ends put together by name.

use std::path::Path;

use tract_onnx::pb::{
    self, attribute_proto::AttributeType, tensor_proto::DataType, tensor_shape_proto::Dimension,
    tensor_shape_proto::dimension::Value, type_proto,
};

use super::{error::EngineError, model::Model};

/// Version of ONNX's operators that made models use.
const OPSET: i64 = 13;

/// A model in the making.
#[derive(Clone, Default)]
pub struct Made {
    /// The graph so far.
    pub graph: pb::GraphProto,
    metadata: Vec<pb::StringStringEntryProto>,
    producer: String,
}

impl Made {
    /// A model without nodes.
    pub fn new() -> Made {
        Made::default()
    }

    /// Adds an input of that type with these axes, 0 for open ones.
    pub fn input(&mut self, name: &str, kind: DataType, axes: &[i64]) -> &mut Self {
        let axis = |length: &i64| Dimension {
            value: Some(if *length > 0 { Value::DimValue(*length) } else { Value::DimParam("open".into()) }),
            ..Dimension::default()
        };
        let tensor = type_proto::Tensor {
            elem_type: kind as i32,
            shape: Some(pb::TensorShapeProto { dim: axes.iter().map(axis).collect() }),
        };
        let kind =
            pb::TypeProto { value: Some(type_proto::Value::TensorType(tensor)), ..pb::TypeProto::default() };
        let input =
            pb::ValueInfoProto { name: name.into(), r#type: Some(kind), ..pb::ValueInfoProto::default() };
        self.graph.input.push(input);
        self
    }

    /// Adds an input of bytes.
    pub fn bytes(&mut self, name: &str, axes: &[i64]) -> &mut Self {
        self.input(name, DataType::Uint8, axes)
    }

    /// Adds an input of half floats.
    pub fn halves(&mut self, name: &str, axes: &[i64]) -> &mut Self {
        self.input(name, DataType::Float16, axes)
    }

    /// Adds an input of floats.
    pub fn picture(&mut self, name: &str, axes: &[i64]) -> &mut Self {
        self.input(name, DataType::Float, axes)
    }

    /// Adds an output.
    pub fn output(&mut self, name: &str) -> &mut Self {
        self.graph.output.push(pb::ValueInfoProto { name: name.into(), ..pb::ValueInfoProto::default() });
        self
    }

    /// Adds weights of that shape.
    pub fn floats(&mut self, name: &str, dims: &[i64], values: &[f32]) -> &mut Self {
        let bytes = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        self.weight(name, DataType::Float, dims, bytes)
    }

    /// Adds a row of whole numbers, such as a shape.
    pub fn ints(&mut self, name: &str, values: &[i64]) -> &mut Self {
        let bytes = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        self.weight(name, DataType::Int64, &[values.len() as i64], bytes)
    }

    /// Adds weights of any type as ONNX keeps them.
    pub fn weight(&mut self, name: &str, kind: DataType, dims: &[i64], raw_data: Vec<u8>) -> &mut Self {
        self.graph.initializer.push(pb::TensorProto {
            name: name.into(),
            data_type: kind as i32,
            dims: dims.to_vec(),
            raw_data,
            ..pb::TensorProto::default()
        });
        self
    }

    /// Adds a node; names of inputs and outputs stand in one text each, with spaces between.
    pub fn node(&mut self, operator: &str, inputs: &str, outputs: &str) -> &mut Self {
        self.graph.node.push(pb::NodeProto {
            input: inputs.split_whitespace().map(String::from).collect(),
            output: outputs.split_whitespace().map(String::from).collect(),
            op_type: operator.into(),
            name: outputs.into(),
            ..pb::NodeProto::default()
        });
        self
    }

    /// Says something of the last node: one whole number.
    pub fn with(&mut self, name: &str, value: i64) -> &mut Self {
        self.attribute(pb::AttributeProto {
            name: name.into(),
            r#type: AttributeType::Int as i32,
            i: value,
            ..pb::AttributeProto::default()
        })
    }

    /// Says something of the last node: several whole numbers.
    pub fn with_all(&mut self, name: &str, values: &[i64]) -> &mut Self {
        self.attribute(pb::AttributeProto {
            name: name.into(),
            r#type: AttributeType::Ints as i32,
            ints: values.to_vec(),
            ..pb::AttributeProto::default()
        })
    }

    fn attribute(&mut self, attribute: pb::AttributeProto) -> &mut Self {
        self.graph.node.last_mut().expect("a node before what is said of it").attribute.push(attribute);
        self
    }

    /// Says something of the model.
    pub fn metadata(&mut self, key: &str, value: &str) -> &mut Self {
        self.metadata.push(pb::StringStringEntryProto { key: key.into(), value: value.into() });
        self
    }

    /// Names the program that writes the file.
    pub fn producer(&mut self, name: &str) -> &mut Self {
        self.producer = name.into();
        self
    }

    /// The model as a file holds it.
    pub fn proto(&self) -> pb::ModelProto {
        pb::ModelProto {
            ir_version: 7,
            opset_import: vec![pb::OperatorSetIdProto {
                version: OPSET,
                ..pb::OperatorSetIdProto::default()
            }],
            graph: Some(self.graph.clone()),
            metadata_props: self.metadata.clone(),
            producer_name: self.producer.clone(),
            ..pb::ModelProto::default()
        }
    }

    /// The loaded model, named `made.onnx`, whose open size is 6 x 4.
    ///
    /// # Errors
    /// As of a file.
    pub fn load(&self) -> Result<Model, EngineError> {
        Model::of(Path::new("made.onnx"), self.proto(), (6, 4), true)
    }

    /// The loaded model, without what makes it faster.
    pub fn load_as_it_is(&self) -> Result<Model, EngineError> {
        Model::of(Path::new("made.onnx"), self.proto(), (6, 4), false)
    }

    /// A model of one node, from an input `x` to an output `y`.
    pub fn of_one(operator: &str, axes: &[i64]) -> Made {
        let mut made = Made::new();
        made.input("x", DataType::Float, axes).node(operator, "x", "y").output("y");
        made
    }
}
