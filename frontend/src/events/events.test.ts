import { describe, expect, it } from 'vitest';
import { isKind, KINDS, readEvents } from './event';
import { filterOf, withFilter } from './filter';
import { pictureOf } from './picture';
import { eventWord, kindWord, timeWord } from './words';

const CROSSED = {
  id: 1764367390123456,
  kind: 'line_crossed',
  camera: 'yard',
  at_us: 1764367390123456,
  time: '2026-11-28T21:03:10Z',
  snapshot: '/api/events/1764367390123456/snapshot',
  line: 'gate',
  direction: 'inbound',
  class: 'person',
  speed_kmh: 4.6,
};

const only = (event: object) => {
  const read = readEvents({ events: [event] })?.[0];
  if (read === undefined) throw new Error('not read');
  return read;
};

describe('events', () => {
  it('are read with what they have, and others are passed over', () => {
    const read = readEvents({ events: [CROSSED, { ...CROSSED, kind: 'rained' }] });
    expect(read?.map(({ id, kind, camera, snapshot }) => [id, kind, camera, snapshot])).toEqual([
      [CROSSED.id, 'line_crossed', 'yard', CROSSED.snapshot],
    ]);
    expect(only({ ...CROSSED, snapshot: null }).snapshot).toBeUndefined();
  });

  it.each([undefined, [], {}, { events: [{}] }, { events: [{ ...CROSSED, id: -1 }] }])(
    'are none in %j',
    (body) => {
      expect(readEvents(body)).toBeUndefined();
    },
  );

  it('are told in words, whatever they lack', () => {
    expect(eventWord(only(CROSSED))).toBe('person crossed gate inbound at 5 km/h');
    for (const kind of Object.keys(KINDS)) {
      if (!isKind(kind)) throw new Error(kind);
      expect(kindWord(kind)).not.toBe('');
      expect(eventWord(only({ ...CROSSED, kind }))).not.toMatch(/undefined|NaN|null/);
    }
    expect(eventWord(only({ ...CROSSED, kind: 'loitering', zone: 'door', seconds: 75 }))).toBe(
      'person in door for 1:15 min',
    );
  });

  it('have the day beside the time where it is another one', () => {
    const at = Date.UTC(2026, 10, 28, 12);
    expect(timeWord(at, at + 1000)).not.toContain('2026');
    expect(timeWord(at, at + 3 * 86_400_000)).toContain('2026');
  });
});

describe('the picture of an event', () => {
  it('is its own, or that of another one of the camera at nearly the same time', () => {
    const at = (ms: number, more: object) => only({ ...CROSSED, at_us: ms * 1000, ...more });
    const bare = at(5_000, { snapshot: null });
    const others = [
      at(4_900, { snapshot: '/gate', camera: 'gate' }),
      at(5_900, { snapshot: '/near' }),
      at(3_600, { snapshot: '/far' }),
    ];
    expect(pictureOf(bare, others)).toBe('/near');
    expect(pictureOf(at(5_000, { snapshot: '/own' }), others)).toBe('/own');
    expect(pictureOf(at(9_000, { snapshot: null }), others)).toBeUndefined();
  });
});

describe('the filter', () => {
  it('stands in the address, and what makes no sense is passed over', () => {
    const filter = { camera: 'yard', kind: 'loitering', event: undefined } as const;
    expect(filterOf(withFilter(filter))).toEqual(filter);
    expect(filterOf('?kind=rained&event=x')).toEqual({
      camera: undefined,
      kind: undefined,
      event: undefined,
    });
    expect(withFilter({ camera: undefined, kind: undefined, event: undefined })).toBe('');
    expect(filterOf('?event=17').event).toBe(17);
  });
});
