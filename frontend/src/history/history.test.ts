import { describe, expect, it } from 'vitest';
import { rangeOf, wantedOf, withWanted } from './range';
import { readRows } from './rows';
import { alone, holdsAny, moments, values, weekBefore, zonesOf } from './series';

const FIGURE = { mean: 3.5, max: 6, samples: 60 };
const row = (fromS: number, more: object = {}) => ({
  from_s: fromS,
  people: FIGURE,
  lines: [
    { id: 'a', inbound: 2, outbound: 1, classes: [] },
    { id: 'b', inbound: 1, outbound: 0, classes: [] },
  ],
  zones: [{ id: 'queue', occupancy: FIGURE, loiterers: 0 }],
  risk: { worst: 'high', shares: [0, 0, 1, 0] },
  ...more,
});

describe('rows', () => {
  it('are read with the sum of all lines, and what nobody counted is unknown', () => {
    const nothing = { people: null, lines: null, zones: null, risk: null };
    const read = readRows({
      rows: [row(60), row(120, nothing), row(180, { people: { mean: null, max: null } })],
    });
    expect(read?.map(({ people, crossed, risk }) => [people?.mean, crossed?.inbound, risk])).toEqual([
      [3.5, 3, 2],
      [undefined, undefined, undefined],
      [undefined, 3, 2],
    ]);
    expect(zonesOf(read ?? [])).toEqual(['queue']);
  });

  it.each([undefined, [], {}, { rows: [{}] }, { rows: [row(60, { risk: { worst: 'rain' } })] }])(
    'are none in %j',
    (body) => {
      expect(readRows(body)).toBeUndefined();
    },
  );
});

describe('the time that is shown', () => {
  it('stands in the address', () => {
    const wanted = { camera: 'yard', span: 'week', between: undefined } as const;
    expect(wantedOf(withWanted(wanted))).toEqual(wanted);
    const chosen = { camera: undefined, span: 'day', between: { fromS: 1000, toS: 5000 } } as const;
    expect(wantedOf(withWanted(chosen))).toEqual(chosen);
    for (const odd of ['?span=year', '?from=5&to=1', '?from=x&to=9', '?from=1&to=9007199254740991', ''])
      expect(wantedOf(odd)).toEqual({ camera: undefined, span: 'day', between: undefined });
  });

  it('ends with the row that is being filled, and has rows that are not too many', () => {
    const day = rangeOf(wantedOf(''), 1_000_010);
    expect([day.toS, day.toS - day.fromS, day.step]).toEqual([1_000_800, 86_400, '15m']);
    const chosen = rangeOf(wantedOf('?from=1000010&to=1100010'), 2e9);
    expect([chosen.step, chosen.fromS % 300, chosen.toS % 300]).toEqual(['5m', 0, 0]);
    const years = rangeOf(wantedOf('?from=1&to=100000000'), 2e9);
    expect([years.step, moments(years).length < 9_000]).toEqual(['1h', true]);
  });
});

describe('the curves', () => {
  const range = { fromS: 60, toS: 300, step: '1m', stepS: 60 } as const;
  const rows = readRows({ rows: [row(60), row(180)] }) ?? [];

  it('have a gap where there is no row', () => {
    expect(moments(range)).toEqual([60, 120, 180, 240]);
    const people = values(rows, range, ({ people }) => people?.mean);
    expect(people).toEqual([3.5, null, 3.5, null]);
    expect([holdsAny(people), holdsAny([null], [])]).toEqual([true, false]);
  });

  it('may be of an earlier time', () => {
    const later = { ...range, fromS: 160, toS: 400 };
    const people = values(
      rows,
      later,
      ({ risk }) => risk,
      (moment) => moment - 100,
    );
    expect(people).toEqual([2, null, 2, null]);
    const at = Date.UTC(2026, 10, 28, 12) / 1000;
    expect(new Date(weekBefore(at) * 1000).getHours()).toBe(new Date(at * 1000).getHours());
  });
});

it('values between two gaps are alone', () => {
  expect(alone([1, null, 2, 3, null, 4])).toEqual([0, 5]);
  expect(alone([null, null])).toEqual([]);
});
