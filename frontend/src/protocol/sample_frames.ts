// Frames for tests. In: a comment, or the fields of one. Out: bytes that start like a Steadycast JPEG; there
// is no picture behind the comment. Product code never imports this.

export function jpegWithComment(comment: string): ArrayBuffer {
  const ascii = Array.from(comment, (letter) => letter.charCodeAt(0));
  const length = ascii.length + 2;
  return new Uint8Array([0xff, 0xd8, 0xff, 0xfe, length >> 8, length & 0xff, ...ascii, 0xff, 0xd9]).buffer;
}

export interface SampleFrame {
  frame: number;
  capturedUs?: number;
  level?: number;
  scale?: number;
  take?: number;
  slate?: boolean;
}

export function sampleFrame({
  frame,
  capturedUs = 1,
  level = 95,
  scale = 1,
  take = 0,
  slate = false,
}: SampleFrame): ArrayBuffer {
  const marks = `${take > 0 ? ` take=${take}` : ''}${slate ? ' slate=1' : ''}`;
  return jpegWithComment(
    `steadycast/1 camera=main frame=${frame} captured_us=${capturedUs} level=${level} scale=${scale}${marks}`,
  );
}
