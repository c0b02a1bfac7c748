// What a controller is told, and what it says: the words of the controller, which words.ts turns into
// people's. Types only.
import type { Part, Rung } from '../protocol/protocol';
import type { Rungs } from './rungs';

export type Input =
  /**
   * `number`: among all that the camera gave. `lateMs`: how much longer it took than an empty message takes;
   * undefined while that is not known. `part`: what the frame holds; absent: a complete picture.
   */
  | {
      kind: 'frame';
      number: number;
      rung: Rung;
      bytes: number;
      lateMs: number | undefined;
      slate: boolean;
      part?: Part;
    }
  /** Whether the camera gives pictures, and its measured capture rate; 0 while none has been measured. */
  | { kind: 'status'; streaming: boolean; fps: number }
  | { kind: 'connected'; connected: boolean }
  | { kind: 'visible'; visible: boolean }
  /** What may be chosen from. */
  | { kind: 'rungs'; rungs: Rungs }
  /** The server has given another rung than the one asked for. */
  | { kind: 'given'; rung: Rung }
  | { kind: 'choose'; choice: Choice }
  /** Time to decide; frames a second that the device paints, where that is known. */
  | { kind: 'tick'; paintedFps: number | undefined };

/** Automatic from now on, or this rung. */
export type Choice = 'automatic' | Rung;

/** Why nothing is judged. Stills: the camera gives single pictures. By hand: somebody chose the rung. */
export type Pause = 'disconnected' | 'hidden' | 'camera_away' | 'stills' | 'by_hand';

/** Why a rung is left or kept. */
export type Reason =
  /** Too few frames arrive; `fps` is 0 where pictures stay incomplete. */
  | { kind: 'slow'; fps: number; least: number }
  /** No frame at all arrives. */
  | { kind: 'silent' }
  /** Frames arrive, but the device paints too few. */
  | { kind: 'device'; paintedFps: number }
  /** The device paints too few, and cheaper frames did not change that. */
  | { kind: 'device_anyway'; paintedFps: number }
  /** All frames arrive, so there may be room. */
  | { kind: 'room'; fps: number }
  /** The rate is where it should be. */
  | { kind: 'in_band'; fps: number }
  /** All frames arrive, but they are few: the camera's picture stands still. */
  | { kind: 'still' }
  /** All frames arrive at the dearest rung. */
  | { kind: 'highest'; fps: number }
  /** Too few arrive at the cheapest rung. */
  | { kind: 'lowest'; fps: number }
  /** The next rung was too much, and its time has not come yet. */
  | { kind: 'not_yet'; next: Rung; waitMs: number }
  /** The next rung needs more than the link carries. */
  | { kind: 'no_room'; next: Rung }
  /** Not enough has been seen since the last step. */
  | { kind: 'measuring' }
  | { kind: 'paused'; pause: Pause }
  | { kind: 'chosen' }
  /** The server offers no other. */
  | { kind: 'offered' };

export interface Step {
  readonly kind: 'step';
  readonly from: Rung;
  readonly to: Rung;
  readonly reason: Reason;
}

export type Decision = { readonly kind: 'none' } | { readonly kind: 'hold'; readonly reason: Reason } | Step;
