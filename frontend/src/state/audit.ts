// Who changed what. In: the body of `/api/audit`, any value. Out: entries, newest first, checked field by
// field, or nothing where the answer makes no sense; and words for them.
import type { FieldOf } from '../api/told';
import { checked, count, type Fields, listOf, text } from '../protocol/check';
import { momentWord } from '../ui/numbers';

export interface AuditEntry {
  /** Number of the entry; a newer one has a higher number. */
  id: number;
  atMs: number;
  who: string;
  address: string;
  /** What was done, to which camera, and what of it. */
  what: string;
  /** Code of the refusal; undefined where it was done. */
  refused: string | undefined;
}

const ENTRIES: FieldOf<'Audit'> = 'entries';
const [ID, TIME, WHO, ADDRESS, ACTION, CAMERA, DETAIL, OUTCOME] = [
  'id',
  'time',
  'who',
  'address',
  'action',
  'camera',
  'detail',
  'outcome',
] as const satisfies readonly FieldOf<'AuditEntry'>[];

/** A time as the server writes it, which people read by their own clock. */
const TIME_IN = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)/g;

/** What the outcome is of what was done. */
const DONE = 'done';

export function readAudit(body: unknown): AuditEntry[] | undefined {
  return checked(body, (fields) => listOf(fields, ENTRIES, readEntry));
}

function readEntry(fields: Fields): AuditEntry {
  const outcome = text(fields, OUTCOME);
  return {
    id: count(fields, ID),
    atMs: Date.parse(text(fields, TIME)),
    who: text(fields, WHO),
    address: text(fields, ADDRESS),
    what: whatWord(fields),
    refused: outcome === DONE ? undefined : outcome,
  };
}

function whatWord(fields: Fields): string {
  const camera = typeof fields[CAMERA] === 'string' ? ` ${fields[CAMERA]}` : '';
  const detail = text(fields, DETAIL).replaceAll(TIME_IN, (time) => momentWord(Date.parse(time)));
  return `${text(fields, ACTION)}${camera}${detail === '' ? '' : `: ${detail}`}`;
}
