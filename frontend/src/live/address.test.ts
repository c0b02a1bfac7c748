// What a page's address asks for, and the addresses of socket and status that follow from it.
import { describe, expect, it } from 'vitest';
import {
  readAddress,
  socketAddress,
  statusAddress,
  tokenIn,
  withCamera,
  withGrid,
  withoutToken,
} from './address';

const PAGE = 'https://cam.example:8443/';

describe('the page address', () => {
  it('names camera and rung', () => {
    const href = `${PAGE}?camera=gate&level=70`;
    expect(readAddress(href)).toEqual({
      href,
      camera: 'gate',
      grid: false,
      wall: false,
      choice: { level: 70, scale: 1 },
      complaint: undefined,
    });
  });

  it('may name nothing', () => {
    const nothing = {
      camera: undefined,
      grid: false,
      wall: false,
      choice: 'automatic',
      complaint: undefined,
    };
    const empty = `${PAGE}?camera=&level=&scale=`;
    for (const href of [PAGE, empty]) expect(readAddress(href)).toEqual({ href, ...nothing });
  });

  it.each([
    ['72', { level: 70, scale: 1 }],
    ['30', { level: 30, scale: 1 }],
    ['95', { level: 95, scale: 1 }],
    ['80&scale=4', { level: 80, scale: 4 }],
    ['80&scale=3', { level: 80, scale: 1 }],
    ['&scale=4', { level: 60, scale: 4 }],
    ['auto&scale=1', 'automatic'],
    ['29', 'automatic'],
    ['100', 'automatic'],
    ['auto', 'automatic'],
    ['-40', 'automatic'],
    ['4e1', 'automatic'],
  ])('a level of %s means %s', (level, choice) => {
    expect(readAddress(`${PAGE}?level=${level}`).choice).toEqual(choice);
  });

  it.each([
    ['level=29', 'In the address, level=29 is not from 30 to 95'],
    ['scale=3', 'In the address, scale=3 is none of 1, 2, 4, 8'],
    ['level=4e1&scale=x', 'In the address, level=4e1 is not from 30 to 95 and scale=x is none of 1, 2, 4, 8'],
    [`level=${'9'.repeat(99)}`, 'In the address, level=999999999999… is not from 30 to 95'],
    ['level=72&scale=2', undefined],
    ['level=auto', undefined],
  ])('says what of %s makes no sense', (query, complaint) => {
    expect(readAddress(`${PAGE}?${query}`).complaint).toBe(complaint);
  });

  it('gets another camera and keeps all else', () => {
    expect(withCamera(`${PAGE}?level=70&camera=gate#top`, 'yard')).toBe(`${PAGE}?level=70&camera=yard#top`);
    expect(readAddress(withCamera(PAGE, 'a&b')).camera).toBe('a&b');
    const all = readAddress(withGrid(`${PAGE}?camera=gate&level=70`));
    expect([all.grid, all.camera]).toEqual([true, undefined]);
    expect(readAddress(withCamera(all.href, 'yard'))).toMatchObject({ grid: false, camera: 'yard' });
  });

  it('loses its token and nothing else', () => {
    expect(withoutToken(`${PAGE}?camera=gate&token=s3cret#top`)).toBe(`${PAGE}?camera=gate#top`);
  });

  it('tells the token that somebody was sent', () => {
    expect(tokenIn(`${PAGE}?camera=gate&token=a%26b`)).toBe('a&b');
    for (const href of [PAGE, `${PAGE}?token=`, `${PAGE}#token=x`]) expect(tokenIn(href)).toBeUndefined();
  });
});

const FULL = { level: 95, scale: 1 };
const at = (href: string, camera?: string) => ({ href, camera });

describe('the socket address', () => {
  it('is on the origin of the page', () => {
    expect(socketAddress(at(`${PAGE}watch?x=1#y`), FULL)).toBe('wss://cam.example:8443/websocket/95?delta=1');
    expect(socketAddress(at('http://127.0.0.1:6732/'), { level: 40, scale: 4 })).toBe(
      'ws://127.0.0.1:6732/websocket/40?scale=4&delta=1',
    );
  });

  it('names the camera, and nothing a name contains can lead elsewhere', () => {
    expect(socketAddress(at(PAGE, 'gate'), FULL)).toMatch(/\/websocket\/gate\/95\?/);
    expect(socketAddress(at(PAGE, 'a/../../b?c'), FULL)).toMatch(/\/websocket\/a%2F..%2F..%2Fb%3Fc\/95\?/);
  });

  it('asks for deltas unless the page is told not to', () => {
    expect(socketAddress(at(`${PAGE}?delta=0`), FULL)).toBe('wss://cam.example:8443/websocket/95');
    expect(socketAddress(at(`${PAGE}?delta=1`), FULL)).toMatch(/\?delta=1$/);
  });

  it('never carries a token', () => {
    expect(socketAddress(at(`${PAGE}?token=s3cret`), FULL)).not.toContain('s3cret');
  });
});

describe('the address of the status', () => {
  it('is on the origin of the page, without a token', () => {
    expect(statusAddress(at(`${PAGE}watch?token=s3cret`))).toBe('https://cam.example:8443/api/status');
  });
});
