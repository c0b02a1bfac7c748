// What a person chooses, and what a server offers: which rungs are asked for, and what is kept until the next
// visit.
import { describe, expect, it } from 'vitest';
import { LEVELS, type Hello, type Rung } from '../protocol/protocol';
import { SimulatedTime } from '../time/simulated_time';
import type { Choice } from './decision';
import { Quality, START } from './quality';

const offerOf = (levels: readonly number[], scales: readonly number[]): Hello => ({
  ...{ kind: 'hello', run: 'a', camera: 'main', level: 60, scale: 1, width: 1280, height: 720, server: '1' },
  ...{ levels, scales, analytics: false, lines: [], zones: [] },
});

function setUp(choice: Choice = 'automatic', kept?: string, largest = 1) {
  const asked: Rung[] = [];
  const keeper = { kept, load: () => keeper.kept, save: (text: string) => void (keeper.kept = text) };
  const time = new SimulatedTime();
  const quality = new Quality({
    time,
    random: () => 0.5,
    choice,
    largest,
    keeper,
    ask: (rung) => asked.push(rung),
  });
  return { quality, asked, keeper, time };
}

describe('the quality', () => {
  it('begins in the middle, or with what was chosen, and asks for nothing yet', () => {
    const chosen = { level: 70, scale: 2 };
    expect([setUp().quality.rung, setUp(chosen).quality.rung]).toEqual([START, chosen]);
    expect(setUp(chosen).asked).toEqual([]);
  });

  it('brings a choice by hand inside of what is offered', () => {
    const { quality, asked } = setUp();
    quality.takeOffer(offerOf([40, 55, 70], [1, 2]));
    quality.choose({ level: 95, scale: 8 });
    quality.choose({ level: 30, scale: 1 });
    expect(asked.slice(-2)).toEqual([
      { level: 70, scale: 2 },
      { level: 40, scale: 1 },
    ]);
    expect(quality.view()).toMatchObject({ mode: 'manual', levels: [40, 55, 70], scales: [1, 2] });
  });

  it('asks for no larger picture than a tile shows', () => {
    const { quality } = setUp('automatic', undefined, 4);
    expect(quality.rung).toEqual({ level: START.level, scale: 4 });
    quality.takeOffer(offerOf(LEVELS, [1, 2, 4, 8]));
    quality.choose({ level: 95, scale: 1 });
    expect([quality.rung, quality.view().scales]).toEqual([{ level: 95, scale: 4 }, [4, 8]]);
  });

  it('does not count on sizes and levels that nobody here knows', () => {
    const { quality } = setUp();
    quality.takeOffer(offerOf([...LEVELS, 97], [1, 3]));
    expect(quality.view()).toMatchObject({ levels: LEVELS, scales: [1] });
    quality.takeOffer(offerOf([], []));
    expect(quality.rung).toEqual(START);
  });

  it('keeps what a person would rather keep for the next visit', () => {
    const { quality, keeper } = setUp();
    expect(quality.view().style).toBe('smooth');
    quality.chooseStyle('sharp');
    expect(setUp('automatic', keeper.kept).quality.view().style).toBe('sharp');
  });

  it.each(['', '{', '7', '{"style":"fuzzy"}'])('is smooth where what was kept makes no sense: %j', (kept) => {
    expect(setUp('automatic', kept).quality.view().style).toBe('smooth');
  });

  it('remembers its steps with the time', () => {
    const { quality, time } = setUp();
    quality.choose({ level: 80, scale: 1 });
    expect(quality.view().history.steps).toMatchObject([
      { atMs: time.now(), to: { level: 80, scale: 1 }, reason: { kind: 'chosen' } },
    ]);
  });
});
