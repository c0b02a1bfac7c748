// Events as history keeps them. In: the body of `/api/events`, any value. Out: events, newest first, checked
// field by field, or nothing where the answer makes no sense. An event of a kind that is not known here is
// passed over: a newer server may tell of others.
import type { FieldOf, Told } from '../api/told';
import { checked, count, type Fields, listOf, text } from '../protocol/check';

export type Kind = Told<'EventKind'>;

export interface PastEvent {
  /** Number of the event; a newer one has a higher number. */
  id: number;
  kind: Kind;
  camera: string;
  /** When that was, ms since 1970. */
  atMs: number;
  /** Path of its picture; undefined where it has none. */
  snapshot: string | undefined;
  /** What else is told of it, not checked. */
  more: Fields;
}

/** Every kind that there is; neither more than the server has, nor fewer. */
export const KINDS: Readonly<Record<Kind, true>> = {
  source_lost: true,
  source_back: true,
  line_crossed: true,
  zone_above: true,
  zone_below: true,
  loitering: true,
  risk_changed: true,
  model_failed: true,
  camera_added: true,
  camera_changed: true,
  camera_removed: true,
  camera_started: true,
  camera_stopped: true,
};

const EVENTS: FieldOf<'Events'> = 'events';
const [ID, KIND, CAMERA, AT, SNAPSHOT] = [
  'id',
  'kind',
  'camera',
  'at_us',
  'snapshot',
] as const satisfies readonly FieldOf<'Event'>[];

export function isKind(word: string | null): word is Kind {
  return word !== null && Object.hasOwn(KINDS, word);
}

export function readEvents(body: unknown): PastEvent[] | undefined {
  return checked(body, (fields) => listOf(fields, EVENTS, readEvent).filter((event) => event !== undefined));
}

function readEvent(fields: Fields): PastEvent | undefined {
  const kind = text(fields, KIND);
  if (!isKind(kind)) return undefined;
  return {
    id: count(fields, ID),
    kind,
    camera: text(fields, CAMERA),
    atMs: count(fields, AT) / 1000,
    snapshot: typeof fields[SNAPSHOT] === 'string' ? fields[SNAPSHOT] : undefined,
    more: fields,
  };
}
