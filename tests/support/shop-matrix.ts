import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clean } from '../../src/activities/clean';
import { extract } from '../../src/activities/extract';
import { features } from '../../src/activities/features';
import { prepare } from '../../src/activities/prepare';
import { quality } from '../../src/activities/quality';
import { createInlineCompute } from '../../src/adapters/compute';
import { createSqlModels } from '../../src/adapters/duckdb';
import { copyExample, generateShop, readTruth } from '../../src/adapters/examples';
import { loadProject } from '../../src/adapters/project/load';
import { openVault } from '../../src/adapters/vault';
import type { ProjectConfig } from '../../src/config/project';
import type { Matrix } from '../../src/core/linalg/matrix';
import { throughStages } from './through-stages';
import { createTestEngine } from './warehouse';

/** Any key will do: rows are put in the order of customer numbers. */
const KEY = 'b1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f90';
const AS_OF = '2026-06-30';

export interface ShopMatrix {
  readonly config: ProjectConfig;
  /** What the shop's algorithms see, in the order of customer numbers. */
  readonly matrix: Matrix;
  /** Planted behaviour of each row; '' where none was planted. */
  readonly behaviours: readonly string[];
}

/** The example shop of so many customers, from its exports to the prepared matrix, as a run makes it. */
export async function shopMatrix(customers: number): Promise<ShopMatrix> {
  const folder = mkdtempSync(join(tmpdir(), 'dramatis-matrix-'));
  const engine = createTestEngine(2);
  try {
    const directory = await copyExample('shop', join(folder, 'shop'));
    await generateShop({ directory: join(directory, 'data'), customers });
    const { resolved } = await loadProject(directory);
    const config = { ...resolved.config, privacy: { ...resolved.config.privacy, projectKey: { env: 'DRAMATIS_MATRIX_KEY' } } };
    const vault = openVault({ config: config.privacy, projectDir: directory, home: join(folder, 'home'), env: { DRAMATIS_MATRIX_KEY: KEY } });
    const deps = { artifacts: engine.artifacts, sql: engine.sql, compute: createInlineCompute(), models: createSqlModels(), vault };
    const outputs = await throughStages({ directory, config, sql: resolved.sql, deps }, AS_OF, {}, [extract, quality, clean, features, prepare]);
    const session = await engine.sql.session();
    try {
      await session.view('prepare.matrix', outputs['prepare.matrix']);
      const { ids, matrix } = await session.matrix('SELECT * FROM prepare.matrix ORDER BY pid');
      const numbers = await vault.recall();
      const truth = await readTruth(join(directory, 'data'));
      const rows = ids.map((pid, row) => ({ customer: numbers.get(pid) ?? '', row })).sort((a, b) => (a.customer < b.customer ? -1 : 1));
      const { cols, values } = matrix;
      return {
        config,
        matrix: { ...matrix, values: Float64Array.from(rows.flatMap(({ row }) => Array.from(values.subarray(row * cols, (row + 1) * cols)))) },
        behaviours: rows.map(({ customer }) => truth.get(customer) ?? ''),
      };
    } finally {
      await session.close();
    }
  } finally {
    await engine.dispose();
    rmSync(folder, { recursive: true, force: true });
  }
}
