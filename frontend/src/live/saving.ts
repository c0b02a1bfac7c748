// Saving a picture of a camera. In: the camera, and the layers over its picture. Out: the address of that
// picture, and a name for its file. Pure.
import type { Layers } from '../results/layers';

/** Layers that the server paints, by the name that it knows them by. */
const PAINTED = ['boxes', 'labels', 'heat', 'lines'] as const satisfies readonly (keyof Layers)[];

/** Path of the newest picture at the highest level, with the layers that are shown. */
export function pictureAddress(camera: string, layers: Layers | undefined): string {
  const painted = PAINTED.filter((layer) => layers?.[layer] === true);
  const overlay = painted.length === 0 ? '0' : painted.join(',');
  return `/api/snapshot/${encodeURIComponent(camera)}?overlay=${overlay}`;
}

/** Name of the file, such as `yard-2026-03-02-10-04-05.jpg`, by the clock on the wall. */
export function fileName(camera: string, now: Date): string {
  const parts = [now.getFullYear(), now.getMonth() + 1, now.getDate()];
  const time = [now.getHours(), now.getMinutes(), now.getSeconds()];
  return `${[camera, ...[...parts, ...time].map((part) => String(part).padStart(2, '0'))].join('-')}.jpg`;
}
