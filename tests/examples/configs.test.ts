import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseProjectConfig } from '../../src/config/parse';
import { EXAMPLES, exampleDirectory } from '../../src/adapters/examples';
import { lintSql } from '../../src/adapters/duckdb/lint';
import { featureCatalogue } from '../../src/core/features/catalogue';
import { planColumns } from '../../src/core/prepare/columns';

describe.each(EXAMPLES)('examples/%s', (name) => {
  const directory = exampleDirectory(name);
  const file = join(directory, 'dramatis.yaml');
  const config = parseProjectConfig(readFileSync(file, 'utf8'), file);

  it('has a README and only SQL the engine takes', () => {
    expect(existsSync(join(directory, 'README.md'))).toBe(true);
    for (const { file: sql } of config.features.sql) expect(lintSql(readFileSync(join(directory, sql), 'utf8'), sql)).toEqual([]);
  });

  it('clusters on three to eight features that exist', () => {
    const { model } = config.features;
    expect(model.length).toBeGreaterThanOrEqual(3);
    expect(model.length).toBeLessThanOrEqual(8);
    expect(planColumns(model, featureCatalogue(config), config.prepare.pseudoCount).length).toBeGreaterThanOrEqual(model.length);
  });

  it('names an objective whose KPIs exist', () => {
    const known = new Set(['revenue', ...featureCatalogue(config).map((feature) => feature.name)]);
    expect(config.objective.kpis.filter((kpi) => !known.has(kpi))).toEqual([]);
  });
});

it('has a key for the shop that says it is a demo', () => {
  const file = join(exampleDirectory('shop'), 'dramatis.yaml');
  const { privacy } = parseProjectConfig(readFileSync(file, 'utf8'), file);
  expect(privacy.projectKey.file).toBe('keys/demo.key');
  expect(readFileSync(join(exampleDirectory('shop'), 'keys', 'demo.key'), 'utf8').trim()).toMatch(/^[0-9a-f]{64}$/);
});
