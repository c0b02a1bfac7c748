// The server's clock seen from here. In: ping answers (when sent, when received, the server's time in
// between). Out: what to add to the browser's clock to get the server's, and the round trip. Pure: time is
// passed in.

/** Age up to which a sample counts, ms: browser and server clocks drift apart, and routes change. */
const SAMPLE_LIFE_MS = 30_000;

export interface ClockSample {
  /** Milliseconds to add to the browser's clock to get the server's. */
  offsetMs: number;
  roundTripMs: number;
  atMs: number;
}

export function sampleOf(sentMs: number, receivedMs: number, serverUs: number): ClockSample {
  const offsetMs = serverUs / 1000 - (sentMs + receivedMs) / 2;
  return { offsetMs, roundTripMs: receivedMs - sentMs, atMs: receivedMs };
}

/** Samples with one more, without those that are too old. */
export function keepSample(samples: readonly ClockSample[], sample: ClockSample): ClockSample[] {
  return [...samples.filter((other) => sample.atMs - other.atMs < SAMPLE_LIFE_MS), sample];
}

/**
 * Sample of the quickest answer, which spent the least time in queues: the middle of its round trip is
 * nearest to the server's moment.
 */
export function bestSample(samples: readonly ClockSample[]): ClockSample | undefined {
  return samples.reduce<ClockSample | undefined>(
    (best, sample) => (best === undefined || sample.roundTripMs <= best.roundTripMs ? sample : best),
    undefined,
  );
}
