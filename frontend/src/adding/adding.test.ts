import { describe, expect, it } from 'vitest';
import { beginning, leftS, rateOf, sent, shareOf } from './progress';
import { proposedName, wrongName } from './source';
import { readMostBytes, readTried, readUpload, readUploads } from './tried';
import { bytesWord, progressWord, tooLargeWord, triedWord } from './words';

describe('the name that is proposed', () => {
  it.each([
    ['rtsp://user:pass@192.168.1.20:554/stream1', undefined, 'camera-20'],
    ['rtsp://yard-cam.local/stream', undefined, 'yard-cam'],
    ['https://www.example.org/live.m3u8', undefined, 'example'],
    ['snapshot:http://10.0.0.7/picture.jpg', undefined, 'camera-7'],
    ['0', undefined, 'webcam'],
    ['synthetic:people=40', undefined, 'plaza'],
    ['clips/Der Hof, früh.mp4', undefined, 'der-hof-fruh'],
    ['upload:20261127-041259-k3x9', 'C:\\Videos\\Main Street.MOV', 'main-street'],
    ['广场.mp4', undefined, 'camera'],
    ['a-file-whose-name-has-more-than-32-letters.avi', undefined, 'a-file-whose-name-has-more-than'],
    ['test.mp4', undefined, 'test-2'],
  ])('of %s, called %s, is %s', (source, title, name) => {
    expect(proposedName(source, title, [])).toBe(name);
    expect(wrongName(name, [])).toBeUndefined();
  });

  it('is none that is taken', () => {
    expect(proposedName('0', undefined, ['webcam', 'webcam-2'])).toBe('webcam-3');
  });
});

describe('a name', () => {
  it.each([
    ['', 'needs a name'],
    ['Yard', '1 to 32'],
    ['all', 'taken by the server'],
    ['yard', 'already'],
  ])('%j is refused with a reason', (name, why) => {
    expect(wrongName(name, ['yard'])).toContain(why);
  });
});

describe('an upload under way', () => {
  it('has a share, a rate of the last seconds, and a time that is left', () => {
    let progress = beginning(100_000_000, 0);
    expect([shareOf(progress), rateOf(progress), leftS(progress)]).toEqual([0, undefined, undefined]);
    for (let second = 1; second <= 20; second++)
      // Slow at first, then twice as fast.
      progress = sent(progress, second <= 10 ? second * 1e6 : 10e6 + (second - 10) * 2e6, second * 1000);
    expect(shareOf(progress)).toBeCloseTo(0.3);
    expect(rateOf(progress)).toBeCloseTo(2e6);
    expect(leftS(progress)).toBeCloseTo(35);
    expect(progressWord(progress)).toBe('30 % of 100.0 MB, 2.0 MB/s, 35 s left');
  });

  it('is there at once where nothing has to be sent', () => {
    expect(shareOf(beginning(0, 0))).toBe(1);
  });

  it('has no time left that anybody knows while nothing moves', () => {
    expect(leftS(sent(beginning(10, 0), 0, 9_000))).toBeUndefined();
  });
});

const TRIED = {
  opened: true,
  source: '/dev/video0',
  width: 1280,
  height: 720,
  fps: 29.97,
  codec: 'h264',
  seconds: null,
  first_picture_ms: 240,
  pictures: 30,
  broken: 0,
  ended: null,
  ended_code: null,
  recording: false,
  picture: '/9j/4AAQ==',
};

describe('what came of a test', () => {
  it('is told with its picture', () => {
    const tried = readTried(TRIED);
    expect(tried?.picture).toBe('data:image/jpeg;base64,/9j/4AAQ==');
    expect(tried && triedWord(tried)).toBe(
      '1280 × 720, 30 pictures a second, h264, first picture after 0.2 s',
    );
  });

  it('shows nothing as a picture that is not base64', () => {
    expect(readTried({ ...TRIED, picture: '"><script>' })?.picture).toBeUndefined();
    expect(readTried({ ...TRIED, picture: null })?.picture).toBeUndefined();
  });

  it.each([undefined, {}, { ...TRIED, width: -1 }, { ...TRIED, fps: 'fast' }])('is nothing in %j', (body) => {
    expect(readTried(body)).toBeUndefined();
  });
});

describe('uploads', () => {
  it('are read, or not at all', () => {
    const told = { name: 'x', source: 'upload:x', original: 'walk.mp4', bytes: 7 };
    expect(readUpload(told)).toEqual({ name: 'x', source: 'upload:x', original: 'walk.mp4' });
    expect(readUploads({ uploads: [told], most_bytes: 7 })).toEqual([readUpload(told)]);
    expect(readUpload({ ...told, source: 1 })).toBeUndefined();
    expect(readMostBytes({ uploads: [], most_bytes: 7 })).toBe(7);
  });

  it('say their size in a unit that suits', () => {
    expect([1, 900_000, 3_022_520, 2_000_000_000].map(bytesWord)).toEqual([
      '1 kB',
      '900 kB',
      '3.0 MB',
      '2.00 GB',
    ]);
    expect(tooLargeWord(3e9, 2e9)).toContain('at most 2.00 GB');
  });
});
