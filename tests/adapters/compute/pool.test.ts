import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createComputePool, createInlineCompute, type ThreadedCompute } from '../../../src/adapters/compute';
import { compileKernels } from '../../../src/adapters/compute/kernels';
import { testKernels } from '../../support/kernels';
import { bundleThread } from './bundle';

const entry = bundleThread('tests/adapters/compute/odd-tasks.ts');
const poolBundle = bundleThread('src/adapters/compute/pool.ts');
let compute: ThreadedCompute;
beforeEach(() => {
  compute = createComputePool({ entry, threads: 2 });
});
afterEach(() => compute.close());

it('answers in the order of the payloads, whichever ends first', async () => {
  expect(await compute.map<number, number>('later', [80, 5, 40, 1], {})).toEqual([80, 5, 40, 1]);
  expect(await compute.map('square', [], {})).toEqual([]);
});

it('uses its threads again, never more than it may', async () => {
  const ids = new Set(await compute.map<number, number>('thread', [1, 2, 3, 4, 5, 6], {}));
  for (const id of await compute.map<number, number>('thread', [1, 2, 3, 4], {})) ids.add(id);
  expect(ids.size).toBe(2);
});

it('shares memory instead of copying it', async () => {
  const shared = new Float64Array(new SharedArrayBuffer(4 * 8));
  expect(await compute.map<number, boolean>('fill', [0, 1, 2, 3], { shared })).toEqual([true, true, true, true]);
  expect(Array.from(shared)).toEqual([1, 2, 3, 4]);
});

it('hands the kernels to every thread: those in TypeScript, or the compiled ones', async () => {
  expect(await compute.map('kernel', [0, 0], {})).toEqual(['typescript-f64/1', 'typescript-f64/1']);
  const simd = createComputePool({ entry, threads: 2, kernels: testKernels() });
  expect(await simd.map('kernel', [0, 0], {})).toEqual(['assemblyscript-simd/1', 'assemblyscript-simd/1']);
  await simd.close();
});

it('kernels that were not built are an error that names the way out', () => {
  expect(() => compileKernels('no-such-folder/kernels.wasm')).toThrow(expect.objectContaining({ code: 'KERNELS_MISSING', message: expect.stringMatching(/npm run build.*DRAMATIS_KERNELS=f64/) }));
});

it('reports progress after every task', async () => {
  const seen: string[] = [];
  await compute.map('square', [1, 2, 3], { onProgress: (done, total) => seen.push(`${done}/${total}`) });
  expect(seen).toEqual(['1/3', '2/3', '3/3']);
});

it('several maps at once do not mix up their results', async () => {
  const [squares, waits] = await Promise.all([
    compute.map<number, number>('square', [2, 3, 4], {}),
    compute.map<number, number>('later', [9, 3], {}),
  ]);
  expect([squares, waits]).toEqual([
    [4, 9, 16],
    [9, 3],
  ]);
});

it('cancellation stops an endless kernel at once, and the pool works on', async () => {
  const controller = new AbortController();
  const endless = compute.map('spin', [1, 2, 3], { signal: controller.signal });
  setTimeout(() => controller.abort(), 50);
  await expect(endless).rejects.toMatchObject({ code: 'CANCELLED' });
  expect(await compute.map('square', [5], {})).toEqual([25]);
  await expect(compute.map('square', [5], { signal: controller.signal })).rejects.toMatchObject({ code: 'CANCELLED' });
});

it('cancelling one map leaves another one alone', async () => {
  const controller = new AbortController();
  const endless = compute.map('spin', [1], { signal: controller.signal });
  const other = compute.map<number, number>('later', [30, 30, 30], {});
  setTimeout(() => controller.abort(), 20);
  await expect(endless).rejects.toMatchObject({ code: 'CANCELLED' });
  expect(await other).toEqual([30, 30, 30]);
});

it('a thread that dies gives COMPUTE_FAILED, and the pool works on', async () => {
  await expect(compute.map('exit', [1], {})).rejects.toMatchObject({ code: 'COMPUTE_FAILED' });
  expect(await compute.map('square', [5, 6, 7], {})).toEqual([25, 36, 49]);
});

it("a kernel's own error keeps its code and details, any other is COMPUTE_FAILED", async () => {
  await expect(compute.map('refuse', [1], {})).rejects.toMatchObject({
    name: 'PipelineError',
    code: 'NOT_FINITE',
    message: '2 cells are not finite',
    details: { cells: 2 },
  });
  await expect(compute.map('break', [1], {})).rejects.toMatchObject({
    code: 'COMPUTE_FAILED',
    message: expect.stringContaining('cannot read') as string,
  });
  await expect(compute.map('unheard', [1], {})).rejects.toMatchObject({
    code: 'COMPUTE_FAILED',
    message: 'there is no task unheard',
  });
});

it('closing ends what is under way and refuses what comes later', async () => {
  const endless = compute.map('spin', [1], {});
  const ended = expect(endless).rejects.toMatchObject({ code: 'CANCELLED' });
  await compute.close();
  await ended;
  await expect(compute.map('square', [1], {})).rejects.toMatchObject({ code: 'CANCELLED' });
});

it('a payload that cannot be sent fails its map, not the pool', async () => {
  await expect(compute.map('square', [() => 1], {})).rejects.toMatchObject({ code: 'COMPUTE_FAILED' });
  expect(await compute.map('square', [5, 6], {})).toEqual([25, 36]);
});

it('a thread that cannot be started fails the maps that wait for it and leaves none behind', async () => {
  // A path without a leading dot is refused by the constructor itself.
  const broken = createComputePool({ entry: 'no-such-thread.js', threads: 2 });
  const { signal } = new AbortController();
  const forgotten = jest.spyOn(signal, 'removeEventListener');
  for (const payload of [1, 2])
    await expect(broken.map('square', [payload], { signal })).rejects.toMatchObject({ code: 'COMPUTE_FAILED' });
  expect(forgotten).toHaveBeenCalledTimes(2);
  await broken.close();
});

it('idle threads do not keep a process alive', () => {
  const script = join(dirname(poolBundle), 'main.js');
  writeFileSync(
    script,
    `require(${JSON.stringify(poolBundle)}).createComputePool({ entry: ${JSON.stringify(entry)}, threads: 2 }).map('later', [20, 20], {}).then((r) => process.stdout.write(String(r)));`,
  );
  const { stdout, status, signal } = spawnSync(process.execPath, [script], { timeout: 20_000, encoding: 'utf8' });
  expect({ stdout, status, signal }).toEqual({ stdout: '20,20', status: 0, signal: null });
});

describe('inline', () => {
  const inline = createInlineCompute({
    square: (value: number) => value * value,
    break: () => Promise.reject(new Error('no')),
  });

  it('behaves like the pool', async () => {
    expect(await inline.map('square', [2, 3], {})).toEqual([4, 9]);
    await expect(inline.map('break', [1], {})).rejects.toMatchObject({ code: 'COMPUTE_FAILED' });
    await expect(inline.map('square', [1], { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'CANCELLED',
    });
    await expect(inline.map('unheard', [1], {})).rejects.toMatchObject({ code: 'COMPUTE_FAILED' });
  });
});
