// What was sent since the picture was painted before. In: frames as they arrive, and the frame that is
// painted. Out: the blocks of all messages that are in the painted picture and were not in the one before.
// Pure but for its own memory; nothing is kept while nobody wants to see it.
import type { Sent } from '../overlay/blocks';
import { readPatch } from '../protocol/patch';
import type { FrameHeader } from '../protocol/protocol';

/** Messages kept at most: those of two seconds that were not painted. */
const KEPT = 128;

export class SentKeeper {
  private kept: readonly { frame: number; sent: Sent }[] = [];

  /** Takes a message of frames; its bytes are read at once. */
  add({ frame, delta }: Pick<FrameHeader, 'frame' | 'delta'>, jpeg: ArrayBuffer): void {
    const read = delta && readPatch(jpeg);
    if (read !== undefined && !read.ok) return;
    const sent = { patch: read?.value, refined: delta?.refined === true };
    this.kept = [...this.kept.slice(-(KEPT - 1)), { frame, sent }];
  }

  /** Gives away what came up to a frame. */
  takeUpTo(frame: number): Sent[] {
    const taken = this.kept.filter((each) => each.frame <= frame);
    this.kept = this.kept.filter((each) => each.frame > frame);
    return taken.map(({ sent }) => sent);
  }

  clear(): void {
    this.kept = [];
  }
}
