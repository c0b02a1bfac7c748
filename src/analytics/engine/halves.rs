//! Half floats made whole before anything is planned: weights, casts and the model's ends.
//!
//! Processors that this program runs on compute with half floats by converting each value on its own, which
//! takes a hundred times as long. Wider ones hold all that narrower ones do.

use tract_onnx::{
    pb::{self, tensor_proto::DataType},
    prelude::f16,
};

/// ONNX's numbers of the types of 16 bits.
const HALVES: [i32; 2] = [DataType::Float16 as i32, DataType::Bfloat16 as i32];

/// ONNX's number of 32-bit floats.
const WHOLE: i32 = DataType::Float as i32;

/// Makes each half float of a graph a 32-bit one. Types noted for values inside go, for tract finds them.
pub fn widen(graph: &mut pb::GraphProto) {
    graph.value_info.clear();
    graph.initializer.iter_mut().for_each(widen_tensor);
    for end in graph.input.iter_mut().chain(&mut graph.output) {
        let kind = end.r#type.as_mut().and_then(|kind| kind.value.as_mut());
        if let Some(pb::type_proto::Value::TensorType(tensor)) = kind
            && HALVES.contains(&tensor.elem_type)
        {
            tensor.elem_type = WHOLE;
        }
    }
    for attribute in graph.node.iter_mut().flat_map(|node| &mut node.attribute) {
        widen_attribute(attribute);
    }
}

/// What a node says: a tensor of its own, a graph inside, or the type that it gives.
fn widen_attribute(attribute: &mut pb::AttributeProto) {
    attribute.t.iter_mut().chain(&mut attribute.tensors).for_each(widen_tensor);
    attribute.g.iter_mut().chain(&mut attribute.graphs).for_each(widen);
    // `Cast` names the type `to`; nodes that make values of their own call it `dtype`.
    if matches!(&*attribute.name, "to" | "dtype") && HALVES.contains(&(attribute.i as i32)) {
        attribute.i = i64::from(WHOLE);
    }
}

/// A tensor's values, which ONNX keeps as bytes, or each in the lower half of a whole number.
fn widen_tensor(tensor: &mut pb::TensorProto) {
    if !HALVES.contains(&tensor.data_type) {
        return;
    }
    let is_brain = tensor.data_type == DataType::Bfloat16 as i32;
    let whole = |bits: u16| match is_brain {
        true => f32::from_bits(u32::from(bits) << 16),
        false => f16::from_bits(bits).to_f32(),
    };
    let of_bytes = tensor.raw_data.chunks_exact(2).map(|two| u16::from_le_bytes([two[0], two[1]]));
    let bits = of_bytes.chain(tensor.int32_data.iter().map(|value| *value as u16));
    tensor.raw_data = bits.flat_map(|bits| whole(bits).to_le_bytes()).collect();
    tensor.int32_data.clear();
    tensor.data_type = WHOLE;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_kinds_of_halves_are_read_from_bytes_and_from_numbers() {
        let tensor = |data_type: DataType, raw_data: Vec<u8>, int32_data: Vec<i32>| {
            let mut tensor = pb::TensorProto {
                data_type: data_type as i32,
                raw_data,
                int32_data,
                ..pb::TensorProto::default()
            };
            widen_tensor(&mut tensor);
            assert_eq!(tensor.data_type, WHOLE);
            let whole = |four: &[u8]| f32::from_le_bytes([four[0], four[1], four[2], four[3]]);
            tensor.raw_data.chunks_exact(4).map(whole).collect::<Vec<_>>()
        };
        assert_eq!(tensor(DataType::Float16, vec![0x00, 0x3c, 0x00, 0xc1], vec![]), [1.0, -2.5]);
        assert_eq!(tensor(DataType::Float16, vec![], vec![0x3c00, 0x7bff]), [1.0, 65504.0]);
        assert_eq!(tensor(DataType::Bfloat16, vec![0x80, 0x3f], vec![]), [1.0]);
    }
}
