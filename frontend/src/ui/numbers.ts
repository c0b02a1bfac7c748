// Numbers as text. In: a number that may not be known yet. Out: short text for the page. Pure.

/** Text of a number with so many decimals; a dash while the number is not known. */
export function fixed(value: number | undefined, decimals: number): string {
  return value === undefined ? '–' : value.toFixed(decimals);
}
