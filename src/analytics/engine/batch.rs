//! Models made for several pictures at once, cut to one.
//!
//! Where nothing but the input and the shapes that values are given says how many there are, these are made
//! 1. Whether that was all is seen by the model's output.

use std::collections::HashSet;

use tract_onnx::pb::{self, tensor_proto::DataType};

/// Nodes whose second input is a shape.
const SHAPING: [&str; 2] = ["Reshape", "Expand"];

/// Makes shapes of `batch` pictures such of one. Shapes noted for values inside go.
pub fn make_one(graph: &mut pb::GraphProto, batch: usize) {
    graph.value_info.clear();
    let shaping = graph.node.iter().filter(|node| SHAPING.contains(&&*node.op_type));
    let shapes: HashSet<String> = shaping.filter_map(|node| node.input.get(1).cloned()).collect();
    let constants = graph.node.iter_mut().filter(|node| node.op_type == "Constant");
    let constants = constants.filter(|node| node.output.iter().any(|name| shapes.contains(name)));
    for tensor in constants.flat_map(|node| &mut node.attribute).filter_map(|value| value.t.as_mut()) {
        make_one_of(tensor, batch);
    }
    for tensor in graph.initializer.iter_mut().filter(|weight| shapes.contains(&weight.name)) {
        make_one_of(tensor, batch);
    }
}

/// Makes the first of a shape's lengths 1, where it is that of the batch.
fn make_one_of(shape: &mut pb::TensorProto, batch: usize) {
    if shape.data_type != DataType::Int64 as i32 || shape.dims.first().is_none_or(|lengths| *lengths < 2) {
        return;
    }
    let batch = batch as i64;
    if let Some(first) = shape.int64_data.first_mut().filter(|first| **first == batch) {
        *first = 1;
    }
    if let Some(first) = shape.raw_data.get_mut(..8).filter(|first| **first == batch.to_le_bytes()) {
        first.copy_from_slice(&1i64.to_le_bytes());
    }
}
