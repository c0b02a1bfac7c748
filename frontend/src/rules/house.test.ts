// Cameras with what their rules can name.
import { describe, expect, it } from 'vitest';
import { readPlaces, readRuled, readRulesOf, together } from './house';

const SETTINGS = {
  source: 'rtsp://yard/',
  rules: [{ id: 'lost', when: 'source_lost' }],
  lines: [{ id: 'road', from: { x: 0, y: 0 }, to: { x: 1, y: 1 } }],
};

describe('a camera', () => {
  it('has its rules and places, also where nothing is described', () => {
    const cameras = readRuled({
      cameras: [
        { camera: 'yard', settings: SETTINGS },
        { camera: 'attic', settings: null },
      ],
    });
    expect(cameras?.map(({ name, rules }) => [name, rules.length])).toEqual([
      ['yard', 1],
      ['attic', 0],
    ]);
    expect(cameras?.[0]?.places).toEqual({ lines: ['road'], zones: [], classes: [] });
    expect(readRulesOf({ settings: SETTINGS })?.map(({ id }) => id)).toEqual(['lost']);
  });

  it('is unknown where the answer makes no sense', () => {
    expect([undefined, {}, { cameras: [{}] }].map(readRuled)).toEqual([undefined, undefined, undefined]);
  });

  it('has lines that are counted besides those that are described', () => {
    const counted = readPlaces({
      lines: [{ id: 'road' }, { id: 'gate' }],
      zones: [{ id: 'desk' }],
      counts: { person: 3 },
    });
    expect(together([readPlaces(SETTINGS), counted])).toEqual({
      lines: ['road', 'gate'],
      zones: ['desk'],
      classes: ['person'],
    });
    expect(readPlaces({ lines: null, zones: null, counts: null }).lines).toEqual([]);
  });
});
