// The services in the bar, as markup, and what is said of a test.
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { CamerasContext } from '../cameras/cameras_context';
import type { Account } from '../login/account';
import { AccountContext } from '../login/account_context';
import type { ListedService } from '../protocol/status';
import { Services } from './Services';
import { stateWord, triedWord } from './words';

const WELL: ListedService = {
  name: 'mqtt',
  told: 3,
  reason: undefined,
  nextTryS: undefined,
  mutedS: undefined,
};
const FAILING: ListedService = { ...WELL, name: 'telegram', reason: 'nothing listens there', nextTryS: 40 };

function markup(role: Account['role'], services: readonly ListedService[]): string {
  const account: Account = { role, who: 'anna', needsLogin: true, notice: undefined };
  const cameras = {
    all: undefined,
    fileTrouble: undefined,
    services,
    look: () => undefined,
    watch: () => undefined,
    watchAll: () => undefined,
  };
  return renderToStaticMarkup(
    <AccountContext value={account}>
      <CamerasContext value={cameras}>
        <Services />
      </CamerasContext>
    </AccountContext>,
  );
}

describe('the services', () => {
  it('are listed with their state and a button each for who may change things', () => {
    const listed = markup('admin', [WELL, FAILING, { ...WELL, name: 'sheets' }]);
    expect(listed).toContain('nothing listens there; next try in 40 s');
    expect(listed.match(/>Send a test</g)).toHaveLength(2);
    expect(listed).toContain('Google Sheets');
  });

  it('are not there for viewers, nor where there are none', () => {
    for (const role of ['viewer', 'open'] as const) expect(markup(role, [WELL])).toBe('');
    expect(markup('admin', [])).toBe('');
  });
});

describe('the words', () => {
  it('say how a service fares', () => {
    expect(stateWord(WELL)).toBe('No trouble');
    expect(stateWord({ ...WELL, told: 0 })).toBe('Nothing told yet');
    expect(stateWord({ ...WELL, mutedS: 90 })).toContain('No messages for another');
    expect(stateWord({ ...FAILING, nextTryS: undefined })).toBe('nothing listens there');
  });

  it('say what became of a test, and nothing that is not known', () => {
    const tried = (arrived: boolean, picture: boolean, reason: string | null) =>
      triedWord({ kind: 'ok', body: { service: 'ntfy', arrived, with_picture: picture, reason } });
    expect(tried(true, true, null)).toEqual({ words: 'The test arrived', arrived: true });
    expect(tried(true, false, null).words).toBe('The test arrived, without its picture');
    expect(tried(false, false, 'nothing listens there')).toEqual({
      words: 'The test did not arrive: nothing listens there',
      arrived: false,
    });
    const refused = triedWord({ kind: 'refused', status: 503, code: 'busy', message: 'others are at it' });
    expect(refused.words).toBe('Not tried: others are at it');
    for (const body of [undefined, {}, { arrived: 1 }])
      expect(triedWord({ kind: 'ok', body }).words).toContain('has not said');
    expect(triedWord({ kind: 'silent' }).words).toContain('has not said');
  });
});
