// What the bar says of analytics that are off, and to whom; as markup.
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import type { Account } from '../login/account';
import { AccountContext } from '../login/account_context';
import { Header } from './Header';
import { emptySnapshot } from './snapshot';

const BARE = 'data-testid="analytics-off" data-failed="false">Analytics are off<';

const VIEWER: Account = { role: 'viewer', who: 'user anna', needsLogin: true, notice: undefined };

const bar = (account: Account | undefined, reason: string | undefined) => {
  const offer = { kind: 'off', reason } as const;
  const snapshot = { ...emptySnapshot, analytics: { ...emptySnapshot.analytics, offer } };
  return renderToStaticMarkup(
    <AccountContext value={account}>
      <Header snapshot={snapshot} complaint={undefined} />
    </AccountContext>,
  );
};

describe('analytics that are off', () => {
  it.each([true, false])('have a reason for an admin, as text and nothing else: %j', (needsLogin) => {
    const admin = { ...VIEWER, role: 'admin', needsLogin } as const;
    expect(bar(admin, 'model <b>nope.onnx</b>: no such file')).toContain(
      'data-failed="true">Analytics are off: model &lt;b&gt;nope.onnx&lt;/b&gt;: no such file<',
    );
    expect(bar(admin, undefined)).toContain(BARE);
  });

  it('are no more than off for those who can do nothing about it, and until it is known who watches', () => {
    for (const account of [VIEWER, { ...VIEWER, needsLogin: false }, undefined]) {
      const markup = bar(account, 'model nope.onnx: no such file');
      expect(markup).toContain(BARE);
      expect(markup).not.toContain('nope.onnx');
    }
  });
});
