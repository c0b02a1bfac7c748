// The ways between the pages. In: where the page is, and the account from its context. Out: a link to each
// that is for who looks.
import { useEffect, useRef } from 'react';
import { Link } from 'wouter';
import { mayChange } from '../login/account';
import { useAccount } from '../login/account_context';
import { lastLive } from './last_live';

interface Place {
  href: string;
  word: string;
  /** Whether it is for those alone who may change cameras. */
  forChangers?: boolean;
}

const PLACES: readonly Place[] = [
  { href: '/', word: 'Live' },
  { href: '/events', word: 'Events' },
  { href: '/history', word: 'History' },
  { href: '/cameras', word: 'Cameras', forChangers: true },
  { href: '/rules', word: 'Rules', forChangers: true },
  { href: '/state', word: 'State' },
];

export function Navigation({ at }: { at: string }) {
  const account = useAccount();
  const nav = useRef<HTMLElement>(null);
  useEffect(() => {
    // On a phone they scroll, and the last ones are out of sight.
    const here = nav.current?.querySelector('[aria-current]');
    here?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [at, account]);
  // Until the account is known the room is kept, so that nothing moves.
  const isShown = ({ forChangers }: Place) => !forChangers || account === undefined || mayChange(account);
  return (
    <nav ref={nav} className="places" aria-label="Pages">
      {PLACES.filter(isShown).map(({ href, word, forChangers }) => (
        <Link
          key={href}
          href={href === '/' ? lastLive() : href}
          className="place"
          aria-current={href === at ? 'page' : undefined}
          data-hidden={forChangers && account === undefined}
        >
          {word}
        </Link>
      ))}
    </nav>
  );
}
