// What every page is given. In: nothing; these are the nouns between routes and pages. Out: types.
import type { PageAddress } from '../live/address';

export interface PageProps {
  /** What the browser's address bar asks for. */
  address: PageAddress;
  /** Shows another camera, and has the address bar say so. */
  onWatch: (camera: string) => void;
  /** Shows all cameras, and has the address bar say so. */
  onGrid: () => void;
}
