// The series that keep the controllers of page and server alike: tests/golden/adapt/, which cargo reads as
// well. What a line means stands in src/adapt/golden.rs.
import { describe, expect, it } from 'vitest';
import { isLevel, LEVEL_STEP, type Part, type Rung } from '../protocol/protocol';
import { Controller } from './controller';
import type { Decision, Input } from './decision';
import { Rungs, type Style } from './rungs';

type Line = readonly [number, string, ...unknown[]];
type Pair = readonly [number, number];

interface Story {
  start: { begin: Pair; jitter: number; levels: Pair; scales: number[] };
  series: Line[];
}

const stories = import.meta.glob<Story>('../../../tests/golden/adapt/*.json', {
  eager: true,
  import: 'default',
});

const rungOf = ([scale, level]: Pair): Rung => ({ scale, level });

function rungsOf({ levels: [lowest, highest], scales }: Story['start'], style: Style): Rungs {
  const levels = Array.from({ length: 100 }, (_, n) => lowest + n * LEVEL_STEP).filter(
    (level) => isLevel(level) && level <= highest,
  );
  const rungs = Rungs.of(levels, scales, style);
  if (rungs === undefined) throw new Error('the file offers nothing');
  return rungs;
}

/** What a line tells, and how many of its parts that takes. */
function inputOf([, word, ...parts]: Line, start: Story['start']): [Input, number] {
  const number = (n: number) => parts[n] as number;
  switch (word) {
    case 'frame': {
      const [rung, lateMs] = [rungOf([number(1), number(2)]), (parts[4] as number | null) ?? undefined];
      const part = parts[6] as Part | undefined;
      const frame = { kind: 'frame', number: number(0), rung, bytes: number(3), lateMs } as const;
      return [{ ...frame, slate: parts[5] === true, ...(part && { part }) }, part === undefined ? 8 : 9];
    }
    case 'status':
      return [{ kind: 'status', streaming: parts[0] === true, fps: number(1) }, 4];
    case 'connected':
      return [{ kind: 'connected', connected: parts[0] === true }, 3];
    case 'visible':
      return [{ kind: 'visible', visible: parts[0] === true }, 3];
    case 'style':
      return [{ kind: 'rungs', rungs: rungsOf(start, parts[0] as Style) }, 3];
    case 'given':
      return [{ kind: 'given', rung: rungOf(parts[0] as Pair) }, 3];
    case 'choose':
      return [{ kind: 'choose', choice: parts[0] === null ? 'automatic' : rungOf(parts[0] as Pair) }, 3];
    case 'tick':
      return [{ kind: 'tick', paintedFps: (parts[0] as number | null) ?? undefined }, 3];
    default:
      throw new Error(`no such word: ${word}`);
  }
}

function written(decision: Decision): unknown {
  if (decision.kind === 'none') return undefined;
  const { reason } = decision;
  const word = reason.kind === 'paused' ? reason.pause : reason.kind;
  return decision.kind === 'hold' ? [word] : [decision.to.scale, decision.to.level, word];
}

describe('what the server decides, the page decides', () => {
  it('in more than one story', () => expect(Object.keys(stories).length).toBeGreaterThan(1));

  it.each(Object.entries(stories))('%s', (_, { start, series }) => {
    const controller = new Controller(rungsOf(start, 'smooth'), rungOf(start.begin), start.jitter, 0);
    const decided = series.map((line) => {
      const [input, length] = inputOf(line, start);
      const decision = written(controller.take(input, line[0]));
      return [...line.slice(0, length), ...(decision === undefined ? [] : [decision])];
    });
    expect(decided).toEqual(series);
  });
});
