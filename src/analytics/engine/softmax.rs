//! Softmax spelled out where tract is slow at it.
//!
//! Along the last axis tract has a kernel for whole rows. Along any other it walks each row through views of
//! the tensor, one value after the other: 60 of 300 ms in a model like YOLOv8n at 640 x 640, whose head
//! weighs 16 bins for each side of each box. Spelled out as exp(x - max) / sum, each step runs through memory
//! in order, many values at once, which takes 3 ms.

use tract_onnx::{
    prelude::*,
    tract_core::{
        model::Rewriter,
        model::TypedModelPatch,
        ops::{
            array::Slice,
            math,
            nn::{Reduce, Reducer, Softmax, SoftmaxKind},
        },
    },
};

/// Spells out each softmax of a model that tract would be slow at.
///
/// # Errors
/// Where tract cannot exchange a node, which it always should.
pub fn spell_out(model: &mut TypedModel) -> TractResult<()> {
    let rule = |_: &(), model: &TypedModel, node: &TypedNode, _: &str, softmax: &Softmax| {
        axis_of(model, node, softmax)?.map(|row| patch(model, node, row)).transpose()
    };
    Rewriter::default().with_rule_for("softmax", rule).rewrite(&(), model)
}

/// Rows that a softmax goes along.
#[derive(Clone, Copy)]
struct Rows {
    /// Number of the axis.
    axis: usize,
    /// Length of the axis.
    length: usize,
}

/// The rows of a softmax that is better spelled out: floats along one axis, with others behind it.
fn axis_of(model: &TypedModel, node: &TypedNode, softmax: &Softmax) -> TractResult<Option<Rows>> {
    let fact = model.outlet_fact(node.inputs[0])?;
    let (Some(shape), &[axis]) = (fact.shape.as_concrete(), &softmax.axes[..]) else { return Ok(None) };
    let is_plain = softmax.kind == SoftmaxKind::Softmax && fact.datum_type == f32::datum_type();
    let is_strided = shape[axis + 1..].iter().product::<usize>() > 1;
    Ok((is_plain && is_strided && shape[axis] > 0).then(|| Rows { axis, length: shape[axis] }))
}

/// The nodes in place of a softmax.
fn patch(model: &TypedModel, node: &TypedNode, rows: Rows) -> TractResult<TypedModelPatch> {
    let mut patch = TypedModelPatch::default();
    let name = |part: &str| format!("{}.{part}", node.name);
    let values = patch.tap_model(model, node.inputs[0])?;
    let most = largest(&mut patch, &node.name, values, rows)?;
    let below = patch.wire_node(name("below"), math::sub(), &[values, most])?[0];
    let powers = patch.wire_node(name("powers"), math::exp(), &[below])?[0];
    let sum = Reduce::new(tvec!(rows.axis), Reducer::Sum);
    let sum = patch.wire_node(name("sum"), sum, &[powers])?[0];
    let share = patch.wire_node(name("share"), math::recip(), &[sum])?[0];
    let result = patch.wire_node(name("shares"), math::mul(), &[powers, share])?[0];
    patch.shunt_outside(model, node.id.into(), result)?;
    Ok(patch)
}

/// The largest value of each row, by comparing its halves, and theirs: tract's own reduction to the largest
/// looks at each row by itself. Halves of an odd length share the middle, which does not change the largest.
fn largest(
    patch: &mut TypedModelPatch,
    name: &str,
    mut values: OutletId,
    Rows { axis, mut length }: Rows,
) -> TractResult<OutletId> {
    while length > 1 {
        let half = length.div_ceil(2);
        let name = |part: &str| format!("{name}.{part}_of_{length}");
        let first = patch.wire_node(name("first"), Slice::new(axis, 0, half), &[values])?[0];
        let second = patch.wire_node(name("second"), Slice::new(axis, length - half, length), &[values])?[0];
        values = patch.wire_node(name("largest"), math::max(), &[first, second])?[0];
        length = half;
    }
    Ok(values)
}
