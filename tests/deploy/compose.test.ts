import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';
import { SEARCH_ATTRIBUTES } from '../../src/contracts/search-attributes';

interface Service {
  readonly image: string;
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly restart?: string;
}

const root = resolve(__dirname, '../..');
const read = (path: string): string => readFileSync(resolve(root, path), 'utf8');
const text = read('docker-compose.yml');
const { services, volumes } = parse(text, { merge: true }) as {
  services: Record<string, Service>;
  volumes: Record<string, null>;
};
const each = Object.entries(services);

it('has the services of a production-like set-up', () => {
  const expected = [
    'dramatis',
    'postgres',
    'temporal',
    'temporal-namespace',
    'temporal-schema',
    'temporal-ui',
    'worker',
  ];
  expect(Object.keys(services).sort()).toEqual(expected);
});

it.each(each)('%s pins its image to a full version', (_name, { image }) => {
  expect(image).toMatch(/^[a-z/-]+:(\d+\.\d+|\$\{[A-Z_]+:-\d+\.\d+\.\d+\})/);
  expect(image).not.toContain('latest');
});

it.each(each)(
  '%s waits only for services that exist, in a way they can fulfil',
  (_name, { depends_on: targets = {} }) => {
    for (const [target, { condition }] of Object.entries(targets)) {
      expect(services).toHaveProperty(target);
      if (condition === 'service_healthy') expect(services[target].healthcheck).toBeDefined();
      else {
        // Only a service that ends, and is not started again, can complete.
        expect(condition).toBe('service_completed_successfully');
        expect(services[target].restart).toBe('no');
      }
    }
  },
);

it('starts in an order that has no circle', () => {
  const visit = (name: string, above: readonly string[]): void => {
    expect(above).not.toContain(name);
    for (const target of Object.keys(services[name].depends_on ?? {})) visit(target, [...above, name]);
  };
  for (const name of Object.keys(services)) visit(name, []);
});

it('gives every variable a default', () => {
  const used = [...text.matchAll(/(?<!\$)\$\{([^}]*)\}/g)].map(([, inside]) => inside);
  expect(used.length).toBeGreaterThan(10);
  for (const inside of used) expect(inside).toMatch(/^DRAMATIS_[A-Z_]+:-.+/);
});

it('explains every variable in deploy/README.md, with the same default', () => {
  const readme = read('deploy/README.md');
  for (const [, name, value] of text.matchAll(/\$\{(\w+):-([^}]+)\}/g)) {
    const row = readme.split('\n').find((line) => line.includes(`\`${name}\``));
    expect(row).toContain(`\`${value}\``);
  }
});

it('mounts only files that exist and volumes that are declared', () => {
  for (const [, { volumes: mounts = [] }] of each) {
    for (const mount of mounts) {
      const source = mount.replace(/^\$\{\w+:-([^}]+)\}/, '$1').split(':')[0];
      if (source.startsWith('./deploy')) expect(existsSync(resolve(root, source))).toBe(true);
      else if (!source.startsWith('.')) expect(volumes).toHaveProperty(source);
    }
  }
});

it('opens ports on this machine only', () => {
  for (const [, { ports = [] }] of each) for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
});

it('registers the search attributes of the contract, with their types', () => {
  const script = read('deploy/temporal/create-namespace.sh');
  const found = [...script.matchAll(/--name (\w+) --type (\w+)/g)].map(
    ([, name, type]) => `${name} ${type.toUpperCase()}`,
  );
  expect(found.sort()).toEqual(
    Object.values(SEARCH_ATTRIBUTES)
      .map(({ name, type }) => `${name} ${type}`)
      .sort(),
  );
});

it('runs the server whose version the local command line brings', () => {
  // Temporal CLI 1.9.1 embeds server 1.32.0 and UI 2.54.1 (its --version says so).
  const { cli } = JSON.parse(read('scripts/temporal-pin.json')) as { cli: { version: string } };
  expect(cli.version).toBe('1.9.1');
  expect([services.temporal.image, services['temporal-ui'].image]).toEqual([
    'temporalio/server:1.32.0',
    'temporalio/ui:2.54.1',
  ]);
});

describe('the worker image', () => {
  const dockerfile = read('deploy/Dockerfile');
  it('is built on Debian, since the native core of Temporal needs glibc', () => {
    const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, base]) => base);
    expect(bases).toEqual(['node:20-bookworm-slim', 'node:20-bookworm-slim']);
    expect(services.worker.build?.dockerfile).toBe('deploy/Dockerfile');
  });
  it('copies only what exists and what the ignore file lets through', () => {
    const allowed = read('deploy/Dockerfile.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1));
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, sources]) => sources.split(' '));
    expect(copied.length).toBeGreaterThan(5);
    for (const source of copied) {
      expect(existsSync(resolve(root, source))).toBe(true);
      expect(allowed).toContain(source);
    }
  });
  it('does not run as root', () => expect(dockerfile).toMatch(/^USER node$/m));
});
