// Front ends that were written for other servers, against this one: pages that listen to Socket.IO, or show
// MJPEG and ask for figures, and a program that uploads a clip and has it shown.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { FrontEnd } from './front_end.mjs';
import { blankPage, launch } from './page.mjs';
import { Server } from './server.mjs';
import { setSource, upload } from './upload_client.mjs';
import { until } from './wait.mjs';

/** Longest wait, ms: models share the processors with the encoder, the browser and the tests. */
const BUSY_MACHINE_MS = 60_000;

const browser = await launch();
after(() => browser.close());

describe('a front end of another server', () => {
  let site;
  let server;
  before(async () => {
    site = await FrontEnd.start();
    server = await Server.start(['--allowed-origins', site.origin]);
  });
  after(async () => {
    await server?.stop();
    await site?.stop();
  });

  /** Opens a page of the front end; its script errors fail the test at its end. */
  async function open(test, path) {
    const page = await blankPage(browser);
    const problems = [];
    page.on('pageerror', (error) => problems.push(error.message));
    test.after(async () => {
      await page.context().close();
      assert.deepEqual(problems, []);
    });
    await page.goto(site.page(path, server.url));
    return page;
  }

  const textOf = (page, id) => page.locator(`#${id}`).innerText();

  it('draws the heat map that it hears of, with people and risk', async (test) => {
    const page = await open(test, '/heatmap');
    const look = async () => ({
      people: Number(await textOf(page, 'people')),
      risk: await textOf(page, 'risk'),
      state: await textOf(page, 'state'),
      red: await page.evaluate(reddest),
    });
    const whole = ({ people, red }) => people > 5 && red > 0;
    const { risk, state } = await until('a heat map', look, whole, BUSY_MACHINE_MS);
    assert.match(risk, /^(low|moderate|high|critical)$/);
    assert.equal(state, 'connected');
  });

  it('shows the stream and the figures that it asks for each second', async (test) => {
    const page = await open(test, '/stream');
    const look = async () => ({
      width: await page.locator('#video').evaluate((image) => image.naturalWidth),
      asked: Number(await textOf(page, 'asked')),
      objects: Number(await textOf(page, 'detection_count')),
      fps: Number(await textOf(page, 'fps')),
      crossed: [await textOf(page, 'inbound'), await textOf(page, 'outbound')],
    });
    const whole = ({ width, asked, objects, fps }) => width > 0 && asked > 2 && objects > 0 && fps > 20;
    const { width, crossed } = await until('a stream with figures', look, whole, BUSY_MACHINE_MS);
    assert.equal(width, 1280);
    for (const count of crossed) assert.match(count, /^\d+$/);
    const { cameras } = await (await fetch(`${server.url}/api/status`)).json();
    assert.equal(cameras[0].viewers, 1);
  });
});

describe('a program that uploads a clip', () => {
  let folder;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'steadycast-upload-'));
  });
  after(() => rm(folder, { recursive: true }));

  /** A clip of two seconds, of a size that the scene has not. */
  function clip() {
    const path = join(folder, 'clip.mp4');
    const words = `-v error -f lavfi -i testsrc=size=320x180:rate=25 -t 2 -pix_fmt yuv420p ${path}`;
    const { status, stderr } = spawnSync('ffmpeg', words.split(' '), { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    return path;
  }

  it('has it shown by the default camera', async (test) => {
    const server = await Server.start(['--analytics', 'off']);
    test.after(() => server.stop());
    const uploaded = await upload(server.url, clip());
    assert.ok(uploaded.ok, `${uploaded.status}: ${await uploaded.clone().text()}`);
    const { name, source } = await uploaded.json();
    assert.equal(source, `upload:${name}`);
    assert.equal((await setSource(server.url, source)).status, 200);
    const look = async () => (await (await fetch(`${server.url}/api/status`)).json()).cameras[0];
    await until('the clip', look, ({ width, state }) => width === 320 && state === 'streaming');
  });
});

/** The reddest pixel of the heat map: 255 where most people are. Runs in the browser. */
function reddest() {
  const { data } = document.getElementById('heat').getContext('2d').getImageData(0, 0, 60, 40);
  return data.reduce((most, value, at) => (at % 4 === 3 ? Math.max(most, value) : most), 0);
}
