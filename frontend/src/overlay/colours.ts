// Which colour means what over the picture. In: class names and densities. Out: colours that go with
// style.css. Pure; where they are put does not belong here.

/** `--accent` of style.css: people are what this product is about. */
const PEOPLE = '#5cc8b0';
const VEHICLES = '#e8c27a';
const TWO_WHEELS = '#8fb8f6';
const OTHERS = '#c9aeea';
/** Lines, zones and what is written on them. */
export const NEUTRAL = '#e9eef2';

const BY_CLASS: ReadonlyMap<string, string> = new Map([
  ['person', PEOPLE],
  ...['car', 'bus', 'truck', 'van', 'train'].map((name) => [name, VEHICLES] as const),
  ...['bicycle', 'motorcycle', 'scooter'].map((name) => [name, TWO_WHEELS] as const),
]);

export function classColour(name: string): string {
  return BY_CLASS.get(name) ?? OTHERS;
}

export function isVehicle(name: string): boolean {
  return classColour(name) === VEHICLES;
}

type Rgb = readonly [number, number, number];

/**
 * From the palette "inferno" of matplotlib (CC0): its lightness rises evenly, so that twice as dense looks
 * twice as bright, also to the colour-blind. Its darkest quarter is left out; there the picture shines
 * through instead.
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
 * Below the first density a cell counts as empty, above the second it covers as much of the picture as any
 * may.
 */
const COVERING = { from: 0.06, to: 0.45, most: 0.62 };

/** Red, green, blue and cover, each 0 to 255, for a density of 0 to 1. */
export function heatColour(density: number): [number, number, number, number] {
  const at = Math.min(1, Math.max(0, density)) * (RAMP.length - 1);
  const below = Math.min(Math.floor(at), RAMP.length - 2);
  const [from, to] = [RAMP[below], RAMP[below + 1]];
  if (from === undefined || to === undefined) return [0, 0, 0, 0];
  const mix = (channel: 0 | 1 | 2) => from[channel] + (to[channel] - from[channel]) * (at - below);
  const rising = Math.min(1, Math.max(0, (density - COVERING.from) / (COVERING.to - COVERING.from)));
  return [mix(0), mix(1), mix(2), 255 * COVERING.most * rising];
}
