import { access, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { recordErasure, sweepTemporary } from '../../adapters/artifacts';
import type { InstanceOptions } from '../../adapters/duckdb';
import { CustomerTables, findCustomer, objectsIn } from '../../adapters/erasure';
import { targetRoot } from '../../adapters/sinks';
import { openVault, type ErasingVault } from '../../adapters/vault';
import { PipelineError } from '../../contracts/errors';
import { permit, signStatement } from '../../core/actors';
import type { ErasureStatement, SignedErasure } from '../../core/gdpr';
import { machineOptions } from '../../workers/deps';
import { liveSigner, type Signer } from '../signer';
import type { Workspace } from '../workspace';
import { deliverAgain } from './deliver-again';

export interface EraseRequest {
  readonly customer: string;
  readonly actor: string;
  readonly reason: string;
  readonly key?: string;
}

export interface Erased {
  /** Objects that were replaced. */
  readonly objects: number;
  /** Releases whose delivered files were written again. */
  readonly releases: readonly number[];
  /** Folders of collected releases that held the customer and were removed. */
  readonly removed: readonly string[];
  readonly vaultFiles: number;
  /** Number of the ledger entry; null where no object held the customer. */
  readonly entry: number | null;
  /** What was not done and somebody must see to: places, in words. Empty: nothing was found any more. */
  readonly left: readonly string[];
}

/**
 * Erase one customer: from now on left out at extract; taken out of every table of the store, the vault, and the files of every release of
 * this project.
 *
 * The order makes it safe to be killed at any point and run again: who must not come back is written down first, then the tables without
 * the customer, then the vault forgets, then the signed entry maps old to new, and only then are the old ones removed.
 *
 * Reads every file of the store and of the targets that are folders, twice; writes the delivered folders again that hold the customer.
 *
 * @throws PipelineError `CUSTOMER_NOT_FOUND` where nothing of the customer is there and nothing was erased before; `RUN_IN_PROGRESS`.
 */
export async function eraseCustomer(workspace: Workspace, { customer, actor, reason, key }: EraseRequest): Promise<Erased> {
  const { store, resolved, directory } = workspace;
  const { project, environment } = resolved.config;
  const at = new Date().toISOString();
  const act = { action: 'erase', actor, reason, subject: `${project}/${environment}`, at } as const;
  const signer = await liveSigner(store.ledger, await permit(store.ledger, act), act, key);
  if (reason.includes(customer))
    throw new PipelineError('CONFIG_INVALID', 'the reason names the customer, and the ledger cannot forget: say why without saying who');
  await assertQuiet(workspace);
  const vault = openVault({ config: resolved.config.privacy, projectDir: directory, home: store.home });
  const pid = vault.pseudonym(customer);
  // What killed processes left may hold the customer, and nothing reads it any more.
  await sweepTemporary(store.home);
  const objects = await objectsIn(store.home);
  const tables = await CustomerTables.open(engineOf(store.home), objects);
  try {
    const terms = [customer, ...(await tables.addressesOf(pid))];
    const holding = await tables.holding(pid, terms);
    if (holding.length === 0 && !(await isKnown(vault, pid)))
      throw new PipelineError(
        'CUSTOMER_NOT_FOUND',
        'nothing of this customer is in the store: another project key, or a mistyped id; nobody was erased',
        {},
      );
    await vault.markErased(pid);
    const mapping: { old: string; new: string }[] = [];
    for (const object of holding) mapping.push({ old: object.sha256, new: await tables.without(object, pid, terms, store.artifacts) });
    // While the tables still have the customer's addresses: a try after a kill must find them again.
    const vaultFiles = await vault.forget(pid, mentionsOf(terms));
    const entry =
      mapping.length === 0
        ? null
        : await record(workspace, { purpose: 'dramatis/erasure/1', project, environment, objects: mapping, actor, reason, at }, signer);
    for (const object of holding) await rm(object.path, { force: true });
    const named = [pid, ...terms];
    const { releases, removed, left } = await deliverAgain(workspace, named);
    return { objects: mapping.length, releases, removed, vaultFiles, entry, left: [...left, ...(await leftOver(workspace, named, vault.keyId))] };
  } finally {
    await tables.close();
  }
}

const engineOf = (home: string): InstanceOptions => ({ ...machineOptions(), temporary: join(home, 'tmp', 'duckdb') });

/** A run that is at work would write what is being erased; one that the gate holds would publish the manifest that names it. */
async function assertQuiet({ store }: Workspace): Promise<void> {
  const open = (await store.runs.list()).filter(({ status }) => status === 'running' || status === 'held');
  const idsOf = (wanted: string): string[] => open.filter(({ status }) => status === wanted).map(({ runId }) => runId);
  const [running, held] = [idsOf('running'), idsOf('held')];
  const said: string[] = [];
  if (running.length > 0)
    said.push(`${running.join(', ')} ${running.length === 1 ? 'is' : 'are'} recorded as running: wait, cancel, or "dramatis retry" what was killed`);
  if (held.length > 0) said.push(`${held.join(', ')} ${held.length === 1 ? 'waits' : 'wait'} for a decision: "dramatis approve" or "dramatis reject"`);
  if (said.length === 0) return;
  throw new PipelineError('RUN_IN_PROGRESS', `${said.join('; ')}; then erase`, { runs: [...running, ...held] });
}

const isKnown = async (vault: ErasingVault, pid: string): Promise<boolean> => (await vault.recall()).has(pid) || (await vault.erased()).has(pid);

/** A sealed line names the customer by a whole word of it. */
function mentionsOf(terms: readonly string[]): (line: string) => boolean {
  const escaped = terms.map((term) => term.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const word = new RegExp(`(?<![A-Za-z0-9_])(?:${escaped.join('|')})(?![A-Za-z0-9_])`);
  return (line) => word.test(line);
}

async function record({ store }: Workspace, statement: ErasureStatement, signer: Signer | null): Promise<number> {
  const body: SignedErasure = { statement, keyId: signer?.keyId ?? null, signature: signer && signStatement(statement, signer.key) };
  const { actor, reason, at, project, environment } = statement;
  const { seq } = await store.ledger.append({ type: 'erasure', actor, reason, at, subject: `${project}/${environment}`, body: { ...body } });
  for (const { old, new: next } of statement.objects) await recordErasure(store.home, { format: 1, old, new: next, entry: seq });
  return seq;
}

/** Look again, in every form and format, and say what lies beyond reach. */
async function leftOver({ store, resolved, directory }: Workspace, terms: readonly string[], keyId: string): Promise<string[]> {
  const { home } = store;
  const { config } = resolved;
  const left: string[] = [];
  const search = async (root: string): Promise<void> => {
    for (const { path, unreadable } of await findCustomer(engineOf(home), root, terms))
      left.push(unreadable ? `${join(root, path)} is a table that cannot be read: it may name the customer` : `${join(root, path)} still names the customer`);
  };
  await search(home);
  for (const target of config.publish.targets) {
    // A webhook is sent no customers.
    if (target.type === 'postgres' || target.type === 's3') left.push(`target ${target.name}: what was delivered there must be erased there`);
    if (target.type === 'channel') left.push(`target ${target.name}: what a tool has imported from there must be erased in that tool`);
    if ((target.type === 'files' || target.type === 'channel') && target.path !== undefined) await search(targetRoot(config, target, home, directory));
  }
  const keys = (await readdir(join(home, 'vault')).catch(() => [] as string[])).filter((name) => name !== keyId);
  if (keys.length > 0) left.push(`the vault has pseudonyms of other project keys (${keys.join(', ')}): erase again with each of them`);
  for (const line of await otherLines(home, `${config.project}/${config.environment}`))
    left.push(`${line}: what was delivered of its releases must be written again: "dramatis gdpr erase" in that project`);
  // A target may lie in the store.
  return [...new Set(left)];
}

/** Lines of releases in the same store that are not this project's. */
async function otherLines(home: string, own: string): Promise<string[]> {
  const root = join(home, 'releases');
  const there = await access(root).then(
    () => true,
    () => false,
  );
  if (!there) return [];
  const projects = await readdir(root);
  const lines = await Promise.all(
    projects.map(async (project) => (await readdir(join(root, project))).map((environment) => `${project}/${environment}`)),
  );
  return lines.flat().filter((line) => line !== own);
}
