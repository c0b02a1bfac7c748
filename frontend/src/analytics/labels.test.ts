// What is written next to boxes, from a single one to a heap, on large pictures and small ones.
import { describe, expect, it } from 'vitest';
import { overlaps, type Rect } from './geometry';
import { type BoxOnStage, fullText, type Label, placeLabels, shortText } from './labels';

const PICTURE: Rect = { x: 0, y: 40, width: 1280, height: 720 };
const measure = (text: string) => text.length * 0.6;

function box(trackId: number, rect: Rect, kind: { class?: string; speedKmh?: number } = {}): BoxOnStage {
  const still = { confidence: 1, box: { x1: 0, y1: 0, x2: 1, y2: 1 }, velocity: { x: 0, y: 0 } };
  return { object: { trackId, class: kind.class ?? 'person', speedKmh: kind.speedKmh, ...still }, rect, colour: 'teal' };
}

const place = (boxes: BoxOnStage[], taken: Rect[] = []) => placeLabels(boxes, PICTURE, taken, measure);
const inside = ({ rect }: Label) =>
  rect.x >= PICTURE.x && rect.y >= PICTURE.y && rect.x + rect.width <= PICTURE.x + PICTURE.width && rect.y + rect.height <= PICTURE.y + PICTURE.height;

describe('a label', () => {
  it('says number, class and, once it is known, speed', () => {
    expect(fullText(box(5, PICTURE, { speedKmh: 4.32 }).object)).toBe('#5 person 4.3 km/h');
    expect(fullText(box(6, PICTURE, { class: 'car', speedKmh: 38.4 }).object)).toBe('#6 car 38 km/h');
    expect(fullText(box(7, PICTURE).object)).toBe('#7 person');
  });

  it('says less in a crowd: the speed of a vehicle, the number of anybody else', () => {
    expect(shortText(box(6, PICTURE, { class: 'car', speedKmh: 38.4 }).object)).toBe('38 km/h');
    expect(shortText(box(6, PICTURE, { class: 'car' }).object)).toBe('#6');
    expect(shortText(box(5, PICTURE, { speedKmh: 4.3 }).object)).toBe('#5');
  });

  it('stands on its box', () => {
    const [label] = place([box(5, { x: 300, y: 300, width: 30, height: 80 })]);
    expect(label?.rect).toMatchObject({ x: 300, y: 283, height: 15 });
  });

  it.each([
    ['upper left', { x: 0, y: 40, width: 30, height: 80 }],
    ['upper right', { x: 1260, y: 40, width: 20, height: 80 }],
    ['lower right', { x: 1270, y: 740, width: 10, height: 20 }],
    ['all of the picture', PICTURE],
  ])('stays inside the picture: %s', (_, rect) => {
    const labels = place([box(5, rect, { speedKmh: 4.3 })]);
    expect(labels).toHaveLength(1);
    expect(labels.every(inside)).toBe(true);
  });

  it('makes way for what is written on lines and zones', () => {
    const legend = { x: 280, y: 280, width: 100, height: 15 };
    const [label] = place([box(5, { x: 300, y: 300, width: 30, height: 80 })], [legend]);
    expect(label !== undefined && overlaps(label.rect, legend)).toBe(false);
  });
});

describe('labels in a crowd', () => {
  const crowd = (size: number) =>
    Array.from({ length: size }, (_, i) => box(i, { x: 20 + (i % 12) * 100, y: 80 + Math.floor(i / 12) * 60, width: 16, height: 40 }));

  it('are full up to 25 boxes and short beyond', () => {
    expect(place(crowd(25)).map((label) => label.text)).toContain('#24 person');
    expect(place(crowd(26)).map((label) => label.text)).toContain('#24');
  });

  it('are short much earlier on a small picture, and cover no more than a twelfth of it', () => {
    const phone = { x: 0, y: 0, width: 375, height: 211 };
    const people = (size: number) =>
      Array.from({ length: size }, (_, i) => box(i, { x: 5 + (i % 5) * 74, y: 20 + Math.floor(i / 5) * 40, width: 8, height: 20 }));
    const on = (boxes: number) => placeLabels(people(boxes), phone, [], measure);
    expect(on(4).map((label) => label.text)).toContain('#0 person');
    expect(on(10).map((label) => label.text)).toContain('#0');
    const covered = on(25).reduce((sum, { rect }) => sum + rect.width * rect.height, 0);
    expect(covered / (phone.width * phone.height)).toBeLessThan(1 / 12);
  });

  it('are full on boxes that are wide enough for them', () => {
    const near = box(99, { x: 400, y: 500, width: 160, height: 200 }, { class: 'car', speedKmh: 12 });
    expect(place([...crowd(40), near]).map((label) => label.text)).toContain('#99 car 12 km/h');
  });

  it('never lie on each other, and give up rather than that', () => {
    const heap = Array.from({ length: 60 }, (_, i) => box(i, { x: 600 + (i % 6) * 4, y: 400 + (i % 7) * 3, width: 12, height: 30 }));
    const labels = place(heap);
    expect(labels.length).toBeGreaterThan(0);
    expect(labels.length).toBeLessThan(60);
    for (const [i, label] of labels.entries()) {
      expect(labels.slice(i + 1).some((other) => overlaps(label.rect, other.rect))).toBe(false);
    }
  });

  it('go to the same boxes in whatever order these come', () => {
    const boxes = crowd(30);
    expect(place(boxes.toReversed())).toEqual(place(boxes));
  });
});
