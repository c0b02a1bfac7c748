// The list of cameras: when it is asked for, and which answer counts.
import { describe, expect, it } from 'vitest';
import { SimulatedTime } from '../time/simulated_time';
import { CameraList } from './list';

/** A list, and a server that answers each question when the test says so. */
function setUp() {
  const time = new SimulatedTime();
  const questions: ((body: unknown) => void)[] = [];
  const list = new CameraList(time, () => new Promise((answer) => questions.push(answer)));
  const answer = async (question: number, body: unknown) => {
    questions[question]?.(body);
    for (let turn = 0; turn < 5; turn++) await Promise.resolve();
  };
  const names = () => list.store.get()?.map(({ name }) => name);
  return { time, list, questions, answer, names };
}

const body = (...names: string[]) => ({
  cameras: names.map((camera) => ({ camera, state: 'streaming', reason: '' })),
});

describe('the list of cameras', () => {
  it('is what the server said last, and tells each answer', async () => {
    const { list, answer, names } = setUp();
    let told = 0;
    list.store.subscribe(() => told++);
    list.look();
    expect(names()).toBeUndefined();
    await answer(0, body('gate'));
    expect(names()).toEqual(['gate']);
    list.look();
    await answer(1, body('gate'));
    expect(told).toBe(2);
  });

  it('hands on what was answered to whoever asked for something else', async () => {
    const { list, answer, names } = setUp();
    const asked = list.ask();
    await answer(0, body('gate', 'yard'));
    expect(await asked).toEqual(body('gate', 'yard'));
    expect(names()).toEqual(['gate', 'yard']);
  });

  it('does not go back to an answer that was overtaken', async () => {
    const { list, answer, names } = setUp();
    list.look();
    list.look();
    await answer(1, body('gate', 'yard'));
    await answer(0, body('gate'));
    expect(names()).toEqual(['gate', 'yard']);
  });

  it('tells why it is not as the cameras file says, until it is', async () => {
    const { list, answer } = setUp();
    const refused = 'cameras file cameras.toml, line 3: camera gate: fps is 99';
    for (const [question, cameras_file_refused] of [null, refused, null].entries()) {
      list.look();
      await answer(question, { ...body('gate'), cameras_file_refused });
      expect(list.fileTrouble.get()).toBe(cameras_file_refused ?? undefined);
    }
  });

  it('comes with how the services fare', async () => {
    const { list, answer } = setUp();
    list.look();
    await answer(0, {
      ...body('gate'),
      services: [{ service: 'mqtt', told: 2, reason: 'nothing listens there' }],
    });
    expect(list.services.get()).toEqual([{ name: 'mqtt', told: 2, reason: 'nothing listens there' }]);
  });

  it('stays as it is where there is no answer, or one that makes no sense', async () => {
    const { list, answer, names } = setUp();
    for (const [question, said] of [body('gate'), undefined, 'ok'].entries()) {
      list.look();
      await answer(question, said);
      expect(names()).toEqual(['gate']);
    }
  });

  it('is looked at soon, then each ten seconds, until nobody needs it', () => {
    const { time, list, questions } = setUp();
    const stop = list.keepUp();
    const asked = [1_000, 8_999, 1, 10_000].map((ms) => {
      time.advance(ms);
      return questions.length;
    });
    expect(asked).toEqual([1, 1, 2, 3]);
    stop();
    expect(time.pending).toBe(0);
  });
});
