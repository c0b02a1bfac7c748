// Kinds of classes. In: a class as a detector names it. Out: the kind it belongs to. Pure; which colour or
// word a kind gets does not belong here.

export type ClassKind = 'people' | 'vehicles' | 'two_wheels' | 'others';

/** Class of people, as every detector of the server names it. */
export const PERSON = 'person';

const KINDS: ReadonlyMap<string, ClassKind> = new Map([
  [PERSON, 'people'],
  ...namesOf('vehicles', ['car', 'bus', 'truck', 'van', 'train']),
  ...namesOf('two_wheels', ['bicycle', 'motorcycle', 'scooter']),
]);

function namesOf(kind: ClassKind, names: readonly string[]) {
  return names.map((name) => [name, kind] as const);
}

export function kindOf(name: string): ClassKind {
  return KINDS.get(name) ?? 'others';
}
