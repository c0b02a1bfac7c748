// Rungs and reasons in words. In: what the controller says. Out: short text for people. Pure; no markup.
import type { Rung } from '../protocol/protocol';
import type { Pause, Reason, Step } from './decision';
import type { Cause } from './graph';
import type { Style } from './rungs';

export function sizeWord(scale: number): string {
  switch (scale) {
    case 1:
      return 'full size';
    case 2:
      return 'half size';
    case 4:
      return 'quarter size';
    default:
      return scale === 8 ? 'eighth size' : `1/${scale} size`;
  }
}

export function rungWord({ level, scale }: Rung): string {
  return `level ${level}, ${sizeWord(scale)}`;
}

export function styleWord(style: Style): string {
  return style === 'smooth' ? 'Smooth' : 'Sharp';
}

/** What a style could not do here, if so: pictures below half size are none that Sharp would choose. */
export function shortfallWord(style: Style, { scale }: Rung): string | undefined {
  return style === 'sharp' && scale > 2
    ? 'not even 10 FPS fit at half size, so Sharp does as Smooth does'
    : undefined;
}

export function reasonWord(reason: Reason): string {
  switch (reason.kind) {
    case 'slow':
      return `${reason.fps.toFixed(1)} of ${rounded(reason.least)} FPS arrived`;
    case 'silent':
      return 'no picture arrived';
    case 'device':
      return `this browser painted only ${reason.paintedFps.toFixed(1)} FPS`;
    case 'device_anyway':
      return `this browser paints only ${reason.paintedFps.toFixed(1)} FPS, of smaller frames as well`;
    case 'room':
      return `all ${reason.fps.toFixed(1)} FPS arrived`;
    case 'in_band':
      return `${reason.fps.toFixed(1)} FPS arrive, which is as it should be`;
    case 'still':
      return 'the picture stands still, and nothing of it is missing';
    case 'highest':
      return `${reason.fps.toFixed(1)} FPS arrive at the highest quality`;
    case 'lowest':
      return `${reason.fps.toFixed(1)} FPS arrive at the lowest quality`;
    case 'not_yet':
      return `${placeWord(reason.next)} was too much; next try in ${Math.ceil(reason.waitMs / 1000)} s`;
    case 'no_room':
      return `${placeWord(reason.next)} needs more than this link carries`;
    case 'measuring':
      return 'measuring';
    case 'paused':
      return pauseWord(reason.pause);
    case 'chosen':
      return 'chosen by hand';
    case 'offered':
      return 'the nearest that is offered';
  }
}

export function pauseWord(pause: Pause): string {
  switch (pause) {
    case 'disconnected':
      return 'not connected';
    case 'hidden':
      return 'paused while this tab is hidden';
    case 'camera_away':
      return 'paused while the camera is away';
    case 'stills':
      return 'paused while the camera gives single pictures';
    case 'by_hand':
      return 'chosen by hand';
  }
}

/** The size is named where it changes. */
export function stepWord({ from, to, reason }: Step): string {
  const way =
    from.scale === to.scale
      ? `level ${from.level} → ${to.level}`
      : `level ${from.level}, ${sizeWord(from.scale)} → ${to.level}, ${sizeWord(to.scale)}`;
  return `${way}: ${reasonWord(reason)}`;
}

export function causeWord(cause: Cause): string {
  switch (cause) {
    case 'link':
      return 'link too slow';
    case 'browser':
      return 'browser too slow';
    case 'room':
      return 'room for more';
    case 'choice':
      return 'chosen by hand';
  }
}

export function agoWord(seconds: number): string {
  if (seconds < 60) return `${seconds} s ago`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min ago` : `${Math.floor(minutes / 60)} h ago`;
}

/** A full picture goes without saying. */
function placeWord({ level, scale }: Rung): string {
  return scale === 1 ? `level ${level}` : `level ${level} at ${sizeWord(scale)}`;
}

/** 28, but 20.6. */
function rounded(value: number): string {
  return String(Math.round(value * 10) / 10);
}
