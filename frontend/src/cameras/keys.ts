// The keys of a menu. In: a key, the entry that it was pressed on, and the names of all entries. Out: the
// entry that it leads to. Pure.

/**
 * Number of the entry that a key leads to: arrows go round, Home and End to the ends, a letter to the next
 * name that begins with it. Undefined for all other keys, and where there are no entries.
 */
export function entryAfter(key: string, at: number, names: readonly string[]): number | undefined {
  const { length } = names;
  if (length === 0) return undefined;
  switch (key) {
    case 'ArrowDown':
      return (at + 1) % length;
    case 'ArrowUp':
      return at <= 0 ? length - 1 : at - 1;
    case 'Home':
      return 0;
    case 'End':
      return length - 1;
    default:
      return key.length === 1 ? beginningWith(key.toLowerCase(), at, names) : undefined;
  }
}

function beginningWith(letter: string, at: number, names: readonly string[]): number | undefined {
  const inTurn = names.map((_, step) => (at + 1 + step) % names.length);
  return inTurn.find((n) => names[n]?.toLowerCase().startsWith(letter));
}
