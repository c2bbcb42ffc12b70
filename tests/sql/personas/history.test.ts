import fc from 'fast-check';
import { assertDeterministic } from '../../../src/adapters/duckdb/lint';
import { createSqlModels } from '../../../src/adapters/duckdb/sql-models';
import type { SqlSession } from '../../../src/core/ports';
import { createTestEngine } from '../../support/warehouse';

const models = createSqlModels();
const sqlOf = (name: string): string => models.get(`personas/${name}`).text;

/** A persona key, null for a customer without a persona, undefined for no customer; by customer. */
type Night = readonly (string | null | undefined)[];
const pid = (i: number): string => `c_${i}`;
const dayOf = (n: number): string => `2026-01-${String(n + 1).padStart(2, '0')}`;

interface Event extends Record<string, unknown> {
  readonly pid: string;
  readonly event: string;
  readonly from_state: string;
  readonly from_key: string | null;
  readonly to_state: string;
  readonly to_key: string | null;
}

describe('the SQL of who went where', () => {
  const { sql, dispose } = createTestEngine(1);
  afterAll(() => dispose());

  async function inSession<T>(work: (session: SqlSession) => Promise<T>): Promise<T> {
    const session = await sql.session();
    try {
      return await work(session);
    } finally {
      await session.close();
    }
  }

  const insert = (session: SqlSession, name: string, night: Night) => {
    const members = night.flatMap((key, i) => (key === undefined ? [] : [{ pid: pid(i), key }]));
    return session.insert(name, [
      { name: 'pid', type: 'VARCHAR', values: members.map((member) => member.pid) },
      { name: 'persona_key', type: 'VARCHAR', values: members.map(({ key }) => key) },
    ]);
  };
  const keysOf = (night: Night): string[] => [...new Set(night.filter((key) => typeof key === 'string'))].sort();

  async function between(before: Night, now: Night): Promise<{ events: Event[]; migration: Record<string, unknown>[] }> {
    return inSession(async (session) => {
      await insert(session, 'parent.memberships', before);
      await insert(session, 'personas.memberships', now);
      const keys = keysOf(now);
      await session.insert('personas.keys', [
        { name: 'cluster', type: 'INTEGER', values: keys.map((_, i) => i) },
        { name: 'persona_key', type: 'VARCHAR', values: keys },
      ]);
      await session.table('personas.events', sqlOf('events'));
      return { events: await session.rows<Event>(sqlOf('events')), migration: await session.rows(sqlOf('migration')) };
    });
  }

  it.each(['events', 'migration', 'history'])('%s depends on no thread and no clock', (name) => {
    expect(() => assertDeterministic(sqlOf(name), name)).not.toThrow();
  });

  it('tells each kind of event, and has born, retired, unassigned and absent as rows of their own', async () => {
    //        stays, moves, retires, gets one, loses it, leaves, comes, none stays none
    const before: Night = ['a', 'a', 'r', null, 'a', 'a', undefined, null];
    const now: Night = ['a', 'n', 'a', 'a', null, undefined, 'n', null];
    const { events, migration } = await between(before, now);
    expect(events.map((row) => [row.event, row.from_state, row.from_key, row.to_state, row.to_key])).toEqual([
      ['stay', 'persona', 'a', 'persona', 'a'],
      ['move', 'persona', 'a', 'persona', 'n'],
      ['move', 'persona', 'r', 'persona', 'a'],
      ['move', 'unassigned', null, 'persona', 'a'],
      ['move', 'persona', 'a', 'unassigned', null],
      ['exit', 'persona', 'a', 'absent', null],
      ['enter', 'absent', null, 'persona', 'n'],
      ['stay', 'unassigned', null, 'unassigned', null],
    ]);
    expect(migration.map(Object.values)).toEqual([
      ['absent', null, 'born', 'n', 1],
      ['persona', 'a', 'absent', null, 1],
      ['persona', 'a', 'born', 'n', 1],
      ['persona', 'a', 'persona', 'a', 1],
      ['persona', 'a', 'unassigned', null, 1],
      ['retired', 'r', 'persona', 'a', 1],
      ['unassigned', null, 'persona', 'a', 1],
      ['unassigned', null, 'unassigned', null, 1],
    ]);
    for (const name of ['events', 'migration']) {
      const rows = name === 'events' ? events : migration;
      expect(Object.keys(rows[0])).toEqual(models.get(`personas/${name}`).header.columns.map((column) => column.name));
    }
  });

  const state = fc.constantFrom('a', 'b', 'c', null, undefined);
  const nights = fc.array(fc.array(state, { minLength: 6, maxLength: 6 }), { minLength: 1, maxLength: 5 });

  it('replayed from nothing, events rebuild the membership of any day; for each persona enter − exit is the change of its size', async () => {
    await fc.assert(
      fc.asyncProperty(nights, async (all: Night[]) => {
        const members = new Map<string, string | null>();
        for (const [n, now] of all.entries()) {
          const before = n === 0 ? now.map(() => undefined) : all[n - 1];
          const { events, migration } = await between(before, now);
          for (const key of keysOf([...before, ...now])) {
            const size = (night: Night): number => night.filter((own) => own === key).length;
            const entered = events.filter((e) => e.to_key === key && e.from_key !== key).length;
            const left = events.filter((e) => e.from_key === key && e.to_key !== key).length;
            expect(entered - left).toBe(size(now) - size(before));
            const sum = (side: 'from_key' | 'to_key') => migration.filter((row) => row[side] === key).reduce((total, row) => total + (row.customers as number), 0);
            expect([sum('from_key'), sum('to_key')]).toEqual([size(before), size(now)]);
          }
          for (const { pid: who, event, to_state: to, to_key: key } of events) {
            if (event === 'exit') expect(members.delete(who)).toBe(true);
            else if (event !== 'stay') members.set(who, to === 'persona' ? key : null);
          }
          expect(members).toEqual(new Map(now.flatMap((key, i) => (key === undefined ? [] : [[pid(i), key]]))));
        }
      }),
      { numRuns: 25 },
    );
  }, 120_000);

  it('spells rebuild the membership of any day, meet without a gap and follow nothing of the same kind', async () => {
    await fc.assert(
      fc.asyncProperty(nights, async (all: Night[]) => {
        const spells = await inSession(async (session) => {
          await session.table('history.releases', `SELECT n::INTEGER AS n, as_of::DATE AS as_of FROM (VALUES ${all.map((_, n) => `(${n + 1}, '${dayOf(n)}')`).join(', ')}) AS t(n, as_of)`);
          for (const [n, night] of all.entries()) await insert(session, `history.release_${n}`, night);
          await session.table('history.memberships', all.map((_, n) => `SELECT ${n + 1}::INTEGER AS n, pid, persona_key FROM history.release_${n}`).join(' UNION ALL '));
          return session.rows<{ pid: string; persona_key: string | null; valid_from: string; valid_to: string | null }>(sqlOf('history'));
        });
        for (const [n, night] of all.entries()) {
          const on = spells.filter(({ valid_from: from, valid_to: to }) => from <= dayOf(n) && (to === null || dayOf(n) < to));
          expect(on.length).toBe(new Set(on.map((spell) => spell.pid)).size);
          expect(new Map(on.map((spell) => [spell.pid, spell.persona_key]))).toEqual(new Map(night.flatMap((key, i) => (key === undefined ? [] : [[pid(i), key]]))));
        }
        for (const [i, spell] of spells.entries()) {
          const before = spells[i - 1];
          if (before?.pid === spell.pid && before.valid_to === spell.valid_from) expect(before.persona_key).not.toBe(spell.persona_key);
        }
      }),
      { numRuns: 40 },
    );
  }, 120_000);
});
