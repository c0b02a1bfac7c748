//! Operators that a graph needs: all known, or the words for those that are not.

use std::collections::BTreeSet;

use tract_onnx::{Onnx, pb};

use super::error::Unfit;

/// What usually helps where a model's operators are the trouble.
pub const HELP: &str = "exporting it with a fixed size, opset 12 to 17, simplified (simplify=True, or \
                        onnxsim), and without suppression or plugins inside (nms=False) usually helps";

/// Refuses a graph with nodes that tract does not know.
///
/// # Errors
/// Which they are.
pub fn check(graph: &pb::GraphProto, tract: &Onnx) -> Result<(), Unfit> {
    let unknown = |node: &&pb::NodeProto| !tract.op_register.0.contains_key(&node.op_type);
    let names: BTreeSet<&str> = graph.node.iter().filter(unknown).map(|node| &*node.op_type).collect();
    if names.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = names.into_iter().collect();
    let what = if names.len() == 1 { "an operator that is" } else { "operators that are" };
    Err(Unfit::new(format!("needs {what} not known here: {}", names.join(", ")), HELP))
}
