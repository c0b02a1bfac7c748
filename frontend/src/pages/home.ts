// Which page stands at the server's root. In: what the page's address asks for. Out: a word for it. Pure.
import type { PageAddress } from '../live/address';

/** `by_number`: one page where there is one camera, another one where there are several. */
export type Home = 'wall' | 'grid' | 'live' | 'by_number';

export function homeOf({ wall, grid, camera, choice, complaint }: PageAddress): Home {
  if (wall) return 'wall';
  if (grid) return 'grid';
  // A quality is one camera's.
  const asksForOne = camera !== undefined || choice !== 'automatic' || complaint !== undefined;
  return asksForOne ? 'live' : 'by_number';
}

/** Number of cameras that was kept; undefined where none was. */
export function readCount(kept: string | undefined): number | undefined {
  return kept !== undefined && /^\d{1,4}$/.test(kept) ? Number(kept) : undefined;
}
