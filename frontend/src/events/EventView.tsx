// One event, large. In: the event, and its neighbours in the list. Out: its picture and words in a dialog,
// and ways to the neighbours, by buttons and by the arrow keys; Escape closes it.
import { type KeyboardEvent, useEffect, useRef } from 'react';
import { Link } from 'wouter';
import { IconButton } from '../ui/IconButton';
import type { PastEvent } from './event';
import { eventWord, timeWord } from './words';

interface Props {
  event: PastEvent;
  /** Path of its picture; undefined where it has none. */
  picture: string | undefined;
  nowMs: number;
  newer: PastEvent | undefined;
  older: PastEvent | undefined;
  onOpen: (event: PastEvent) => void;
  onClose: () => void;
}

const LEFT = 'M12 4L6 10l6 6';
const RIGHT = 'M8 4l6 6-6 6';
const CROSS = 'M5 5l10 10M15 5L5 15';

export function EventView({ event, picture, nowMs, newer, older, onOpen, onClose }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (dialog.current?.open === false) dialog.current.showModal();
  }, []);
  const move = (press: KeyboardEvent) => {
    // With a modifier they are the browser's.
    if (press.altKey || press.ctrlKey || press.metaKey) return;
    const next = press.key === 'ArrowLeft' ? newer : press.key === 'ArrowRight' ? older : undefined;
    if (next !== undefined) onOpen(next);
  };
  return (
    <dialog
      ref={dialog}
      className="event-dialog"
      data-testid="event"
      data-event={event.id}
      aria-labelledby="event-what"
      onClose={onClose}
      onKeyDown={move}
    >
      <div className="event-bar">
        <div className="event-words" role="status">
          <h2 className="event-what" id="event-what">
            {eventWord(event)}
          </h2>
          <p className="event-where">
            {event.camera}, {timeWord(event.atMs, nowMs)}
          </p>
        </div>
        <Step hook="event-newer" label="Newer" icon={LEFT} to={newer} onOpen={onOpen} />
        <Step hook="event-older" label="Older" icon={RIGHT} to={older} onOpen={onOpen} />
        <IconButton hook="event-close" label="Close" icon={CROSS} onClick={() => dialog.current?.close()} />
      </div>
      {picture === undefined ? (
        <p className="event-none">This event has no picture</p>
      ) : (
        <img className="event-large" src={picture} alt={`What camera ${event.camera} saw`} />
      )}
      <p className="event-foot">
        {picture !== undefined && event.snapshot === undefined && 'The picture is of the same moment. '}
        <Link href={`/?camera=${encodeURIComponent(event.camera)}`}>Watch {event.camera} now</Link>
      </p>
    </dialog>
  );
}

interface StepProps {
  hook: string;
  label: string;
  icon: string;
  to: PastEvent | undefined;
  onOpen: (event: PastEvent) => void;
}

function Step({ hook, label, icon, to, onOpen }: StepProps) {
  return (
    <IconButton
      hook={hook}
      label={label}
      icon={icon}
      // One that is disabled would lose the focus.
      aria-disabled={to === undefined}
      onClick={() => {
        if (to !== undefined) onOpen(to);
      }}
    />
  );
}
