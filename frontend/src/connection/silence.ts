// Whether a connection that claims to be open still lives. In: when something last came, and what the camera
// is said to do. Out: dead or not. Pure. A socket can stay open for minutes after the network behind it has
// gone.
import { type CameraState, delivers } from '../protocol/protocol';

/** Time without any message that means death, ms: even without a camera, status comes each second. */
export const SILENT_MS = 10_000;
/**
 * Time without a picture that means death although other messages come, ms, while the camera delivers: even a
 * frozen one's picture comes each second. Longer than the other, as one picture may take seconds on a thin
 * link.
 */
export const NO_FRAME_MS = 20_000;

export interface LastSeen {
  messageMs: number;
  frameMs: number;
  camera: CameraState | undefined;
}

export function isDead(seen: LastSeen, nowMs: number): boolean {
  if (nowMs - seen.messageMs >= SILENT_MS) return true;
  return delivers(seen.camera) && nowMs - seen.frameMs >= NO_FRAME_MS;
}
