// Where pictures come from, as somebody types it. In: an address, a file's name, and the names that are
// taken. Out: a name to propose, and what is wrong with one. Pure.

/** Names that the server keeps for itself. */
const RESERVED: readonly string[] = ['test', 'all'];

const NAME = /^[a-z0-9_-]{1,32}$/;
const MOST_LETTERS = 32;

/** Sources that people have, each with an example of it. */
export const EXAMPLES: readonly { what: string; source: string }[] = [
  { what: 'A network camera', source: 'rtsp://192.168.1.20/stream1' },
  { what: 'An MJPEG stream', source: 'http://192.168.1.21/video.mjpg' },
  { what: 'The first webcam of the server', source: '0' },
  { what: 'A file of the media folder', source: 'walk.mp4' },
  { what: 'A drawn plaza, to try things out', source: 'synthetic' },
];

/** Name for a camera of a source, which no other has; `title` is what people call an upload. */
export function proposedName(source: string, title: string | undefined, taken: readonly string[]): string {
  const wanted = slug(title === undefined ? wordOf(source) : stem(title)) || 'camera';
  const isFree = (name: string) => !taken.includes(name) && !RESERVED.includes(name);
  if (isFree(wanted)) return wanted;
  for (let n = 2; ; n++) {
    const name = `${wanted.slice(0, MOST_LETTERS - 1 - String(n).length)}-${n}`;
    if (isFree(name)) return name;
  }
}

/** What is wrong with a name; undefined where nothing is. */
export function wrongName(name: string, taken: readonly string[]): string | undefined {
  if (name === '') return 'A camera needs a name';
  if (!NAME.test(name)) return 'Names have 1 to 32 of a–z, 0–9, - and _';
  if (RESERVED.includes(name)) return `The name ${name} is taken by the server itself`;
  return taken.includes(name) ? `There is a camera ${name} already` : undefined;
}

function wordOf(source: string): string {
  if (/^\d+$/.test(source)) return 'webcam';
  if (/^synthetic\b/.test(source)) return 'plaza';
  const host = hostOf(source.replace(/^snapshot:/, ''));
  if (host === undefined) return stem(source);
  const last = /^\d+\.\d+\.\d+\.(\d+)$/.exec(host)?.[1];
  return last === undefined ? host.replace(/^www\./, '').split('.')[0] || 'camera' : `camera-${last}`;
}

function hostOf(source: string): string | undefined {
  // Not by `URL`, which knows hosts of few schemes alone.
  return /^[a-z]+:\/\/(?:[^/@]*@)?([^/:?#]+)/i.exec(source)?.[1];
}

/** Name of a file without its folders and its kind. */
function stem(path: string): string {
  const name = path.split(/[\\/]/).at(-1) ?? '';
  return name.replace(/\.[a-z0-9]{1,5}$/i, '');
}

function slug(words: string): string {
  const plain = words.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  return plain
    .replace(/[^a-z0-9_]+/g, '-')
    .slice(0, MOST_LETTERS)
    .replace(/^-+|-+$/g, '');
}
