// How components reach the cameras that there are. In: what the page provides. Out: a hook. Without a page
// around them components know of no camera but their own.
import { createContext, useContext } from 'react';
import type { ListedCamera, ListedService } from '../protocol/status';

export interface Cameras {
  /** Every camera of the server, in the server's order; undefined while unknown. */
  all: readonly ListedCamera[] | undefined;
  /** Why they are not as their file says; undefined where they are, and while unknown. */
  fileTrouble: string | undefined;
  /** Services that tell others what cameras see. */
  services: readonly ListedService[];
  /** Asks for the newest list. */
  look: () => void;
  watch: (camera: string) => void;
  /** Shows all cameras at once. */
  watchAll: () => void;
}

export const CamerasContext = createContext<Cameras>({
  all: undefined,
  fileTrouble: undefined,
  services: [],
  look: () => undefined,
  watch: () => undefined,
  watchAll: () => undefined,
});

export function useCameras(): Cameras {
  return useContext(CamerasContext);
}
