// Cameras as whoever may change them sees them. In: bodies of `/api/cameras`, any value. Out: how each fares
// and is described, checked field by field, or nothing where the answer makes no sense. What a line or a zone
// says beside its name and place is kept as it came, so that it goes back as it was.
import type { FieldOf } from '../api/told';
import { checked, count, type Fields, inner, listOf, text } from '../protocol/check';
import type { Size } from '../overlay/geometry';
import { type CameraState, readState } from '../protocol/protocol';

export interface Camera {
  name: string;
  state: CameraState;
  /** Reason why no picture comes; undefined where all is well. */
  reason: string | undefined;
  /** Where pictures come from; no user and no password. */
  source: string;
  /** Whether the source has a password, which nobody is told. */
  hasPassword: boolean;
  /** Whether somebody has switched it off. */
  off: boolean;
  /** Size of its pictures; undefined until there is one. */
  size: Size | undefined;
  lines: readonly Fields[];
  zones: readonly Fields[];
}

const CAMERAS: FieldOf<'Cameras'> = 'cameras';
const [NAME, STATE, REASON, SOURCE, WIDTH, HEIGHT, SETTINGS] = [
  'camera',
  'state',
  'reason',
  'source',
  'width',
  'height',
  'settings',
] as const satisfies readonly FieldOf<'Camera'>[];
const [ENABLED, PASSWORD_SET, LINES, ZONES] = [
  'enabled',
  'password_set',
  'lines',
  'zones',
] as const satisfies readonly FieldOf<'CameraSettings'>[];

export function readCameras(body: unknown): Camera[] | undefined {
  return checked(body, (fields) => listOf(fields, CAMERAS, readFields));
}

export function readCamera(body: unknown): Camera | undefined {
  return checked(body, readFields);
}

function readFields(camera: Fields): Camera {
  // Who may not know how cameras are described is told null.
  const settings = given(camera, SETTINGS) ? inner(camera, SETTINGS) : {};
  const places = (name: string) => (given(settings, name) ? listOf(settings, name, (place) => place) : []);
  const [width, height] = [count(camera, WIDTH), count(camera, HEIGHT)];
  return {
    name: text(camera, NAME),
    state: readState(text(camera, STATE)),
    reason: text(camera, REASON) || undefined,
    source: text(camera, SOURCE),
    hasPassword: settings[PASSWORD_SET] === true,
    off: settings[ENABLED] === false,
    size: width > 0 && height > 0 ? { width, height } : undefined,
    lines: places(LINES),
    zones: places(ZONES),
  };
}

function given(fields: Fields, name: string): boolean {
  return fields[name] !== null && fields[name] !== undefined;
}
