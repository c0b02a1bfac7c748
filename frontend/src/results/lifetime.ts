// How long a result is worth showing. In: how late it was, and how long after the one before. Out: the age up
// to which it is shown. A detector that takes three seconds for a picture has nothing newer to show for as
// long; one that is quick and falls silent has. Pure.

/** Age up to which any result is shown, µs. */
const LEAST_US = 2_000_000;
/** Age from which on no result is shown, however slow its model, µs. */
const MOST_US = 15_000_000;
/** Times that the next result may take longer than the last one did before this one is given up. */
const PATIENCE = 1.5;

/**
 * Age from which on a result is not shown any more, µs. The next one is due when its model has looked at
 * another picture, and until then nothing newer is known.
 *
 * @param delayUs time from its frame's capture until the result was ready
 * @param sinceUs time from the capture of the result before; undefined for the first
 */
export function lifetimeUs(delayUs: number, sinceUs: number | undefined): number {
  const nextUs = Math.max(delayUs, sinceUs ?? 0);
  return Math.min(MOST_US, Math.max(LEAST_US, PATIENCE * (delayUs + nextUs)));
}
