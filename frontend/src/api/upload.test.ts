// What becomes of files that are sent: progress, answers, silence, and who changes his mind.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { upload } from './upload';

class FakeRequest {
  static last: FakeRequest | undefined;
  upload: { onprogress?: (event: { loaded: number }) => void; onload?: () => void } = {};
  onload?: () => void;
  onerror?: () => void;
  onabort?: () => void;
  status = 0;
  responseText = '';
  opened: string[] = [];
  headers: Record<string, string> = {};
  body: unknown;

  constructor() {
    FakeRequest.last = this;
  }
  open(...how: string[]) {
    this.opened = how;
  }
  setRequestHeader(name: string, value: string) {
    this.headers[name] = value;
  }
  send(body: unknown) {
    this.body = body;
  }
  abort() {
    this.onabort?.();
  }
}

function sending() {
  vi.stubGlobal('XMLHttpRequest', FakeRequest);
  const told: number[] = [];
  const file = new Blob(['0123456789']);
  const { answer, cancel } = upload('/api/uploads/walk.mp4', file, (bytes) => told.push(bytes));
  const request = FakeRequest.last;
  if (request === undefined) throw new Error('nothing was sent');
  return { answer, cancel, request, told, file };
}

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('a file that is sent', () => {
  it('is sent as it is, says that it is meant, and tells how much has left', async () => {
    const { answer, request, told, file } = sending();
    expect(request.opened).toEqual(['PUT', '/api/uploads/walk.mp4']);
    expect(request.headers).toMatchObject({ 'X-Steadycast': '1' });
    expect(request.body).toBe(file);
    request.upload.onprogress?.({ loaded: 4 });
    request.upload.onload?.();
    expect(told).toEqual([4, 10]);
    Object.assign(request, { status: 201, responseText: '{"name":"x"}' });
    request.onload?.();
    expect(await answer).toEqual({ kind: 'ok', body: { name: 'x' } });
  });

  it('may be refused, with a reason', async () => {
    const { answer, request } = sending();
    const error = { error: { code: 'no_video', message: 'that is no video' } };
    Object.assign(request, { status: 422, responseText: JSON.stringify(error) });
    request.onload?.();
    expect(await answer).toMatchObject({ kind: 'refused', code: 'no_video', message: 'that is no video' });
  });

  it('may meet silence, or be cancelled', async () => {
    const lost = sending();
    lost.request.onerror?.();
    expect(await lost.answer).toEqual({ kind: 'silent' });
    const dropped = sending();
    dropped.cancel();
    expect(await dropped.answer).toEqual({ kind: 'cancelled' });
  });
});
