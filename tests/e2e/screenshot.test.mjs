// The script that takes a picture of the page: what it says where there is none.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';

/** Address that no browser goes to: there is no such port. */
const NOWHERE = 'http://127.0.0.1:99999/';

it('says in one line why there is no picture', async () => {
  const script = join(import.meta.dirname, 'screenshot.mjs');
  const ran = await new Promise((done) => {
    const args = [script, NOWHERE, join(tmpdir(), 'no-picture.png')];
    execFile(process.execPath, args, (error, _, said) => done({ status: error?.code, said }));
  });
  assert.equal(ran.status, 1);
  assert.match(ran.said, /^no picture of http:\/\/127\.0\.0\.1:99999\/: .+\n$/);
});
