// Rules as they are asked for and saved. In: which camera, and what is to be changed. Out: hooks with the
// rules of all cameras and of each, with what rules can name, and with how services fare; and what became of
// a change.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type Answer, ask, send } from '../api/requests';
import { Refused } from '../layout/refused';
import { readCameras, readServices } from '../protocol/status';
import type { Edit } from './edits';
import { type Places, readPlaces, readRuled, readRulesOf, type RuledCamera, together } from './house';
import { type ListedRule, readRules } from './rule';

/** Time between two looks at how services fare, ms. */
const LOOK_EVERY_MS = 5_000;

/** All rules that somebody may change. */
export interface Ruled {
  /** Rules of all cameras; undefined for who may change some cameras alone. */
  all: readonly ListedRule[] | undefined;
  cameras: readonly RuledCamera[];
}

/** What became of a change: how the server answered, and the list that it was sent. */
export interface Saved {
  answer: Answer;
  sent: readonly ListedRule[];
}

const RULES_KEY = ['rules'];

export function useRules() {
  return useQuery({
    queryKey: RULES_KEY,
    queryFn: async (): Promise<Ruled> => {
      const [common, each] = await Promise.all([ask('/api/rules'), ask('/api/cameras')]);
      const cameras = each.kind === 'ok' ? readRuled(each.body) : undefined;
      if (cameras === undefined) throw new Refused(each);
      const all = common.kind === 'ok' ? readRules(common.body) : undefined;
      const isOthers = common.kind === 'refused' && common.code === 'whole_house_only';
      if (all === undefined && !isOthers) throw new Refused(common);
      return { all, cameras };
    },
  });
}

/** Lines, zones and classes that a rule can name; of all cameras where it is one of all. */
export function usePlaces(camera: string | undefined, cameras: readonly RuledCamera[]): Places {
  const asked = cameras.filter(({ name }) => camera === undefined || name === camera);
  const { data = [] } = useQuery({
    queryKey: ['places', ...asked.map(({ name }) => name)],
    queryFn: () => Promise.all(asked.map(({ name }) => askPlaces(name))),
  });
  return together([...asked.map(({ places }) => places), ...data]);
}

/** How services fare; undefined while that is not known. */
export function useServices() {
  return useQuery({
    queryKey: ['services'],
    queryFn: async () => {
      const answer = await ask('/api/status');
      if (answer.kind !== 'ok' || readCameras(answer.body) === undefined) throw new Refused(answer);
      return readServices(answer.body);
    },
    refetchInterval: LOOK_EVERY_MS,
  });
}

/** Changes the rules of a camera, or those of all where none is named. */
export function useSave(): (camera: string | undefined, edit: Edit) => Promise<Saved> {
  const client = useQueryClient();
  return async (camera, edit) => {
    const saved = await save(camera, edit);
    if (saved.answer.kind === 'ok') await client.invalidateQueries({ queryKey: RULES_KEY });
    return saved;
  };
}

async function save(camera: string | undefined, edit: Edit): Promise<Saved> {
  const address = camera === undefined ? '/api/rules' : `/api/cameras/${camera}`;
  // A list replaces the one before, so it is made of the newest.
  const newest = await ask(address);
  if (newest.kind !== 'ok') return { answer: newest, sent: [] };
  const rules = camera === undefined ? readRules(newest.body) : readRulesOf(newest.body);
  if (rules === undefined) return { answer: { kind: 'silent' }, sent: [] };
  const sent = edit(rules);
  const body = { rules: sent.map(({ fields }) => fields) };
  const method = camera === undefined ? 'PUT' : 'PATCH';
  return { answer: await send(address, body, undefined, method), sent };
}

async function askPlaces(camera: string): Promise<Places> {
  const answer = await ask(`/api/stats?camera=${encodeURIComponent(camera)}`);
  return readPlaces(answer.kind === 'ok' ? answer.body : undefined);
}
