// Bytes that each camera has taken of this device's link today. In: bytes as they come, the day, and a keeper
// that all pages of the browser share. Out: bytes of the day. Only what is new is added to what is kept, so
// that two pages with the same camera count both.
import type { Keeper } from '../storage/keeper';

/** Most cameras that are kept: names come and go. */
const MOST_CAMERAS = 200;

interface Kept {
  day: string;
  cameras: Readonly<Record<string, number>>;
}

export class Traffic {
  private fresh = 0;
  private kept: number | undefined;

  constructor(
    private readonly keeper: Keeper,
    private readonly today: () => string,
  ) {}

  add(bytes: number): void {
    this.fresh += bytes;
  }

  /** Bytes that a camera took today, as far as this page knows. */
  of(camera: string): number {
    this.kept ??= this.read().cameras[camera] ?? 0;
    return this.kept + this.fresh;
  }

  /** Keeps what has come since the last time. */
  keep(camera: string): void {
    if (this.fresh === 0) return;
    const { day, cameras } = this.read();
    const bytes = (cameras[camera] ?? 0) + this.fresh;
    // The one that is written is the newest.
    const others = Object.entries(cameras).filter(([name]) => name !== camera);
    const newest = [...others, [camera, bytes] as const].slice(-MOST_CAMERAS);
    this.keeper.save(JSON.stringify({ day, cameras: Object.fromEntries(newest) } satisfies Kept));
    [this.kept, this.fresh] = [bytes, 0];
  }

  /** What is kept of today; nothing of another day, and of a text that makes no sense. */
  private read(): Kept {
    const [day, nothing] = [this.today(), { day: this.today(), cameras: {} }];
    try {
      const kept: unknown = JSON.parse(this.keeper.load() ?? '');
      return isKept(kept) && kept.day === day ? kept : nothing;
    } catch {
      return nothing;
    }
  }
}

function isKept(value: unknown): value is Kept {
  if (typeof value !== 'object' || value === null || !('day' in value) || !('cameras' in value)) return false;
  const { cameras } = value;
  if (typeof cameras !== 'object' || cameras === null) return false;
  return Object.values(cameras).every((bytes) => typeof bytes === 'number' && bytes >= 0);
}
