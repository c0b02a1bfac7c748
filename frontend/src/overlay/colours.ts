// Which colour means what over the picture. In: class names and densities. Out: colours that go with
// the style sheets. Pure; where they are put does not belong here.
import { type ClassKind, kindOf } from '../results/classes';

/** Colour of lines, zones and what is written on them: `--text` of style/base.css. */
export const NEUTRAL = '#e9eef2';

/** Colour of what is said about the picture when it is not as it should be: `--warn` of style/base.css. */
export const WARNING = '#e2b24c';

/** Colours by kind; people have `--accent` of style/base.css, since they are what this product is about. */
const BY_KIND: Readonly<Record<ClassKind, string>> = {
  people: '#5cc8b0',
  vehicles: '#e8c27a',
  two_wheels: '#8fb8f6',
  others: '#c9aeea',
};

export function classColour(name: string): string {
  return BY_KIND[kindOf(name)];
}

/** Red, green and blue, each 0 to 255. */
type Rgb = readonly [red: number, green: number, blue: number];

/** Red, green and blue, and how much of the picture they cover, each 0 to 255. */
type Rgba = [red: number, green: number, blue: number, cover: number];

/**
 * Colours of rising densities, from the palette "inferno" of matplotlib (CC0): its lightness rises evenly, so
 * that twice as dense looks twice as bright, also to the colour-blind. Its darkest quarter is left out; there
 * the picture shines through instead.
 */
const RAMP: readonly Rgb[] = [
  [87, 16, 110],
  [138, 34, 106],
  [188, 55, 84],
  [228, 90, 49],
  [249, 142, 9],
  [249, 201, 50],
];
/**
 * Cover of the heat map: a cell below the density `from` counts as empty, one above `to` covers the share
 * `most` of the picture, which is as much as any may.
 */
const COVERING = { from: 0.06, to: 0.45, most: 0.62 };

/** Colour of a density of 0 to 1. */
export function heatColour(density: number): Rgba {
  const at = Math.min(1, Math.max(0, density)) * (RAMP.length - 1);
  const below = Math.min(Math.floor(at), RAMP.length - 2);
  const from = RAMP[below];
  const to = RAMP[below + 1];
  if (from === undefined || to === undefined) return [0, 0, 0, 0];
  const mix = (channel: 0 | 1 | 2) => from[channel] + (to[channel] - from[channel]) * (at - below);
  const rising = Math.min(1, Math.max(0, (density - COVERING.from) / (COVERING.to - COVERING.from)));
  return [mix(0), mix(1), mix(2), 255 * COVERING.most * rising];
}
