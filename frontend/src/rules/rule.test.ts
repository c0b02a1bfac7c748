// Rules as they are read, put into a form, changed and sent.
import { describe, expect, it } from 'vitest';
import { freeId, putBack, without, withRule } from './edits';
import { EMPTY, formOf, missing, ruleOf, tellersOf, toggled } from './form';
import { fieldsOf, listed, OCCASIONS, readRules } from './rule';

/** A rule of each kind, as the server tells it. */
const TOLD = [
  { id: 'fast', when: 'line_crossed', line: 'road', direction: 'outbound', class: 'car', faster_kmh: 50 },
  { id: 'full', when: 'people', above: 20, for_s: 10, most_an_hour: 4 },
  { id: 'queue', when: 'zone', zone: 'desk', above: 5, tell: ['telegram', 'ntfy'] },
  { id: 'risky', when: 'risk', risk: 'high' },
  { id: 'dog', when: 'seen', class: 'dog', from: '22:00', until: '06:30', days: ['sat', 'sun'] },
  { id: 'idle', when: 'loitering', zone: 'door', class: 'person' },
  { id: 'lost', when: 'source_lost', for_s: 60 },
  { id: 'model', when: 'model_failed' },
  { id: 'disk', when: 'storage_trouble' },
];

const rules = readRules({ rules: TOLD }) ?? [];

describe('a rule', () => {
  it('is there of every kind', () => {
    expect(TOLD.map(({ when }) => when)).toEqual(OCCASIONS);
  });

  it('goes through its form unchanged, and is sent as it was told', () => {
    const sent = rules.map(({ rule }) => rule && fieldsOf(ruleOf(formOf(rule))));
    expect(sent).toEqual(TOLD);
  });

  it('of a kind that is not known is kept as it came', () => {
    const odd = { id: 'odd', when: 'rain', wetter_than: 3 };
    const [read] = readRules({ rules: [odd] }) ?? [];
    expect(read).toEqual({ id: 'odd', rule: undefined, fields: odd });
  });

  it('is none where there is no list, and unknown where that makes no sense', () => {
    expect([{}, { rules: null }].map(readRules)).toEqual([[], []]);
    expect([undefined, { rules: 3 }, { rules: [{}] }].map(readRules)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe('the form', () => {
  it('sends what its kind has alone, whatever was typed before', () => {
    const form = { ...EMPTY, id: ' a ', when: 'people' as const, above: '20', line: 'road', for_s: '' };
    expect(fieldsOf(ruleOf(form))).toEqual({ id: 'a', when: 'people', above: 20 });
  });

  it('says what is missing', () => {
    expect(Object.keys(missing({ ...EMPTY, when: 'zone' }))).toEqual(['id', 'zone', 'above']);
    expect(missing({ ...EMPTY, id: 'a' })).toEqual({});
    expect(missing({ ...EMPTY, id: 'a', when: 'people', above: '0' })).toEqual({});
  });

  it('offers services that are set, and those that a rule names all the same', () => {
    expect(tellersOf(['ntfy', 'webhook'], ['telegram'])).toEqual(['webhook', 'telegram', 'ntfy']);
    expect(tellersOf([], ['pigeon'])).toEqual(['pigeon']);
    expect(toggled(['a', 'b', 'c'], ['c'], 'a')).toEqual(['a', 'c']);
    expect(toggled(['a', 'b', 'c'], ['a', 'c'], 'a')).toEqual(['c']);
  });
});

describe('a list of rules', () => {
  const ids = (list: readonly { id: string }[]) => list.map(({ id }) => id);
  const three = rules.slice(0, 3);
  const night = { id: 'night', when: 'model_failed' as const };

  it('has a new rule at its end, and a changed one at its place, also under another name', () => {
    expect(ids(withRule(night, undefined)(three))).toEqual(['fast', 'full', 'queue', 'night']);
    expect(ids(withRule(night, 'full')(three))).toEqual(['fast', 'night', 'queue']);
    // Somebody else has removed it meanwhile.
    expect(ids(withRule(night, 'gone')(three))).toEqual(['fast', 'full', 'queue', 'night']);
  });

  it('has a removed rule again where it was', () => {
    const left = without('full')(three);
    expect(ids(left)).toEqual(['fast', 'queue']);
    expect(putBack(listed(night), 1)(left).map(({ id }) => id)).toEqual(['fast', 'night', 'queue']);
  });

  it('knows a name for a copy', () => {
    expect(freeId('fast', three)).toBe('fast-2');
    expect(freeId('fast-2', [...three, listed({ ...night, id: 'fast-2' })])).toBe('fast-3');
  });
});
