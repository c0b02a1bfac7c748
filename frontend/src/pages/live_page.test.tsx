// What the page shows in each state, as markup: the hooks that browser tests hold on to, and the words people
// read.
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import type { ConnectionState } from '../connection/connection';
import { LADDER } from '../connection/fake_socket';
import { emptySnapshot, type Snapshot } from '../live/snapshot';
import { announcement } from '../live/words';
import type { CameraState, Status } from '../protocol/protocol';
import { PRESETS } from '../quality/presets';
import type { Offer } from '../results/service';
import { HELLO, OPEN, statusOf, view } from './live_page_scenario';

const page = (change: Partial<Snapshot>, complaint?: string) => renderToStaticMarkup(view(change, complaint));

const refused = (why: 'token' | 'camera'): ConnectionState => ({
  kind: 'refused',
  why,
  message: 'your session has ended: log in again',
});

const off = (reason: string | undefined) =>
  page({ connection: OPEN, analytics: { ...emptySnapshot.analytics, offer: { kind: 'off', reason } } });

describe('the page', () => {
  it('has every hook that browser tests hold on to', () => {
    const markup = page({ connection: OPEN });
    const hooks = [
      'video',
      'level',
      'reason',
      'fps',
      'delay',
      'skipped',
      'connection',
      'camera-state',
      'quality-select',
      'fullscreen',
      'overlay',
      'analytics-panel',
      'analytics-toggle',
      'people',
      'risk',
    ];
    expect(hooks.filter((hook) => !markup.includes(`data-testid="${hook}"`))).toEqual([]);
  });

  it.each<ConnectionState>([
    { kind: 'connecting', tries: 0 },
    OPEN,
    { kind: 'waiting', untilMs: 0, message: 'Connection lost' },
    { kind: 'refused', why: 'camera', message: 'There is no such camera' },
  ])('names the state of the connection: $kind', (connection) => {
    expect(page({ connection })).toContain(`data-testid="connection" data-state="${connection.kind}"`);
  });

  it.each(['streaming', 'frozen', 'connecting', 'reconnecting', 'stopped', 'unknown'] as const)(
    'names the state of the camera: %s',
    (state) => {
      expect(page({ connection: OPEN, status: statusOf(state) })).toContain(
        `data-testid="camera-state" data-state="${state}"`,
      );
    },
  );

  it('says under the bar why nothing comes and what is degraded, as text and nothing else', () => {
    const troubled = (state: CameraState, change: Partial<Status>) =>
      page({ connection: OPEN, status: statusOf(state, change) });
    const said = (markup: string) =>
      [...(/data-testid="troubles".*?<\/ul>/.exec(markup)?.[0].matchAll(/<li>(.*?)<\/li>/g) ?? [])].map(
        (item) => item[1],
      );
    expect(
      said(troubled('reconnecting', { reason: 'no <b>picture</b> for 2 s', reasonCode: 'hung_up' })),
    ).toEqual(['No &lt;b&gt;picture&lt;/b&gt; for 2 s']);
    expect(
      said(troubled('streaming', { degraded: ['the detector was given up', 'one level is merged'] })),
    ).toEqual(['The detector was given up', 'One level is merged']);
    expect(said(troubled('frozen', {}))).toEqual(['The camera sends the same picture over and over']);
    const since = 'the camera sends the same picture since 14:02';
    expect(said(troubled('frozen', { reason: since, degraded: [since] }))).toEqual([
      'The camera sends the same picture since 14:02',
    ]);
    expect(troubled('streaming', {})).not.toContain('troubles');
    expect(troubled('connecting', { reason: 'no picture for 0 s', reasonCode: 'no_picture' })).not.toContain(
      'troubles',
    );
    const answered = { reason: 'cam answers, but gives no video', reasonCode: 'server_error' };
    expect(said(troubled('connecting', answered))).toEqual(['Cam answers, but gives no video']);
    const lost = { kind: 'waiting', untilMs: 0, message: 'Connection lost' } as const;
    expect(page({ connection: lost, status: statusOf('frozen') })).not.toContain('troubles');
  });

  it('says what is wrong with models in their panel as well, and nothing else there', () => {
    const degraded = [
      'the shipped models know the drawn plaza only',
      'detector: no result for 12 s',
      'the crowd model was given up',
      'analytics are behind',
      'one level is merged',
      'history is not written: the disk is full',
    ];
    const markup = page({ connection: OPEN, status: statusOf('streaming', { degraded }) });
    const inList = (name: string) =>
      [...(new RegExp(`${name}".*?</ul>`).exec(markup)?.[0].matchAll(/<li>(.*?)<\/li>/g) ?? [])].map(
        (item) => item[1],
      );
    expect(inList('analytics-warnings')).toEqual([
      'The shipped models know the drawn plaza only',
      'Detector: no result for 12 s',
      'The crowd model was given up',
      'Analytics are behind',
    ]);
    expect(inList('troubles')).toHaveLength(6);
  });

  it('shows the figures', () => {
    const markup = page({ connection: OPEN, status: statusOf('streaming'), fps: 33.94, delayMs: 61.7 });
    expect(markup).toContain('data-testid="fps">33.9<');
    expect(markup).toContain('data-testid="delay">62<');
    expect(markup).toContain('data-testid="skipped">12<');
    expect(markup).toContain('3 viewers');
  });

  it('tells what the picture takes, and what whole frames would', () => {
    const markup = page({ connection: OPEN, mbit: 3.14, wholeMbit: 12.5 });
    expect(markup).toContain('data-testid="mbit">3.1<');
    expect(markup).toContain('12.5 as whole frames');
    expect(page({ connection: OPEN, mbit: 12.5 })).not.toContain('as whole frames');
  });

  it('has a switch for the blocks that were sent where deltas come, whatever becomes of analytics', () => {
    const switchOf = (offer: Offer, blocks: boolean, delta: boolean) => {
      const { analytics } = emptySnapshot;
      const choices = { ...analytics.choices, blocks };
      const hello = { ...HELLO, ...(delta && { delta }) };
      const markup = page({ connection: OPEN, hello, analytics: { ...analytics, offer, choices } });
      return /data-testid="layer-blocks"( checked="")?/.exec(markup)?.[0];
    };
    const offers: Offer[] = [{ kind: 'on' }, { kind: 'off', reason: undefined }];
    for (const offer of offers) {
      expect(switchOf(offer, false, true)).toBe('data-testid="layer-blocks"');
      expect(switchOf(offer, true, true)).toContain('checked');
      expect(switchOf(offer, true, false)).toBeUndefined();
    }
  });

  it('keeps the last picture dimmed under a message and the countdown', () => {
    const waiting: ConnectionState = { kind: 'waiting', untilMs: 0, message: 'Connection lost' };
    const markup = page({
      connection: waiting,
      retryInS: 4,
      picture: { width: 1280, height: 720, rung: { level: 95, scale: 1 } },
    });
    expect(markup).toMatch(/data-testid="video" data-dim="true" data-empty="false"/);
    expect(markup).toContain('Connection lost');
    expect(markup).toContain('Next try in 4 s');
  });

  it('says in a word that the server has no analytics, and shows nothing of them', () => {
    const markup = off(undefined);
    expect(markup).toContain('data-testid="analytics-off" data-failed="false">Analytics are off<');
    expect(markup).not.toMatch(/data-testid="(analytics-panel|analytics-toggle|layer-boxes)"/);
    expect(page({ connection: OPEN })).not.toContain('Analytics are off');
  });

  it('says why where there is a reason, as text and nothing else', () => {
    const markup = off('model <b>nope.onnx</b>: no such file');
    expect(markup).toContain('data-failed="true" title=');
    expect(markup).toContain('<li>Analytics are off: model &lt;b&gt;nope.onnx&lt;/b&gt;: no such file</li>');
  });

  it('says what its address got wrong, as text and nothing else', () => {
    expect(page({}, 'level=<b> is not a level')).toContain(
      'data-testid="address-complaint" data-failed="true">level=&lt;b&gt; is not a level<',
    );
    expect(page({})).not.toContain('address-complaint');
  });

  it('says that a session or a link has ended, and leads to the login then alone', () => {
    const ended = page({ connection: refused('token') });
    expect(ended).toContain('data-testid="logged-out"');
    expect(ended).toContain('>Your session has ended: log in again<');
    expect(ended).not.toContain('type="password"');
    expect(page({ connection: refused('camera') })).not.toContain('data-testid="logged-out"');
  });

  it('shows no picture and no figure any more once the credential has ended', () => {
    const seen = {
      picture: { width: 1280, height: 720, rung: { level: 95, scale: 1 } },
      status: statusOf('streaming'),
    };
    const off = { ...emptySnapshot.analytics, offer: { kind: 'off' as const, reason: 'no such file' } };
    const hooks = ['video', 'overlay', 'fps', 'analytics-panel', 'analytics-toggle', 'analytics-off'];
    const shown = (connection: ConnectionState) => {
      const markup = page({ ...seen, connection }) + page({ ...seen, connection, analytics: off });
      const here = hooks.filter((hook) => markup.includes(`data-testid="${hook}"`));
      return markup.includes('class="viewers"') ? [...here, 'viewers'] : here;
    };
    expect(shown(refused('camera'))).toEqual([...hooks, 'viewers']);
    expect(shown(refused('token'))).toEqual([]);
  });

  it('offers automatic and every level of the server, highest first', () => {
    const quality = {
      ...emptySnapshot.quality,
      mode: 'manual' as const,
      rung: { level: 70, scale: 2 },
      levels: LADDER,
    };
    const select = /quality-select.*?<\/select>/.exec(page({ quality }))?.[0] ?? '';
    const options = [...select.matchAll(/<option value="(\w+)"( selected="")?>/g)];
    expect(options.map((option) => option[1])).toEqual([
      'automatic',
      ...PRESETS.map(({ name }) => name),
      ...LADDER.toReversed().map(String),
    ]);
    expect(options.filter((option) => option[2] !== undefined).map((option) => option[1])).toEqual(['70']);
  });
});

describe('two cameras on one page', () => {
  const watchedBy = (viewers: number) =>
    view({ connection: OPEN, status: statusOf('streaming', { viewers }) });
  const markup = renderToStaticMarkup(
    <>
      {watchedBy(4)}
      {watchedBy(5)}
    </>,
  );

  it('show what their own sessions say', () => {
    expect([...markup.matchAll(/(\d) viewers/g)].map((found) => found[1])).toEqual(['4', '5']);
  });

  it('have buttons that name the panel of their own camera', () => {
    const controlled = [...markup.matchAll(/aria-controls="([^"]*)"/g)].map((found) => found[1]);
    const panels = [...markup.matchAll(/<(?:aside|section)[^>]* id="([^"]*)"/g)].map((found) => found[1]);
    expect(controlled).toEqual(panels);
    expect(new Set(panels).size).toBe(4);
  });
});

describe('the words', () => {
  it('for screen readers change with the state only', () => {
    const waiting = { kind: 'waiting', untilMs: 0, message: 'Connection lost' } as const;
    const spoken = [9, 8, 7].map((retryInS) =>
      announcement({ ...emptySnapshot, connection: waiting, retryInS }),
    );
    expect(new Set(spoken)).toEqual(new Set(['Connection lost.']));
    expect(announcement({ ...emptySnapshot, connection: OPEN, status: statusOf('reconnecting') })).toBe(
      'Connected. Camera lost, reconnecting.',
    );
  });
});
