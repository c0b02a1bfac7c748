// Events in words. In: an event, or a kind. Out: short sentences for the page. Pure; no markup.
import type { Fields } from '../protocol/check';
import { durationWord } from '../ui/numbers';
import type { Kind, PastEvent } from './event';

const KIND_WORDS: Readonly<Record<Kind, string>> = {
  line_crossed: 'Lines crossed',
  zone_above: 'Zones too full',
  zone_below: 'Zones free again',
  loitering: 'Loitering',
  risk_changed: 'Risk',
  source_lost: 'Pictures lost',
  source_back: 'Pictures back',
  model_failed: 'Models failed',
  camera_added: 'Cameras added',
  camera_changed: 'Cameras changed',
  camera_removed: 'Cameras removed',
  camera_started: 'Cameras started',
  camera_stopped: 'Cameras stopped',
};

export function kindWord(kind: Kind): string {
  return KIND_WORDS[kind];
}

/** What happened, without the camera and the time. */
export function eventWord({ kind, more }: PastEvent): string {
  switch (kind) {
    case 'line_crossed':
      return `${said(more, 'class')} crossed ${said(more, 'line')} ${said(more, 'direction')}${speed(more)}`;
    case 'zone_above':
      return `${said(more, 'occupancy')} in ${said(more, 'zone')}, more than ${said(more, 'above')}`;
    case 'zone_below':
      return `${said(more, 'occupancy')} in ${said(more, 'zone')}, no more than ${said(more, 'above')} again`;
    case 'loitering':
      return `${said(more, 'class')} in ${said(more, 'zone')} for ${lasting(more)}`;
    case 'risk_changed':
      return `Risk from ${said(more, 'from')} to ${said(more, 'to')}`;
    case 'source_lost':
      return `No pictures: ${said(more, 'reason')}`;
    case 'source_back':
      return 'Pictures are back';
    case 'model_failed':
      return `The model ${said(more, 'model')} was given up: ${said(more, 'reason')}`;
    case 'camera_added':
      return 'Added';
    case 'camera_changed':
      return `Changed: ${list(more, 'changed')}`;
    case 'camera_removed':
      return 'Removed';
    case 'camera_started':
      return 'Switched on';
    case 'camera_stopped':
      return 'Switched off';
  }
}

function lasting({ seconds }: Fields): string {
  return durationWord(typeof seconds === 'number' ? seconds : 0);
}

function speed(more: Fields): string {
  const speed = more['speed_kmh'];
  return typeof speed === 'number' ? ` at ${speed.toFixed(0)} km/h` : '';
}

/** A text or a number of an event as text; a dash where there is none. */
function said(more: Fields, name: string): string {
  const value = more[name];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '–';
}

function list(more: Fields, name: string): string {
  const value = more[name];
  return Array.isArray(value) && value.length > 0 ? value.join(', ') : 'its description';
}

/** When an event was, for the person's own clock: the day is told where it is another one than now. */
export function timeWord(atMs: number, nowMs: number): string {
  const at = new Date(atMs);
  const time = at.toLocaleTimeString(undefined, { timeStyle: 'medium' });
  const isToday = at.toDateString() === new Date(nowMs).toDateString();
  return isToday ? time : `${at.toLocaleDateString(undefined, { dateStyle: 'medium' })}, ${time}`;
}
