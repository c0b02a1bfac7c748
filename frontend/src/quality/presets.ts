// Qualities that have a name. In: a rung, or a name. Out: the other one. Pure.
import type { Rung } from '../protocol/protocol';
import { isSame } from './rungs';

interface Preset {
  name: string;
  word: string;
  rung: Rung;
}

/** Most bytes first. Data saver takes an eighth of the bytes of medium. */
export const PRESETS: readonly Preset[] = [
  { name: 'high', word: 'High', rung: { level: 85, scale: 1 } },
  { name: 'medium', word: 'Medium', rung: { level: 60, scale: 1 } },
  { name: 'low', word: 'Low', rung: { level: 50, scale: 2 } },
  { name: 'saver', word: 'Data saver', rung: { level: 70, scale: 4 } },
];

export function presetOf(rung: Rung): Preset | undefined {
  return PRESETS.find((preset) => isSame(preset.rung, rung));
}

/** Rung of a name, or of a level at the scale that is chosen now. */
export function rungOf(value: string, now: Rung): Rung {
  const preset = PRESETS.find(({ name }) => name === value);
  return preset?.rung ?? { ...now, level: Number(value) };
}
