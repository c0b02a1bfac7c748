// Small checks from `unknown` to a known type. In: any value. Out: the typed value, or a thrown `Malformed`
// naming the field, which `checked` and readers with a reason to tell catch. What the fields mean does not
// belong here.

/** A field is missing, or is not what the protocol says. */
export class Malformed extends Error {
  constructor(
    readonly field: string,
    readonly expected: string,
  ) {
    super(`${field} is not ${expected}`);
  }
}

/** Fields of an object whose values have not been checked. */
export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What `read` makes of a body; undefined where the body makes no sense. */
export function checked<T>(body: unknown, read: (fields: Fields) => T): T | undefined {
  if (!isFields(body)) return undefined;
  try {
    return read(body);
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}

export function text(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value !== 'string') throw new Malformed(name, 'text');
  return value;
}

export function texts(fields: Fields, name: string): string[] {
  const value = fields[name];
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string'))
    throw new Malformed(name, 'a list of texts');
  return value;
}

/** A finite number of either sign. */
export function finite(fields: Fields, name: string): number {
  const value = fields[name];
  if (!isFinite(value)) throw new Malformed(name, 'a number');
  return value;
}

/** A finite number, zero or more. */
export function amount(fields: Fields, name: string): number {
  const value = fields[name];
  if (!isFinite(value) || value < 0) throw new Malformed(name, 'a number of zero or more');
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

export function flag(fields: Fields, name: string): boolean {
  const value = fields[name];
  if (typeof value !== 'boolean') throw new Malformed(name, 'true or false');
  return value;
}

export function inner(fields: Fields, name: string): Fields {
  const value = fields[name];
  if (!isFields(value)) throw new Malformed(name, 'an object');
  return value;
}

/** A list of objects, each read by `read`. */
export function listOf<T>(fields: Fields, name: string, read: (item: Fields) => T): T[] {
  const value = fields[name];
  if (!Array.isArray(value) || !value.every(isFields)) throw new Malformed(name, 'a list of objects');
  return value.map(read);
}

/** A table of any names, each value of it read by `read`. */
export function tableOf<T>(
  fields: Fields,
  name: string,
  read: (table: Fields, key: string) => T,
): ReadonlyMap<string, T> {
  const table = inner(fields, name);
  return new Map(Object.keys(table).map((key) => [key, read(table, key)]));
}

/** A field that may be missing, read by `read`; undefined where it is missing. */
export function optional<T>(
  fields: Fields,
  name: string,
  read: (fields: Fields, name: string) => T,
): T | undefined {
  return fields[name] === undefined ? undefined : read(fields, name);
}

/** Two numbers, written as a list of x and y. */
export interface Pair {
  readonly x: number;
  readonly y: number;
}

/** Two finite numbers, x and y. */
export function pair(value: unknown, name: string): Pair {
  if (Array.isArray(value) && value.length === 2) {
    const [x, y] = value as unknown[];
    if (isFinite(x) && isFinite(y)) return { x, y };
  }
  throw new Malformed(name, 'two numbers');
}

/** A list of pairs of finite numbers. */
export function pairs(fields: Fields, name: string): Pair[] {
  const value = fields[name];
  if (!Array.isArray(value)) throw new Malformed(name, 'a list of points');
  return value.map((each) => pair(each, name));
}

function isFinite(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
