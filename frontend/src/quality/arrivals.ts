// What arrives. In: frames. Out: rate, size, lateness, and what the link carries. Pure but for its own
// memory. Whether that is good or bad does not belong here.
import type { Part } from '../protocol/protocol';
import { Train } from './train';

/** Time over which a frame rate is measured, ms. */
export const WINDOW_MS = 5_000;

/** Time over which the latest rate is measured, ms: what was bad before that and is not any more is over. */
const LATEST_MS = 1_000;

/** Share of its rate below which a camera stands still, or nearly so. */
const FEW = 0.5;

/** Fewest frames that say anything about a link. */
const LEAST_TRAIN = 2;

/**
 * Longest time that a picture may take to become complete, ms: each message of a sweep brings one row of
 * blocks at least, and forty-five of them are the picture of most cameras.
 */
const SWEPT_MS = 2_000;

/**
 * Fewest parts of a picture that tell that it does not become complete: a camera whose picture stands still
 * gives one part a second, of which the link could carry more.
 */
const LEAST_PARTS = 10;

/** Least time of the link that changes take which come as a sweep, ms: what takes less comes at once. */
const OVER_MS = 150;

interface Arrival {
  readonly atMs: number;
  /** Number of the frame, among all that the camera gave. */
  readonly number: number;
  readonly bytes: number;
  /** Whether it is of the rung that is judged. */
  readonly counts: boolean;
  /**
   * Whether the size tells what the rung takes where frames are deltas. That of a sweep tells what the link
   * takes, and one complete picture comes once: it is a rung's first, or was asked for. Only of a run of
   * them, as a pan brings, those behind the first tell.
   */
  readonly tells: boolean;
}

/** A frame as it arrives. */
export interface Arrived {
  readonly number: number;
  readonly bytes: number;
  readonly lateMs: number | undefined;
  /** What it holds; absent: a complete picture. */
  readonly part?: Part;
}

/** What frames of the judged rung take, bytes each. */
export interface Sizes {
  /** Mean of the whole window. */
  readonly mean: number;
  /**
   * Mean of the last second where frames are deltas, whose sizes vary with what moves; undefined where they
   * are complete pictures.
   */
  readonly latest: number | undefined;
}

export class Arrivals {
  /**
   * Time before which nothing counts for rates: the last step, reconnect or pause, or the first frame after
   * it.
   */
  private sinceMs: number;
  /** No frame of the judged rung has come since. */
  private waiting = true;
  /** The last frame of any rung, or the moment from which one can be expected. */
  private lastMs: number;
  private frames: readonly Arrival[] = [];
  /** Frames of any rung: what arrives says as much about the link at one as at another. */
  private readonly train = new Train();
  /** Whether frames are deltas. */
  private deltas = false;
  /** Whether the judged rung's frame before was a complete picture. */
  private wholeBefore = false;
  /** Since when pictures of the judged rung have been incomplete. */
  private incompleteMs: number | undefined;

  constructor(nowMs: number) {
    this.sinceMs = nowMs;
    this.lastMs = nowMs;
  }

  /** Has another rung judged from now on. */
  restart(nowMs: number): void {
    this.sinceMs = nowMs;
    this.waiting = true;
    this.wholeBefore = false;
    this.incompleteMs = undefined;
    this.frames = this.frames.map((frame) => ({ ...frame, counts: false }));
  }

  /**
   * Takes a frame, which took `lateMs` longer than an empty message, where that is known; `counts` says
   * whether it is of the rung that is judged. Sharper blocks of a frame that was there before are no other
   * frame: they only tell what the link carries.
   */
  add({ number, bytes, lateMs, part = 'whole' }: Arrived, counts: boolean, nowMs: number): void {
    // Some arrivals are told in hindsight, and may lie before a restart.
    const gap = Math.max(nowMs - this.lastMs, 0);
    // The link was free when the frame was sent, or else busy until the one before had arrived.
    this.train.add(bytes, lateMs === undefined ? gap : Math.min(Math.max(lateMs, 0), gap), nowMs);
    this.lastMs = Math.max(this.lastMs, nowMs);
    this.deltas ||= part !== 'whole';
    if (part === 'refined') return;
    if (counts && this.waiting) {
      // It only starts the clock: what the link did before it may have been for another rung.
      this.sinceMs = nowMs;
      this.waiting = false;
    }
    const tells = part === 'delta' || (part === 'whole' && this.wholeBefore);
    if (counts) {
      this.wholeBefore = part === 'whole';
      this.incompleteMs = part === 'sweep' ? (this.incompleteMs ?? nowMs) : undefined;
    }
    this.frames = [...this.frames, { atMs: nowMs, number, bytes, counts, tells }].filter(
      (frame) => nowMs - frame.atMs <= WINDOW_MS,
    );
  }

  /** Time without any frame. */
  silenceMs(nowMs: number): number {
    return nowMs - Math.max(this.lastMs, this.waiting ? this.sinceMs : 0);
  }

  /** How much time rates are measured over. */
  spanMs(nowMs: number): number {
    return this.waiting ? 0 : Math.min(nowMs - this.sinceMs, WINDOW_MS);
  }

  /** Frames a second over the whole window, from a camera of `offered` frames a second. */
  fps(offered: number, nowMs: number): number {
    return this.rate(offered, this.spanMs(nowMs), nowMs) ?? 0;
  }

  /**
   * Frames a second of late; over the whole window where none came of late, since then nobody knows why. None
   * at all where pictures stay incomplete: nobody sees the parts of a sweep as pictures for so long.
   */
  latestFps(offered: number, nowMs: number): number {
    if (this.staysIncomplete) return 0;
    return this.rate(offered, Math.min(this.spanMs(nowMs), LATEST_MS), nowMs) ?? this.fps(offered, nowMs);
  }

  /** Frames a second by the clock alone, over the whole window or of late, whichever is fewer. */
  clockFps(nowMs: number): number {
    const spanMs = this.spanMs(nowMs);
    const of = (span: number) => (this.counted(span, nowMs).length * 1000) / Math.max(span, 1);
    return Math.min(of(spanMs), of(Math.min(spanMs, LATEST_MS)));
  }

  /** What frames of the judged rung take; undefined where nothing tells. */
  sizes(nowMs: number): Sizes | undefined {
    if (!this.deltas) {
      const mean = this.mean(-Infinity, () => true);
      return mean === undefined ? undefined : { mean, latest: undefined };
    }
    if (this.staysIncomplete) {
      // Changes take more than what comes, which is what the link takes.
      const capacity = this.latestCapacity(nowMs);
      if (capacity === undefined) return undefined;
      const bytes = (capacity * OVER_MS) / 1000;
      return { mean: bytes, latest: bytes };
    }
    const mean = this.mean(-Infinity, ({ tells }) => tells);
    if (mean === undefined) return undefined;
    // No part of a sweep takes more than the changes that it stands for.
    const sweeps = this.incompleteMs !== undefined;
    return { mean, latest: this.mean(nowMs - LATEST_MS, ({ tells }) => tells || sweeps) ?? mean };
  }

  /** What the link carries at least, bytes a second. */
  capacity(nowMs: number): number | undefined {
    return this.train.length(nowMs) >= LEAST_TRAIN ? this.train.capacity(nowMs) : undefined;
  }

  /** Bytes a second that the link carries at least by its very last frames, where that is less. */
  latestCapacity(nowMs: number): number | undefined {
    return this.train.length(nowMs) >= LEAST_TRAIN ? this.train.latestCapacity(nowMs) : undefined;
  }

  /**
   * Frames a second over the last `spanMs`: by the clock, or by the numbers where the camera gives few. A
   * camera whose picture stands still gives one a second.
   */
  private rate(offered: number, spanMs: number, nowMs: number): number | undefined {
    const counted = this.counted(spanMs, nowMs);
    const first = counted[0]?.number;
    if (first === undefined) return undefined;
    const before = this.frames.findLast((frame) => frame.number < first)?.number ?? first - 1;
    const last = this.frames.at(-1)?.number ?? first;
    const given = last - before;
    const byClock = (counted.length * 1000) / spanMs;
    const byNumbers = (offered * counted.length) / Math.max(given, 1);
    const givesFew = (given * 1000) / spanMs < offered * FEW;
    return givesFew || given <= counted.length ? Math.max(byClock, byNumbers) : byClock;
  }

  /** Mean size of those of the judged rung's frames after `sinceMs` that `tells`. */
  private mean(sinceMs: number, tells: (frame: Arrival) => boolean): number | undefined {
    const telling = this.frames.filter((frame) => frame.counts && frame.atMs > sinceMs && tells(frame));
    return telling.length === 0
      ? undefined
      : telling.reduce((sum, frame) => sum + frame.bytes, 0) / telling.length;
  }

  /** Whether pictures have been incomplete for so long that more changes in each than the link carries. */
  private get staysIncomplete(): boolean {
    const [sinceMs, newest] = [this.incompleteMs, this.frames.at(-1)];
    if (sinceMs === undefined || newest === undefined) return false;
    const parts = this.frames.filter(({ counts, atMs }) => counts && atMs >= sinceMs).length;
    return newest.atMs - sinceMs >= SWEPT_MS && parts >= LEAST_PARTS;
  }

  private counted(spanMs: number, nowMs: number): readonly Arrival[] {
    const start = Math.max(nowMs - spanMs, this.sinceMs);
    return this.frames.filter(({ counts, atMs }) => counts && atMs > start);
  }
}
