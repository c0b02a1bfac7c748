// Who is in which zone, and for how long. In: the counts of each zone, the zones, and who has been loitering
// lately. Out: a list. Nothing is counted here.
import type { ZoneCount } from '../protocol/counts';
import type { Zone } from '../protocol/places';
import { loiterWord } from '../results/news';
import type { AnalyticsView } from '../results/view';
import { Group } from './Group';
import { dwellWord, fullWord, isLoitering, loiterKey, zoneNote } from './words';

export function Zones({ view: { zones, places, loitering, countsAgeS } }: { view: AnalyticsView }) {
  return (
    <Group className="zones" title={zones.length === 1 ? 'In the zone' : 'In the zones'} ageS={countsAgeS}>
      <dl className="tally" data-testid="zones">
        {zones.map((zone) => (
          <Occupancy key={zone.id} zone={zone} place={places.zones.find(({ id }) => id === zone.id)} />
        ))}
      </dl>
      {loitering.length > 0 && (
        <ul className="sentences" data-testid="loitering" aria-label="Loitering">
          {loitering.map((each) => (
            <li key={loiterKey(each)}>{loiterWord(each)}</li>
          ))}
        </ul>
      )}
    </Group>
  );
}

function Occupancy({ zone, place }: { zone: ZoneCount; place: Zone | undefined }) {
  const [full, note, dwell] = [fullWord(zone, place), zoneNote(zone), dwellWord(zone)];
  return (
    <div data-zone={zone.id}>
      <dt>{zone.id}</dt>
      <dd>{zone.occupancy}</dd>
      {full !== '' && (
        <dd className="note" data-full="true">
          {full}
        </dd>
      )}
      {note !== '' && <dd className="note">{note}</dd>}
      {dwell !== '' && (
        <dd className="note" data-loitering={isLoitering(zone, place)}>
          {dwell}
        </dd>
      )}
    </div>
  );
}
