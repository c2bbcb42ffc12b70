import { join } from 'node:path';
import { clean } from '../../src/activities/clean';
import { clustering } from '../../src/activities/clustering';
import { extract } from '../../src/activities/extract';
import { features } from '../../src/activities/features';
import { personas } from '../../src/activities/personas';
import { prepare } from '../../src/activities/prepare';
import { quality } from '../../src/activities/quality';
import { contenders, selection } from '../../src/activities/selection';
import { createComputePool } from '../../src/adapters/compute';
import { createSqlModels } from '../../src/adapters/duckdb';
import { copyExample, generateShop } from '../../src/adapters/examples';
import { loadProject } from '../../src/adapters/project/load';
import { openVault } from '../../src/adapters/vault';
import type { ProjectConfig } from '../../src/config/project';
import type { ArtifactRefs } from '../../src/contracts/artifacts';
import { throughStages } from './through-stages';
import { createTestEngine } from './warehouse';

const LAST_NIGHT = '2026-06-30';
/** k is fixed: what is on trial is whether the same six keep their keys. */
const K = 6;
const KEY = 'a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f90';

/** A night as it was published: persona key, raw label and margin of each customer, and how long ago the last order or return was. */
type Night = ReadonlyMap<
  string,
  { readonly key: string; readonly cluster: number; readonly clear: boolean; readonly quiet: number }
>;

export interface RefitOptions {
  /** An empty folder for the shop and its vault. */
  readonly folder: string;
  /** The compute thread's code as one file. */
  readonly thread: string;
  readonly customers: number;
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
}

const dayBefore = (iso: string, days: number): string =>
  new Date(Date.parse(iso) - days * 86_400_000).toISOString().slice(0, 10);

/** The example shop with k fixed, and fewer resamples: they label stability and choose nothing here. */
async function shopProject(
  folder: string,
  customers: number,
): Promise<{ directory: string; sql: Readonly<Record<string, string>>; config: ProjectConfig }> {
  const directory = await copyExample('shop', join(folder, 'shop'));
  await generateShop({ directory: join(directory, 'data'), customers });
  const { resolved } = await loadProject(directory);
  const { config } = resolved;
  return {
    directory,
    sql: resolved.sql,
    config: {
      ...config,
      objective: { ...config.objective, granularity: { min: K, max: K } },
      modeling: {
        ...config.modeling,
        algorithms: ['kmeans'],
        clusters: { min: K, max: K },
        stability: { ...config.modeling.stability, resamples: 5 },
      },
      privacy: { ...config.privacy, projectKey: { ...config.privacy.projectKey, env: 'DRAMATIS_NIGHTS_KEY' } },
    },
  };
}

/**
 * Refit the example shop on as many consecutive as-of dates, each night's personas matched to those of the night before, through the
 * stages as a run goes through them.
 */
export async function nightlyRefits({ folder, thread, customers, nights }: RefitOptions): Promise<Refits> {
  const { directory, sql, config } = await shopProject(folder, customers);
  const engine = createTestEngine(2);
  const models = createSqlModels();
  const compute = createComputePool({ entry: thread, threads: 2 });
  const vault = openVault({
    config: config.privacy,
    projectDir: directory,
    home: join(folder, 'home'),
    env: { DRAMATIS_NIGHTS_KEY: KEY },
  });
  const stages = { directory, config, sql, deps: { artifacts: engine.artifacts, sql: engine.sql, compute, models, vault } };

  /** What was published, and for each customer the days since anything of theirs was booked. */
  async function published(asOf: string, outputs: ArtifactRefs): Promise<Night> {
    const session = await engine.sql.session();
    try {
      for (const name of ['personas.memberships', 'clean.lines']) await session.view(name, outputs[name]);
      const rows = await session.rows<{ pid: string; key: string; cluster: number; clear: boolean; quiet: number }>(
        `SELECT m.pid, m.persona_key AS key, m.cluster, m.margin > (SELECT quantile_cont(margin, 0.1) FROM personas.memberships) AS clear,
          date_diff('day', max(l.ordered_at)::DATE, $as_of::DATE) AS quiet
        FROM personas.memberships AS m JOIN clean.lines AS l ON l.pid = m.pid AND l.ordered_at < $as_of::DATE + 1
        GROUP BY m.pid, m.persona_key, m.cluster, m.margin ORDER BY m.pid`,
        { as_of: { date: asOf } },
      );
      return new Map(rows.map(({ pid, ...row }) => [pid, row]));
    } finally {
      await session.close();
    }
  }

  try {
    let [compared, kept, labelKept] = [0, 0, 0];
    let before: Night | null = null;
    let parent: ArtifactRefs = {};
    const keys = new Set<string>();
    for (let night = 0; night < nights; night++) {
      const asOf = dayBefore(LAST_NIGHT, nights - 1 - night);
      const outputs: ArtifactRefs = await throughStages(stages, asOf, parent, [
        extract,
        quality,
        clean,
        features,
        prepare,
        contenders[0],
        selection,
        clustering,
        personas,
      ]);
      const now: Night = await published(asOf, outputs);
      for (const [pid, { key, cluster, clear, quiet }] of now) {
        keys.add(key);
        const last = before?.get(pid);
        // a transaction since the night before would be of this very day
        if (last === undefined || quiet < 1 || !clear || !last.clear) continue;
        compared++;
        if (last.key === key) kept++;
        if (last.cluster === cluster) labelKept++;
      }
      before = now;
      parent = {
        'parent.memberships': outputs['personas.memberships'],
        'parent.personas': outputs['personas.personas'],
        'parent.release': await engine.artifacts.writeJson('parent.release', { release: night + 1 }),
      };
    }
    return { nights, compared, kept, labelKept, personas: keys.size };
  } finally {
    await compute.close();
    await engine.dispose();
  }
}
