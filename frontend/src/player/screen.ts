// The nouns between the player and whoever draws for it. In: nothing. Out: types. Which frames are drawn is
// decided in player.ts, how they are drawn in composer.ts.
import type { Delta } from '../protocol/protocol';

/** A size in pixels. */
export interface Size {
  width: number;
  height: number;
}

/** The part of a frame that the player and its screen know. */
export interface PlayerFrame {
  readonly frame: number;
  readonly level: number;
  readonly scale: number;
  /** Number of the connection that brought the frame: no delta applies to a picture of another one. */
  readonly epoch: number;
  readonly delta?: Delta;
  readonly jpeg: ArrayBuffer;
}

/** A place where pictures are composed and shown at its own moments: a canvas, or a test's fake. */
export interface Screen {
  /**
   * Draws a complete frame, or the blocks of a delta onto what was drawn before, and takes the JPEG's bytes
   * over: nobody may use them afterwards. Fails where the frame cannot be drawn; nothing of it is drawn then.
   */
  draw(frame: PlayerFrame): Promise<void>;
  /** Called with the picture's size when what was drawn last is shown. */
  onPainted: ((size: Size) => void) | undefined;
  /** Takes note of the frame that is shown now. */
  tell(frame: PlayerFrame, size: Size): void;
}
