// Whether there is anything to judge. In: connection, page and camera. Out: a reason to pause. Pure but for
// its own memory. Whether the pictures that come are enough does not belong here.
import type { Pause } from './decision';

/** What a viewer needs in order to see pictures. At first there is a camera and no connection. */
export class Presence {
  private connected = false;
  /** Whether somebody can see the pictures. */
  visible = true;
  /** Whether the camera gives pictures, as the server says. */
  streaming = true;
  /** Whether the last frame was a slate, which comes before the server says so. */
  slate = false;

  /**
   * Takes a new connection, or the loss of one. How the camera fares is told anew, so until then all is well.
   */
  connect(connected: boolean): void {
    this.connected = connected;
    this.streaming = true;
    this.slate = false;
  }

  /** Why no pictures are to be seen; undefined where they should be. */
  get pause(): Pause | undefined {
    if (!this.connected) return 'disconnected';
    if (!this.visible) return 'hidden';
    return this.slate || !this.streaming ? 'camera_away' : undefined;
  }
}
