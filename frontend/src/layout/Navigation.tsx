// The ways between the pages. In: where the page is, and who looks. Out: a link to each.
import { Link } from 'wouter';
import { mayChange } from '../login/account';
import { useAccount } from '../login/account_context';
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

/** Page of whoever may change cameras. */
const CAMERAS: Place = { href: '/cameras', word: 'Cameras' };

export function Navigation({ at }: { at: string }) {
  const account = useAccount();
  const places = account !== undefined && mayChange(account) ? [...PLACES, CAMERAS] : PLACES;
  return (
    <nav className="places" aria-label="Pages">
      {places.map(({ href, word }) => (
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
