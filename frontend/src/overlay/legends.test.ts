// What is written on lines and zones, in pictures with much room and with little.
import { describe, expect, it } from 'vitest';
import type { Line, Zone } from '../protocol/places';
import { lineCount, zoneCount } from '../results/fixtures';
import { overlaps } from './geometry';
import { type Counted, placeLegends } from './legends';

const PICTURE = { x: 0, y: 40, width: 1000, height: 500 };
const PHONE = { x: 0, y: 0, width: 375, height: 211 };
const measure = (text: string) => text.length * 0.6;

const usual = { at: 'foot', classes: [] } as const;
const gate: Line = { id: 'gate', from: { x: 0.3, y: 0.5 }, to: { x: 0.7, y: 0.5 }, ...usual };
const plaza: Zone = {
  id: 'plaza',
  points: [
    { x: 0.1, y: 0.42 },
    { x: 0.9, y: 0.42 },
    { x: 0.9, y: 0.95 },
    { x: 0.1, y: 0.95 },
  ],
  loiterS: undefined,
};

function place(change: Partial<Counted>, picture = PICTURE) {
  const counted: Counted = { lines: [], zones: [], lineCounts: new Map(), zoneCounts: new Map(), ...change };
  return placeLegends(counted, picture, measure);
}

describe('a legend', () => {
  it('names its line or zone, with the counts once these are known', () => {
    const known = {
      lineCounts: new Map([['gate', lineCount('gate', [12, 9])]]),
      zoneCounts: new Map([['plaza', zoneCount('plaza', 17)]]),
    };
    const texts = (change: Partial<Counted>) =>
      place({ lines: [gate], zones: [plaza], ...change }).map((label) => label.text);
    expect(texts({})).toEqual(['gate', 'plaza']);
    expect(texts(known)).toEqual(['gate  in 12 · out 9', 'plaza  17']);
  });

  it('stands beside the middle of a line, away from the arrow: above one drawn from left to right', () => {
    const [above] = place({ lines: [gate] });
    expect(
      above && { centre: above.rect.x + above.rect.width / 2, foot: above.rect.y + above.rect.height },
    ).toEqual({ centre: 500, foot: 284 });
    const [below] = place({ lines: [{ ...gate, from: gate.to, to: gate.from }] });
    expect(below?.rect.y).toBe(296);
  });

  it('stands beside an upright line', () => {
    const [label] = place({
      lines: [{ ...gate, id: 'door', from: { x: 0.5, y: 0.2 }, to: { x: 0.5, y: 0.8 } }],
    });
    expect(label && (label.rect.x > 500 || label.rect.x + label.rect.width < 500)).toBe(true);
  });

  it.each<Line>([
    { ...gate, id: 'a line at the top', from: { x: 0, y: 0 }, to: { x: 1, y: 0 } },
    { ...gate, id: 'a line at the edge', from: { x: 1, y: 0.2 }, to: { x: 1, y: 0.8 } },
    { ...gate, id: 'a point', from: { x: 0, y: 1 }, to: { x: 0, y: 1 } },
  ])('stays inside the picture: $id', (line) => {
    const [label] = place({ lines: [line] });
    expect(label?.rect.x).toBeGreaterThanOrEqual(0);
    expect(label?.rect.y).toBeGreaterThanOrEqual(40);
    expect((label?.rect.x ?? 0) + (label?.rect.width ?? 0)).toBeLessThanOrEqual(1000);
    expect((label?.rect.y ?? 0) + (label?.rect.height ?? 0)).toBeLessThanOrEqual(540);
  });

  it('makes way for another one', () => {
    const [line, zone] = place({ lines: [gate], zones: [plaza] }, PHONE);
    expect(line && zone && overlaps(line.rect, zone.rect)).toBe(false);
  });

  it('is there even where it cannot make way, since somebody drew that line to read it', () => {
    expect(place({ lines: Array.from({ length: 5 }, () => gate) })).toHaveLength(5);
  });

  it('needs a zone to lie in', () => {
    expect(place({ zones: [{ ...plaza, id: 'nowhere', points: [] }] })).toEqual([]);
  });
});
