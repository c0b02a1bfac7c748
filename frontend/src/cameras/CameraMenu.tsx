// The name of the watched camera as a menu of all. In: the cameras, the name of the watched one, and what to
// do when the menu opens and when another camera is chosen. Out: a button with the name, and the menu under
// it while it is open: keys move in it, Escape, Tab and a click elsewhere close it.
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import type { ListedCamera } from '../protocol/status';
import { CameraEntry } from './CameraEntry';
import { entryAfter } from './keys';
import { useOutside } from '../ui/outside';

interface Props {
  cameras: readonly ListedCamera[];
  /** Name of the watched camera, which need not be among them; undefined where none is watched. */
  watched: string | undefined;
  onOpen: () => void;
  onChoose: (camera: string) => void;
}

export function CameraMenu({ cameras, watched, onOpen, onChoose }: Props) {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const menuId = useId();
  const close = () => setOpen(false);
  const show = () => {
    setOpen(true);
    onOpen();
  };
  const leave = () => {
    // What had the focus goes; without this the focus would begin at the top of the page again.
    button.current?.focus();
    close();
  };
  useOutside(box, open, close);
  const openWithKey = (event: KeyboardEvent) => {
    if (open || (event.key !== 'ArrowDown' && event.key !== 'ArrowUp')) return;
    event.preventDefault();
    show();
  };
  return (
    <div className="camera-menu" ref={box}>
      <button
        ref={button}
        type="button"
        className="camera-button"
        data-testid="camera-menu"
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? menuId : undefined}
        aria-label={watched === undefined ? 'Choose a camera' : `Camera ${watched}, choose another`}
        onClick={open ? close : show}
        onKeyDown={openWithKey}
      >
        <span className="camera" data-testid="camera">
          {watched ?? 'Cameras'}
        </span>
        <svg className="chevron" viewBox="0 0 10 6" aria-hidden="true">
          <path d="M1 1l4 4 4-4" />
        </svg>
      </button>
      {open && (
        <Entries id={menuId} cameras={cameras} watched={watched} onLeave={leave} onChoose={onChoose} />
      )}
    </div>
  );
}

type EntriesProps = Omit<Props, 'onOpen'> & { id: string; onLeave: () => void };

function Entries({ id, cameras, watched, onLeave, onChoose }: EntriesProps) {
  const menu = useRef<HTMLUListElement>(null);
  const names = cameras.map(({ name }) => name);
  const entries = () => [...(menu.current?.querySelectorAll<HTMLElement>('[role="menuitemradio"]') ?? [])];
  const start = watched === undefined ? 0 : Math.max(0, names.indexOf(watched));

  // When the menu opens, and when the entry that had the focus has gone from the list.
  useEffect(() => {
    if (!entries().some((entry) => entry === document.activeElement)) entries()[start]?.focus();
  });

  const move = (event: KeyboardEvent) => {
    // The key is the menu's, not the page's.
    if (event.key === 'Escape') event.preventDefault();
    if (event.key === 'Tab' || event.key === 'Escape') onLeave();
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const at = entries().findIndex((entry) => entry === document.activeElement);
    const next = entryAfter(event.key, at, names);
    if (next === undefined) return;
    event.preventDefault();
    entries()[next]?.focus();
  };

  return (
    <ul id={id} ref={menu} className="camera-list" role="menu" aria-label="Cameras" onKeyDown={move}>
      {cameras.map((camera) => (
        <li key={camera.name} role="none">
          <button
            type="button"
            className="entry-button"
            role="menuitemradio"
            aria-checked={camera.name === watched}
            tabIndex={-1}
            data-testid="camera-entry"
            data-camera={camera.name}
            title={camera.reason}
            onClick={() => {
              onLeave();
              onChoose(camera.name);
            }}
          >
            <CameraEntry camera={camera} />
          </button>
        </li>
      ))}
    </ul>
  );
}
