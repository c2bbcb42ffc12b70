import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runChild } from '../lib/child';
import { ensureData, folderOf, type Size } from '../lib/data';
import { PYTHON } from '../lib/environment';
import { measureRun } from '../lib/product';
import type { InertiaMeasure } from '../lib/results';

interface Manifest {
  readonly facts: { readonly results: { readonly outputs: readonly { readonly name: string; readonly ref: { readonly sha256: string } }[] } };
}

interface Report {
  readonly candidates: readonly { readonly algorithm: string; readonly k: number; readonly centroids: readonly (readonly number[])[] }[];
}

/** An output of the run, where the store keeps it. */
function pathOf(home: string, run: string, name: string): string {
  const { facts } = JSON.parse(readFileSync(join(home, 'runs', run, 'manifest.json'), 'utf8')) as Manifest;
  const output = facts.results.outputs.find((candidate) => candidate.name === name);
  if (!output) throw new Error(`the run made no ${name}`);
  const { sha256 } = output.ref;
  const path = join(home, 'objects', 'sha256', sha256.slice(0, 2), sha256);
  if (!existsSync(path)) throw new Error(`${name} is not at ${path}`);
  return path;
}

/** What a run's centroids of every k cost over all customers, against scikit-learn with ten starts on the same prepared matrix. */
export async function measureInertia(size: Size, project: string, say: (line: string) => void): Promise<InertiaMeasure> {
  await ensureData(size, say);
  const folder = mkdtempSync(join(tmpdir(), 'bench-inertia-'));
  try {
    let stdout = '';
    await measureRun({
      project,
      data: folderOf(size),
      async keep(home, { run }) {
        const { candidates } = JSON.parse(readFileSync(pathOf(home, run, 'selection.report'), 'utf8')) as Report;
        const centroids = join(folder, 'centroids.json');
        const ours = candidates.filter(({ algorithm, k }) => algorithm === 'kmeans' && k >= 2 && k <= 10);
        writeFileSync(centroids, JSON.stringify(ours.map(({ k, centroids: rows }) => ({ k, rows }))));
        ({ stdout } = await runChild(PYTHON, ['bench/peers/inertia.py', pathOf(home, run, 'prepare.matrix'), centroids]));
      },
    });
    const found = JSON.parse(stdout) as Omit<InertiaMeasure, 'kind'>;
    for (const { k, ours, peer } of found.byK) say(`inertia k = ${k}: ${ours.toFixed(1)} against ${peer.toFixed(1)}, ${(100 * (ours / peer - 1)).toFixed(4)} %`);
    return { kind: 'inertia', ...found };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
