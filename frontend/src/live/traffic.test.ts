import { describe, expect, it } from 'vitest';
import type { Keeper } from '../storage/keeper';
import { Traffic } from './traffic';

function memory(text?: string): Keeper & { text: string | undefined } {
  const keeper = { text, load: () => keeper.text, save: (saved: string) => void (keeper.text = saved) };
  return keeper;
}

const monday = () => '2026-03-02';

describe('bytes of today', () => {
  it('go on where the last page has left them', () => {
    const keeper = memory();
    const first = new Traffic(keeper, monday);
    first.add(1000);
    expect(first.of('yard')).toBe(1000);
    first.keep('yard');
    const second = new Traffic(keeper, monday);
    second.add(500);
    expect([second.of('yard'), new Traffic(keeper, monday).of('gate')]).toEqual([1500, 0]);
  });

  it('are those of two pages together', () => {
    const keeper = memory();
    const [one, other] = [new Traffic(keeper, monday), new Traffic(keeper, monday)];
    for (const page of [one, other, one]) {
      page.add(100);
      page.keep('yard');
    }
    expect([one.of('yard'), new Traffic(keeper, monday).of('yard')]).toEqual([300, 300]);
  });

  it('begin anew with each day', () => {
    const keeper = memory();
    let day = '2026-03-02';
    const traffic = new Traffic(keeper, () => day);
    traffic.add(100);
    traffic.keep('yard');
    day = '2026-03-03';
    traffic.add(30);
    traffic.keep('yard');
    expect(traffic.of('yard')).toBe(30);
  });

  it.each(['', '{', '5', 'null', '{"day":"2026-03-02"}', '{"day":"2026-03-02","cameras":{"yard":"x"}}'])(
    'are none where %j is kept',
    (text) => expect(new Traffic(memory(text), monday).of('yard')).toBe(0),
  );
});
