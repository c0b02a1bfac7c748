// A part of the panel under a heading of its own. In: the heading, how old the figures under it are where
// that is worth telling, and the figures. Out: a section.
import type { ReactNode } from 'react';
import { ageWord } from './words';

interface Props {
  title: string;
  /** Class of a part that the style sheets lay out apart from others. */
  className?: string;
  ageS: number | undefined;
  children: ReactNode;
}

export function Group({ title, className = '', ageS, children }: Props) {
  return (
    <section className={`group ${className}`.trim()}>
      <h2 className="group-title">
        {title}
        <Age seconds={ageS} />
      </h2>
      {children}
    </section>
  );
}

/** Age behind a heading; nothing while figures are as new as they should be. */
export function Age({ seconds }: { seconds: number | undefined }) {
  if (seconds === undefined) return null;
  return (
    <span className="age" data-testid="age">
      {ageWord(seconds)}
    </span>
  );
}
