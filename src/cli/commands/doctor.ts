import { createPublicKey } from 'node:crypto';
import { statfs } from 'node:fs/promises';
import { isAbsolute, resolve } from 'node:path';
import type { Command } from 'commander';
import pc from 'picocolors';
import { createSqlEngine } from '../../adapters/duckdb';
import { keyIdOf, signingKey } from '../../adapters/ledger';
import { namesServer, temporalTarget, connectClient } from '../../adapters/temporal/connect';
import { resolveTemporalCli } from '../../adapters/temporal/resolve-cli';
import { createWorkerDeps, machineOptions } from '../../workers/deps';
import type { Role } from '../../core/extract/columns';
import { isActive, keyAt, mayDo, registryOf } from '../../core/actors';
import { EXIT } from '../exit-codes';
import { defaultActor, globalsOf } from '../options';
import { json, out } from '../output';
import { assertSharedServer } from '../shared-store';
import { lookAtSource } from '../source-check';
import { openWorkspace, type Workspace } from '../workspace';

interface Finding {
  readonly check: string;
  readonly ok: boolean;
  readonly detail: string;
}

const GIB = 1024 ** 3;

export const registerDoctor = (program: Command): void => {
  program
    .command('doctor')
    .description('check everything a run needs, and say what to do about what is missing')
    .addHelpText('after', '\nExamples:\n  dramatis doctor --project examples/shop')
    .action(async (_: unknown, command: Command) => {
      const options = globalsOf(command);
      const findings: Finding[] = [await check('node', nodeVersion), await check('temporal', temporal)];
      let workspace: Workspace | undefined;
      findings.push(await check('project', async () => (workspace = await openWorkspace(options)).file));
      const opened = workspace;
      if (opened) {
        findings.push(await check('store', () => store(opened)));
        if (opened.store.shelf.shared) findings.push(await check('shared', () => shared(opened)));
        findings.push(await check('engine', () => engine(opened)), await check('project key', () => projectKey(opened)), await check('disk', () => disk(opened)), await check('people', () => people(opened)));
        for (const role of ['transactions', 'customers'] as const) {
          if (opened.resolved.config.sources[role]) findings.push(await check(role, () => sourceFiles(opened, role)));
        }
      }
      if (options.json) json(findings);
      else for (const { check: name, ok, detail } of findings) out(`${ok ? pc.green('✓') : pc.red('✗')} ${name.padEnd(12)} ${detail.replaceAll('\n', '\n               ')}`);
      if (findings.some(({ ok }) => !ok)) process.exitCode = EXIT.failed;
    });
};

async function check(name: string, probe: () => Promise<string> | string): Promise<Finding> {
  try {
    return { check: name, ok: true, detail: await probe() };
  } catch (error) {
    return { check: name, ok: false, detail: error instanceof Error ? error.message : String(error) };
  }
}

function nodeVersion(): string {
  if (Number(process.versions.node.split('.')[0]) < 20) throw new Error(`Node ${process.versions.node}: version 20 or newer is needed`);
  return `Node ${process.versions.node}`;
}

async function temporal(): Promise<string> {
  if (!namesServer()) {
    const { path, version } = await resolveTemporalCli();
    return `embedded server, CLI ${version} at ${path}`;
  }
  const target = temporalTarget();
  await (await connectClient(target)).close();
  return `${target.address}, namespace ${target.namespace}`;
}

async function store({ store: { home, shelf, artifacts, runs } }: Workspace): Promise<string> {
  await shelf.assertSafe();
  const ref = await artifacts.writeJson('doctor.probe', { probe: 'dramatis' });
  await artifacts.readJson(ref);
  const count = `${(await runs.list()).length} runs`;
  return shelf.shared ? `bucket ${shelf.locate('')}, conditional writes work, ${count}; copies in ${home}` : `${home}, ${count}`;
}

/** What hosts that share a store must have alike, and this one can be asked. */
async function shared({ store: { shelf }, resolved: { config } }: Workspace): Promise<string> {
  assertSharedServer();
  const keyId = keyIdOf(createPublicKey(await signingKey(shelf)));
  const local = config.publish.targets.filter((target) => (target.type === 'files' || target.type === 'channel') && (target.path === undefined || !isAbsolute(target.path)));
  const where = local.length === 0 ? '' : `; what is delivered to ${local.map(({ name }) => name).join(', ')} lies on the host that publishes: give it an absolute path that all hosts mount, or a target of type s3`;
  return `signs the ledger with key ${keyId}${where}`;
}

async function engine({ store: opened }: Workspace): Promise<string> {
  const { deps, close } = createWorkerDeps(opened, machineOptions());
  try {
    await (await deps.sql.session()).close();
    return `DuckDB ${deps.sql.version}, hardening probes pass; ${machineOptions().threads} threads`;
  } finally {
    await close();
  }
}

function sourceFiles({ store: { artifacts, home }, resolved, directory }: Workspace, role: Role): Promise<string> | string {
  const source = resolved.config.sources[role];
  const sql = createSqlEngine({ artifacts, ...machineOptions(), temporary: resolve(home, 'tmp', 'duckdb') });
  return source ? lookAtSource(sql, role, source, directory) : 'not mapped';
}

async function projectKey({ store: opened, resolved, directory }: Workspace): Promise<string> {
  const { deps, close } = createWorkerDeps(opened, machineOptions());
  try {
    const vault = deps.openVault(resolved.config, directory);
    await vault.recall();
    return `key ${vault.keyId}, vault opens`;
  } finally {
    await close();
  }
}

/** Who may do what here, and whether somebody can approve what the gate holds. */
async function people({ store: { ledger }, resolved }: Workspace): Promise<string> {
  const { actors, refused } = registryOf(await ledger.read());
  const now = new Date().toISOString();
  const me = defaultActor();
  const active = [...actors.values()].filter((actor) => isActive(actor, now));
  if (resolved.config.gate.enabled && !active.some((actor) => mayDo(actor.role, 'approve') && keyAt(actor, now) !== undefined))
    throw new Error('the gate is on, and nobody can approve what it holds: "dramatis actor add NAME --role approver"');
  if (actors.size === 0) return `single user: no actors are registered, ${me} may do everything; "dramatis actor add NAME --role approver" changes that`;
  const mine = actors.get(me);
  const ignored = refused.length === 0 ? '' : `; ${refused.length} ledger entries about actors do not count, see "dramatis actor list"`;
  return `${active.length} actors; you are ${me}${mine ? `, ${isActive(mine, now) ? mine.role : 'revoked'}` : ', who is none of them: set DRAMATIS_ACTOR or --actor'}${ignored}`;
}

async function disk({ store: { home } }: Workspace): Promise<string> {
  const { bavail, bsize } = await statfs(home);
  const free = (bavail * bsize) / GIB;
  if (free < 1) throw new Error(`${free.toFixed(1)} GiB free at ${home}: make room, or move the store with --home`);
  return `${free.toFixed(0)} GiB free at ${home}`;
}
