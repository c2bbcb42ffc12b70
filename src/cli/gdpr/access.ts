import { partedByCollection } from '../../adapters/gc';
import type { Store } from '../../adapters/store';
import type { FeaturesReport } from '../../contracts/features';
import type { PersonasReport } from '../../contracts/personas';
import type { ReleaseCommit } from '../../contracts/manifest';
import { PipelineError } from '../../contracts/errors';
import { quoteIdent } from '../../core/sql/identifiers';
import type { ArtifactStore, SqlEngine } from '../../core/ports';

/** What one release says of a customer. */
export interface ReleaseAccess {
  readonly release: number;
  readonly asOf: string;
  readonly at: string;
  readonly run: string;
  /** Null for a customer who belongs to no persona. */
  readonly persona: { readonly key: string; readonly name: string; readonly customers: number; readonly traits: readonly string[] } | null;
  readonly probability: number | null;
  /** Every value that was worked out, in words people can read. */
  readonly features: readonly { readonly name: string; readonly label: string; readonly unit: string; readonly value: string | null }[];
}

export interface CollectedRelease {
  readonly release: number;
  readonly asOf: string;
}

export interface AccessReport {
  /** Why customers are grouped, as the config says. */
  readonly purpose: string;
  readonly pid: string;
  readonly releases: readonly ReleaseAccess[];
  /** Releases that cannot be looked at any more: garbage collection removed their tables. */
  readonly collected: readonly CollectedRelease[];
  readonly meaning: string;
}

const MEANING =
  'A persona is a group of customers who buy alike. Which one a customer is in was worked out from the features below by a statistical model; ' +
  'probability is how sure that model is. It describes the group, not the person, ' +
  'and no decision with legal or similarly significant effect may rest on it alone.';

/** What is read of a release. */
const READ = ['personas.memberships', 'personas.personas', 'features.features', 'features.report'];

/**
 * Everything the releases say of one customer (Art. 15 GDPR): persona, probability, and the features they were worked out from. Releases whose
 * tables were collected are named and left out.
 *
 * @throws PipelineError `CUSTOMER_NOT_FOUND` where no release that can be looked at knows the customer; `OBJECT_MISSING` where a table is gone
 *   that nobody collected.
 */
export async function accessOf(
  store: Pick<Store, 'shelf' | 'artifacts' | 'ledger'>,
  sql: SqlEngine,
  releases: readonly ReleaseCommit[],
  pid: string,
  purpose: string,
): Promise<AccessReport> {
  const { there, collected } = await partedByCollection(store, releases, READ);
  const found: ReleaseAccess[] = [];
  for (const release of there) {
    const one = await inRelease(store.artifacts, sql, release, pid);
    if (one) found.push(one);
  }
  if (found.length === 0) {
    const numbers = collected.map(({ n }) => n);
    const unseen = numbers.length === 0 ? '' : `; release ${numbers.join(', ')} ${numbers.length === 1 ? 'was' : 'were'} collected and cannot be looked at`;
    throw new PipelineError('CUSTOMER_NOT_FOUND', `no release knows this customer: never in one, erased, another project key, or a mistyped id${unseen}`, {
      releases: there.length,
      collected: numbers,
    });
  }
  return { purpose, pid, releases: found, collected: collected.map(({ n, asOf }) => ({ release: n, asOf })), meaning: MEANING };
}

async function inRelease(artifacts: ArtifactStore, sql: SqlEngine, release: ReleaseCommit, pid: string): Promise<ReleaseAccess | undefined> {
  const session = await sql.session();
  try {
    await session.view('personas.memberships', release.artifacts['personas.memberships']!);
    const [member] = await session.rows<{ persona_key: string | null; probability: number | null }>(
      'SELECT persona_key, probability::DOUBLE AS probability FROM personas.memberships WHERE pid = $pid',
      { pid },
    );
    if (!member) return undefined;
    await session.view('features.features', release.artifacts['features.features']!);
    const report = await artifacts.readJson<FeaturesReport>(release.artifacts['features.report']!);
    const columns = report.features.map(({ name }) => `${quoteIdent(name)}::VARCHAR AS ${quoteIdent(name)}`).join(', ');
    const [values = {}] = await session.rows<Record<string, string | null>>(`SELECT ${columns} FROM features.features WHERE pid = $pid`, { pid });
    const { personas } = await artifacts.readJson<PersonasReport>(release.artifacts['personas.personas']!);
    const persona = personas.find(({ key }) => key === member.persona_key);
    return {
      release: release.n,
      asOf: release.asOf,
      at: release.at,
      run: release.runId,
      persona: persona
        ? { key: persona.key, name: persona.name, customers: persona.customers, traits: persona.traits.map(({ label }) => label) }
        : null,
      probability: member.probability,
      features: report.features.map(({ name, label, unit }) => ({ name, label, unit, value: values[name] ?? null })),
    };
  } finally {
    await session.close();
  }
}
