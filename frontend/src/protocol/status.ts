// The cameras that there are and the health of their models, as `GET /api/status` tells them. In: the body of
// the answer, any value. Out: what each camera does and how each model fares, checked field by field, or
// nothing where the answer makes no sense. Names of fields and states are those of the server's description.
// Who asks, and when, does not belong here.
import type { FieldOf, Same, Told } from '../api/told';
import { amount, checked, type Fields, inner, listOf, oneOf, optional, text } from './check';
import { type CameraState, readState } from './protocol';

const STATES = ['off', 'loading', 'running', 'failed'] as const;

/** Neither more states than the server has, nor fewer. */
export const STATES_FIT: Same<(typeof STATES)[number], Told<'ModelHealth'>['state']> = true;
export const CAMERA_STATES_FIT: Same<Exclude<CameraState, 'unknown'>, Told<'CameraState'>> = true;

const [CAMERAS, FILE_REFUSED, SERVICES] = [
  'cameras',
  'cameras_file_refused',
  'services',
] as const satisfies readonly FieldOf<'Status'>[];
const [CAMERA, STATE, REASON, ANALYTICS] = [
  'camera',
  'state',
  'reason',
  'analytics',
] as const satisfies readonly FieldOf<'CameraStatus'>[];
const [SERVICE, TOLD, TROUBLE, NEXT_TRY, MUTED] = [
  'service',
  'told',
  'reason',
  'next_try_seconds',
  'muted_seconds',
] as const satisfies readonly FieldOf<'ServiceStatus'>[];
const [CROWD, DETECT] = ['crowd', 'detect'] as const satisfies readonly FieldOf<'Models'>[];
const [WHY, WARNING] = ['reason', 'warning'] as const satisfies readonly FieldOf<'ModelHealth'>[];

export type ModelHealth =
  /** Off; the reason is there where a model is needed, for those who may change cameras. */
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
  return checked(body, (fields) => listOf(fields, CAMERAS, readListed));
}

/**
 * Why the cameras are not as their file says, in the server's words; undefined where they are, and for who
 * may not know.
 */
export function readFileTrouble(body: unknown): string | undefined {
  return checked(body, (fields) =>
    fields[FILE_REFUSED] === null ? undefined : optional(fields, FILE_REFUSED, text),
  );
}

/** A service that tells people or programs what cameras see, and what keeps it from that. */
export interface ListedService {
  /** The server's name for it, such as `telegram`. */
  name: string;
  /** Messages or rows that arrived since the server started. */
  told: number;
  /** What is wrong, in the server's words; undefined while messages arrive. */
  reason: string | undefined;
  /** Time until the next try, s; undefined where there is none. */
  nextTryS: number | undefined;
  /** Time for which somebody wants no messages, s; undefined where all are told. */
  mutedS: number | undefined;
}

/** The services of a server; none for who may not know. */
export function readServices(body: unknown): ListedService[] {
  const read = (fields: Fields) => (given(fields, SERVICES) ? listOf(fields, SERVICES, readService) : []);
  return checked(body, read) ?? [];
}

export function readModels(body: unknown, camera: string): Models | undefined {
  return checked(body, (fields) =>
    listOf(fields, CAMERAS, (each) => each)
      .filter((each) => text(each, CAMERA) === camera)
      .map(readCamera),
  )?.[0];
}

function readService(service: Fields): ListedService {
  const seconds = (name: string) => (given(service, name) ? amount(service, name) : undefined);
  return {
    name: text(service, SERVICE),
    told: amount(service, TOLD),
    reason: given(service, TROUBLE) ? text(service, TROUBLE) : undefined,
    nextTryS: seconds(NEXT_TRY),
    mutedS: seconds(MUTED),
  };
}

function given(fields: Fields, name: string): boolean {
  return fields[name] !== null && fields[name] !== undefined;
}

function readListed(camera: Fields): ListedCamera {
  const reason = optional(camera, REASON, text);
  return {
    name: text(camera, CAMERA),
    state: readState(text(camera, STATE)),
    reason: reason === '' ? undefined : reason,
  };
}

function readCamera(camera: Fields): Models {
  const models = inner(camera, ANALYTICS);
  return { crowd: readHealth(inner(models, CROWD)), detect: readHealth(inner(models, DETECT)) };
}

function readHealth(model: Fields): ModelHealth {
  const state = oneOf(model, 'state', STATES);
  if (state === 'failed') return { state, reason: text(model, WHY) };
  const [reason, warning] = [optional(model, WHY, text), optional(model, WARNING, text)];
  if (state === 'off' && reason !== undefined) return { state, reason };
  if (state === 'running' && warning !== undefined) return { state, warning };
  return { state };
}
