// The numbers that the controllers of page and server decide by: each constant of both has the same value.
// The golden series reach what happens often; a wait of four minutes they do not.
import { describe, expect, it } from 'vitest';

const rust = import.meta.glob<string>('../../../src/adapt/*.rs', {
  query: '?raw',
  eager: true,
  import: 'default',
});
const typescript = import.meta.glob<string>('./*.ts', { query: '?raw', eager: true, import: 'default' });

/** Every constant of a file that is a number, or numbers. */
function constants(text = ''): Map<string, number[]> {
  const found = text.matchAll(/^(?:pub |export )?const ([A-Z_]+)(?:: [^=]+)? = ([^;]+);/gm);
  const numbers = (value = '') =>
    (value.match(/\d[\d_]*(\.\d+)?/g) ?? []).map((digits) => Number(digits.replaceAll('_', '')));
  return new Map([...found].map(([, name = '', value]) => [name, numbers(value)]));
}

const FILES = [
  'arrivals',
  'candidate',
  'controller',
  'device',
  'forecast',
  'judgement',
  'patience',
  'reference',
  'rungs',
  'stay',
  'train',
  'trial',
];

describe('constants of the same name are equal', () => {
  it.each(FILES)('%s', (name) => {
    const [here, there] = [
      constants(typescript[`./${name}.ts`]),
      constants(rust[`../../../src/adapt/${name}.rs`]),
    ];
    expect(there.size).toBeGreaterThan(0);
    const numeric = [...there].filter(([, numbers]) => numbers.length > 0);
    expect(numeric.map(([constant]) => [constant, here.get(constant)])).toEqual(numeric);
  });
});
