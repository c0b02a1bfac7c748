// The panel's figures over simulated time.
import { describe, expect, it } from 'vitest';
import type { AnalyticsResult } from '../protocol/analytics';
import { lineCount, nothing, zoneCount } from './fixtures';
import { FigureKeeper } from './figures';

const START_MS = 1_732_147_200_000;

function result(change: Partial<AnalyticsResult>, capturedMs = START_MS): AnalyticsResult {
  const times = { capturedUs: capturedMs * 1000, finishedUs: (capturedMs + 80) * 1000 };
  return { kind: 'analytics', camera: 'main', frame: 1, ...times, ...nothing(), ...change };
}

const gate = lineCount('gate', [12, 9], { inbound: new Map([['person', 12]]) });
const plaza = zoneCount('plaza', 17, { standing: 4, meanDwellS: 31.5, longestDwellS: 304 });
const grid = { cols: 1, rows: 1, max: 1, cells: new Uint8Array(1) };
const crowdOf = (total: number) => ({ crowd: { total, risk: 'high' as const, grid } });

describe('the figures', () => {
  it('keep what a result does not speak of', () => {
    const keeper = new FigureKeeper();
    keeper.add(result({ ...crowdOf(41.7), lines: [gate] }), START_MS, 0);
    keeper.add(result({ objects: [], counts: new Map([['person', 3]]), zones: [plaza] }), START_MS + 90, 0);
    keeper.add(result(crowdOf(40)), START_MS + 400, 0);
    expect(keeper.read(START_MS + 400)).toMatchObject({
      people: { kind: 'estimated', total: 40 },
      risk: 'high',
      counts: [{ class: 'person', count: 3 }],
      lines: [gate],
      zones: [plaza],
    });
  });

  it('put people first and keep a class at zero when the last of it has gone', () => {
    const keeper = new FigureKeeper();
    keeper.add(
      result({
        objects: [],
        counts: new Map([
          ['car', 1],
          ['bus', 1],
          ['person', 3],
        ]),
      }),
      START_MS,
      0,
    );
    keeper.add(result({ objects: [], counts: new Map([['person', 2]]) }), START_MS, 0);
    expect(keeper.read(START_MS).counts.map((each) => `${each.count} ${each.class}`)).toEqual([
      '2 person',
      '0 bus',
      '0 car',
    ]);
  });

  it('say nothing about people when the crowd model has been silent for 3 s', () => {
    const keeper = new FigureKeeper();
    keeper.add(result(crowdOf(41.7)), START_MS, 0);
    for (let ms = 0; ms < 3_000; ms += 100) keeper.add(result({ objects: [] }), START_MS + ms, 0);
    expect(keeper.read(START_MS + 2_999).people).toEqual({ kind: 'estimated', total: 41.7 });
    expect(keeper.read(START_MS + 3_000)).toMatchObject({
      people: { kind: 'unknown' },
      risk: undefined,
      silentS: undefined,
    });
  });

  it('count the people with boxes while there is no crowd model, and say that they do', () => {
    const keeper = new FigureKeeper();
    keeper.add(result({ objects: [], counts: new Map([['person', 3]]) }), START_MS, 0);
    expect(keeper.read(START_MS)).toMatchObject({ people: { kind: 'counted', total: 3 }, risk: undefined });
    keeper.add(result({ objects: [] }), START_MS + 90, 0);
    expect(keeper.read(START_MS + 90).people).toEqual({ kind: 'counted', total: 0 });
  });

  it('know nothing of people where the detector finds only other things', () => {
    const keeper = new FigureKeeper();
    keeper.add(result({ objects: [], counts: new Map([['car', 3]]) }), START_MS, 0);
    expect(keeper.read(START_MS).people).toEqual({ kind: 'unknown' });
  });

  it('wait longer for a crowd model that is slow, up to 15 s', () => {
    const keeper = new FigureKeeper();
    const kindAt = (ms: number) => keeper.read(START_MS + ms).people.kind;
    keeper.add(result(crowdOf(41.7)), START_MS, 0);
    keeper.add(result(crowdOf(41.7)), START_MS + 6_000, 0);
    expect([kindAt(14_999), kindAt(15_000)]).toEqual(['estimated', 'unknown']);
    keeper.add(result(crowdOf(41.7)), START_MS + 106_000, 0);
    expect([kindAt(120_999), kindAt(121_000)]).toEqual(['estimated', 'unknown']);
  });

  it('tell how long nothing has come, from 3 s on', () => {
    const keeper = new FigureKeeper();
    keeper.expect(START_MS);
    const silences = [2_999, 3_000, 5_400].map((ms) => keeper.read(START_MS + ms).silentS);
    expect(silences).toEqual([undefined, 3, 5]);
    keeper.add(result({}), START_MS + 6_000, 0);
    expect(keeper.read(START_MS + 6_000).silentS).toBeUndefined();
  });

  it('take no silence for one that a slow model makes between two pictures', () => {
    const keeper = new FigureKeeper();
    for (const ms of [0, 4_000]) keeper.add(result({}), START_MS + ms, 0);
    expect([9_999, 10_000].map((ms) => keeper.read(START_MS + ms).silentS)).toEqual([undefined, 6]);
    keeper.add(result({}), START_MS + 60_000, 0);
    expect([74_999, 75_000].map((ms) => keeper.read(START_MS + ms).silentS)).toEqual([undefined, 15]);
  });

  it('tell the rate of results that come seldom by the time between them', () => {
    const keeper = new FigureKeeper();
    for (const ms of [0, 3_000, 6_000]) keeper.add(result({}), START_MS + ms, 0);
    expect(keeper.read(START_MS + 8_900).perSecond).toBeCloseTo(1 / 3, 6);
    expect(keeper.read(START_MS + 12_000).perSecond).toBe(0);
  });

  it('say how old they are from two seconds on, each by its own model', () => {
    const keeper = new FigureKeeper();
    const ages = (ms: number) => {
      const { crowdAgeS, countsAgeS } = keeper.read(START_MS + ms);
      return [crowdAgeS, countsAgeS];
    };
    expect(ages(60_000)).toEqual([undefined, undefined]);
    keeper.add(result({ objects: [] }, START_MS - 3_100), START_MS, 0);
    keeper.add(result(crowdOf(41.7), START_MS - 100), START_MS, 0);
    expect([0, 1_899, 1_900, 2_950].map(ages)).toEqual([
      [undefined, 3],
      [undefined, 4],
      [2, 5],
      [3, 6],
    ]);
    keeper.add(result({ objects: [] }, START_MS + 2_900), START_MS + 3_000, 0);
    expect(ages(3_000)).toEqual([undefined, undefined]);
  });

  it('measure delay to the arrival by the clock of the server', () => {
    const keeper = new FigureKeeper();
    const behindMs = -5_000;
    keeper.add(result({}, START_MS - 120), START_MS - behindMs, behindMs);
    expect(keeper.read(START_MS).delayMs).toBe(120);
  });

  it('measure delay to the end of the computation while that clock is unknown', () => {
    const keeper = new FigureKeeper();
    keeper.add(result({}), START_MS + 7_777, undefined);
    expect(keeper.read(START_MS + 7_777).delayMs).toBe(80);
  });

  it('count results a second', () => {
    const keeper = new FigureKeeper();
    for (let ms = 0; ms <= 2_000; ms += 80) keeper.add(result({ objects: [] }), START_MS + ms, 0);
    expect(keeper.read(START_MS + 2_000).perSecond).toBeCloseTo(12.5, 1);
  });

  it('forget another camera', () => {
    const keeper = new FigureKeeper();
    keeper.add(
      result({
        ...crowdOf(5),
        objects: [],
        counts: new Map([['car', 1]]),
        zones: [plaza],
      }),
      START_MS,
      0,
    );
    keeper.forget();
    expect(keeper.read(START_MS)).toMatchObject({
      people: { kind: 'unknown' },
      counts: [],
      lines: [],
      zones: [],
    });
  });
});
