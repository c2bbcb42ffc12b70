import { join } from 'node:path';
import { clean } from '../../src/activities/clean';
import { clustering } from '../../src/activities/clustering';
import { extract } from '../../src/activities/extract';
import { features } from '../../src/activities/features';
import { personas } from '../../src/activities/personas';
import { prepare } from '../../src/activities/prepare';
import { quality } from '../../src/activities/quality';
import { contenders, selection } from '../../src/activities/selection';
import type { StageDefinition } from '../../src/activities/stage';
import { createComputePool } from '../../src/adapters/compute';
import { createSqlModels } from '../../src/adapters/duckdb';
import { copyExample, generateShop } from '../../src/adapters/examples';
import { loadProject } from '../../src/adapters/project/load';
import { openVault } from '../../src/adapters/vault';
import type { ProjectConfig } from '../../src/config/project';
import type { ArtifactRefs } from '../../src/contracts/artifacts';
import type { SqlSession } from '../../src/core/ports';
import { throughStages } from './through-stages';
import { createTestEngine } from './warehouse';

const KEY = 'a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f90';

export interface ShopOptions {
  /** An empty folder for the shop and its vault. */
  readonly folder: string;
  /** The compute thread's code as one file. */
  readonly thread: string;
  readonly customers: number;
}

/** The stages up to one row per customer, and those that make personas of them. */
export const TO_FEATURES: readonly StageDefinition[] = [extract, quality, clean, features];
export const TO_PERSONAS: readonly StageDefinition[] = [prepare, contenders[0], selection, clustering, personas];

/** The config with k fixed, and fewer resamples: they label stability and choose nothing here. */
const fixedTo = (config: ProjectConfig, k: number): ProjectConfig => ({
  ...config,
  objective: { ...config.objective, granularity: { min: k, max: k } },
  modeling: {
    ...config.modeling,
    algorithms: ['kmeans'],
    clusters: { min: k, max: k },
    stability: { ...config.modeling.stability, resamples: 5 },
  },
  privacy: { ...config.privacy, projectKey: { ...config.privacy.projectKey, env: 'DRAMATIS_NIGHTS_KEY' } },
});

/** The example shop, generated, and its stages as a run goes through them. Close with `close`. */
export async function openShopStages({ folder, thread, customers }: ShopOptions) {
  const directory = await copyExample('shop', join(folder, 'shop'));
  await generateShop({ directory: join(directory, 'data'), customers });
  const { resolved } = await loadProject(directory);
  const engine = createTestEngine(2);
  const models = createSqlModels();
  const compute = createComputePool({ entry: thread, threads: 2 });
  const vault = openVault({
    config: fixedTo(resolved.config, 2).privacy,
    projectDir: directory,
    home: join(folder, 'home'),
    env: { DRAMATIS_NIGHTS_KEY: KEY },
  });
  const deps = { artifacts: engine.artifacts, sql: engine.sql, compute, models, vault };

  return {
    artifacts: engine.artifacts,

    /** Go through stages with as many clusters as given. */
    through: ({ asOf, k }: { readonly asOf: string; readonly k: number }, inputs: ArtifactRefs, definitions: readonly StageDefinition[]): Promise<ArtifactRefs> =>
      throughStages({ directory, config: fixedTo(resolved.config, k), sql: resolved.sql, deps }, asOf, inputs, definitions),

    /** What the next release is matched to, should this one be released under the number given. */
    async parentOf(outputs: ArtifactRefs, release: number): Promise<ArtifactRefs> {
      return {
        'parent.memberships': outputs['personas.memberships'],
        'parent.personas': outputs['personas.personas'],
        'parent.release': await engine.artifacts.writeJson('parent.release', { release }),
      };
    },

    /** Work on artifacts, each under its name. */
    async reading<T>(artifacts: ArtifactRefs, work: (session: SqlSession) => Promise<T>): Promise<T> {
      const session = await engine.sql.session();
      try {
        for (const [name, ref] of Object.entries(artifacts)) await session.view(name, ref);
        return await work(session);
      } finally {
        await session.close();
      }
    },

    async close(): Promise<void> {
      await compute.close();
      await engine.dispose();
    },
  };
}

export type ShopStages = Awaited<ReturnType<typeof openShopStages>>;
