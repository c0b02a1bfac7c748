// What is asked of the server about cameras and their sources, and what becomes of refusals.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { dropUpload, trySource, whyNotSend } from '../adding/requests';
import { NO_UPLOADS } from '../adding/words';
import { addCamera, changeCamera, listCameras, removeCamera, switchCamera } from './requests';

const YARD = {
  camera: 'yard',
  state: 'streaming',
  reason: '',
  source: '0',
  width: 0,
  height: 0,
  settings: null,
};

function answering(body: unknown, status = 200) {
  const asked: string[] = [];
  vi.stubGlobal('fetch', (address: string | URL, { method = 'GET', body: sent }: RequestInit) => {
    const words = typeof sent === 'string' ? [sent] : [];
    asked.push([method, String(address), ...words].join(' '));
    return Promise.resolve(
      body === undefined ? new Response(null, { status }) : Response.json(body, { status }),
    );
  });
  return asked;
}
const refusing = (code: string, message: string) => answering({ error: { code, message } }, 400);

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('a change of cameras', () => {
  it('says what shall be', async () => {
    const asked = answering(YARD);
    await addCamera({ name: 'yard', source: '0' });
    await changeCamera('yard', { lines: [] });
    await switchCamera('yard', false);
    await switchCamera('yard', true);
    expect(asked).toEqual([
      'POST /api/cameras {"name":"yard","source":"0"}',
      'PATCH /api/cameras/yard {"lines":[]}',
      'POST /api/cameras/yard/stop',
      'POST /api/cameras/yard/start',
    ]);
  });

  it('is refused in the server’s words', async () => {
    refusing('bad_camera', 'line gate has no length');
    await expect(changeCamera('yard', {})).rejects.toThrow('line gate has no length');
    await expect(removeCamera('yard')).rejects.toThrow('line gate has no length');
  });

  it('has not been made where the answer makes no sense', async () => {
    answering({ camera: 7 });
    await expect(addCamera({ name: 'yard', source: '0' })).rejects.toThrow('does not answer');
    await expect(listCameras()).rejects.toThrow('does not answer');
  });

  it('may be a removal, which says nothing', async () => {
    const asked = answering(undefined, 204);
    await removeCamera('yard');
    expect(asked).toEqual(['DELETE /api/cameras/yard']);
  });
});

describe('a source', () => {
  it('is tried, and says why there is no picture', async () => {
    refusing('no_picture', 'nothing listens there');
    await expect(trySource('rtsp://x')).rejects.toThrow('nothing listens there');
  });

  it('that is a video is not sent where it will not be taken', async () => {
    const video = new File(['0123456789'], 'walk.mp4');
    answering({ uploads: [], most_bytes: 9 });
    expect(await whyNotSend(video)).toContain('takes at most');
    answering({ uploads: [], most_bytes: 10 });
    expect(await whyNotSend(video)).toBeUndefined();
    refusing('uploads_off', 'nothing can be uploaded');
    expect(await whyNotSend(video)).toBe(NO_UPLOADS);
    refusing('busy', 'four are coming already');
    expect(await whyNotSend(video)).toBe('Four are coming already');
  });

  it('that nobody wants is deleted', () => {
    const asked = answering(undefined, 204);
    dropUpload('2026 x');
    expect(asked).toEqual(['DELETE /api/uploads/2026%20x']);
  });
});
