// What becomes of requests: bodies, refusals, silence; and what a change says of itself.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ask, readRefusal, send } from './requests';

const answering = (answer: () => Response | Promise<Response>) => {
  const asked = vi.fn<typeof fetch>(() => Promise.resolve().then(answer));
  vi.stubGlobal('fetch', asked);
  return asked;
};
afterEach(() => {
  vi.unstubAllGlobals();
});

const refusal = { error: { code: 'wrong_credential', message: 'that is not right' } };

describe('a request', () => {
  it('gives the body of a good answer, also where there is none', async () => {
    answering(() => Response.json({ a: 1 }));
    expect(await ask('/api/session')).toEqual({ kind: 'ok', body: { a: 1 } });
    answering(() => new Response(null, { status: 204 }));
    expect(await send('/api/logout')).toEqual({ kind: 'ok', body: undefined });
  });

  it('tells why it was refused', async () => {
    answering(() => Response.json(refusal, { status: 401 }));
    expect(await send('/api/login', { token: 'x' })).toEqual({
      kind: 'refused',
      status: 401,
      code: 'wrong_credential',
      message: 'that is not right',
    });
  });

  it.each([
    ['nothing answers', () => Promise.reject(new TypeError('failed to fetch'))],
    ['something else answers', () => new Response('<html>', { status: 200 })],
    ['something else refuses', () => Response.json({ message: 'no' }, { status: 403 })],
  ])('is silent where %s', async (_, answer) => {
    answering(answer);
    expect(await ask('/api/session')).toEqual({ kind: 'silent' });
  });

  it('that changes something says that it is meant, and one that asks sends nothing', async () => {
    const asked = answering(() => Response.json({}));
    await send('/api/login', { token: 's3cret' });
    await ask('/api/session');
    const [change, question] = asked.mock.calls.map(([, request]) => request);
    expect(change).toMatchObject({
      method: 'POST',
      headers: { 'X-Steadycast': '1', 'Content-Type': 'application/json' },
      body: '{"token":"s3cret"}',
    });
    expect(question?.method).toBeUndefined();
    expect(question?.headers).toBeUndefined();
  });
});

describe('a refusal', () => {
  it.each([undefined, 'no', {}, { error: 'no' }, { error: { code: 1, message: 'no' } }])(
    'is none where it says %j',
    (body) => {
      expect(readRefusal(400, body)).toEqual({ kind: 'silent' });
    },
  );
});
