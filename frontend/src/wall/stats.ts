// What is counted of a camera today. In: the body of `/api/stats`, any value. Out: crossings of all lines, or
// nothing where nobody counts. Only numbers that are there are told.
import type { FieldOf } from '../api/told';
import { isFields } from '../protocol/check';

const [INBOUND, OUTBOUND] = ['inbound', 'outbound'] as const satisfies readonly FieldOf<'Stats'>[];

export interface Today {
  inbound: number;
  outbound: number;
}

export function readToday(body: unknown): Today | undefined {
  if (!isFields(body)) return undefined;
  const [inbound, outbound] = [body[INBOUND], body[OUTBOUND]];
  return typeof inbound === 'number' && typeof outbound === 'number' ? { inbound, outbound } : undefined;
}
