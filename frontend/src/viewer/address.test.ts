import { describe, expect, it } from 'vitest';
import { readAddress, socketAddress, statusAddress, withoutToken, withToken } from './address';

const PAGE = 'https://cam.example:8443/';

describe('the page address', () => {
  it('names camera, level and token', () => {
    expect(readAddress(`${PAGE}?camera=gate&level=70&token=s3cret`)).toEqual({ camera: 'gate', choice: 70, token: 's3cret' });
  });

  it('may name nothing', () => {
    expect(readAddress(PAGE)).toEqual({ camera: undefined, choice: 'automatic', token: undefined });
    expect(readAddress(`${PAGE}?camera=&token=`)).toEqual({ camera: undefined, choice: 'automatic', token: undefined });
  });

  it.each([
    ['72', 70],
    ['30', 30],
    ['95', 95],
    ['29', 'automatic'],
    ['100', 'automatic'],
    ['auto', 'automatic'],
    ['-40', 'automatic'],
    ['4e1', 'automatic'],
  ])('a level of %s means %s', (level, choice) => {
    expect(readAddress(`${PAGE}?level=${level}`).choice).toBe(choice);
  });

  it('loses its token and nothing else', () => {
    expect(withoutToken(`${PAGE}?camera=gate&token=s3cret#top`)).toBe(`${PAGE}?camera=gate#top`);
  });

  it('gets a token, whatever letters it has', () => {
    const href = withToken(`${PAGE}?camera=gate&token=old`, 'a&b=c');
    expect(readAddress(href)).toMatchObject({ camera: 'gate', token: 'a&b=c' });
  });
});

describe('the socket address', () => {
  it('is on the origin of the page', () => {
    expect(socketAddress(`${PAGE}watch?x=1#y`, 95)).toBe('wss://cam.example:8443/websocket/95');
    expect(socketAddress('http://127.0.0.1:6732/', 40)).toBe('ws://127.0.0.1:6732/websocket/40');
  });

  it('names the camera, and nothing a name contains can lead elsewhere', () => {
    expect(socketAddress(`${PAGE}?camera=gate`, 95)).toMatch(/\/websocket\/gate\/95$/);
    expect(socketAddress(`${PAGE}?camera=a/../../b%3Fc`, 95)).toMatch(/\/websocket\/a%2F..%2F..%2Fb%3Fc\/95$/);
  });

  it('carries a token only when given one', () => {
    expect(socketAddress(`${PAGE}?token=s3cret`, 95)).not.toContain('s3cret');
    expect(socketAddress(PAGE, 95, 's3cret')).toContain('token=s3cret');
  });
});

describe('the address of the status', () => {
  it('is on the origin of the page, with a token only when given one', () => {
    expect(statusAddress(`${PAGE}watch?token=s3cret`)).toBe('https://cam.example:8443/api/status');
    expect(statusAddress(PAGE, 'a&b')).toBe('https://cam.example:8443/api/status?token=a%26b');
  });
});
