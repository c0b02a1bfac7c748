// States in words. In: a snapshot or a part of it. Out: short text for the page and for screen readers. Pure;
// no markup.
import type { ConnectionState } from '../connection/connection';
import type { CameraState } from '../protocol/protocol';
import type { ListedService } from '../protocol/status';
import { serviceName } from '../services/words';
import { durationWord } from '../ui/numbers';
import type { Snapshot } from './snapshot';

export function connectionWord(connection: ConnectionState): string {
  switch (connection.kind) {
    case 'connecting':
      return 'Connecting';
    case 'open':
      return 'Connected';
    case 'waiting':
      return 'Disconnected';
    case 'refused':
      return 'Refused';
    case 'stopped':
      return 'Stopped';
  }
}

export function cameraWord(state: CameraState): string {
  switch (state) {
    case 'streaming':
      return 'Live';
    case 'frozen':
      return 'Picture frozen';
    case 'connecting':
      return 'Camera connecting';
    case 'reconnecting':
      return 'Camera lost, reconnecting';
    case 'stopped':
      return 'Camera stopped';
    case 'unknown':
      return 'Camera in a state not known to this page';
  }
}

/** State of the camera as far as this page can know it; without a connection nothing is known. */
export function cameraState(snapshot: Snapshot): CameraState {
  return snapshot.connection.kind === 'open' ? (snapshot.status?.state ?? 'connecting') : 'connecting';
}

/**
 * Sentences about what is not as it should be, as the server says them; none without a connection, since then
 * nothing is known.
 */
export function troubles({ connection, status }: Snapshot): string[] {
  if (connection.kind !== 'open' || status === undefined) return [];
  // That there is no picture is said by the state already.
  const reasons = status.reason === undefined || status.reasonCode === 'no_picture' ? [] : [status.reason];
  // Of a frozen camera the reason is a degradation as well.
  const sentences = new Set([...reasons, ...status.degraded]);
  if (status.state === 'frozen' && sentences.size === 0)
    sentences.add('the camera sends the same picture over and over');
  return [...sentences].map(sentence);
}

/** Words of the server as a sentence by itself. */
export function sentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Sentences about what keeps a service from telling what cameras see. */
export function serviceTroubles({ name, reason, nextTryS, mutedS }: ListedService): string[] {
  const who = serviceName(name);
  const next = nextTryS === undefined ? '' : `; next try in ${durationWord(nextTryS)}`;
  return [
    ...(reason === undefined ? [] : [`${who}: ${reason}${next}`]),
    ...(mutedS === undefined
      ? []
      : [`${who}: no messages for another ${durationWord(mutedS)}, as somebody wished`]),
  ];
}

/** Beginning of a sentence about models, as the server words them. */
const ABOUT_MODELS = /^(the )?(shipped )?(analytics|crowd|detector|models?)\b/i;

/** Sentences about models alone, which matter to whoever reads what these found. */
export function modelTroubles(snapshot: Snapshot): string[] {
  return troubles(snapshot).filter((each) => ABOUT_MODELS.test(each));
}

/** Letters shown at most of a name that no camera has. */
const SHOWN_LETTERS = 32;

/** Sentence about a connection that will not come by itself, or not at once. */
export function noticeWord({ connection, camera, hello }: Snapshot): string | undefined {
  if (connection.kind === 'waiting') return connection.message;
  if (connection.kind !== 'refused') return undefined;
  if (connection.why === 'token') return sentence(connection.message);
  if (connection.why !== 'camera') return connection.message;
  // A camera that has said hello was there.
  if (hello !== undefined) return `The camera ${hello.camera} was removed`;
  if (camera === undefined) return 'There is no camera';
  const name = camera.length > SHOWN_LETTERS ? `${camera.slice(0, SHOWN_LETTERS)}…` : camera;
  return `There is no camera ${name}`;
}

export function viewersWord(viewers: number): string {
  return viewers === 1 ? '1 viewer' : `${viewers} viewers`;
}

/** Sentence for screen readers. It changes only when the state does, never with a countdown or a figure. */
export function announcement(snapshot: Snapshot): string {
  const { connection } = snapshot;
  const notice = noticeWord(snapshot);
  if (notice !== undefined) return `${notice}.`;
  if (connection.kind !== 'open') return `${connectionWord(connection)}.`;
  return snapshot.status === undefined ? 'Connected.' : `Connected. ${cameraWord(snapshot.status.state)}.`;
}
