import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { createReleaseStore, type CheckedReleaseStore } from '../../../src/adapters/releases';
import { freshHome } from '../../support/home';
import { draftOf } from '../../support/release';

/** What a release store must look like, in a few lines: a list of commits, and the newest promoted one of them. */
interface Model {
  commits: { key: string; asOf: string; promoted: boolean }[];
}

interface Real {
  home: string;
  store: CheckedReleaseStore;
}

const currentOf = ({ commits }: Model): number | null => {
  const n = commits.findLastIndex(({ promoted }) => promoted);
  return n < 0 ? null : n + 1;
};
const pointerOf = ({ home }: Real): string => join(home, 'refs', 'shop', 'prod', 'current.json');

async function compare(model: Model, { store }: Real): Promise<void> {
  expect((await store.current('shop', 'prod'))?.n ?? null).toBe(currentOf(model));
  const list = await store.list('shop', 'prod');
  expect(list.map(({ idempotencyKey, asOf, promoted }) => ({ key: idempotencyKey, asOf, promoted }))).toEqual(
    model.commits,
  );
  expect(await store.verify('shop', 'prod')).toEqual({ releases: model.commits.length, problems: [] });
}

/** Commit a key on a day, matched to the current release or to an older one; with a crash before the pointer moves. */
class Commit implements fc.AsyncCommand<Model, Real> {
  constructor(
    private readonly key: string,
    private readonly day: number,
    private readonly stale: boolean,
    private readonly crash: boolean,
  ) {}
  check = (): boolean => true;
  async run(model: Model, real: Real): Promise<void> {
    const asOf = `2024-01-0${this.day}`;
    const current = currentOf(model);
    const expected = this.stale ? (current === null ? 1 : current === 1 ? null : current - 1) : current;
    const pointerBefore = existsSync(pointerOf(real)) ? readFileSync(pointerOf(real)) : undefined;
    const attempt = real.store.commit(draftOf(this.key, { asOf }), expected);
    const superseded = current !== null && model.commits[current - 1].asOf > asOf;
    if (model.commits.some(({ key }) => key === this.key)) {
      expect(await attempt).toMatchObject({ created: false, commit: { idempotencyKey: this.key } });
    } else if (!superseded && this.stale) {
      await expect(attempt).rejects.toMatchObject({ code: 'RELEASE_MOVED' });
    } else {
      expect(await attempt).toMatchObject({ created: true, commit: { n: model.commits.length + 1, superseded } });
      model.commits.push({ key: this.key, asOf, promoted: !superseded });
      if (this.crash && pointerBefore) writeFileSync(pointerOf(real), pointerBefore);
      else if (this.crash) rmSync(pointerOf(real), { force: true });
    }
    await compare(model, real);
  }
  toString = (): string =>
    `commit(${this.key}, day ${this.day}${this.stale ? ', stale' : ''}${this.crash ? ', crash' : ''})`;
}

class LosePointer implements fc.AsyncCommand<Model, Real> {
  constructor(private readonly garbage: string | null) {}
  check = ({ commits }: Readonly<Model>): boolean => commits.length > 0;
  async run(model: Model, real: Real): Promise<void> {
    if (this.garbage === null) rmSync(pointerOf(real), { force: true });
    else writeFileSync(pointerOf(real), this.garbage);
    await compare(model, real);
  }
  toString = (): string => `pointer(${this.garbage ?? 'lost'})`;
}

class Restart implements fc.AsyncCommand<Model, Real> {
  check = (): boolean => true;
  async run(model: Model, real: Real): Promise<void> {
    real.store = createReleaseStore(real.home);
    await compare(model, real);
  }
  toString = (): string => 'restart';
}

it('behaves like a list with a newest promoted release, through commits, crashes, lost pointers and restarts', async () => {
  const commands = fc.commands(
    [
      fc
        .record({
          key: fc.constantFrom(...'abcdefgh'),
          day: fc.integer({ min: 1, max: 4 }),
          stale: fc.boolean(),
          crash: fc.boolean(),
        })
        .map(({ key, day, stale, crash }) => new Commit(key, day, stale, crash)),
      fc
        .constantFrom(null, '', '{"format":1,"n":1,"sha256":"x"}', '{"n":99}')
        .map((garbage) => new LosePointer(garbage)),
      fc.constant(new Restart()),
    ],
    { maxCommands: 20, size: '+1' },
  );
  await fc.assert(
    fc.asyncProperty(commands, async (list) => {
      const home = freshHome();
      const setup = () => ({ model: { commits: [] } as Model, real: { home, store: createReleaseStore(home) } });
      await fc.asyncModelRun(setup, list);
    }),
    { numRuns: 60 },
  );
});
