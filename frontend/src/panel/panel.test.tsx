// The panel's markup: the hooks that browser tests hold on to, and the words people read.
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
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
  lines: [
    { id: 'gate', inbound: 12, outbound: 9 },
    { id: 'door', inbound: 3, outbound: 4 },
  ],
  zones: [{ id: 'plaza', occupancy: 17 }],
  perSecond: 12.53,
  delayMs: 85.4,
};

const panel = (change: Partial<AnalyticsView> = {}, open = true) =>
  renderToStaticMarkup(
    <AnalyticsPanel id="p" view={{ ...busy, ...change }} open={open} onChoose={() => undefined} />,
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
    const counted = read(panel({ people: { kind: 'counted', total: 31 }, risk: undefined }));
    expect(counted).toContain('People 31 counted by boxes Risk – needs a crowd model');
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

  it('says which layers are too late to draw, of those that are wanted, and keeps their switches', () => {
    const late = { boxes: 1.24, labels: 1.24, heat: 12.3 };
    const markup = panel({ late, choices: { ...busy.choices, labels: false } });
    expect(read(markup)).toContain(
      'Boxes: results are 1.2 s late, too old to draw Heat map: results are 12 s late, too old to draw',
    );
    expect(markup).not.toMatch(/Labels: | disabled=""/);
  });

  it('waits with dashes until something is known', () => {
    expect(read(panel(NOTHING_YET))).toMatch(/People – Risk – .* – results\/s, – ms behind/);
  });

  it('tells a change of risk to those who hear the page', () => {
    expect(panel({ riskNews: 'Risk changed from low to high.' })).toContain(
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
