// The health of a camera's models, as `GET /api/status` tells it. In: the body of the answer, any value. Out:
// how each model fares, checked field by field, or nothing where the answer makes no sense. Who asks, and
// when, does not belong here.
import { type Fields, inner, isFields, listOf, Malformed, oneOf, optional, text } from './check';

const STATES = ['off', 'loading', 'running', 'failed'] as const;

export type ModelHealth =
  /** Off; the reason is there where a model is needed that nobody has named. */
  | { state: 'off'; reason?: string }
  | { state: 'loading' }
  /** At work; the warning is there where its results are doubtful. */
  | { state: 'running'; warning?: string }
  | { state: 'failed'; reason: string };

/** Health of a camera's models. */
export interface Models {
  crowd: ModelHealth;
  detect: ModelHealth;
}

export function readModels(body: unknown, camera: string): Models | undefined {
  if (!isFields(body)) return undefined;
  try {
    return listOf(body, 'cameras', (each) => each)
      .filter((each) => text(each, 'camera') === camera)
      .map(readCamera)[0];
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}

function readCamera(camera: Fields): Models {
  const models = inner(camera, 'analytics');
  return { crowd: readHealth(inner(models, 'crowd')), detect: readHealth(inner(models, 'detect')) };
}

function readHealth(model: Fields): ModelHealth {
  const state = oneOf(model, 'state', STATES);
  if (state === 'failed') return { state, reason: text(model, 'reason') };
  const [reason, warning] = [optional(model, 'reason', text), optional(model, 'warning', text)];
  if (state === 'off' && reason !== undefined) return { state, reason };
  if (state === 'running' && warning !== undefined) return { state, warning };
  return { state };
}
