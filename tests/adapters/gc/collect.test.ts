import fc from 'fast-check';
import { existsSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { createFindChampion } from '../../../src/activities/champion';
import { recordErasure } from '../../../src/adapters/artifacts';
import { auditStore } from '../../../src/adapters/audit';
import { collect, createHoldStore, partedByCollection, type RetentionPolicy } from '../../../src/adapters/gc';
import { createRunStore } from '../../../src/adapters/runs';
import { openStore, type Store } from '../../../src/adapters/store';
import type { ArtifactRef } from '../../../src/contracts/artifacts';
import type { RunContext, StageResult } from '../../../src/contracts/run';
import { sha256Hex } from '../../../src/core/audit';
import { freshHome } from '../../support/home';
import { draftOf } from '../../support/release';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const POLICY: RetentionPolicy = { releases: 2, days: 10, graceHours: 24 };

/** A store with a clock of its own, which begins long ago: file times are set to it, since the store compares them with it. */
class World {
  clock = Date.UTC(2020, 0, 1);
  readonly home = freshHome();
  readonly store: Store = { ...openStore(this.home), runs: createRunStore(this.home, () => this.clock) };
  readonly releases: { n: number; at: number; refs: ArtifactRef[] }[] = [];
  readonly held = new Set<number>();
  readonly runs = new Map<string, ArtifactRef[]>();
  private serial = 0;

  placeOf = ({ sha256 }: ArtifactRef): string => join(this.home, 'objects', 'sha256', sha256.slice(0, 2), sha256.slice(2));
  there = (ref: ArtifactRef): boolean => existsSync(this.placeOf(ref));

  async write(value: unknown): Promise<ArtifactRef> {
    const ref = await this.store.artifacts.writeJson('x', value);
    utimesSync(this.placeOf(ref), this.clock / 1000, this.clock / 1000);
    return ref;
  }

  /** Publish objects, of which the manifest names one more that the commit does not. */
  async publish(values: readonly unknown[], more: readonly ArtifactRef[] = []): Promise<void> {
    const refs = [...more];
    for (const value of values) refs.push(await this.write(value));
    const inner = await this.write({ inner: this.serial });
    const n = await this.release(Object.fromEntries(refs.map((ref, i) => [`x.${i}`, ref])), { outputs: [inner] });
    this.releases.push({ n, at: this.clock, refs: [...refs, inner] });
  }

  /** Commit a release of these artifacts, and of a day of its own. */
  async release(artifacts: Readonly<Record<string, ArtifactRef>>, { outputs = [], scoring }: { outputs?: readonly ArtifactRef[]; scoring?: object } = {}): Promise<number> {
    const facts = { config: { resolved: await this.write('config') }, ...(scoring && { scoring }) };
    const manifest = await this.write({ serial: this.serial, facts, outputs });
    const expected = (await this.store.releases.current('shop', 'prod'))?.n ?? null;
    const asOf = `2020-01-${String((expected ?? 0) + 1).padStart(2, '0')}`;
    const draft = draftOf(`key ${this.serial++}`, { asOf, manifest, artifacts, parent: null, at: new Date(this.clock).toISOString() });
    return (await this.store.releases.commit(draft, expected)).commit.n;
  }

  /** As an erasure leaves it: another object in place of this one, in the ledger and in the file that finds the entry. */
  async erase(from: ArtifactRef, value: unknown): Promise<ArtifactRef> {
    const to = await this.write(value);
    const at = new Date(this.clock).toISOString();
    const statement = { purpose: 'dramatis/erasure/1', project: 'shop', environment: 'prod', objects: [{ old: from.sha256, new: to.sha256 }], actor: 'ana', reason: 'asked', at };
    const body = { statement, keyId: null, signature: null };
    const { seq } = await this.store.ledger.append({ type: 'erasure', actor: 'ana', reason: 'asked', at, subject: 'shop/prod', body });
    await recordErasure(this.home, { format: 1, old: from.sha256, new: to.sha256, entry: seq });
    rmSync(this.placeOf(from));
    return to;
  }

  /** A stage leaves an object, in the index. */
  async stage(value: unknown): Promise<ArtifactRef> {
    const ref = await this.write(value);
    const result = { stage: 'features', key: sha256Hex(JSON.stringify(value)), outputs: { 'x.y': ref } } as unknown as StageResult;
    await this.store.stages.record(result);
    return ref;
  }

  async openRun(value: unknown): Promise<void> {
    const temporalRunId = `t${this.serial++}`;
    const opening = { project: 'shop', environment: 'prod', asOf: '2020-01-01', scratch: false, workflowId: 'w', temporalRunId, request: {}, retryOf: null };
    const { runId } = await this.store.runs.open(opening);
    // What the stage index knows is taken from there, as a run does; else the stage works it out.
    const found = await this.store.stages.find(sha256Hex(JSON.stringify(value)));
    this.runs.set(runId, [found?.outputs['x.y'] ?? (await this.stage(value))]);
  }

  async closeRun(publish: boolean): Promise<void> {
    const [first] = this.runs;
    if (first === undefined) return;
    const [runId, refs] = first;
    if (publish) await this.publish([], refs);
    await this.store.runs.update(runId, { status: publish ? 'succeeded' : 'failed', finishedAt: new Date(this.clock).toISOString() });
    this.runs.delete(runId);
  }

  collect(apply = true, killAt = Infinity) {
    let left = killAt;
    const fault = (): void => {
      if (left-- <= 0) throw new Error('killed');
    };
    return collect(this.store, { policy: POLICY, apply, actor: 'ana', reason: 'test', now: this.clock, fault });
  }

  needed(): ArtifactRef[] {
    const newest = this.releases.slice(-POLICY.releases);
    const kept = this.releases.filter((release) => newest.includes(release) || this.held.has(release.n) || this.clock - release.at < POLICY.days * DAY);
    return [...kept.flatMap(({ refs }) => refs), ...[...this.runs.values()].flat()];
  }
}

describe('garbage collection', () => {
  it('says what it would do, and does nothing unless told to', async () => {
    const world = new World();
    const orphan = await world.write('orphan');
    world.clock += 30 * DAY;
    expect(await world.collect(false)).toMatchObject({ applied: false, objects: 1, kept: 0, listed: 1, removed: 0 });
    expect(world.there(orphan)).toBe(true);
    expect(readdirSync(world.home)).toEqual(['objects', 'tmp']);
  });

  it('lists garbage first, removes it after the grace, and enters both into the ledger with the list', async () => {
    const world = new World();
    const orphan = await world.write('orphan');
    expect(await world.collect()).toMatchObject({ listed: 1, removed: 0 });
    world.clock += 23 * HOUR;
    expect(await world.collect()).toMatchObject({ listed: 0, waiting: 1, removed: 0 });
    world.clock += HOUR;
    expect(await world.collect()).toMatchObject({ waiting: 0, removed: 1, removedBytes: orphan.bytes });
    expect(world.there(orphan)).toBe(false);
    const entries = await world.store.ledger.read();
    expect(entries.map(({ type }) => type)).toEqual(['gc.listed', 'gc.removed']);
    const { list } = entries[1].body as { list: string };
    expect(await world.store.artifacts.readJson({ sha256: list, bytes: 0, rows: null, kind: 'gc.objects' })).toEqual({ objects: [orphan.sha256] });
    expect((await world.collect()).removed).toBe(0);
  });

  it('keeps releases by number, age, hold and being current, with what their manifests lead to, and every manifest', async () => {
    const world = new World();
    for (let n = 1; n <= 5; n++) await world.publish([`only ${n}`, 'shared']);
    world.held.add(2);
    await createHoldStore(world.home).add({ project: 'shop', environment: 'prod', release: 2, actor: 'ana', reason: 'audit', at: '' });
    world.clock += 11 * DAY;
    expect((await world.collect()).expired).toEqual(['shop/prod/1', 'shop/prod/3']);
    world.clock += 2 * DAY;
    // of releases 1 and 3 each its own object and the inner one; what they share with others stays
    expect(await world.collect()).toMatchObject({ removed: 4 });
    expect(world.releases.map(({ refs }) => refs.map(world.there))).toEqual(
      [1, 2, 3, 4, 5].map((n) => ([1, 3].includes(n) ? [false, true, false] : [true, true, true])),
    );
    for (const commit of await world.store.releases.list('shop', 'prod')) expect(world.there(commit.manifest)).toBe(true);
  });

  it('keeps what the model of a kept release was fitted to, which the next drift is measured against', async () => {
    const world = new World();
    const [model, other] = [await world.write('model'), await world.write('other model')];
    const features: ArtifactRef[] = [];
    const day = async (scoring?: object, fitted = model): Promise<void> => {
      const ref = await world.write(`features ${features.push(model)}`);
      features[features.length - 1] = ref;
      await world.release({ 'clustering.model': fitted, 'features.features': ref, 'personas.personas': model }, scoring ? { scoring } : {});
    };
    await day();
    await day(undefined, other);
    for (let i = 0; i < 3; i++) await day({ release: 1, fittedAsOf: '2020-01-01', sha256: model.sha256 });
    for (const days of [11, 2]) {
      world.clock += days * DAY;
      await world.collect();
    }
    expect(features.map(world.there)).toEqual([true, false, false, true, true]);
    const findChampion = createFindChampion({ artifacts: world.store.artifacts, releases: world.store.releases });
    const resolved = await world.store.artifacts.writeJson('x', 'config');
    const champion = await findChampion({ run: { project: 'shop', environment: 'prod', asOf: '2020-02-01', resolved } as RunContext });
    expect(champion).toMatchObject({ 'model.model': model, 'model.features': features[0] });
  });

  it('keeps the table that an erasure left while its release is kept, and collects it afterwards, by record', async () => {
    const world = new World();
    const table = await world.write('jane and joe');
    await world.release({ 'x.x': table });
    const without = await world.erase(table, 'joe');
    const last = await world.erase(without, 'nobody');
    const stage = await world.stage('made of it');
    await world.store.stages.record({ stage: 'features', key: sha256Hex('again'), outputs: { 'x.x': table } } as unknown as StageResult);
    const grow = async (): Promise<void> => {
      for (const days of [11, 2]) {
        world.clock += days * DAY;
        await world.collect();
      }
    };
    await grow();
    expect([table, without, last, stage].map(world.there)).toEqual([false, false, true, false]);
    expect((await world.store.artifacts.readBytes(table)).toString()).toBe('"nobody"');
    const other = await world.write('jim');
    for (let i = 0; i < 2; i++) await world.release({ 'x.x': other });
    world.clock += 11 * DAY;
    await world.collect();
    expect(await world.store.stages.find(sha256Hex('again'))).toBeUndefined();
    expect(existsSync(join(world.home, 'stages', `${sha256Hex('again')}.json`))).toBe(false);
    await grow();
    expect(world.there(last)).toBe(false);
    const { there, collected } = await partedByCollection(world.store, await world.store.releases.list('shop', 'prod'), ['x.x']);
    expect([there, collected].map((releases) => releases.map(({ n }) => n))).toEqual([[2, 3], [1]]);
    const { problems, notes } = await auditStore({ home: world.home });
    expect(problems.map(({ object }) => object).filter((object) => object.startsWith('object'))).toEqual([]);
    expect(notes.filter((note) => note.includes(last.sha256))).toEqual([
      expect.stringMatching(new RegExp(`object ${last.sha256} .*is collected-by-record`)),
      expect.stringMatching(/is erased-by-record/),
    ].sort());
  });

  it('lets no new run find what is listed, and keeps what is written again in the meantime', async () => {
    const world = new World();
    const ref = await world.stage('made once');
    await world.collect();
    expect(await world.store.stages.find(sha256Hex('"made once"'))).toBeUndefined();
    world.clock += 2 * DAY;
    await world.write('made once');
    expect(await world.collect()).toMatchObject({ listed: 1, removed: 0 });
    expect(world.there(ref)).toBe(true);
  });

  it('removes nothing that an open run may have found before it was listed, however long it takes', async () => {
    const world = new World();
    const ref = await world.write('found');
    await world.collect();
    world.clock += 30 * 60_000;
    await world.openRun('something else');
    world.clock += 40 * DAY;
    expect(await world.collect()).toMatchObject({ removed: 0, waiting: 1 });
    expect(world.there(ref)).toBe(true);
    await world.closeRun(false);
    expect(await world.collect()).toMatchObject({ removed: 1 });
  });

  it('refuses to go on where a hold cannot be read', async () => {
    const world = new World();
    await world.publish(['x']);
    await createHoldStore(world.home).add({ project: 'shop', environment: 'prod', release: 1, actor: '', reason: '', at: '' });
    const path = join(world.home, 'holds', 'shop', 'prod', '1.json');
    const { writeFileSync } = jest.requireActual<typeof import('node:fs')>('node:fs');
    writeFileSync(path, '{');
    await expect(world.collect()).rejects.toMatchObject({ code: 'OBJECT_CORRUPT', message: expect.stringContaining(path) });
  });

  type Step = readonly ['publish' | 'run' | 'close' | 'hold' | 'wait' | 'gc' | 'orphan', number];
  const step = fc.tuple(fc.constantFrom('publish', 'run', 'close', 'hold', 'wait', 'wait', 'gc', 'gc', 'orphan'), fc.nat(11)) as fc.Arbitrary<Step>;

  const act: Record<Step[0], (world: World, x: number) => Promise<unknown>> = {
    publish: (world, x) => world.publish([`common ${x % 4}`]),
    run: (world, x) => world.openRun(`common ${x}`),
    close: (world, x) => world.closeRun(x % 2 === 0),
    orphan: (world, x) => world.stage(`common ${x}`),
    wait: (world, x) => Promise.resolve((world.clock += x * 17 * HOUR)),
    gc: (world, x) => world.collect(true, x < 8 ? x : Infinity).catch((error: Error) => expect(error.message).toBe('killed')),
    async hold(world, x) {
      const release = world.releases[x % Math.max(1, world.releases.length)]?.n;
      if (release === undefined || !world.releases[release - 1].refs.every(world.there)) return;
      const holds = createHoldStore(world.home);
      const draft = { project: 'shop', environment: 'prod', release, actor: 'ana', reason: 'why', at: '' };
      if (await holds.add(draft)) world.held.add(release);
      else {
        await holds.remove('shop', 'prod', release);
        world.held.delete(release);
      }
    },
  };

  it('never removes what a release, a hold or an open run needs, whenever it is killed, and in the end nothing else is left', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 30 }), async (steps) => {
        const world = new World();
        for (const [what, x] of steps) {
          await act[what](world, x);
          expect(world.needed().filter((ref) => !world.there(ref))).toEqual([]);
        }
        while (world.runs.size > 0) await world.closeRun(false);
        for (let i = 0; i < 3; i++) {
          world.clock += 20 * DAY;
          await world.collect();
        }
        const { objects, kept } = await world.collect(false);
        expect(kept).toBe(objects);
        expect(world.needed().filter((ref) => !world.there(ref))).toEqual([]);
      }),
      // A smaller counterexample would take minutes to find.
      { numRuns: Number(process.env.DRAMATIS_GC_RUNS ?? 25), endOnFailure: true },
    );
  }, 600_000);
});
