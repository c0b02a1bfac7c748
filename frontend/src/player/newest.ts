// A queue with one item that is worked on and one that waits, at most. In: items as they come. Out: the item
// to start next; a newer item takes the place of the waiting one, and that loss is counted. Pure bookkeeping:
// what the work is does not belong here.

export class Newest<T> {
  private busy = false;
  private waiting: T | undefined;
  private lost = 0;

  /** Takes an item; returns it if work on it should start at once. */
  offer(item: T): T | undefined {
    if (!this.busy) {
      this.busy = true;
      return item;
    }
    if (this.waiting !== undefined) this.lost++;
    this.waiting = item;
    return undefined;
  }

  /** Ends the work in hand; returns the item to start next, if one waits. */
  done(): T | undefined {
    const next = this.waiting;
    this.waiting = undefined;
    this.busy = next !== undefined;
    return next;
  }

  /** Number of items replaced before work on them began. */
  get dropped(): number {
    return this.lost;
  }
}
