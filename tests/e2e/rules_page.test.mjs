// The page of rules: who is told what and when is set by a form, and reads as a sentence.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { blankPage, launch, PHONE, ViewerPage } from './page.mjs';
import { Server } from './server.mjs';
import { until } from './wait.mjs';

const CAMERAS = `
[main]
source = "synthetic:people=3"

[yard]
source = "synthetic:people=3"
lines = [{ id = "road", from = [0.1, 0.5], to = [0.9, 0.5] }]
`;

const SMALL = ['--capture-width', '320', '--capture-height', '180', '--analytics', 'off'];
const ADMIN = 'an-admin-token-for-this-test-alone';
const VIEWER = 'a-viewer-token-for-this-test-alone';

const browser = await launch();
after(() => browser.close());

/** What somebody does on the page of rules. */
class RulesPage extends ViewerPage {
  /** The lists of one camera; of all cameras without a name. */
  scope(camera = '') {
    return this.page.locator(`[data-testid="rule-scope"][data-camera="${camera}"]`);
  }

  /** Names of the rules of a camera. */
  ids(camera) {
    const rules = this.scope(camera).getByTestId('rule');
    return rules.evaluateAll((all) => all.map((rule) => rule.dataset.rule));
  }

  /** The sentence of a rule. */
  sentence(id, camera) {
    return this.scope(camera).locator(`[data-rule="${id}"] .rule-words`).innerText();
  }

  act(word, id, camera) {
    const rule = this.scope(camera).locator(`[data-rule="${id}"]`);
    return rule.getByRole('button', { name: word }).click();
  }

  async add(camera) {
    await this.scope(camera).getByRole('button', { name: 'Add a rule' }).click();
    await this.hook('rule-form').waitFor();
  }

  field(label) {
    return this.hook('rule-form').getByLabel(label, { exact: true });
  }

  save() {
    return this.hook('rule-form').getByRole('button', { name: 'Save' }).click();
  }

  async saved() {
    await this.save();
    await this.hook('rule-form').waitFor({ state: 'detached' });
  }

  /** What is wrong with a field, as who hears the page is told. */
  async wrong(label) {
    await until(
      `${label} is wrong`,
      () => this.field(label).getAttribute('aria-invalid'),
      (invalid) => invalid === 'true',
    );
    const [id] = (await this.field(label).getAttribute('aria-describedby')).split(' ');
    return this.page.evaluate((name) => document.getElementById(name).textContent, id);
  }
}

describe('the page of rules', () => {
  let folder;
  let server;
  let hook;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'steadycast-rules-'));
    hook = createServer((request, answer) => request.resume().on('end', () => answer.end()));
    await new Promise((resolve) => hook.listen(0, '127.0.0.1', resolve));
    const file = join(folder, 'cameras.toml');
    await writeFile(file, CAMERAS);
    const services = ['--webhook-url', `http://127.0.0.1:${hook.address().port}/`];
    const credentials = ['--admin-token', ADMIN, '--viewer-token', VIEWER];
    server = await Server.start(['--cameras', file, ...SMALL, ...services, ...credentials]);
  });
  after(async () => {
    await server?.stop();
    hook?.close();
    if (folder) await rm(folder, { recursive: true });
  });

  async function open(test, token = ADMIN, options = undefined) {
    const viewer = new RulesPage(await blankPage(browser, options));
    test.after(() => viewer.close());
    await viewer.page.goto(`${server.url}/rules?token=${token}`);
    return viewer;
  }

  async function told(path) {
    const answer = await fetch(`${server.url}${path}`, { headers: { Authorization: `Bearer ${ADMIN}` } });
    return answer.json();
  }

  it('makes a rule by a form that has the fields of its kind alone', async (test) => {
    const viewer = await open(test);
    await viewer.page.getByText('Nobody is told anything yet').waitFor();
    await viewer.add();
    await viewer.save();
    assert.equal(await viewer.wrong('Name'), 'Give the rule a name');
    await viewer.field('Name').fill('lost');
    assert.equal(await viewer.field('Line').count(), 0);
    await viewer.field('When').selectOption('line_crossed');
    assert.equal(await viewer.field('Line').count(), 1);
    await viewer.field('When').selectOption('source_lost');
    await viewer.field('Lasting at least (s)').fill('60');
    await viewer.field('From').fill('22:00');
    assert.match(await viewer.hook('rule-preview').innerText(), /any camera, tell all services, from 22:00/);
    await viewer.saved();
    assert.match(await viewer.sentence('lost'), /^Once no pictures have come for 60\ss on any camera/);
    const { rules } = await told('/api/rules');
    assert.deepEqual(rules, [{ id: 'lost', when: 'source_lost', for_s: 60, from: '22:00' }]);
    assert.deepEqual(viewer.problems, []);
  });

  it('changes and copies rules of a camera, and shows at its field what the server refuses', async (test) => {
    const viewer = await open(test);
    await viewer.add('yard');
    await viewer.field('Name').fill('speeders');
    await viewer.field('When').selectOption('line_crossed');
    await viewer.field('Line').selectOption('road');
    await viewer.field('Of what').fill('car');
    await viewer.field('Faster than (km/h)').fill('5000');
    await viewer.field('Webhook').check();
    await viewer.save();
    assert.equal(await viewer.wrong('Faster than (km/h)'), 'It must be 0 to 1000');
    await viewer.field('Faster than (km/h)').fill('50');
    await viewer.saved();
    const sentence = /^When a car crosses road faster than 50\skm\/h on yard, tell Webhook\.$/;
    assert.match(await viewer.sentence('speeders', 'yard'), sentence);
    await viewer.act('Edit', 'speeders', 'yard');
    await viewer.field('Direction').selectOption('outbound');
    await viewer.saved();
    assert.match(await viewer.sentence('speeders', 'yard'), /crosses road outbound/);
    await viewer.act('Copy', 'speeders', 'yard');
    await viewer.field('Name').fill('speeders');
    await viewer.save();
    assert.equal(await viewer.wrong('Name'), 'Another rule has this name already');
    await viewer.field('Of which camera').selectOption('main');
    await viewer.field('Line').selectOption('');
    await viewer.saved();
    assert.match(await viewer.sentence('speeders', 'main'), /crosses any line outbound .* on main/);
    const { settings } = await told('/api/cameras/main');
    assert.equal(settings.rules[0].faster_kmh, 50);
  });

  it('removes a rule, and has it again where it was', async (test) => {
    const rules = ['a', 'b', 'c'].map((id) => ({ id, when: 'model_failed' }));
    const headers = { Authorization: `Bearer ${ADMIN}`, 'Content-Type': 'application/json' };
    await fetch(`${server.url}/api/rules`, { method: 'PUT', headers, body: JSON.stringify({ rules }) });
    const viewer = await open(test);
    await viewer.hook('rules').waitFor();
    await viewer.act('Remove', 'b');
    await viewer.hook('news').getByText('Rule b was removed').waitFor();
    assert.deepEqual(await viewer.ids(), ['a', 'c']);
    await viewer.hook('news').getByRole('button', { name: 'Undo' }).click();
    await viewer.hook('news').getByText('Rule b is back').waitFor();
    assert.deepEqual(await viewer.ids(), ['a', 'b', 'c']);
    const now = await told('/api/rules');
    assert.deepEqual(
      now.rules.map(({ id }) => id),
      ['a', 'b', 'c'],
    );
    assert.deepEqual(viewer.problems, []);
  });

  it('has the services beside it, each with a test', async (test) => {
    const viewer = await open(test);
    const webhook = viewer.hook('service-cards').getByTestId('service-webhook');
    await webhook.getByRole('button').click();
    await webhook.getByText('The test arrived').waitFor();
  });

  it('fits a narrow page', async (test) => {
    const narrow = { ...PHONE, viewport: { width: 320, height: 640 } };
    const viewer = await open(test, ADMIN, narrow);
    await viewer.add('yard');
    await viewer.field('When').selectOption('line_crossed');
    const wide = () => document.documentElement.scrollWidth;
    assert.ok((await viewer.page.evaluate(wide)) <= 320);
    const form = await viewer.hook('rule-form').boundingBox();
    assert.ok(form.x >= 0 && form.x + form.width <= 320, JSON.stringify(form));
  });

  it('is for who may change cameras', async (test) => {
    const viewer = await open(test, VIEWER);
    await viewer.page.getByText('shown to those alone who may change cameras').waitFor();
    const places = viewer.page.getByRole('navigation', { name: 'Pages' });
    assert.deepEqual(await places.getByRole('link').allInnerTexts(), ['Live', 'Events', 'History', 'State']);
    assert.deepEqual(viewer.problems, []);
  });
});
