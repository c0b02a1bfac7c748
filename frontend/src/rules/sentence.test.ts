// Rules as sentences.
import { describe, expect, it } from 'vitest';
import type { Rule } from './rule';
import { sentenceOf, textOf, unsetServices } from './sentence';
import { lastingWord, listWord } from './words';

const said = (rule: Omit<Rule, 'id'>, camera: string | undefined = 'yard') =>
  textOf(sentenceOf({ id: 'a', ...rule }, camera)).replaceAll('\u00a0', ' ');

describe('the sentence', () => {
  it('says what happens, where, who is told, when, and how often', () => {
    expect(
      said({
        when: 'line_crossed',
        line: 'road',
        direction: 'outbound',
        class: 'car',
        faster_kmh: 50,
        tell: ['telegram', 'ntfy'],
        from: '22:00',
        until: '06:00',
        days: ['sat', 'sun'],
        most_an_hour: 6,
      }),
    ).toBe(
      'When a car crosses road outbound faster than 50 km/h on yard, tell Telegram and ntfy, ' +
        'from 22:00 to 06:00, on Sat and Sun, at most 6 an hour.',
    );
  });

  it.each<[Omit<Rule, 'id'>, string]>([
    [{ when: 'line_crossed' }, 'When anything crosses any line on yard'],
    [{ when: 'people', above: 1_000 }, 'Once more than 1,000 people are in sight on yard'],
    [{ when: 'people', above: 3, for_s: 90 }, 'Once more than 3 people have been in sight on yard for 90 s'],
    [{ when: 'zone', zone: 'desk', above: 5 }, 'Once more than 5 stand in desk on yard'],
    [{ when: 'risk', risk: 'high', for_s: 120 }, 'Once the risk has been high or higher for 2 min on yard'],
    [{ when: 'risk', risk: 'critical' }, 'Once the risk is critical on yard'],
    [{ when: 'seen', class: 'elephant' }, 'Once an elephant is seen on yard'],
    [{ when: 'loitering' }, 'When somebody loiters in any zone on yard'],
    [{ when: 'source_lost' }, 'Once no pictures have come for 10 s on yard'],
    [{ when: 'model_failed' }, 'When a model is given up on yard'],
    [{ when: 'storage_trouble' }, 'Once history cannot be written'],
  ])('of %j begins as people would say it', (rule, words) => {
    expect(said(rule)).toBe(`${words}, tell all services.`);
  });

  it('says of one of all that it is of any camera', () => {
    const ofAll = textOf(sentenceOf({ id: 'a', when: 'model_failed' }, undefined));
    expect(ofAll).toBe('When a model is given up on any camera, tell all services.');
  });

  it('tells one end of the hours alone, and no whole day', () => {
    expect(said({ when: 'model_failed', from: '18:00' })).toContain(', from 18:00 until midnight.');
    expect(said({ when: 'model_failed', until: '06:00' })).toContain(', from midnight to 06:00.');
    expect(said({ when: 'model_failed', from: '06:00', until: '06:00' })).toMatch(/services\.$/);
  });

  it('sets names apart, and shows what is missing while somebody types', () => {
    const pieces = sentenceOf({ id: 'a', when: 'zone', zone: 'desk' }, 'yard');
    expect(pieces.filter(({ isName }) => isName).map(({ words }) => words)).toEqual(['desk', 'yard']);
    expect(textOf(pieces)).toContain('more than …');
  });
});

describe('words', () => {
  it('join names, and say times as people do', () => {
    expect([[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map(listWord)).toEqual([
      '',
      'a',
      'a and b',
      'a, b and c',
    ]);
    const times = [10, 119, 120, 150, 3_600, 7_200].map((s) => lastingWord(s).replace('\u00a0', ' '));
    expect(times).toEqual(['10 s', '119 s', '2 min', '150 s', '60 min', '2 h']);
  });

  it('know services that a rule names and nobody has set', () => {
    expect(unsetServices({ id: 'a', when: 'risk', tell: ['ntfy', 'mqtt'] }, ['ntfy'])).toEqual(['mqtt']);
    expect(unsetServices({ id: 'a', when: 'risk' }, [])).toEqual([]);
  });
});
