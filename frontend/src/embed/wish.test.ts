import { describe, expect, it } from 'vitest';
import { wishOf, wishOfPage } from './wish';

const HOME = 'https://cams.example';

const wish = (attributes: Record<string, string>) => wishOf((name) => attributes[name] ?? null, HOME);

describe('an element', () => {
  it('shows a camera of the server that its script came from, or of another one', () => {
    expect(wish({})).toMatchObject({
      server: HOME,
      camera: undefined,
      token: undefined,
      choice: 'automatic',
    });
    expect(wish({ server: 'http://10.0.0.7:6732/x', camera: 'yard', token: 's' })).toMatchObject({
      server: 'http://10.0.0.7:6732',
      camera: 'yard',
      token: 's',
    });
  });

  it.each(['javascript:alert(1)', 'file:///etc', 'http://', 'ws://a'])('asks nobody at %s', (server) => {
    expect(wish({ server }).server).toBe(HOME);
  });

  it('of a script from nowhere asks the server that is named, and else nobody', () => {
    expect(wishOf(() => null, '').server).toBe('');
    const named = wishOf((name) => (name === 'server' ? 'https://cams.example:1' : null), '');
    expect(named.server).toBe('https://cams.example:1');
    expect(wishOf((name) => (name === 'server' ? 'cams' : null), '').server).toBe('');
  });

  it('has the layers that are named, and no panel', () => {
    const { layers } = wish({ layers: 'boxes, heat panel blocks toString' });
    expect(Object.entries(layers).flatMap(([name, on]) => (on ? [name] : []))).toEqual(['boxes', 'heat']);
  });

  it.each([
    ['60', { level: 60, scale: 1 }],
    ['63', { level: 60, scale: 1 }],
    ['', 'automatic'],
    ['high', 'automatic'],
    ['500', 'automatic'],
  ])('at level %j chooses %j', (level, choice) => expect(wish({ level }).choice).toEqual(choice));
});

describe('an embedded page', () => {
  it('has its wish in its address', () => {
    const address =
      'https://cams.example/embed/yard?token=s&layers=lines&level=50&server=http://evil.example';
    expect(wishOfPage(address)).toMatchObject({
      camera: 'yard',
      token: 's',
      choice: { level: 50, scale: 1 },
      layers: { lines: true, boxes: false },
    });
  });

  it('asks nobody but its own server', () => {
    expect(wishOfPage('https://cams.example/embed/yard?server=http://evil.example').server).toBe(HOME);
  });
});
