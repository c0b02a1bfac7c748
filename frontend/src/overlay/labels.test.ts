// What is written next to boxes, from a single one to a heap, on large pictures and small ones.
import { describe, expect, it } from 'vitest';
import { overlaps, type Rect } from './geometry';
import { fullText, roomyText, shortText } from './label_texts';
import { type BoxOnStage, type Label, placeLabels } from './labels';

const PICTURE: Rect = { x: 0, y: 40, width: 1280, height: 720 };
const measure = (text: string) => text.length * 0.6;

function box(trackId: number, rect: Rect, kind: { class?: string; speedKmh?: number } = {}): BoxOnStage {
  const still = { confidence: 1, box: { x1: 0, y1: 0, x2: 1, y2: 1 }, velocity: { x: 0, y: 0 }, trail: [] };
  return {
    object: { trackId, class: kind.class ?? 'person', speedKmh: kind.speedKmh, ...still },
    rect,
    colour: 'teal',
  };
}

const place = (boxes: BoxOnStage[], taken: Rect[] = []) => placeLabels(boxes, PICTURE, taken, measure);
const inside = ({ rect }: Label) =>
  rect.x >= PICTURE.x &&
  rect.y >= PICTURE.y &&
  rect.x + rect.width <= PICTURE.x + PICTURE.width &&
  rect.y + rect.height <= PICTURE.y + PICTURE.height;

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
    expect(roomyText(box(5, PICTURE, { speedKmh: 4.3 }).object)).toBe('#5 4.3 km/h');
    expect(roomyText(box(5, PICTURE).object)).toBeUndefined();
    expect(roomyText(box(5, PICTURE, { speedKmh: 0.2 }).object)).toBeUndefined();
  });

  it('stands on its box', () => {
    const [label] = place([box(5, { x: 300, y: 300, width: 30, height: 80 })]);
    expect(label?.rect).toMatchObject({ x: 300, y: 283, height: 15 });
  });

  it.each([
    ['upper left', { x: 0, y: 40, width: 30, height: 80 }],
    ['upper right', { x: 1260, y: 40, width: 20, height: 80 }],
    ['lower right', { x: 1270, y: 720, width: 10, height: 40 }],
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
    Array.from({ length: size }, (_, i) =>
      box(i, { x: 20 + (i % 12) * 100, y: 80 + Math.floor(i / 12) * 60, width: 16, height: 40 }),
    );

  it('are full up to 25 boxes and short beyond', () => {
    expect(place(crowd(25)).map((label) => label.text)).toContain('#24 person');
    expect(place(crowd(26)).map((label) => label.text)).toContain('#24');
  });

  it('tell the speed of those around whom there is room, and of nobody else', () => {
    const lonely = box(99, { x: 900, y: 600, width: 20, height: 60 }, { speedKmh: 4.3 });
    const among = [90, 91, 92, 93, 94].map((id, i) =>
      box(id, { x: 300 + i * 40, y: 600, width: 20, height: 60 }, { speedKmh: 5 }),
    );
    const above = among.map(({ rect }, i) => box(80 + i, { ...rect, y: 580, height: 19 }));
    const below = among.map(({ rect }, i) => box(70 + i, { ...rect, y: 661, height: 19 }));
    const texts = place([...crowd(40), ...among, ...above, ...below, lonely]).map((label) => label.text);
    expect(texts).toEqual(expect.arrayContaining(['#99 4.3 km/h', '#91', '#92', '#93']));
  });

  it('hide nobody where there is another place', () => {
    const behind = box(1, { x: 300, y: 270, width: 20, height: 30 });
    const [label] = place([box(0, { x: 300, y: 305, width: 20, height: 40 }), behind]);
    expect(label?.text).toBe('#0 person');
    expect(label !== undefined && overlaps(label.rect, behind.rect)).toBe(false);
  });

  it('are full on boxes that are wide enough for them', () => {
    const near = box(99, { x: 400, y: 500, width: 160, height: 200 }, { class: 'car', speedKmh: 12 });
    expect(place([...crowd(40), near]).map((label) => label.text)).toContain('#99 car 12 km/h');
  });

  it('never lie on each other, and give up rather than that', () => {
    const heap = Array.from({ length: 60 }, (_, i) =>
      box(i, { x: 600 + (i % 6) * 4, y: 400 + (i % 7) * 3, width: 12, height: 30 }),
    );
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

describe('labels on a phone', () => {
  const phone = { x: 0, y: 0, width: 390, height: 219 };
  const on = (boxes: BoxOnStage[]) => placeLabels(boxes, phone, [], measure);
  const people = (size: number) =>
    Array.from({ length: size }, (_, i) =>
      box(i, { x: 5 + (i % 5) * 77, y: 20 + Math.floor(i / 5) * 50, width: 10, height: 28 }),
    );

  it('are short much earlier, and cover no more than a twentieth of the picture', () => {
    expect(on(people(4)).map((label) => label.text)).toContain('#0 person');
    expect(on(people(10)).map((label) => label.text)).toContain('#0');
    const covered = on(people(20)).reduce((sum, { rect }) => sum + rect.width * rect.height, 0);
    expect(covered / (phone.width * phone.height)).toBeLessThanOrEqual(1 / 20);
  });

  it('are for boxes that are tall enough to be seen', () => {
    const far = box(1, { x: 100, y: 50, width: 8, height: 20 });
    const near = box(2, { x: 200, y: 50, width: 16, height: 40 });
    expect(on([far, near]).map((label) => label.text)).toEqual(['#2 person']);
  });

  it('hide nobody: between others a person goes without', () => {
    const row = Array.from({ length: 8 }, (_, i) =>
      box(i, { x: 100 + i * 12, y: 100, width: 10, height: 28 }),
    );
    const behind = Array.from({ length: 8 }, (_, i) =>
      box(i + 10, { x: 100 + i * 12, y: 80, width: 10, height: 18 }),
    );
    for (const { rect } of on([...row, ...behind])) {
      expect([...row, ...behind].some((other) => overlaps(rect, other.rect))).toBe(false);
    }
  });

  it('go to vehicles first', () => {
    const car = box(50, { x: 300, y: 150, width: 60, height: 30 }, { class: 'car', speedKmh: 31 });
    expect(on([...people(15), car])[0]?.text).toMatch(/31 km\/h$/);
  });
});
