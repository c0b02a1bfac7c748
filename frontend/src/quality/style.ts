// What a viewer would rather keep, between visits. In: text that the browser kept. Out: the style, and the
// text to keep. Pure.
import { isFields } from '../protocol/check';
import type { Style } from './rungs';

/** Anything that makes no sense is as on a first visit. */
export function keptStyle(kept: string | undefined): Style {
  try {
    const value: unknown = JSON.parse(kept ?? '{}');
    return isFields(value) && value['style'] === 'sharp' ? 'sharp' : 'smooth';
  } catch {
    return 'smooth';
  }
}

export function styleText(style: Style): string {
  return JSON.stringify({ style });
}
