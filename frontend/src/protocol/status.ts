// The cameras that there are and the health of their models, as `GET /api/status` tells them. In: the body of
// the answer, any value. Out: what each camera does and how each model fares, checked field by field, or
// nothing where the answer makes no sense. Who asks, and when, does not belong here.
import { type Fields, inner, isFields, listOf, Malformed, oneOf, optional, text } from './check';
import { type CameraState, readState } from './protocol';

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

/** One of the cameras that a server has. */
export interface ListedCamera {
  name: string;
  state: CameraState;
  /** Reason why no picture comes, or none that changes; undefined where nothing is wrong. */
  reason: string | undefined;
}

/** Every camera of a server, in the server's order. */
export function readCameras(body: unknown): ListedCamera[] | undefined {
  return checked(body, (fields) => listOf(fields, 'cameras', readListed));
}

export function readModels(body: unknown, camera: string): Models | undefined {
  return checked(body, (fields) =>
    listOf(fields, 'cameras', (each) => each)
      .filter((each) => text(each, 'camera') === camera)
      .map(readCamera),
  )?.[0];
}

/** What `read` makes of a body; undefined where the body makes no sense. */
function checked<T>(body: unknown, read: (fields: Fields) => T): T | undefined {
  if (!isFields(body)) return undefined;
  try {
    return read(body);
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}

function readListed(camera: Fields): ListedCamera {
  const reason = optional(camera, 'reason', text);
  return {
    name: text(camera, 'camera'),
    state: readState(text(camera, 'state')),
    reason: reason === '' ? undefined : reason,
  };
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
