import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { collect } from '../../src/adapters/gc';
import { loadProject } from '../../src/adapters/project/load';
import { openStore, type Store } from '../../src/adapters/store';
import { openVault, type ErasingVault } from '../../src/adapters/vault';
import { folderSinksOfStore } from '../../src/workers/publishing';
import { freshHome } from './home';
import { membersArtifacts, type Member } from './members';
import { PROJECT_YAML } from './project-yaml';
import { duck, parquet } from './published';
import { draftOf } from './release';

const DAY = 86_400_000;
const KEY = 'a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f90';

/** A project with a store whose releases have the customers a test gives them, delivered to the targets that are folders. */
export class PeopleStore {
  private constructor(
    readonly directory: string,
    readonly store: Store,
    readonly vault: ErasingVault,
    private readonly deliver: (n: number) => Promise<void>,
  ) {}

  /** @param targets The lines under `publish.targets`. */
  static async open(targets: string): Promise<PeopleStore> {
    const directory = freshHome();
    process.env.KEY = KEY;
    writeFileSync(join(directory, 'dramatis.yaml'), `${PROJECT_YAML}publish:\n  targets:\n${targets}`);
    const { resolved } = await loadProject(directory);
    const home = join(directory, '.dramatis');
    const store = openStore(home);
    const vault = openVault({ config: resolved.config.privacy, projectDir: directory, home });
    const deliver = async (n: number): Promise<void> => {
      const sinks = folderSinksOfStore(store, { threads: 1, memoryLimit: '500MB' })(resolved.config, { projectDir: directory });
      const commit = await store.releases.read('shop', 'prod', n);
      for (const { sink } of sinks) await sink.deliver(commit);
    };
    return new PeopleStore(directory, store, vault, deliver);
  }

  get home(): string {
    return this.store.home;
  }

  /** Commit and deliver a release: the persona of each customer, by id. */
  async release(customers: Readonly<Record<string, 0 | 1>>, deliver = true): Promise<number> {
    const { artifacts, releases } = this.store;
    const pids = Object.keys(customers).map((id) => [this.vault.pseudonym(id), id] as const);
    await this.vault.remember(new Map(pids));
    const members = pids.map(([pid, id]): Member => ({ pid, persona: customers[id], country: 'UK' }));
    const before = await releases.current('shop', 'prod');
    const n = (before?.n ?? 0) + 1;
    const asOf = `2024-01-${String(n).padStart(2, '0')}`;
    const manifest = await artifacts.writeJson('run.manifest', { format: 1, n, facts: { config: { resolved: await artifacts.writeJson('project.resolved', {}) } } });
    const features = await artifacts.writeJson('features.report', { n, features: [{ name: 'frequency', label: 'Orders', unit: 'orders' }] });
    const plain = await membersArtifacts(artifacts, members);
    const table = `SELECT *, 0.75::DOUBLE AS probability FROM read_parquet('${await artifacts.path(plain['personas.memberships'])}') ORDER BY pid`;
    const made = { ...plain, 'personas.memberships': await parquet(artifacts, 'personas.memberships', table), 'features.report': features };
    const { commit } = await releases.commit(draftOf(`key ${n}`, { asOf, manifest, artifacts: made, parent: before?.n ?? null }), before?.n ?? null);
    if (deliver) await this.deliver(commit.n);
    return commit.n;
  }

  /** Collect what no release but the newest needs. */
  async collect(newest: number): Promise<void> {
    const policy = { releases: newest, days: 1, graceHours: 1 };
    for (const days of [2, 3]) await collect(this.store, { policy, apply: true, actor: 'ana', reason: 'test', now: Date.now() + days * DAY });
  }

  /** Rows of a published CSV, without its header. */
  rows(folder: string, file: string): string[] {
    const path = join(this.directory, 'out', folder, file);
    return existsSync(path) ? readFileSync(path, 'utf8').trimEnd().split('\n').slice(1) : ['no such file'];
  }

  async changes(folder: string): Promise<Record<string, unknown>[]> {
    return duck(`SELECT pid, change FROM read_parquet('${join(this.directory, 'out', folder, 'changes.parquet')}') ORDER BY ALL`);
  }
}
