// Takes a picture of the viewer's page: node screenshot.mjs URL OUT.png [WIDTH HEIGHT]. Waits until the
// picture moves, and a while for it to become the best there is. For the README, and for looking at the page
// where there is no screen.
import { launch, ViewerPage } from './page.mjs';

/** Share of the camera's own rate that arrives where all is well: only then is a picture taken for others. */
const GOOD_SHARE = 0.9;
/** Longest wait for that, ms; then a picture is taken all the same. */
const BEST_WITHIN_MS = 60_000;

const [url, out, width = '1280', height = '800'] = process.argv.slice(2);
if (url === undefined || out === undefined) {
  console.error('usage: node screenshot.mjs URL OUT.png [WIDTH HEIGHT]');
  process.exit(2);
}

try {
  await take();
} catch (error) {
  // The first line says what is wrong; behind it stand steps of the browser's.
  console.error(`no picture of ${url}: ${error.message.split('\n', 1)[0]}`);
  process.exitCode = 1;
}

/** Opens the page, and takes a picture of it once it is at its best. */
async function take() {
  const browser = await launch();
  try {
    const viewer = await ViewerPage.open(browser, url, {
      viewport: { width: Number(width), height: Number(height) },
    });
    await viewer.moves(30);
    await viewer.until('all figures', ({ fps, delay, skipped }) => fps > 0 && delay >= 0 && skipped >= 0);
    await atItsBest(viewer).catch((error) => console.error(`taken as it is: ${error.message}`));
    // What the page begins with: the picture, and no figures.
    await viewer.page.keyboard.press('d');
    await viewer.hook('details').waitFor({ state: 'detached' });
    await viewer.page.screenshot({ path: out });
  } finally {
    await browser.close();
  }
}

/** Waits until the page shows nearly all that its camera gives, as sharp as it can be. */
async function atItsBest(viewer) {
  const name = await viewer.hook('camera').textContent({ timeout: BEST_WITHIN_MS });
  // By the page's own requests, which have its cookie where a token is wanted.
  const reply = await viewer.page.request.get(new URL('/api/status', url).href);
  const { cameras = [] } = await reply.json();
  const rate = cameras.find(({ camera }) => camera === name)?.fps ?? 0;
  const best = ({ fps, reason }) => fps >= GOOD_SHARE * rate && /highest|chosen/.test(reason);
  await viewer.until('the best picture', best, BEST_WITHIN_MS);
}
