import type { ArtifactRef } from '../../src/contracts/artifacts';
import type { ReleaseCommit } from '../../src/contracts/manifest';
import type { ArtifactStore } from '../../src/core/ports';
import { parquet, persona, publishedArtifacts } from './published';
import { draftOf } from './release';

export const PERSONAS = ['psn_aaaaaaaa', 'psn_bbbbbbbb'] as const;

/** A customer of a release: which of the two personas, and a country. */
export interface Member {
  readonly pid: string;
  readonly persona: 0 | 1;
  readonly country: string | null;
}

const text = (value: string | null): string => (value === null ? 'NULL' : `'${value.replaceAll("'", "''")}'`);

/** Artifacts of a release with these customers, at least one. Personas are two, whatever their number of members. */
export async function membersArtifacts(artifacts: ArtifactStore, members: readonly Member[]): Promise<Record<string, ArtifactRef>> {
  const { 'personas.personas': plain, 'report.html': html, 'report.model_card': card } = await publishedArtifacts(artifacts);
  const report = await artifacts.readJson<object>(plain);
  const sizes = PERSONAS.map((_, i) => members.filter((member) => member.persona === i).length);
  const personas = PERSONAS.map((key, i) => persona(key, i === 0 ? 'Regulars' : '=Rare', sizes[i], { cluster: i }));
  const values = members.map(({ pid, persona: i, country }) => `('${pid}', '${PERSONAS[i]}', ${i}, ${text(country)})`);
  const from = `(VALUES ${values.join(', ')}) AS v(pid, persona_key, cluster, country)`;
  return {
    'personas.personas': await artifacts.writeJson('personas.personas', { ...report, customers: members.length, personas }),
    'personas.memberships': await parquet(
      artifacts,
      'personas.memberships',
      `SELECT pid, persona_key, cluster::INTEGER AS cluster, 0.5::DOUBLE AS margin FROM ${from} ORDER BY pid`,
    ),
    'features.features': await parquet(
      artifacts,
      'features.features',
      `SELECT pid, length(pid)::BIGINT AS frequency, 1.25::DECIMAL(18, 4) AS monetary, country::VARCHAR AS country_group FROM ${from} ORDER BY pid`,
    ),
    'report.html': html,
    'report.model_card': card,
  };
}

/** Release `n` with these customers. */
export async function releaseOf(
  artifacts: ArtifactStore,
  n: number,
  members: readonly Member[],
  more: Partial<ReleaseCommit> = {},
): Promise<ReleaseCommit> {
  const manifest = await artifacts.writeJson('run.manifest', { format: 1, n });
  const draft = draftOf(`key ${n}`, { manifest, artifacts: await membersArtifacts(artifacts, members) });
  return { ...draft, format: 1, n, previous: n === 1 ? null : n - 1, previousSha256: null, promoted: true, superseded: false, ...more };
}
