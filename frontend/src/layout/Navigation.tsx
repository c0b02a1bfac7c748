// The ways between the pages. In: where the page is. Out: a link to each.
import { Link } from 'wouter';
import { lastLive } from './last_live';

interface Place {
  href: string;
  word: string;
}

const PLACES: readonly Place[] = [
  { href: '/', word: 'Live' },
  { href: '/events', word: 'Events' },
  { href: '/history', word: 'History' },
];

export function Navigation({ at }: { at: string }) {
  return (
    <nav className="places" aria-label="Pages">
      {PLACES.map(({ href, word }) => (
        <Link
          key={href}
          href={href === '/' ? lastLive() : href}
          className="place"
          aria-current={href === at ? 'page' : undefined}
        >
          {word}
        </Link>
      ))}
    </nav>
  );
}
