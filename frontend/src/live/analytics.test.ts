// Analytics of a session with a fake overlay: results and frames at simulated moments, and what is drawn with
// each frame.
import { describe, expect, it } from 'vitest';
import type { PaintedFrame, Scene } from '../overlay/scene';
import type { AnalyticsResult, Crowd, TrackedObject } from '../protocol/analytics';
import type { Hello } from '../protocol/protocol';
import { SimulatedTime } from '../time/simulated_time';
import { lineCount, nothing, zoneCount } from '../results/fixtures';
import { Analytics } from './analytics';

const T0 = 1_732_147_200_000_000;
const MS = 1_000;
const FRAME = { width: 1280, height: 720 };

const walker: TrackedObject = {
  trackId: 5,
  class: 'person',
  confidence: 0.9,
  box: { x1: 100, y1: 300, x2: 130, y2: 380 },
  velocity: { x: 100, y: 0 },
  speedKmh: 4.3,
  trail: [
    { x: 65, y: 380 },
    { x: 90, y: 380 },
  ],
};
const crowd: Crowd = {
  total: 41.7,
  risk: 'low',
  grid: { cols: 2, rows: 1, max: 1, cells: new Uint8Array([0, 255]) },
};
const hello: Hello = {
  kind: 'hello',
  ...{
    run: 'a',
    camera: 'main',
    level: 95,
    scale: 1,
    levels: [95],
    scales: [1],
    width: 1280,
    height: 720,
    server: '1',
  },
  analytics: true,
  lines: [{ id: 'gate', from: { x: 0.25, y: 0.5 }, to: { x: 0.75, y: 0.5 }, at: 'foot', classes: [] }],
  zones: [
    {
      id: 'plaza',
      points: [
        { x: 0.1, y: 0.4 },
        { x: 0.9, y: 0.4 },
        { x: 0.9, y: 0.95 },
      ],
      loiterS: 300,
    },
  ],
};

function resultOf(ms: number, about: Partial<AnalyticsResult>): AnalyticsResult {
  const capturedUs = T0 + ms * MS;
  return {
    kind: 'analytics',
    camera: 'main',
    frame: 1,
    capturedUs,
    finishedUs: capturedUs + 80 * MS,
    ...nothing(),
    ...about,
  };
}

function setUp(kept?: string, status?: unknown) {
  const time = new SimulatedTime();
  const wanted: boolean[] = [];
  const scenes: (Scene | undefined)[] = [];
  const keeper = { kept, load: () => keeper.kept, save: (text: string) => void (keeper.kept = text) };
  const askStatus = () => Promise.resolve(status);
  const analytics = new Analytics({ time, keeper, askStatus, want: (results) => wanted.push(results) });
  // Half the size of the picture, so that pixels of frame and page cannot be mixed up unseen.
  const stage = { width: 640, height: 360 };
  const overlay = { stage, measure: (text: string) => text.length * 0.5, close: () => undefined };
  analytics.attach(() => ({ ...overlay, show: (scene) => scenes.push(scene) }));
  analytics.hearHello(hello);
  const paint = (ms: number, about: Partial<PaintedFrame> = {}) => {
    const usual = { capturedUs: T0 + ms * MS, take: 0, slate: false, ...FRAME, shown: FRAME };
    analytics.painted({ frame: ms, ...usual, ...about });
    return scenes.at(-1);
  };
  const leftEdges = (ms: number) => paint(ms)?.boxes.map((box) => box.rect.x);
  return { analytics, time, wanted, scenes, keeper, paint, leftEdges };
}

describe('boxes', () => {
  it('are moved to the frame that is painted, whenever their result came', () => {
    const { analytics, leftEdges } = setUp();
    analytics.hearResult(resultOf(0, { objects: [walker] }), 0);
    // 100 pixels of the frame a second are 5 of the page in 100 ms.
    expect([leftEdges(0), leftEdges(100), leftEdges(200)]).toEqual([[50], [55], [60]]);
  });

  it('are moved back for a picture that lags behind its results', () => {
    const { analytics, leftEdges } = setUp();
    analytics.hearResult(resultOf(400, { objects: [walker] }), 0);
    expect([leftEdges(-101), leftEdges(0), leftEdges(400)]).toEqual([[], [30], [50]]);
  });

  it('come from the result nearest to the painted frame', () => {
    const { analytics, leftEdges } = setUp();
    const stopped = { ...walker, velocity: { x: 0, y: 0 } };
    analytics.hearResult(resultOf(0, { objects: [walker] }), 0);
    analytics.hearResult(resultOf(300, { objects: [stopped] }), 0);
    expect([leftEdges(140), leftEdges(160)]).toEqual([[57], [50]]);
  });

  it('are moved for half a second at most, then pale, dashed, and gone', () => {
    const { analytics, paint, leftEdges } = setUp();
    analytics.hearResult(resultOf(0, { objects: [walker] }), 0);
    expect([499, 500, 1_999, 2_000].map(leftEdges)).toEqual([[74.95], [75], [75], []]);
    const looks = [499, 750, 999, 1_000, 1_999].map((ms) => paint(ms)?.look);
    expect(looks.map((look) => [look?.cover.toFixed(2), look?.oldS])).toEqual([
      ['1.00', undefined],
      ['0.88', undefined],
      ['0.75', undefined],
      ['0.75', 1],
      ['0.75', 1.999],
    ]);
  });

  it('of a detector that takes 3 s a picture are shown where they were seen, and said to be old', () => {
    const { analytics, paint, leftEdges } = setUp();
    const slow = (ms: number) => ({
      ...resultOf(ms, { objects: [walker] }),
      finishedUs: T0 + (ms + 3_000) * MS,
    });
    const painted = (fromMs: number, toMs: number) => {
      for (let ms = fromMs; ms < toMs; ms += 100) expect(leftEdges(ms)).toEqual([50]);
    };
    analytics.hearResult(slow(0), 0);
    painted(3_000, 6_000);
    analytics.hearResult(slow(3_000), 0);
    painted(6_000, 9_000);
    const late = { seconds: 5.9, shown: true };
    expect(analytics.view().late).toEqual({ boxes: late, labels: late, trails: late });
    expect(paint(8_900)?.labels.map((label) => label.text)).toContain('boxes are 5 s old');
    analytics.choose({ boxes: false });
    expect(paint(8_900)?.labels.map((label) => label.text)).toContain('labels are 5 s old');
  });

  it('that are gone are said to be too old, until results come in time again', () => {
    const { analytics, paint } = setUp();
    analytics.hearResult(resultOf(0, { objects: [walker], crowd }), 0);
    for (let ms = 0; ms <= 1_600; ms += 100) paint(ms);
    expect(analytics.view().late.boxes).toEqual({ seconds: 1.6, shown: true });
    for (let ms = 1_600; ms <= 2_600; ms += 100) paint(ms);
    expect(analytics.view().late.boxes).toEqual({ seconds: 2.6, shown: false });
    for (let ms = 2_700; ms <= 4_700; ms += 100) {
      analytics.hearResult(resultOf(ms - 100, { objects: [walker] }), 0);
      paint(ms);
    }
    expect(analytics.view().late.boxes).toBeUndefined();
  });

  it('are not late because nobody looked for a while', () => {
    const { analytics, paint } = setUp();
    analytics.hearResult(resultOf(0, { objects: [walker] }), 0);
    analytics.setVisible(false);
    analytics.setVisible(true);
    for (let ms = 60_000; ms <= 62_000; ms += 100) paint(ms);
    expect(analytics.view().late).toEqual({});
  });

  it('stay when a result about the crowd alone comes between', () => {
    const { analytics, leftEdges } = setUp();
    analytics.hearResult(resultOf(0, { objects: [walker] }), 0);
    analytics.hearResult(resultOf(90, { crowd }), 0);
    expect(leftEdges(100)).toEqual([55]);
  });

  it('are gone when a result says that nobody is there', () => {
    const { analytics, leftEdges } = setUp();
    analytics.hearResult(resultOf(0, { objects: [walker] }), 0);
    analytics.hearResult(resultOf(100, { objects: [] }), 0);
    expect(leftEdges(100)).toEqual([]);
  });

  it('of the source before are not drawn on pictures of the next one, however new they are', () => {
    const { analytics, paint, leftEdges } = setUp();
    const seenIn = (frame: number, ms: number) => {
      analytics.hearResult(resultOf(ms, { frame, objects: [walker], crowd }), 0);
    };
    seenIn(7, 0);
    expect([leftEdges(0), paint(0)?.heat?.cover]).toEqual([[50], 1]);
    const bare = { boxes: [], trails: [], heat: undefined };
    expect(paint(30, { take: 8 })).toMatchObject(bare);
    // One that is late, and one of the new source.
    seenIn(7, 20);
    expect(paint(60, { take: 8 })).toMatchObject(bare);
    seenIn(9, 60);
    expect(paint(60, { take: 8 })?.boxes.map((box) => box.rect.x)).toEqual([50]);
    // A server that has begun anew counts from the beginning, also where an old picture is painted late.
    analytics.connecting();
    paint(60, { take: 8 });
    paint(90, { take: 1 });
    seenIn(2, 90);
    expect(leftEdges(90)).toEqual([50]);
  });

  it('do not outlive the connection that brought them', () => {
    const { analytics, scenes, leftEdges } = setUp();
    analytics.hearResult(resultOf(0, { objects: [walker] }), 0);
    expect(leftEdges(0)).toEqual([50]);
    analytics.connecting();
    expect([scenes.at(-1)?.boxes, leftEdges(0)]).toEqual([[], []]);
  });
});

describe('trails', () => {
  const ends = (scene: Scene | undefined) =>
    scene?.trails.map(({ pieces }) => [pieces[0]?.[0], pieces.at(-1)?.at(-1)]);

  it('lead from where somebody was to the foot of the box as it is drawn', () => {
    const { analytics, paint } = setUp();
    analytics.hearResult(resultOf(0, { objects: [walker] }), 0);
    // The middle of the lower edge is at 115, 380 in the frame, and at half of that on the page.
    expect(ends(paint(0))).toEqual([
      [
        { x: 32.5, y: 190 },
        { x: 57.5, y: 190 },
      ],
    ]);
    expect(ends(paint(200))).toEqual([
      [
        { x: 32.5, y: 190 },
        { x: 67.5, y: 190 },
      ],
    ]);
    expect(ends(paint(1_200))).toEqual([
      [
        { x: 32.5, y: 190 },
        { x: 82.5, y: 190 },
      ],
    ]);
  });

  it('are there without boxes, and are drawn for nobody who stands', () => {
    const { analytics, paint } = setUp('{"boxes":false,"labels":false}');
    analytics.hearResult(resultOf(0, { objects: [walker, { ...walker, trackId: 6, trail: [] }] }), 0);
    expect([paint(0)?.trails.length, paint(0)?.boxes.length]).toEqual([1, 0]);
  });
});

describe('the heat map', () => {
  it('stays for two seconds of picture, and fades once its model is late', () => {
    const { analytics, paint } = setUp();
    analytics.hearResult(resultOf(0, { crowd }), 0);
    expect([-100, 0, 600, 1_300, 2_000].map((ms) => paint(ms)?.heat?.cover)).toEqual([
      1,
      1,
      1,
      0.5,
      undefined,
    ]);
  });

  it('of a slow model stays until the next one is overdue', () => {
    const { analytics, paint } = setUp();
    analytics.hearResult({ ...resultOf(0, { crowd }), finishedUs: T0 + 3_000 * MS }, 0);
    const covers = [2_700, 5_850, 9_000].map((ms) => paint(ms)?.heat?.cover);
    expect(covers).toEqual([1, 0.5, undefined]);
  });

  it('forgets its averages with the connection that they came by', () => {
    const { analytics, paint } = setUp();
    const people = () => paint(1_000)?.heat?.density.people;
    analytics.hearResult(resultOf(1_000, { crowd }), 0);
    const alone = people();
    analytics.connecting();
    analytics.hearResult(resultOf(900, { crowd: { ...crowd, grid: { ...crowd.grid, max: 9 } } }), 0);
    analytics.connecting();
    analytics.hearResult(resultOf(1_000, { crowd }), 0);
    expect(people()).toEqual(alone);
  });
});

describe('lines and zones', () => {
  const texts = (scene: Scene | undefined) => scene?.labels.map((label) => label.text);

  it('are drawn from the first frame on, and with their counts once these are known', () => {
    const { analytics, paint } = setUp();
    expect(texts(paint(0))).toEqual(['gate', 'plaza']);
    const lines = [lineCount('gate', [12, 9])];
    analytics.hearResult(resultOf(0, { objects: [], lines, zones: [zoneCount('plaza', 17)] }), 0);
    const scene = paint(30);
    expect(texts(scene)).toEqual(['gate  in 12 · out 9', 'plaza  17']);
    // Drawn from left to right, so inbound is down.
    expect(scene?.lines).toEqual([
      { from: { x: 160, y: 180 }, to: { x: 480, y: 180 }, inward: { x: 0, y: 1 }, glow: 0 },
    ]);
    expect(scene?.zones[0]?.points[0]).toEqual({ x: 64, y: 144 });
  });

  it('light up when the painted picture comes to a crossing, and fade', () => {
    const { analytics, paint } = setUp();
    analytics.hearEvent(
      { name: 'line_crossed', line: 'gate', direction: 'inbound', trackId: 5, class: 'person' },
      T0 + 500 * MS,
    );
    expect([490, 500, 850, 1_200].map((ms) => paint(ms)?.lines[0]?.glow)).toEqual([0, 1, 0.5, 0]);
  });

  it('light up with an event that comes when the picture is long past it', () => {
    const { analytics, paint } = setUp();
    paint(4_000);
    const who = { trackId: 5, class: 'person' };
    analytics.hearEvent({ name: 'line_crossed', line: 'gate', direction: 'inbound', ...who }, T0 + 500 * MS);
    analytics.hearEvent({ name: 'loitering', zone: 'plaza', seconds: 300, ...who }, T0 + 500 * MS);
    expect(
      [4_000, 4_350, 5_250, 6_500].map((ms) => [paint(ms)?.lines[0]?.glow, paint(ms)?.zones[0]?.glow]),
    ).toEqual([
      [1, 1],
      [0.5, 0.86],
      [0, 0.5],
      [0, 0],
    ]);
  });

  it('tell who loiters, and what counts where', () => {
    const { analytics } = setUp();
    const event = { name: 'loitering', zone: 'plaza', seconds: 300, trackId: 5, class: 'person' } as const;
    analytics.hearEvent(event, T0);
    const { loitering, places, spoken } = analytics.view();
    expect({ loitering, spoken }).toEqual({ loitering: [event], spoken: '#5 person in plaza for 5:00 min.' });
    expect(places).toMatchObject({ lines: [{ id: 'gate' }], zones: [{ loiterS: 300 }] });
    analytics.hearHello({ ...hello, run: 'b' });
    expect(analytics.view().loitering).toEqual([]);
  });

  it('are not drawn where nothing counts', () => {
    const { analytics, paint } = setUp();
    analytics.hearHello({ ...hello, analytics: false });
    expect(paint(0)).toMatchObject({ lines: [], zones: [], labels: [] });
  });
});

describe('a slate', () => {
  it('has nothing drawn on it', () => {
    const { analytics, paint } = setUp();
    analytics.hearResult(resultOf(0, { objects: [walker], crowd }), 0);
    expect(paint(0, { slate: true })).toBeUndefined();
  });
});

describe('layers', () => {
  it.each([
    ['boxes', { boxes: [] }],
    ['trails', { trails: [] }],
    ['heat', { heat: undefined }],
    ['lines', { lines: [], zones: [] }],
  ] as const)('can be switched off one by one, at once and not with the next frame: %s', (name, without) => {
    const { analytics, scenes, paint, keeper } = setUp();
    analytics.hearResult(resultOf(0, { objects: [walker], crowd }), 0);
    expect(paint(0)).not.toMatchObject(without);
    analytics.choose({ [name]: false });
    expect(scenes.at(-1)).toMatchObject(without);
    expect(JSON.parse(keeper.kept ?? '')).toMatchObject({ [name]: false, panel: true });
  });

  it('without labels keep the counts of lines and zones', () => {
    const { analytics, paint } = setUp('{"labels":false}');
    analytics.hearResult(resultOf(0, { objects: [walker] }), 0);
    expect(paint(0)?.labels.map((label) => label.text)).toEqual(['gate', 'plaza']);
    analytics.choose({ labels: true, lines: false });
    expect(paint(0)?.labels.map((label) => label.text)).toEqual(['#5 person 4.3 km/h']);
  });

  it('all off and no panel: the server is told, once, and told again when something is wanted', () => {
    const { analytics, wanted } = setUp();
    expect(wanted).toEqual([true]);
    analytics.choose({ boxes: false, labels: false, trails: false, heat: false, lines: false });
    expect(wanted).toEqual([true]);
    analytics.choose({ panel: false });
    analytics.choose({ heat: true });
    analytics.choose({ boxes: true });
    expect(wanted).toEqual([true, false, true]);
  });

  it('all off since the last visit: nothing is wanted from the start', () => {
    expect(
      setUp('{"boxes":false,"labels":false,"trails":false,"heat":false,"lines":false,"panel":false}').wanted,
    ).toEqual([false]);
  });
});

describe('a page that nobody can see', () => {
  it('needs no results, and does again when it is seen', () => {
    const { analytics, wanted } = setUp();
    for (const visible of [false, false, true, true]) analytics.setVisible(visible);
    expect(wanted).toEqual([true, false, true]);
  });

  it('with nothing to show of them needs none when it is seen, either', () => {
    const { analytics, wanted } = setUp(
      '{"boxes":false,"labels":false,"trails":false,"heat":false,"lines":false,"panel":false}',
    );
    analytics.setVisible(false);
    analytics.setVisible(true);
    expect(wanted).toEqual([false]);
  });

  it('is not told of silence when it comes back', () => {
    const { analytics, time } = setUp();
    analytics.hearResult(resultOf(0, { objects: [] }), 0);
    analytics.setVisible(false);
    time.advance(60_000);
    analytics.setVisible(true);
    expect(analytics.view().silentS).toBeUndefined();
  });
});

describe('an overlay', () => {
  it('that has gone is not drawn on', () => {
    const { analytics, scenes, paint } = setUp();
    analytics.attach(() => undefined)();
    paint(0);
    expect(scenes).toEqual([]);
  });
});
