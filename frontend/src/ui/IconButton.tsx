// A button with a picture on it. In: its hook for tests, its label, its picture and what any button takes.
// Out: the button. What a click does, and where the button stands, is the caller's.
import type { ButtonHTMLAttributes } from 'react';

interface Props extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** Name under which tests find the button. */
  hook: string;
  label: string;
  /** Lines of the picture: an SVG path in a square of 20 by 20. */
  icon: string;
}

export function IconButton({ hook, label, icon, className = '', title = label, ...button }: Props) {
  return (
    <button
      type="button"
      className={`icon-button ${className}`}
      data-testid={hook}
      aria-label={label}
      {...button}
      title={title}
    >
      <Icon lines={icon} />
    </button>
  );
}

/** A picture of lines. */
export function Icon({ lines }: { lines: string }) {
  return (
    <svg viewBox="0 0 20 20" aria-hidden="true">
      <path d={lines} />
    </svg>
  );
}
