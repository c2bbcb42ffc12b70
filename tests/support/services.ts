import { existsSync, readdirSync, statSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';

const required = process.env.DRAMATIS_REQUIRE_SERVICES === '1';

const { cachedTestServer } = jest.requireActual<{ cachedTestServer(): string }>(
  resolve(__dirname, '../../scripts/get-test-server.js'),
);

function firstOnPath(...names: string[]): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return names
    .flatMap((name) => folders.map((folder) => join(folder, name)))
    .find((path) => statSync(path, { throwIfNoEntry: false })?.isFile());
}

/** Path of Temporal's time-skipping test server: `existing-path` for `createTimeSkipping`. @throws Error saying how to get it. */
export function testServerPath(): string {
  const path = [process.env.DRAMATIS_TEST_SERVER, cachedTestServer()].find(
    (candidate) => candidate !== undefined && existsSync(candidate),
  );
  if (path === undefined) throw new Error('there is no Temporal test server: run `node scripts/get-test-server.js`');
  return path;
}

/** Path of a Chromium that playwright can drive. @throws Error saying how to get it. */
export function chromiumPath(): string {
  const path = process.env.DRAMATIS_CHROMIUM ?? firstOnPath('chromium', 'chromium-browser', 'google-chrome');
  if (path === undefined) throw new Error('there is no chromium on the PATH: install it, or set DRAMATIS_CHROMIUM');
  return path;
}

/** Folder of PostgreSQL's server programs: `DRAMATIS_POSTGRES_BIN`, the PATH, or where Debian puts them. @throws Error saying how to get it. */
export function postgresBin(): string {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const onPath = firstOnPath('initdb');
  const found = [process.env.DRAMATIS_POSTGRES_BIN, onPath && dirname(onPath), ...versions.map((version) => join(debian, version, 'bin'))].find(
    (folder) => folder !== undefined && existsSync(join(folder, 'initdb')),
  );
  if (found === undefined) throw new Error('there is no PostgreSQL server: install postgresql, or set DRAMATIS_POSTGRES_BIN');
  return found;
}

const { cachedS3Python } = jest.requireActual<{ cachedS3Python(): string }>(resolve(__dirname, '../../scripts/get-s3-server.js'));

/** A Python with moto's S3 server. @throws Error saying how to get it. */
export function s3Python(): string {
  const path = [process.env.DRAMATIS_S3_PYTHON, cachedS3Python()].find((candidate) => candidate !== undefined && existsSync(candidate));
  if (path === undefined) throw new Error('there is no S3 server: run `node scripts/get-s3-server.js`');
  return path;
}

const { cachedVersitygw } = jest.requireActual<{ cachedVersitygw(): string }>(resolve(__dirname, '../../scripts/get-versitygw.js'));

/** Path of versitygw. @throws Error saying how to get it. */
export function versitygwPath(): string {
  const path = [process.env.DRAMATIS_VERSITYGW, cachedVersitygw()].find((candidate) => candidate !== undefined && existsSync(candidate));
  if (path === undefined) throw new Error('there is no versitygw: run `node scripts/get-versitygw.js`, which needs Go');
  return path;
}

const reported = new Set<string>();

/** Whether to run: the service is there, or required (then the test fails for want of it). Says once per file why not. */
function runs(service: () => string): boolean {
  if (required) return true;
  try {
    service();
    return true;
  } catch (error) {
    const reason = (error as Error).message;
    if (!reported.has(reason)) process.stderr.write(`skipped: ${reason}\n`);
    reported.add(reason);
    return false;
  }
}

/** Skipped with a printed reason where the time-skipping test server is absent; fails there if `DRAMATIS_REQUIRE_SERVICES=1`. */
export function describeWithTestServer(name: string, tests: () => void): void {
  (runs(testServerPath) ? describe : describe.skip)(name, tests);
}

/** Skipped with a printed reason where PostgreSQL's server is absent; fails there if `DRAMATIS_REQUIRE_SERVICES=1`. */
export function describeWithPostgres(name: string, tests: () => void): void {
  (runs(postgresBin) ? describe : describe.skip)(name, tests);
}

/** Skipped with a printed reason where there is no S3 server; fails there if `DRAMATIS_REQUIRE_SERVICES=1`. */
export function describeWithS3(name: string, tests: () => void): void {
  (runs(s3Python) ? describe : describe.skip)(name, tests);
}

/** Skipped with a printed reason where there is no versitygw. */
export function describeWithVersitygw(name: string, tests: () => void): void {
  (runs(versitygwPath) ? describe : describe.skip)(name, tests);
}

/** Skipped with a printed reason where Chromium is absent; fails there if `DRAMATIS_REQUIRE_SERVICES=1`. */
export function itWithChromium(name: string, test: () => Promise<void>, timeoutMs?: number): void {
  (runs(chromiumPath) ? it : it.skip)(name, test, timeoutMs);
}
