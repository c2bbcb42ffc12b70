import type { ArtifactRefs } from '../../src/contracts/artifacts';
import type { PersonasReport } from '../../src/contracts/personas';
import { openShopStages, TO_FEATURES, TO_PERSONAS, type ShopOptions, type ShopStages } from './shop-stages';

const LAST_NIGHT = '2026-06-30';
/** k is fixed: what is on trial is whether the same six keep their keys. */
const K = 6;

/** A night as it was published: persona key, raw label and margin of each customer, and how long ago the last order or return was. */
type Night = ReadonlyMap<
  string,
  { readonly key: string; readonly cluster: number; readonly clear: boolean; readonly quiet: number }
>;

export interface RefitOptions extends ShopOptions {
  readonly nights: number;
}

export interface Refits {
  readonly nights: number;
  /** Customers without a new transaction and with a margin above the lowest decile on both nights, over all pairs of nights. */
  readonly compared: number;
  readonly kept: number;
  readonly labelKept: number;
  /** Different persona keys issued over all nights. */
  readonly personas: number;
  /** Personas that were anything but the same, and personas retired, over all nights but the first. */
  readonly changes: number;
  /** Names given up over all nights. */
  readonly renamed: number;
  /** Personas and nights at which enter − exit was not the change of size, and nights that a replay of events did not rebuild: none. */
  readonly unbalanced: number;
}

const dayBefore = (iso: string, days: number): string =>
  new Date(Date.parse(iso) - days * 86_400_000).toISOString().slice(0, 10);

/** What was published, and for each customer the days since anything of theirs was booked. */
const published = (shop: ShopStages, asOf: string, outputs: ArtifactRefs): Promise<Night> =>
  shop.reading(
    { 'personas.memberships': outputs['personas.memberships'], 'clean.lines': outputs['clean.lines'] },
    async (session) => {
      const rows = await session.rows<{ pid: string; key: string; cluster: number; clear: boolean; quiet: number }>(
        `SELECT m.pid, m.persona_key AS key, m.cluster, m.margin > (SELECT quantile_cont(margin, 0.1) FROM personas.memberships) AS clear,
          date_diff('day', max(l.ordered_at)::DATE, $as_of::DATE) AS quiet
        FROM personas.memberships AS m JOIN clean.lines AS l ON l.pid = m.pid AND l.ordered_at < $as_of::DATE + 1
        GROUP BY m.pid, m.persona_key, m.cluster, m.margin ORDER BY m.pid`,
        { as_of: { date: asOf } },
      );
      return new Map(rows.map(({ pid, ...row }) => [pid, row]));
    },
  );

interface Event extends Record<string, unknown> {
  readonly pid: string;
  readonly event: string;
  readonly from_key: string | null;
  readonly to_key: string | null;
}

/** Replays nights of events one after the other. */
function replay() {
  const members = new Map<string, string | null>();
  const sizes = new Map<string, number>();
  return {
    /** @returns How many personas' sizes do not follow from those of the night before, and 1 more if the members are not those published. */
    night(events: readonly Event[], { personas, retired }: PersonasReport, now: Night): number {
      const count = (side: 'from_key' | 'to_key', key: string): number =>
        events.filter((event) => event[side] === key && event.from_key !== event.to_key).length;
      for (const { pid, event, to_key: key } of events) {
        if (event === 'exit') members.delete(pid);
        else members.set(pid, key);
      }
      const ends = [...personas.map(({ key, customers }) => ({ key, customers })), ...retired.map(({ key }) => ({ key, customers: 0 }))];
      const wrong = ends.filter(({ key, customers }) => count('to_key', key) - count('from_key', key) !== customers - (sizes.get(key) ?? 0));
      for (const { key, customers } of ends) sizes.set(key, customers);
      const rebuilt = members.size === now.size && [...now].every(([pid, { key }]) => members.get(pid) === key);
      return wrong.length + (rebuilt ? 0 : 1);
    },
  };
}

/**
 * Refit the example shop on as many consecutive as-of dates, each night's personas matched to those of the night before, through the
 * stages as a run goes through them.
 */
export async function nightlyRefits({ nights, ...options }: RefitOptions): Promise<Refits> {
  const shop = await openShopStages(options);
  try {
    let [compared, kept, labelKept, changes, renamed, unbalanced] = [0, 0, 0, 0, 0, 0];
    let before: Night | null = null;
    let parent: ArtifactRefs = {};
    const keys = new Set<string>();
    const history = replay();
    for (let night = 0; night < nights; night++) {
      const asOf = dayBefore(LAST_NIGHT, nights - 1 - night);
      const outputs: ArtifactRefs = await shop.through({ asOf, k: K }, parent, [...TO_FEATURES, ...TO_PERSONAS]);
      const now: Night = await published(shop, asOf, outputs);
      for (const [pid, { key, cluster, clear, quiet }] of now) {
        keys.add(key);
        const last = before?.get(pid);
        // a transaction since the night before would be of this very day
        if (last === undefined || quiet < 1 || !clear || !last.clear) continue;
        compared++;
        if (last.key === key) kept++;
        if (last.cluster === cluster) labelKept++;
      }
      const report = await shop.artifacts.readJson<PersonasReport>(outputs['personas.personas']);
      if (before !== null) changes += report.personas.filter(({ change }) => change !== 'same').length + report.retired.length;
      renamed += report.personas.filter(({ naming }) => naming.before !== null).length;
      const events = await shop.reading({ 'personas.events': outputs['personas.events'] }, (session) =>
        session.rows<Event>('SELECT pid, event, from_key, to_key FROM personas.events ORDER BY pid'),
      );
      unbalanced += history.night(events, report, now);
      before = now;
      parent = await shop.parentOf(outputs, night + 1);
    }
    return { nights, compared, kept, labelKept, personas: keys.size, changes, renamed, unbalanced };
  } finally {
    await shop.close();
  }
}
