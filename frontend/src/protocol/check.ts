// Small checks from `unknown` to a known type. In: any value. Out: the typed value, or a thrown `Malformed` naming the
// field; only the parser in protocol.ts catches it. What the fields mean does not belong here.

export class Malformed extends Error {
  constructor(
    readonly field: string,
    readonly expected: string,
  ) {
    super(`${field} is not ${expected}`);
  }
}

export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function text(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value !== 'string') throw new Malformed(name, 'text');
  return value;
}

/** A finite number, zero or more. */
export function amount(fields: Fields, name: string): number {
  const value = fields[name];
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) throw new Malformed(name, 'a number of zero or more');
  return value;
}

/** A whole number, zero or more, small enough to be exact. */
export function count(fields: Fields, name: string): number {
  const value = fields[name];
  if (!isCount(value)) throw new Malformed(name, 'a whole number of zero or more');
  return value;
}

export function counts(fields: Fields, name: string): number[] {
  const value = fields[name];
  if (!Array.isArray(value) || value.length === 0 || !value.every(isCount)) {
    throw new Malformed(name, 'a list of whole numbers');
  }
  return value;
}

export function oneOf<const T extends string>(fields: Fields, name: string, choices: readonly T[]): T {
  const value = fields[name];
  const found = choices.find((choice) => choice === value);
  if (found === undefined) throw new Malformed(name, `one of ${choices.join(', ')}`);
  return found;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
