// What the page shows of the other cameras of its server, as markup.
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { type Cameras, CamerasContext } from '../cameras/cameras_context';
import type { ConnectionState } from '../connection/connection';
import { emptySnapshot, type Snapshot } from '../live/snapshot';
import { announcement } from '../live/words';
import type { CameraState } from '../protocol/protocol';
import { HELLO, OPEN, view } from './live_page_scenario';

const nothing = () => undefined;

describe('the cameras that there are', () => {
  const camera = (name: string, state: CameraState = 'streaming') => ({ name, state, reason: undefined });
  const hello = (name: string) => ({ hello: { ...HELLO, camera: name }, camera: name });
  const among = (
    all: Cameras['all'],
    change: Partial<Snapshot>,
    fileTrouble?: string,
    services: Cameras['services'] = [],
  ) =>
    renderToStaticMarkup(
      <CamerasContext
        value={{ all, fileTrouble, services, look: nothing, watch: nothing, watchAll: nothing }}
      >
        {view({ connection: OPEN, ...change })}
      </CamerasContext>,
    );
  const gone: ConnectionState = { kind: 'refused', why: 'camera', message: 'There is no such camera' };
  const offered = (markup: string) => [...markup.matchAll(/data-camera="(\w+)"/g)].map((found) => found[1]);

  it.each([[undefined], [[]], [[camera('gate')]]])('make no menu where there are no others: %j', (all) => {
    const markup = among(all, hello('gate'));
    expect(markup).toContain('<span class="camera" data-testid="camera">gate</span>');
    expect(markup).not.toContain('camera-menu');
  });

  it('make a menu of the name where there are others', () => {
    const all = [camera('gate'), camera('yard')];
    expect(among(all, hello('gate'))).toContain('aria-label="Camera gate, choose another"');
    expect(among(all, { camera: 'yard' })).toContain('aria-label="Camera yard, choose another"');
    expect(among(all, { camera: 'nope' })).toContain('aria-label="Choose a camera"');
    expect(among([camera('yard')], { ...hello('gate'), connection: gone })).toContain(
      'aria-label="Camera gate, choose another"',
    );
  });

  it('are said not to be as their file says, while that is known', () => {
    const trouble = 'cameras file cameras.toml, line 3: camera gate: fps is 99';
    const said = '<li>Cameras file cameras.toml, line 3: camera gate: fps is 99; what runs goes on</li>';
    expect(among([], {}, trouble)).toContain(said);
    expect(among([], {})).not.toContain('what runs goes on');
    const waiting: ConnectionState = { kind: 'waiting', untilMs: 0, message: 'Connection lost' };
    expect(among([], { connection: waiting }, trouble)).not.toContain(said);
  });

  it('come with what keeps services from their work', () => {
    const mqtt = { name: 'mqtt', told: 0, reason: 'nothing listens there', nextTryS: 40, mutedS: undefined };
    const telegram = { name: 'telegram', told: 0, reason: undefined, nextTryS: undefined, mutedS: 5400 };
    const well = { name: 'webhook', told: 0, reason: undefined, nextTryS: undefined, mutedS: undefined };
    const markup = among([], {}, undefined, [mqtt, telegram, well]);
    expect(markup).toContain('<li>MQTT: nothing listens there; next try in 40 s</li>');
    expect(markup).toContain('<li>Telegram: no messages for another 1:30 h, as somebody wished</li>');
    expect(markup).not.toContain('Webhook');
  });

  it('are offered where the address names another', () => {
    const all = [camera('gate'), camera('yard', 'stopped')];
    const markup = among(all, { connection: gone, camera: '<b>' });
    expect(markup).toContain('There is no camera &lt;b&gt;<');
    expect(offered(markup)).toEqual(['gate', 'yard']);
    expect(markup).toContain('>Stopped<');
    const long = among(all, { connection: gone, camera: 'x'.repeat(99) });
    expect(long).toContain(`There is no camera ${'x'.repeat(32)}…<`);
  });

  it('are offered where the watched one was removed', () => {
    const markup = among([camera('yard')], { ...hello('gate'), connection: gone });
    expect(markup).toContain('The camera gate was removed<');
    expect(offered(markup)).toEqual(['yard']);
  });

  it('may be none', () => {
    const markup = among([], { connection: gone });
    expect(markup).toContain('There is no camera<');
    expect(markup).toContain('This server has no cameras now');
  });

  it('are told to those who hear the page', () => {
    expect(announcement({ ...emptySnapshot, ...hello('gate'), connection: gone })).toBe(
      'The camera gate was removed.',
    );
  });
});
