// A button with a picture on it, over the stage. In: its hook for tests, what it says, its picture and what
// any button takes. Out: the button. What it does is its caller's.
import type { ButtonHTMLAttributes } from 'react';

interface Props extends ButtonHTMLAttributes<HTMLButtonElement> {
  hook: string;
  label: string;
  /** The lines of its picture, as an SVG path on 20 by 20. */
  icon: string;
  kind: 'panel-button' | 'full-screen';
}

export function StageButton({ hook, label, icon, kind, title = label, ...button }: Props) {
  return (
    <button
      type="button"
      className={`stage-button ${kind}`}
      data-testid={hook}
      aria-label={label}
      {...button}
      title={title}
    >
      <svg viewBox="0 0 20 20" aria-hidden="true">
        <path d={icon} />
      </svg>
    </button>
  );
}
