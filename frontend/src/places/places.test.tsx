// Lines and zones as markup: what is told to those who hear the page, and what can be taken hold of.
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { NOTHING_YET } from '../results/view';
import { act, type Action, beginEditor } from './editor';
import { PlaceList } from './PlaceList';
import { SaveBar } from './SaveBar';
import { Shape } from './Shape';
import { sketchOf } from './sketch';
import { Tools } from './Tools';

const SIZE = { width: 1000, height: 500 };
const sketch = sketchOf({
  lines: [{ id: '<gate>', from: [0.2, 0.6], to: [0.8, 0.6] }],
  zones: [
    {
      id: 'plaza',
      points: [
        [0.1, 0.1],
        [0.5, 0.1],
        [0.5, 0.5],
      ],
    },
  ],
});
const [line, zone] = sketch;
if (line === undefined || zone === undefined) throw new Error('not read');

const nothing = () => undefined;
const editorAfter = (...actions: Action[]) => actions.reduce(act, beginEditor(sketch));

describe('a line over the picture', () => {
  const markup = renderToStaticMarkup(
    <Shape place={line} sketch={sketch} size={SIZE} chosen={false} wrong={false} />,
  );

  it('can be taken hold of as a whole, and has its name as text and nothing else', () => {
    expect(markup).toContain('data-grip="whole-0"');
    expect(markup).toContain('aria-label="Line &lt;gate&gt;"');
    expect(markup).toContain('aria-pressed="false"');
  });

  it('lies where its ends are, with an arrow to where people come in', () => {
    expect(markup).toContain('x1="200" y1="300" x2="800" y2="300"');
    expect(markup).toContain('M500 300L500 330');
    expect(markup).toContain('>in<');
  });
});

describe('the handles of the chosen place', () => {
  const grips = (place: typeof line) =>
    [
      ...renderToStaticMarkup(
        <Shape place={place} sketch={sketch} size={SIZE} chosen wrong={false} />,
      ).matchAll(/data-grip="([a-z]+)-/g),
    ].map(([, part]) => part);

  it('are the ends of a line', () => {
    expect(grips(line)).toEqual(['whole', 'point', 'point']);
  });

  it('are the corners of a zone, and then its edges', () => {
    expect(grips(zone)).toEqual(['whole', 'point', 'point', 'point', 'edge', 'edge', 'edge']);
  });
});

describe('the list', () => {
  const list = (wrongs: ReadonlyMap<number, string>, ...actions: Action[]) =>
    renderToStaticMarkup(
      <PlaceList editor={editorAfter(...actions)} view={NOTHING_YET} wrongs={wrongs} dispatch={nothing} />,
    );

  it('has a field for each name, and turns lines alone', () => {
    const markup = list(new Map());
    expect(markup.match(/<input/g)).toHaveLength(2);
    expect(markup.match(/data-testid="swap"/g)).toHaveLength(1);
    expect(markup).toContain('aria-label="Remove Zone plaza"');
  });

  it('says what is wrong in the place of what is counted', () => {
    const markup = list(new Map([[1, 'A zone needs a name']]));
    expect(markup).toContain('A zone needs a name');
    expect(markup.match(/aria-invalid="true"/g)).toHaveLength(1);
    expect(markup.match(/No count yet/g)).toHaveLength(1);
  });

  it('says what lines and zones are for where there is none', () => {
    expect(list(new Map(), { do: 'remove', key: 0 }, { do: 'remove', key: 1 })).toContain('Draw a line');
  });
});

describe('the tools', () => {
  const tools = (...actions: Action[]) =>
    renderToStaticMarkup(<Tools editor={editorAfter(...actions)} dispatch={nothing} />);

  it('are as many while something is drawn', () => {
    const [before, meanwhile] = [tools(), tools({ do: 'draw', kind: 'line' })];
    expect(before.match(/<button/g)).toEqual(meanwhile.match(/<button/g));
    expect(meanwhile).toContain('>Cancel<');
  });

  it('undo what there is to undo', () => {
    expect(tools().match(/aria-disabled="true"/g)).toHaveLength(2);
    expect(tools({ do: 'remove', key: 0 }).match(/aria-disabled="true"/g)).toHaveLength(1);
  });
});

describe('the bar that saves', () => {
  const bar = (change: Partial<Parameters<typeof SaveBar>[0]>) =>
    renderToStaticMarkup(
      <SaveBar
        changed
        saving="none"
        refused={undefined}
        wrong={false}
        onSave={nothing}
        onRevert={nothing}
        {...change}
      />,
    );

  it('saves what has changed and is right', () => {
    expect(bar({})).not.toContain('aria-disabled="true"');
    expect(bar({ wrong: true }).match(/aria-disabled="true"/g)).toHaveLength(1);
    expect(bar({ changed: false }).match(/aria-disabled="true"/g)).toHaveLength(2);
  });

  it('says what the server refused', () => {
    expect(bar({ saving: 'refused', refused: 'The file cannot be written' })).toContain(
      'role="alert">The file cannot be written<',
    );
  });
});
