//! Model files for tests: small ONNX graphs whose outputs are given, whatever they are shown.
//!
//! Written by hand, field by field (onnx.proto of ONNX 1.16), so that what reads them is all that is tested.

/// An output of a model, with its values.
#[derive(Clone, Debug)]
pub struct Given {
    /// The output's name.
    pub name: String,
    /// Length of each axis.
    pub shape: Vec<usize>,
    /// All values, the last axis running fastest.
    pub values: Vec<f32>,
}

/// A message of the protocol buffers' wire format.
#[derive(Clone, Default)]
struct Message(Vec<u8>);

impl Message {
    fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.0.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }

    /// Adds a number.
    fn number(mut self, field: u64, value: u64) -> Self {
        self.varint(field << 3);
        self.varint(value);
        self
    }

    /// Adds bytes, a text or a message.
    fn bytes(mut self, field: u64, bytes: &[u8]) -> Self {
        self.varint((field << 3) | 2);
        self.varint(bytes.len() as u64);
        self.0.extend_from_slice(bytes);
        self
    }

    fn text(self, field: u64, text: &str) -> Self {
        self.bytes(field, text.as_bytes())
    }

    fn message(self, field: u64, message: &Message) -> Self {
        self.bytes(field, &message.0)
    }
}

/// A constant of floats.
fn constant(name: &str, shape: &[usize], values: &[f32]) -> Message {
    let raw: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
    let dims = shape.iter().fold(Message::default(), |tensor, length| tensor.number(1, *length as u64));
    dims.number(2, 1).text(8, name).bytes(9, &raw)
}

/// A tensor of floats that goes in or comes out.
fn value(name: &str, shape: &[usize]) -> Message {
    let axis = |length: &usize| Message::default().number(1, *length as u64);
    let shape = shape.iter().fold(Message::default(), |all, length| all.message(1, &axis(length)));
    let tensor = Message::default().number(1, 1).message(2, &shape);
    Message::default().text(1, name).message(2, &Message::default().message(1, &tensor))
}

fn node(operator: &str, inputs: &[&str], output: &str) -> Message {
    let node = inputs.iter().fold(Message::default(), |node, input| node.text(1, input));
    node.text(2, output).text(3, &format!("make {output}")).text(4, operator)
}

/// An ONNX file with an input of that width and height, these outputs, metadata, and the name of its
/// producer.
pub fn model_file(
    (width, height): (usize, usize),
    outputs: &[Given],
    metadata: &[(&str, &str)],
    producer: &str,
) -> Vec<u8> {
    let flat = Message::default().text(1, "keepdims").number(3, 0).number(20, 2);
    let mut graph = Message::default()
        .message(1, &node("ReduceMean", &["x"], "mean").message(5, &flat))
        .message(1, &node("Mul", &["mean", "nothing"], "zero"))
        .text(2, "test")
        .message(5, &constant("nothing", &[], &[0.0]))
        .message(11, &value("x", &[1, 3, height, width]));
    for Given { name, shape, values } in outputs {
        let given = format!("given {name}");
        graph = graph
            .message(1, &node("Add", &[&given, "zero"], name))
            .message(5, &constant(&given, shape, values))
            .message(12, &value(name, shape));
    }
    let version = Message::default().number(2, 12);
    let file = Message::default().number(1, 7).text(2, producer).message(7, &graph).message(8, &version);
    let entry = |(key, value): &(&str, &str)| Message::default().text(1, key).text(2, value);
    metadata.iter().fold(file, |file, pair| file.message(14, &entry(pair))).0
}
