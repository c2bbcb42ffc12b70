import { DuckDBInstance } from '@duckdb/node-api';
import type { ArtifactRef } from '../../src/contracts/artifacts';
import type { Persona, PersonasReport } from '../../src/contracts/personas';
import type { ArtifactStore } from '../../src/core/ports';

/** Run statements in a database of their own; answers the rows of the last one. */
export async function duck(...statements: string[]): Promise<Record<string, unknown>[]> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  try {
    let rows: Record<string, unknown>[] = [];
    for (const sql of statements)
      rows = (await connection.runAndReadAll(sql)).getRowObjectsJson() as Record<string, unknown>[];
    return rows;
  } finally {
    connection.disconnectSync();
    instance.closeSync();
  }
}

export async function parquet(artifacts: ArtifactStore, kind: string, select: string): Promise<ArtifactRef> {
  const path = await artifacts.temporary('parquet');
  const [{ Count }] = await duck(`COPY (${select}) TO '${path}' (FORMAT parquet)`);
  return artifacts.adopt(kind, path, Number(Count));
}

export const persona = (key: string, name: string, customers: number, more: Partial<Persona> = {}): Persona => ({
  key,
  name,
  namedAfter: ['frequency', 'monetary'],
  cluster: 0,
  change: 'born',
  transitions: [],
  naming: { since: '2024-01-31', claims: [], before: null },
  identity: { kind: 'born', from: [], keyBy: null, evidence: 'the first release: every persona is new' },
  overlap: null,
  bornAsOf: '2024-01-31',
  customers,
  share: customers / 20,
  revenue: '1234.5000',
  revenueShare: 0.5,
  stability: { jaccard: 0.9, label: 'stable' },
  traits: [],
  profile: [],
  categories: [],
  kpis: [],
  whales: 1,
  atRisk: 0,
  ...more,
});

/** Twenty customers in two personas; customer 3's country looks like a formula. */
export async function publishedArtifacts(artifacts: ArtifactStore): Promise<Record<string, ArtifactRef>> {
  const report: PersonasReport = {
    format: 2,
    asOf: '2024-01-31',
    customers: 20,
    totalRevenue: '2469.0000',
    revenue: 'net',
    currency: 'EUR',
    parentRelease: null,
    personas: [
      persona('psn_aaaaaaaa', 'Frequent Big Spenders', 12),
      persona('psn_bbbbbbbb', '=Rare', 8, { cluster: 1, atRisk: 3 }),
    ],
    retired: [],
  former: [],
    whales: { rule: 'top 1 %', customers: 1, revenueShare: 0.1 },
    atRisk: { rule: 'gap', customers: 3 },
    unassigned: { customers: 0, share: 0, revenue: '0', revenueShare: 0, whales: 0, atRisk: 0 },
    issuedKeys: ['psn_aaaaaaaa', 'psn_bbbbbbbb'],
  };
  const key = `CASE WHEN i <= 12 THEN 'psn_aaaaaaaa' ELSE 'psn_bbbbbbbb' END`;
  const customers = `(SELECT i::INTEGER AS i, 'c_' || lpad(i::VARCHAR, 2, '0') AS pid FROM range(1, 21) AS r(i))`;
  return {
    'personas.personas': await artifacts.writeJson('personas.personas', report),
    'personas.memberships': await parquet(
      artifacts,
      'personas.memberships',
      `SELECT pid, ${key} AS persona_key, (i > 12)::INTEGER AS cluster, i / 10.0::DOUBLE AS margin, 0.75::DOUBLE AS probability, NULL::VARCHAR AS runner_up_key FROM ${customers} ORDER BY pid`,
    ),
    'features.features': await parquet(
      artifacts,
      'features.features',
      `SELECT pid, i AS frequency, -i::DECIMAL(18, 4) AS monetary, CASE i WHEN 3 THEN '=HYPERLINK("x")' WHEN 4 THEN '-' WHEN 5 THEN chr(9) || 'x' WHEN 6 THEN NULL WHEN 7 THEN '' ELSE 'UK' END AS country_group FROM ${customers} ORDER BY pid`,
    ),
    'personas.at_risk': await parquet(
      artifacts,
      'personas.at_risk',
      `SELECT pid, ${key} AS persona_key, i AS recency_days FROM ${customers} WHERE i > 17 ORDER BY pid`,
    ),
    'personas.whales': await parquet(
      artifacts,
      'personas.whales',
      `SELECT pid, ${key} AS persona_key, 1::BIGINT AS rank FROM ${customers} WHERE i = 1 ORDER BY pid`,
    ),
    'report.html': await artifacts.writeBytes('report.html', Buffer.from('<!doctype html>')),
    'report.model_card': await artifacts.writeBytes('report.model_card', Buffer.from('# Model card')),
  };
}
