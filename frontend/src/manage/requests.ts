// Requests about cameras. In: names, and what shall be. Out: cameras as they are from then on, or a refusal
// with the server's words.
import { readUploads, type Upload } from '../adding/tried';
import { type Answer, ask, send } from '../api/requests';
import { Refused } from '../layout/refused';
import { type Camera, readCamera, readCameras } from './camera';

/** Longest wait for a change, ms: another source is opened meanwhile. */
const WITHIN_MS = 15_000;

const ALL = '/api/cameras';

/** Every camera, or a thrown `Refused`. */
export async function listCameras(): Promise<Camera[]> {
  const answer = await ask(ALL);
  const cameras = answer.kind === 'ok' ? readCameras(answer.body) : undefined;
  if (cameras === undefined) throw new Refused(answer);
  return cameras;
}

/** Every upload, or a thrown `Refused`. */
export async function listUploads(): Promise<Upload[]> {
  const answer = await ask('/api/uploads');
  const uploads = answer.kind === 'ok' ? readUploads(answer.body) : undefined;
  if (uploads === undefined) throw new Refused(answer);
  return uploads;
}

/** One camera as it is now, or a thrown `Refused`. */
export async function askCamera(name: string): Promise<Camera> {
  return cameraIn(await ask(pathOf(name)));
}

export async function addCamera(camera: { name: string; source: string }): Promise<Camera> {
  return cameraIn(await send(ALL, camera, WITHIN_MS));
}

export async function changeCamera(name: string, change: object): Promise<Camera> {
  return cameraIn(await send(pathOf(name), change, WITHIN_MS, 'PATCH'));
}

/** Switches a camera on or off. */
export async function switchCamera(name: string, on: boolean): Promise<Camera> {
  return cameraIn(await send(`${pathOf(name)}/${on ? 'start' : 'stop'}`, undefined, WITHIN_MS));
}

export async function removeCamera(name: string): Promise<void> {
  const answer = await send(pathOf(name), undefined, WITHIN_MS, 'DELETE');
  if (answer.kind !== 'ok') throw new Refused(answer);
}

function pathOf(name: string): string {
  return `${ALL}/${encodeURIComponent(name)}`;
}

function cameraIn(answer: Answer): Camera {
  const camera = answer.kind === 'ok' ? readCamera(answer.body) : undefined;
  if (camera === undefined) throw new Refused(answer);
  return camera;
}
