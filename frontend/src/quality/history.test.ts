// What is remembered of the last two minutes, how it becomes lines, and how it is told.
import { describe, expect, it } from 'vitest';
import type { Reason, Step } from './decision';
import { graphOf, LANE, WIDTH } from './graph';
import { History, type Sample, SPAN_MS } from './history';
import { agoWord, reasonWord, shortfallWord, stepWord } from './words';

const FULL = { level: 80, scale: 1 };
const HALF = { level: 65, scale: 2 };
const sampleAt = (atS: number, rest: Partial<Sample> = {}): Sample => ({
  atMs: atS * 1000,
  fps: 34,
  delayMs: 50,
  rung: FULL,
  pause: undefined,
  ...rest,
});
const step = (reason: Reason, to = HALF): Step => ({ kind: 'step', from: FULL, to, reason });
const SLOW: Reason = { kind: 'slow', fps: 19.23, least: 28 };

function historyOf(...samples: Sample[]): History {
  const history = new History();
  for (const sample of samples) history.sample(sample);
  return history;
}

describe('the history', () => {
  it('keeps a sample a second', () => {
    const history = historyOf(...[10, 10.25, 10.5, 10.75, 11, 11.25].map((atS) => sampleAt(atS)));
    expect(history.past.samples.map(({ atMs }) => atMs)).toEqual([10_000, 11_000]);
  });

  it('never grows beyond two minutes, nor beyond sixty steps', () => {
    const history = historyOf(...Array.from({ length: 1000 }, (_, second) => sampleAt(second)));
    for (let n = 0; n < 1000; n++) history.step(step(SLOW), n);
    expect(history.past.samples).toHaveLength(SPAN_MS / 1000 + 1);
    expect(history.past.steps.map(({ atMs }) => atMs)).toEqual(Array.from({ length: 60 }, (_, n) => 940 + n));
  });

  it('is the same value until something is added, so that nothing is drawn twice', () => {
    const history = historyOf(sampleAt(1));
    const { past } = history;
    history.sample(sampleAt(1.5));
    expect(history.past).toBe(past);
  });
});

describe('the graph', () => {
  it('ends at the newest sample and goes up with the rate', () => {
    const { fps } = graphOf(historyOf(sampleAt(1, { fps: 0 }), sampleAt(2, { fps: 35 })).past);
    expect(fps).toBe(`M${WIDTH - 10} ${LANE - 3}L${WIDTH} 3`);
  });

  it('has a gap where nothing is known, or nothing was noted', () => {
    const unknown = graphOf(historyOf(sampleAt(1), sampleAt(2, { fps: undefined }), sampleAt(3)).past);
    const asleep = graphOf(historyOf(sampleAt(1), sampleAt(30)).past);
    expect([unknown, asleep].map(({ fps }) => fps.split('M').length - 1)).toEqual([2, 2]);
  });

  it('shows the time in a background tab as such, not as a slow link', () => {
    const hidden = { pause: 'hidden', fps: 1 } as const;
    const { fps, bands } = graphOf(
      historyOf(sampleAt(1), sampleAt(2, hidden), sampleAt(62, hidden), sampleAt(70)).past,
    );
    expect(bands).toEqual([{ pause: 'hidden', left: WIDTH - 680, width: 680 }]);
    expect(fps.split('M')).toHaveLength(3);
  });

  it('does not take a rung chosen by hand for a pause', () => {
    const { fps, bands } = graphOf(
      historyOf(sampleAt(1, { pause: 'by_hand' }), sampleAt(2, { pause: 'by_hand' })).past,
    );
    expect([bands, fps.split('L').length]).toEqual([[], 2]);
  });

  it('begins a stretch of its own with each picture size, and a larger rung stands higher', () => {
    const { sizes } = graphOf(
      historyOf(sampleAt(1), sampleAt(2, { rung: HALF }), sampleAt(3, { rung: HALF }), sampleAt(4)).past,
    );
    expect(sizes.map(({ scale }) => scale)).toEqual([1, 2, 1]);
    const heights = sizes.map(({ path }) => Number(/V([\d.]+)/.exec(path)?.[1]));
    expect(heights[0]).toBeLessThan(heights[1] ?? 0);
  });

  it('chooses a scale that the delays fit in', () => {
    const tops = [50, 260, 30_000].map(
      (delayMs) => graphOf(historyOf(sampleAt(1, { delayMs })).past).delayTopMs,
    );
    expect(tops).toEqual([100, 500, 30_000]);
  });

  it.each<[Reason, string]>([
    [SLOW, 'link'],
    [{ kind: 'silent' }, 'link'],
    [{ kind: 'device', paintedFps: 12 }, 'browser'],
    [{ kind: 'room', fps: 34 }, 'room'],
    [{ kind: 'chosen' }, 'choice'],
  ])('marks a step for %o as one of %s', (reason, cause) => {
    const history = historyOf(sampleAt(100), sampleAt(200));
    history.step(step(reason), 190_000);
    expect(graphOf(history.past).marks).toMatchObject([{ left: WIDTH - 100, cause }]);
  });

  it('leaves out steps from before', () => {
    const history = historyOf(sampleAt(200));
    history.step(step(SLOW), 70_000);
    expect(graphOf(history.past).marks).toEqual([]);
  });

  it('of nothing is empty', () => {
    expect(graphOf(new History().past)).toMatchObject({
      fps: '',
      delay: '',
      sizes: [],
      marks: [],
      bands: [],
    });
  });
});

describe('the words', () => {
  it('of a step name the size where it changes', () => {
    expect(stepWord(step(SLOW, { level: 65, scale: 1 }))).toBe('level 80 → 65: 19.2 of 28 FPS arrived');
    expect(stepWord(step({ kind: 'silent' }))).toBe(
      'level 80, full size → 65, half size: no picture arrived',
    );
  });

  it('of a device and of a link differ', () => {
    expect(reasonWord({ kind: 'device', paintedFps: 12 })).toMatch(/browser painted only 12\.0 FPS$/);
    expect(reasonWord({ kind: 'not_yet', next: HALF, waitMs: 11_200 })).toBe(
      'level 65 at half size was too much; next try in 12 s',
    );
  });

  it('say when Sharp could not keep the picture, and only then', () => {
    const said = (
      [
        ['sharp', 4],
        ['sharp', 2],
        ['smooth', 4],
      ] as const
    ).map(([style, scale]) => shortfallWord(style, { level: 60, scale }));
    expect(said).toEqual([
      'not even 10 FPS fit at half size, so Sharp does as Smooth does',
      undefined,
      undefined,
    ]);
  });

  it.each([
    [3, '3 s ago'],
    [60, '1 min ago'],
    [7300, '2 h ago'],
  ])('%i seconds are "%s"', (seconds, words) => {
    expect(agoWord(seconds)).toBe(words);
  });
});
