// How hard a QR code is to read: ISO/IEC 18004:2015, 7.8.3. In: a code. Out: a number, less being better.
// Pure.

type Line = readonly boolean[];

/** What each fault costs (table 11). */
const [RUN, BLOCK, FINDER, UNEVEN] = [3, 3, 40, 10];

/** Length from which a run of one colour is a fault, modules. */
const LONG = 5;

/** What looks like the corner of a code, with four light modules before or behind it. */
const LIKE_FINDERS = ['10111010000', '00001011101'];

export function penaltyOf(code: readonly Line[]): number {
  const columns = code.map((_, x) => code.map((row) => row[x] === true));
  const lines = [...code, ...columns].map((line) => line.map(Number).join(''));
  const ofLines = lines.reduce((sum, line) => sum + runs(line) + finders(line), 0);
  return ofLines + blocks(code) + uneven(code);
}

function runs(line: string): number {
  const long = line.match(/0{5,}|1{5,}/g) ?? [];
  return long.reduce((sum, run) => sum + RUN + run.length - LONG, 0);
}

function finders(line: string): number {
  let found = 0;
  for (const like of LIKE_FINDERS)
    for (let at = line.indexOf(like); at >= 0; at = line.indexOf(like, at + 1)) found++;
  return found * FINDER;
}

function blocks(code: readonly Line[]): number {
  let found = 0;
  code.forEach((row, y) => {
    row.forEach((dark, x) => {
      const others = [row[x + 1], code[y + 1]?.[x], code[y + 1]?.[x + 1]];
      if (others.every((other) => other === dark)) found++;
    });
  });
  return found * BLOCK;
}

function uneven(code: readonly Line[]): number {
  const all = code.flat();
  const share = all.filter(Boolean).length / all.length;
  return Math.floor(Math.abs(share - 0.5) * 20) * UNEVEN;
}
