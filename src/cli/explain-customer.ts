import type { ReleaseCommit } from '../contracts/manifest';
import type { FeaturesReport } from '../contracts/features';
import type { PersonasReport } from '../contracts/personas';
import { PipelineError } from '../contracts/errors';
import { loadModel } from '../activities/stored-model';
import type { ArtifactStore, SqlEngine } from '../core/ports';
import { explain, type Contribution, type Explanation } from '../core/personas/explain';
import type { FeatureRow } from '../core/prepare';
import { changedCells, type ChangedCell } from '../core/prepare/changed-cells';

export interface CustomerExplanation {
  readonly release: number;
  readonly asOf: string;
  readonly pid: string;
  /** Null for a customer that belongs to no dense region. */
  readonly persona: { readonly key: string; readonly name: string } | null;
  readonly probability: number;
  /** Of an unassigned customer the nearest persona. */
  readonly runnerUp: { readonly key: string; readonly name: string } | null;
  /** What the contributions add up to. */
  readonly of: Explanation['of'];
  readonly margin: number;
  readonly contributions: readonly (Contribution & { readonly label: string })[];
  /** Values that preparation changed: imputed or winsorised. */
  readonly changedCells: readonly ChangedCell[];
  /** This customer's rows that cleaning removed, by rule. */
  readonly removedRows: readonly { readonly rule: string; readonly rows: number }[];
  readonly history: readonly { readonly release: number; readonly asOf: string; readonly key: string; readonly name: string }[];
}

export interface ExplainDeps {
  readonly artifacts: ArtifactStore;
  readonly sql: SqlEngine;
}

/** How many releases back the history of personas goes. */
const HISTORY = 50;

/** Why one customer is in its persona, from the release alone: no stage runs. */
export async function explainCustomer({ artifacts, sql }: ExplainDeps, release: ReleaseCommit, releases: readonly ReleaseCommit[], pid: string): Promise<CustomerExplanation> {
  const artifact = (name: string) => release.artifacts[name]!;
  const model = await loadModel(artifacts, artifact('clustering.model'));
  const personas = await artifacts.readJson<PersonasReport>(artifact('personas.personas'));
  const { features } = await artifacts.readJson<FeaturesReport>(artifact('features.report'));
  const session = await sql.session();
  try {
    await session.view('features.features', artifact('features.features'));
    await session.view('clean.removed', artifact('clean.removed'));
    const numeric = features.filter(({ kind }) => kind !== 'category').map(({ name }) => name);
    const columns = numeric.map((name) => `"${name}"::DOUBLE AS "${name}"`).join(', ');
    const [row] = await session.rows(`SELECT ${columns} FROM features.features WHERE pid = $pid`, { pid });
    if (!row) {
      throw new PipelineError('CUSTOMER_NOT_FOUND', `the customer is not in release ${release.n}: no sale up to ${release.asOf}, another project key, or a mistyped id`, { release: release.n });
    }
    const removedRows = await session.rows<{ rule: string; rows: number }>('SELECT rule, count(*)::INTEGER AS rows FROM clean.removed WHERE pid = $pid GROUP BY rule ORDER BY rule', { pid });
    const featureRow = row as unknown as FeatureRow;
    const explained = explain(model, featureRow);
    const personaOf = (cluster: number) => {
      const found = personas.personas.find((persona) => persona.cluster === cluster);
      return found ? { key: found.key, name: found.name } : null;
    };
    const labelOf = new Map(features.map(({ name, label }) => [name, label]));
    return {
      release: release.n,
      asOf: release.asOf,
      pid,
      persona: personaOf(explained.cluster),
      probability: explained.probability,
      runnerUp: personaOf(explained.runnerUp),
      of: explained.of,
      margin: explained.margin,
      contributions: explained.contributions.map((c) => ({ ...c, label: c.from.length === 1 ? (labelOf.get(c.from[0]!.feature) ?? c.column) : c.column })),
      changedCells: changedCells(model.preprocessing, featureRow),
      removedRows,
      history: await historyOf({ artifacts, sql }, releases.slice(-HISTORY), pid),
    };
  } finally {
    await session.close();
  }
}

async function historyOf({ artifacts, sql }: ExplainDeps, releases: readonly ReleaseCommit[], pid: string): Promise<CustomerExplanation['history']> {
  const history = [];
  for (const release of releases) {
    const session = await sql.session();
    try {
      await session.view('personas.memberships', release.artifacts['personas.memberships']!);
      const [member] = await session.rows<{ persona_key: string | null }>('SELECT persona_key FROM personas.memberships WHERE pid = $pid', { pid });
      if (!member) continue;
      const { personas } = await artifacts.readJson<PersonasReport>(release.artifacts['personas.personas']!);
      const name = personas.find(({ key }) => key === member.persona_key)?.name ?? 'unassigned';
      history.push({ release: release.n, asOf: release.asOf, key: member.persona_key ?? '', name });
    } finally {
      await session.close();
    }
  }
  return history;
}
