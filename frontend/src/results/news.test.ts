// What is told of events, in simulated time.
import { describe, expect, it } from 'vitest';
import type { Loitering } from '../protocol/analytics';
import { News } from './news';

const loitering = (trackId: number, seconds = 300, zone = 'plaza'): Loitering => ({
  name: 'loitering',
  zone,
  seconds,
  trackId,
  class: 'person',
});
const numbers = (news: News, nowMs: number) => news.loitering(nowMs).map(({ trackId }) => trackId);

describe('news', () => {
  it('are the last change of risk or the last one who loiters, in a sentence', () => {
    const news = new News();
    expect(news.spoken).toBeUndefined();
    news.hear({ name: 'risk_changed', from: 'low', to: 'high' }, 0);
    expect(news.spoken).toBe('Risk changed from low to high.');
    news.hear(loitering(5), 0);
    expect(news.spoken).toBe('#5 person in plaza for 5:00 min.');
    news.hear({ name: 'line_crossed', line: 'gate', direction: 'inbound', trackId: 5, class: 'person' }, 0);
    expect(news.spoken).toBe('#5 person in plaza for 5:00 min.');
  });

  it('say when a zone is too full, and when it is not any more', () => {
    const news = new News();
    news.hear({ name: 'zone_above', zone: 'plaza', occupancy: 21, above: 20 }, 0);
    expect(news.spoken).toBe('21 in plaza, more than 20.');
    news.hear({ name: 'zone_below', zone: 'plaza', occupancy: 19, above: 20 }, 0);
    expect(news.spoken).toBe('19 in plaza, no more than 20 any longer.');
  });

  it('of who loiters are told for a minute, the last three, last first', () => {
    const news = new News();
    for (const [ms, id] of [1, 2, 3, 4].entries()) news.hear(loitering(id), ms);
    expect(numbers(news, 4)).toEqual([4, 3, 2]);
    expect(numbers(news, 60_002)).toEqual([4]);
    expect(numbers(news, 60_003)).toEqual([]);
  });

  it('tell of each once, with the longest time, and in each zone', () => {
    const news = new News();
    for (const event of [loitering(5), loitering(5, 600), loitering(5, 60, 'door')]) news.hear(event, 0);
    expect(news.loitering(1).map(({ zone, seconds }) => `${zone} ${seconds}`)).toEqual([
      'door 60',
      'plaza 600',
    ]);
  });

  it('of another camera are forgotten', () => {
    const news = new News();
    news.hear(loitering(5), 0);
    news.forget();
    expect(numbers(news, 0)).toEqual([]);
  });
});
