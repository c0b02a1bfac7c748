// What has just happened in the picture, for those who hear the page and for the panel. In: events, with the
// moments at which they arrive. Out: the last of them in a sentence, and who has been loitering lately. Pure
// but for its own memory, which is bounded.
import type { Fullness, Loitering, ServerEvent } from '../protocol/analytics';
import { durationWord } from '../ui/numbers';

/** Time for which somebody who loiters is told of, ms. */
const TOLD_MS = 60_000;
/** Number of people who are told of at once; of more than a few nobody reads the names. */
const TOLD = 3;

export class News {
  /** Sentence about the last event that is worth one. */
  spoken: string | undefined;
  private loiterers: readonly { who: Loitering; heardMs: number }[] = [];

  hear(event: ServerEvent, nowMs: number): void {
    if (event.name === 'risk_changed') this.spoken = `Risk changed from ${event.from} to ${event.to}.`;
    if (event.name === 'zone_above' || event.name === 'zone_below') this.spoken = `${fullnessWord(event)}.`;
    if (event.name !== 'loitering') return;
    this.spoken = `${loiterWord(event)}.`;
    const others = this.loiterers.filter(
      ({ who }) => who.zone !== event.zone || who.trackId !== event.trackId,
    );
    this.loiterers = [...others, { who: event, heardMs: nowMs }].slice(-TOLD);
  }

  /** Who was said to loiter within the last minute, last first. */
  loitering(nowMs: number): readonly Loitering[] {
    return this.loiterers
      .filter(({ heardMs }) => nowMs - heardMs < TOLD_MS)
      .map(({ who }) => who)
      .toReversed();
  }

  /** Forgets who loiters: numbers and zones are those of another camera, or of a server that began anew. */
  forget(): void {
    this.loiterers = [];
  }
}

/** Clause about a zone that is too full, or no longer. */
function fullnessWord({ name, zone, occupancy, above }: Fullness): string {
  const limit = name === 'zone_above' ? `more than ${above}` : `no more than ${above} any longer`;
  return `${occupancy} in ${zone}, ${limit}`;
}

/** Clause about somebody who loiters. */
export function loiterWord({ zone, seconds, trackId, class: name }: Loitering): string {
  return `#${trackId} ${name} in ${zone} for ${durationWord(seconds)}`;
}
