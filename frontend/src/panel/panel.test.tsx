// The panel's markup: the hooks that browser tests hold on to, and the words people read.
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { lineCount, zoneCount } from '../results/fixtures';
import { type AnalyticsView, NOTHING_YET } from '../results/view';
import { AnalyticsPanel } from './AnalyticsPanel';
import { PanelButton } from './PanelButton';

const busy: AnalyticsView = {
  ...NOTHING_YET,
  offer: { kind: 'on' },
  people: { kind: 'estimated', total: 41.7 },
  risk: 'high',
  counts: [
    { class: 'person', count: 31 },
    { class: 'car', count: 4 },
  ],
  lines: [lineCount('gate', [12, 9]), lineCount('door', [3, 4])],
  zones: [zoneCount('plaza', 17)],
  perSecond: 12.53,
  delayMs: 85.4,
};

const panel = (change: Partial<AnalyticsView> = {}, open = true, warnings: string[] = []) =>
  renderToStaticMarkup(
    <AnalyticsPanel
      id="p"
      view={{ ...busy, ...change }}
      open={open}
      warnings={warnings}
      onChoose={() => undefined}
    />,
  );
const read = (markup: string) =>
  markup
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();

describe('the analytics panel', () => {
  it('shows people as a whole number', () => {
    expect(panel()).toContain('data-testid="people">42<');
  });

  it('names the risk in a word and as a height, so that no colour is needed', () => {
    const markup = panel();
    expect(markup).toMatch(/data-testid="risk" data-risk="high">High</);
    expect(markup.match(/class="rung" data-on="true"/g)).toHaveLength(3);
    expect(panel({ risk: 'low' }).match(/class="rung" data-on="true"/g)).toHaveLength(1);
  });

  it('says where the number of people comes from', () => {
    expect(read(panel())).toContain('People 42 estimated from density');
    expect(panel()).toMatch(/title="The crowd model estimates everybody/);
    const counted = { people: { kind: 'counted', total: 31 }, risk: undefined } as const;
    const without = read(panel({ ...counted, bars: { heat: 'no crowd model runs' } }));
    expect(without).toContain('People 31 counted by boxes Risk – needs a crowd model');
  });

  it('asks for no crowd model beside the heat of one that is late', () => {
    const late = { people: { kind: 'counted', total: 31 }, risk: undefined, bars: {} } as const;
    expect(read(panel(late))).toContain('People 31 counted by boxes Risk – no recent estimate');
    const first = { ...late, bars: { heat: 'no result of the crowd model yet' } };
    expect(read(panel(first))).toContain('People 31 counted by boxes Risk – no estimate yet');
  });

  it('counts by class, by line with their sum, and by zone', () => {
    const words = read(panel());
    expect(words).toContain('Person 31 Car 4');
    expect(words).toContain('Lines In Out gate 12 9 door 3 4 All 15 13');
    expect(words).toContain('plaza 17');
  });

  it('needs no sum for a single line, and no headings for what there is none of', () => {
    expect(read(panel({ lines: busy.lines.slice(0, 1) }))).toContain('Line In Out gate 12 9 In the zone');
    expect(read(panel({ lines: [], zones: [], counts: [] }))).not.toMatch(/In Out|In the|Told apart/);
  });

  it('counts each line by class, most often first, where there are classes to tell apart', () => {
    const classes = {
      inbound: new Map([
        ['bicycle', 1],
        ['person', 11],
      ]),
      outbound: new Map([['person', 9]]),
    };
    const alone = { inbound: new Map([['car', 3]]) };
    const words = read(
      panel({ lines: [lineCount('gate', [12, 9], classes), lineCount('door', [3, 0], alone)] }),
    );
    expect(words).toContain('Lines In Out gate 12 9 Person 11 9 Bicycle 1 0 door car 3 0 All 15 9');
  });

  it('says what counts on a line where that is not the usual', () => {
    const place = { from: { x: 0, y: 0 }, to: { x: 1, y: 1 } };
    const lines = [
      { id: 'gate', ...place, at: 'middle', classes: ['car', 'truck'] } as const,
      { id: 'door', ...place, at: 'foot', classes: [] } as const,
    ];
    const words = read(panel({ places: { lines, zones: [] } }));
    expect(words).toContain('gate only car, truck · by the middle of the box 12 9 door 3 4');
  });

  it('says who is in a zone, who stands, and for how long they have been there', () => {
    const classes = new Map([
      ['bicycle', 2],
      ['person', 15],
    ]);
    const full = zoneCount('plaza', 17, { classes, standing: 4, meanDwellS: 31.5, longestDwellS: 304 });
    const zones = [full, zoneCount('door', 0, { standing: 0 })];
    const words = read(panel({ zones }));
    expect(words).toContain(
      'plaza 17 15 person, 2 bicycle · 4 standing mean 32 s · longest 5:04 min door 0 Over the picture',
    );
  });

  it('marks a zone that holds more than it may', () => {
    const zones = [zoneCount('plaza', 21)];
    const of = (above: number | undefined) => {
      const place = { id: 'plaza', points: [], loiterS: undefined, above };
      return panel({ zones, places: { lines: [], zones: [place] } });
    };
    expect(read(of(20))).toContain('plaza 21 more than 20');
    for (const more of [21, undefined]) expect(of(more)).not.toContain('more than');
  });

  it('marks a zone in which somebody has been for too long, and names who was said to be', () => {
    const zones = [zoneCount('plaza', 1, { longestDwellS: 304 })];
    const marked = (loiterS: number | undefined) =>
      panel({ zones, places: { lines: [], zones: [{ id: 'plaza', points: [], loiterS }] } });
    expect(marked(300)).toContain('data-loitering="true"');
    for (const longer of [305, undefined]) expect(marked(longer)).toContain('data-loitering="false"');
    const loitering = [
      { name: 'loitering', zone: 'plaza', seconds: 304, trackId: 5, class: 'person' } as const,
    ];
    expect(read(panel({ zones, loitering }))).toContain('#5 person in plaza for 5:04 min');
  });

  it('says how old figures are that have not come for a while', () => {
    const words = read(panel({ crowdAgeS: 4, countsAgeS: 65 }));
    expect(words).toContain('estimated from density 4 s ago');
    for (const heading of ['Told apart, with a box', 'Lines', 'In the zone'])
      expect(words).toContain(`${heading} 1:05 min ago`);
    expect(read(panel())).not.toContain(' ago');
    const counted = { people: { kind: 'counted', total: 3 }, risk: undefined, countsAgeS: 5 } as const;
    expect(read(panel(counted))).toContain('counted by boxes 5 s ago');
  });

  it('says what is wrong with the models, as text and nothing else', () => {
    const markup = panel({}, true, ['The detector was given up', 'The shipped models know <b>the plaza</b>']);
    expect(markup).toContain('data-testid="analytics-warnings"');
    expect(markup).toContain('<li>The shipped models know &lt;b&gt;the plaza&lt;/b&gt;</li>');
    expect(panel()).not.toContain('analytics-warnings');
  });

  it('tells long delays in seconds', () => {
    expect(read(panel({ delayMs: 3_140, perSecond: 0.33 }))).toContain('0.3 results/s, 3.1 s behind');
  });

  it('shows how often results come and how late', () => {
    const markup = panel();
    expect(markup).toContain('data-testid="analytics-rate">12.5<');
    expect(markup).toContain('data-testid="analytics-delay">85<');
  });

  it('says when none come any more, and dims what it said last', () => {
    const markup = panel({ silentS: 5 });
    expect(markup).toContain('No result for 5 s');
    expect(markup).toContain('class="findings" data-stale="true"');
    expect(markup).not.toContain('analytics-rate');
  });

  it('blames nobody for silence while there is no connection', () => {
    const markup = panel({ silentS: 5 }, false);
    expect(markup).not.toContain('No result');
    expect(markup).toContain('class="findings" data-stale="true"');
  });

  it('has a switch per layer, set as it was chosen', () => {
    const markup = panel({ choices: { ...busy.choices, heat: false } });
    const switches = [...markup.matchAll(/data-testid="layer-(\w+)"( checked="")?/g)].map((found) => [
      found[1],
      found[2] !== undefined,
    ]);
    expect(switches).toEqual([
      ['boxes', true],
      ['labels', true],
      ['trails', true],
      ['heat', false],
      ['lines', true],
    ]);
  });

  it('bars the switch of a layer that has nothing to show, and says why, once', () => {
    const markup = panel({
      bars: { boxes: 'no detector runs', labels: 'no detector runs', lines: 'this camera has none' },
    });
    const barred = [...markup.matchAll(/data-testid="layer-(\w+)" disabled=""( checked="")?/g)].map(
      (found) => [found[1], found[2]],
    );
    expect(barred).toEqual([
      ['boxes', undefined],
      ['labels', undefined],
      ['lines', undefined],
    ]);
    expect(read(markup)).toContain(
      'Boxes, Labels : no detector runs Lines, zones : this camera has none'.replaceAll(' :', ':'),
    );
  });

  it('says how old layers are, of those that are wanted, and keeps their switches', () => {
    const old = { seconds: 3.24, shown: true };
    const late = { boxes: old, labels: old, trails: old, heat: { seconds: 12.3, shown: false } };
    const markup = panel({ late, choices: { ...busy.choices, labels: false } });
    expect(read(markup)).toContain(
      'Boxes, Trails: 3.2 s old Heat map: the last result is 12 s old, too old to draw',
    );
    expect(markup).not.toContain('disabled');
  });

  it('waits with dashes until something is known', () => {
    expect(read(panel(NOTHING_YET))).toMatch(/People – Risk – .* – results\/s, – ms behind/);
  });

  it('tells a change of risk to those who hear the page', () => {
    expect(panel({ spoken: 'Risk changed from low to high.' })).toContain(
      'role="status">Risk changed from low to high.<',
    );
  });

  it('is not there when it is hidden, or the server has none', () => {
    expect(panel({ choices: { ...busy.choices, panel: false } })).toBe('');
    expect(panel({ offer: { kind: 'off', reason: undefined } })).toBe('');
  });
});

describe('the button of the panel', () => {
  const button = (view: AnalyticsView) =>
    renderToStaticMarkup(<PanelButton panelId="p" view={view} onChoose={() => undefined} />);

  it('says what it will do', () => {
    expect(button(busy)).toContain('aria-label="Hide analytics" aria-expanded="true"');
    expect(button({ ...busy, choices: { ...busy.choices, panel: false } })).toContain(
      'aria-label="Show analytics" aria-expanded="false"',
    );
  });

  it('is not there when there is no panel to show', () => {
    expect(button({ ...busy, offer: { kind: 'off', reason: undefined } })).toBe('');
  });
});
