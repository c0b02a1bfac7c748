// Rows of history. In: the body of `/api/history`, any value. Out: what each row says, checked field by
// field, or nothing where the answer makes no sense. What no model has looked at is unknown.
import type { FieldOf } from '../api/told';
import { amount, checked, finite, type Fields, isFields, listOf, oneOf, text } from '../protocol/check';

export const RISKS = ['low', 'moderate', 'high', 'critical'] as const;

export interface Row {
  /** When the row begins, seconds since 1970. */
  fromS: number;
  people: Figure | undefined;
  /** Crossings of all lines; undefined where nobody counted. */
  crossed: { inbound: number; outbound: number } | undefined;
  /** Tracks in each zone, by its name. */
  zones: Readonly<Record<string, Figure>>;
  /** Place of the worst risk among the risks; undefined where nobody knows. */
  risk: number | undefined;
}

export interface Figure {
  mean: number;
  max: number;
}

const ROWS: FieldOf<'History'> = 'rows';
const [FROM_S, PEOPLE, LINES, ZONES, RISK] = [
  'from_s',
  'people',
  'lines',
  'zones',
  'risk',
] as const satisfies readonly FieldOf<'HistoryRow'>[];

export function readRows(body: unknown): Row[] | undefined {
  return checked(body, (fields) => listOf(fields, ROWS, readRow));
}

function readRow(row: Fields): Row {
  const people = row[PEOPLE];
  const risk = row[RISK];
  return {
    fromS: finite(row, FROM_S),
    people: isFields(people) ? readFigure(people) : undefined,
    crossed: Array.isArray(row[LINES]) ? sum(listOf(row, LINES, readLine)) : undefined,
    zones: Object.fromEntries(Array.isArray(row[ZONES]) ? listOf(row, ZONES, readZone) : []),
    risk: isFields(risk) ? RISKS.indexOf(oneOf(risk, 'worst', RISKS)) : undefined,
  };
}

function readLine(line: Fields) {
  return { inbound: amount(line, 'inbound'), outbound: amount(line, 'outbound') };
}

function sum(lines: readonly { inbound: number; outbound: number }[]): Row['crossed'] {
  return lines.reduce(
    (all, { inbound, outbound }) => ({
      inbound: all.inbound + inbound,
      outbound: all.outbound + outbound,
    }),
    { inbound: 0, outbound: 0 },
  );
}

function readZone(zone: Fields): [string, Figure] {
  const occupancy = zone['occupancy'];
  return [text(zone, 'id'), (isFields(occupancy) ? readFigure(occupancy) : undefined) ?? { mean: 0, max: 0 }];
}

function readFigure({ mean, max }: Fields): Figure | undefined {
  return typeof mean === 'number' && typeof max === 'number' ? { mean, max } : undefined;
}
