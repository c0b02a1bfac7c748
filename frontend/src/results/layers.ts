// The layers that a person wants to see of the analytics. In: switches, and what the browser kept from the
// last visit. Out: the choices, ready to be kept again. Pure; what each layer looks like does not belong
// here.
import { isFields } from '../protocol/check';

export interface Layers {
  boxes: boolean;
  /** Numbers, classes and speeds next to boxes. */
  labels: boolean;
  /** The way that each object came in the last seconds. */
  trails: boolean;
  heat: boolean;
  /** Lines and zones, with their counts. */
  lines: boolean;
  /** Blocks of the picture that the server sent, which is no matter of analytics. */
  blocks: boolean;
}

export interface Choices extends Layers {
  panel: boolean;
}

/** Choices of a first visit: all but what only the curious want to see. */
export const EVERYTHING: Choices = {
  boxes: true,
  labels: true,
  trails: true,
  heat: true,
  lines: true,
  blocks: false,
  panel: true,
};

/**
 * Whether anything on the page is made from results, so that they have to be asked for. The panel's figures
 * are: with every layer off the server is told to stop only once the panel is hidden as well.
 */
export function needsResults({ boxes, labels, trails, heat, lines, panel }: Choices): boolean {
  return boxes || labels || trails || heat || lines || panel;
}

/** Choices kept from the last visit; whatever is missing or makes no sense is as on a first visit. */
export function readChoices(kept: string | undefined): Choices {
  const fields = parse(kept);
  const choice = (name: keyof Choices) => {
    const value = fields[name];
    return typeof value === 'boolean' ? value : EVERYTHING[name];
  };
  return {
    boxes: choice('boxes'),
    labels: choice('labels'),
    trails: choice('trails'),
    heat: choice('heat'),
    lines: choice('lines'),
    blocks: choice('blocks'),
    panel: choice('panel'),
  };
}

function parse(kept: string | undefined): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(kept ?? '{}');
    return isFields(value) ? value : {};
  } catch {
    return {};
  }
}
