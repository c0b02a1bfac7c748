// What the server says of itself and of its cameras. In: bodies of `/api/status` and `/api/ready`, any value.
// Out: version, time since the start, cameras with their viewers and models, and what does not work as it
// should; checked field by field, or nothing where the answer makes no sense.
import type { Answer } from '../api/requests';
import type { FieldOf } from '../api/told';
import { amount, checked, count, type Fields, listOf, text, texts } from '../protocol/check';
import { type ListedCamera, type Models, readCameras, readModels } from '../protocol/status';

const [SERVER, UPTIME, CAMERAS] = [
  'server',
  'uptime_seconds',
  'cameras',
] as const satisfies readonly FieldOf<'Status'>[];
const [CAMERA, FPS, VIEWERS] = [
  'camera',
  'fps',
  'viewers',
] as const satisfies readonly FieldOf<'CameraStatus'>[];
const DEGRADED: FieldOf<'Ready'> = 'degraded';

export interface ServerCamera extends ListedCamera {
  /** Frames a second that come from it. */
  fps: number;
  viewers: number;
  models: Models | undefined;
}

export interface ServerState {
  version: string;
  uptimeS: number;
  cameras: readonly ServerCamera[];
}

export function readServer(body: unknown): ServerState | undefined {
  const listed = readCameras(body);
  return checked(body, (fields) => ({
    version: text(fields, SERVER),
    uptimeS: count(fields, UPTIME),
    cameras: listOf(fields, CAMERAS, (camera) => readCamera(camera, body, listed ?? [])).flat(),
  }));
}

function readCamera(fields: Fields, body: unknown, listed: readonly ListedCamera[]): ServerCamera[] {
  const name = text(fields, CAMERA);
  const [fps, viewers] = [amount(fields, FPS), count(fields, VIEWERS)];
  return listed
    .filter((camera) => camera.name === name)
    .map((camera) => ({ ...camera, fps, viewers, models: readModels(body, name) }));
}

/** Code under which the server says that a camera has no picture; what else is wrong comes along. */
const NO_PICTURE = 'no_picture';

/** What does not work as it should, a sentence each; undefined where nobody says. */
export function readWrongs(answer: Answer): string[] | undefined {
  if (answer.kind === 'ok') return checked(answer.body, (fields) => texts(fields, DEGRADED));
  if (answer.kind === 'refused' && answer.code === NO_PICTURE)
    return [answer.message, ...(answer.degraded ?? [])];
  return undefined;
}
