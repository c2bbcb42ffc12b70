import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freshHome } from '../support/home';
import { PROJECT_YAML } from '../support/project-yaml';
import { dramatis } from './support';

let folder: string;
const before = process.env.XDG_CONFIG_HOME;
beforeEach(() => {
  folder = freshHome();
  mkdirSync(join(folder, 'data'));
  writeFileSync(join(folder, 'dramatis.yaml'), PROJECT_YAML);
  process.env.XDG_CONFIG_HOME = join(folder, 'config');
});
afterEach(() => {
  if (before === undefined) delete process.env.XDG_CONFIG_HOME;
  else process.env.XDG_CONFIG_HOME = before;
});

const actor = async (...args: readonly string[]) => dramatis('actor', ...args, '-p', folder, '--home', join(folder, 'home'), '--json');
const added = async (...args: readonly string[]) =>
  JSON.parse((await actor('add', ...args)).stdout) as { keyId: string; keyFile: string; bootstrap: boolean };
const error = (stdout: string): string => (JSON.parse(stdout) as { error: { code: string } }).error.code;

it('adds the first actor by itself, the others by the first, with keys that stay outside of the store', async () => {
  const ada = await added('ada', '--role', 'approver');
  expect(ada.bootstrap).toBe(true);
  expect(statSync(ada.keyFile).mode & 0o777).toBe(0o600);
  const eve = await added('eve', '--role', 'engineer', '--actor', 'ada', '--out', join(folder, 'eve.pem'));
  expect(eve).toMatchObject({ bootstrap: false, keyFile: join(folder, 'eve.pem') });
  const secret = readFileSync(eve.keyFile, 'utf8').split('\n')[1]!;
  const files = readdirSync(join(folder, 'home'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const { parentPath, name } of files) expect(readFileSync(join(parentPath, name), 'utf8')).not.toContain(secret);
  const { stdout } = await actor('list');
  const { actors } = JSON.parse(stdout) as { actors: { name: string; role: string; status: string }[] };
  expect(actors.map(({ name, role, status }) => [name, role, status])).toEqual([
    ['ada', 'approver', 'active'],
    ['eve', 'engineer', 'active'],
  ]);
  const entries = readdirSync(join(folder, 'home', 'ledger')).map(
    (name) => JSON.parse(readFileSync(join(folder, 'home', 'ledger', name), 'utf8')) as { type: string; body: { bootstrap: boolean } },
  );
  expect(entries.map(({ type, body }) => [type, body.bootstrap])).toEqual([
    ['actor.added', true],
    ['actor.added', false],
  ]);
});

it('refuses what an actor may not do, and leaves no key behind', async () => {
  expect(error((await actor('add', 'eve', '--role', 'engineer')).stdout)).toBe('ACTOR_CHANGE_REFUSED');
  await added('ada', '--role', 'approver');
  await added('eve', '--role', 'engineer', '--actor', 'ada');
  const out = join(folder, 'mal.pem');
  const refused = await actor('add', 'mal', '--role', 'approver', '--actor', 'eve', '--out', out);
  expect([refused.code, error(refused.stdout)]).toEqual([8, 'ACTOR_CHANGE_REFUSED']);
  expect(existsSync(out)).toBe(false);
  expect(error((await actor('add', 'mal', '--role', 'approver', '--actor', 'nobody')).stdout)).toBe('ACTOR_UNKNOWN');
  expect(error((await actor('add', 'mal', '--role', 'auditor', '--actor', 'ada', '--out', join(folder, 'home', 'mal.pem'))).stdout)).toBe(
    'CONFIG_INVALID',
  );
  expect(error((await actor('revoke', 'ada', '--actor', 'ada', '--reason', 'left')).stdout)).toBe('ACTOR_CHANGE_REFUSED');
});

it('rotates a key; the old one signs nothing any more', async () => {
  const ada = await added('ada', '--role', 'approver');
  const { stdout } = await actor('rotate', 'ada', '--actor', 'ada');
  const next = JSON.parse(stdout) as { keyId: string };
  expect(next.keyId).not.toBe(ada.keyId);
  expect(error((await actor('add', 'eve', '--role', 'engineer', '--actor', 'ada', '--key', ada.keyFile)).stdout)).toBe('ACTOR_CHANGE_REFUSED');
  await added('eve', '--role', 'engineer', '--actor', 'ada');
});

it("refuses a key that others may read, and one that was never this actor's", async () => {
  const ada = await added('ada', '--role', 'approver');
  const eve = await added('eve', '--role', 'engineer', '--actor', 'ada');
  expect(error((await actor('rotate', 'ada', '--actor', 'ada', '--key', eve.keyFile)).stdout)).toBe('ACTOR_KEY_INVALID');
  chmodSync(ada.keyFile, 0o644);
  expect(error((await actor('rotate', 'ada', '--actor', 'ada')).stdout)).toBe('KEY_INSECURE');
});
