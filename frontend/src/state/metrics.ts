// Metrics as `/metrics` gives them: the text format of Prometheus, version 0.0.4
// (https://prometheus.io/docs/instrumenting/exposition_formats/). In: its text. Out: samples, but for those
// of histograms' buckets, which nothing here needs. A line that makes no sense is passed over. Pure.

export interface Sample {
  name: string;
  labels: ReadonlyMap<string, string>;
  value: number;
}

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)(?:\s+-?\d+)?$/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g;

export function readSamples(text: string): Sample[] {
  return text.split('\n').flatMap((line) => readSample(line.trim()) ?? []);
}

/** What all samples of a name whose labels have these values add up to; undefined where there is none. */
export function sumOf(samples: readonly Sample[], name: string, labels: Labels = {}): number | undefined {
  const found = samplesOf(samples, name, labels);
  return found.length === 0 ? undefined : found.reduce((sum, { value }) => sum + value, 0);
}

/** Samples of a name whose labels have these values. */
export function samplesOf(samples: readonly Sample[], name: string, labels: Labels = {}): Sample[] {
  return samples.filter((sample) => isOf(sample, name, labels));
}

type Labels = Readonly<Record<string, string>>;

function isOf(sample: Sample, name: string, labels: Labels): boolean {
  return (
    sample.name === name &&
    Object.entries(labels).every(([label, value]) => sample.labels.get(label) === value)
  );
}

function readSample(line: string): Sample | undefined {
  if (line === '' || line.startsWith('#')) return undefined;
  const [, name, labels = '', said = ''] = LINE.exec(line) ?? [];
  if (name === undefined || name.endsWith('_bucket')) return undefined;
  const value = readValue(said);
  return value === undefined ? undefined : { name, labels: readLabels(labels), value };
}

function readLabels(text: string): Map<string, string> {
  const pairs = [...text.matchAll(LABEL)];
  return new Map(pairs.map(([, name = '', value = '']) => [name, plain(value)]));
}

/** A label's value without the backslashes of the format. */
function plain(value: string): string {
  return value.replaceAll(/\\(.)/g, (_, letter: string) => (letter === 'n' ? '\n' : letter));
}

function readValue(said: string): number | undefined {
  if (/^[+]?inf$/i.test(said)) return Infinity;
  const value = Number(said);
  return Number.isNaN(value) ? undefined : value;
}
