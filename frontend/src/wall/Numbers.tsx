// The numbers of one camera, to be read from across a room. In: the camera, and its session from the context.
// Out: people, risk by word, colour and sign, and crossings of today, as far as anybody counts them.
import { useSnapshot } from '../live/session_context';
import { peopleWord, RISK_LADDER, riskWord } from '../panel/words';
import { useToday } from './use_today';

export function Numbers({ camera }: { camera: string }) {
  const { people, risk } = useSnapshot().analytics;
  const today = useToday(camera);
  return (
    <dl className="wall-numbers" data-testid="wall-numbers">
      {people.kind !== 'unknown' && <Number name="People" value={peopleWord(people)} />}
      {risk !== undefined && (
        <Number
          name="Risk"
          value={`${'▲'.repeat(RISK_LADDER.indexOf(risk))} ${riskWord(risk)}`}
          risk={risk}
        />
      )}
      {today !== undefined && (
        <>
          <Number name="In today" value={today.inbound.toLocaleString()} />
          <Number name="Out today" value={today.outbound.toLocaleString()} />
        </>
      )}
    </dl>
  );
}

function Number({ name, value, risk }: { name: string; value: string; risk?: string }) {
  return (
    <div className="wall-number" data-risk={risk}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
