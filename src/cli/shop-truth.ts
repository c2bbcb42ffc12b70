import { compareWithTruth, readTruth, type TruthComparison } from '../adapters/examples';
import { createWorkerDeps, machineOptions } from '../workers/deps';
import type { RunResult } from './run-result';
import type { Workspace } from './workspace';

/** What the shop's truth file, which no stage reads, says about the personas of a run. */
export async function truthOf({ store, resolved, directory }: Workspace, { summary }: RunResult, data: string): Promise<TruthComparison & { readonly sentence: string }> {
  const { deps, close } = createWorkerDeps(store, machineOptions());
  const session = await deps.sql.session();
  try {
    const outputs = Object.assign({}, ...summary.stages.map((stage) => stage.outputs)) as (typeof summary.stages)[number]['outputs'];
    await session.view('personas.memberships', outputs['personas.memberships']!);
    await session.view('prepare.matrix', outputs['prepare.matrix']!);
    const customers = await deps.openVault(resolved.config, directory).recall();
    const members = await session.rows<{ pid: string; persona_key: string }>("SELECT pid, coalesce(persona_key, '') AS persona_key FROM personas.memberships ORDER BY pid");
    const { ids, matrix } = await session.matrix('SELECT * FROM prepare.matrix ORDER BY pid');
    const customerOf = (pid: string): string => customers.get(pid) ?? '';
    const comparison = compareWithTruth(await readTruth(data), new Map(members.map(({ pid, persona_key: key }) => [customerOf(pid), key])), {
      customers: ids.map(customerOf),
      matrix,
    });
    return { ...comparison, sentence: sentenceOf(comparison) };
  } finally {
    await session.close();
    await close();
  }
}

function sentenceOf({ table, personas, adjustedRand, planted }: TruthComparison): string {
  const against = planted === null ? '' : `; k-means started from the planted means reaches ${planted.adjustedRand.toFixed(3)}`;
  return `${table.length} behaviours were planted and ${personas.length} personas found: adjusted Rand index ${adjustedRand.toFixed(3)}${against}.`;
}
