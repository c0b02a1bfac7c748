// A front end of a crowd server, as there are some: uploads a clip and has the camera show it. In: where the
// server is, and the clip. Out: what the server answered to each request.
import { Blob } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';

/** Header by which a program says that it means a change: no page of another site can send it. */
const MEANT = { 'X-Steadycast': '1' };

/** Uploads a clip as a form does. @param {string} server @param {string} clip */
export async function upload(server, clip) {
  const form = new FormData();
  form.append('file', new Blob([await readFile(clip)]), basename(clip));
  return fetch(`${server}/upload_video`, { method: 'POST', headers: MEANT, body: form });
}

/** Has the default camera show a source. @param {string} server @param {string} source */
export async function setSource(server, source) {
  const headers = { ...MEANT, 'Content-Type': 'application/json' };
  return fetch(`${server}/set_source`, { method: 'POST', headers, body: JSON.stringify({ source }) });
}
