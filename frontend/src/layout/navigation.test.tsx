// Who is led to which pages, as markup.
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, it } from 'vitest';
import { Router } from 'wouter';
import type { Account } from '../login/account';
import { AccountContext } from '../login/account_context';
import { Navigation } from './Navigation';

const ANNA: Account = { role: 'admin', who: 'anna', needsLogin: true, notice: undefined };

/** Where the ways of somebody lead to, those that only keep their room left out. */
function ways(account: Account | undefined): string[] {
  const markup = renderToStaticMarkup(
    <Router ssrPath="/state">
      <AccountContext value={account}>
        <Navigation at="/state" />
      </AccountContext>
    </Router>,
  );
  const links = [...markup.matchAll(/<a [^>]*>/g)].map(([link]) => link);
  const seen = links.filter((link) => !link.includes('data-hidden="true"'));
  return seen.map((link) => /href="([^"]*)"/.exec(link)?.[1] ?? '');
}

it('who may change cameras is led to what can be changed, and nobody else', () => {
  const everybody = ['/', '/events', '/history', '/state'];
  expect(ways(ANNA).toSorted()).toEqual([...everybody, '/cameras', '/rules'].toSorted());
  for (const role of ['viewer', 'open'] as const) expect(ways({ ...ANNA, role })).toEqual(everybody);
  expect(ways(undefined)).toEqual(everybody);
});
