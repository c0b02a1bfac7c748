// Who crossed which line. In: the counts of each line, and the lines. Out: a table with a row a line, one a
// class under those that more than one class crossed, and the sums. Nothing is counted here but sums.
import type { LineCount } from '../protocol/counts';
import type { AnalyticsView } from '../results/view';
import { Age } from './Group';
import { classesOf, classWord, lineNote } from './words';

export function Lines({ view: { lines, places, countsAgeS } }: { view: AnalyticsView }) {
  const sum = (way: 'inbound' | 'outbound') => lines.reduce((total, line) => total + line[way], 0);
  return (
    <table className="crossings" data-testid="line-counts">
      <thead>
        <tr>
          <th scope="col">
            {lines.length === 1 ? 'Line' : 'Lines'}
            <Age seconds={countsAgeS} />
          </th>
          <th scope="col">In</th>
          <th scope="col">Out</th>
        </tr>
      </thead>
      {lines.map((line) => (
        <tbody key={line.id}>
          <Crossings
            {...line}
            note={lineNote(
              line,
              places.lines.find(({ id }) => id === line.id),
            )}
          />
          <Classes line={line} />
        </tbody>
      ))}
      {lines.length > 1 && (
        <tfoot>
          <Crossings id="All" inbound={sum('inbound')} outbound={sum('outbound')} note="" />
        </tfoot>
      )}
    </table>
  );
}

function Crossings({ id, inbound, outbound, note }: Omit<LineCount, 'classes'> & { note: string }) {
  return (
    <tr data-line={id}>
      <th scope="row">
        {id}
        {note !== '' && <span className="note">{note}</span>}
      </th>
      <td>{inbound}</td>
      <td>{outbound}</td>
    </tr>
  );
}

function Classes({ line }: { line: LineCount }) {
  return classesOf(line).map(({ name, inbound, outbound }) => (
    <tr key={name} className="by-class" data-class={name}>
      <th scope="row">{classWord(name)}</th>
      <td>{inbound}</td>
      <td>{outbound}</td>
    </tr>
  ));
}
