import type { ArtifactRef } from '../../contracts/artifacts';
import { objectKey } from '../artifacts/objects';
import { atOnce } from '../at-once';
import type { Shelf } from '../shelf';
import type { Findings } from './report';

/** Objects that records name, each with who names it first. */
export class Wanted {
  private readonly all = new Map<string, { readonly ref: Pick<ArtifactRef, 'sha256' | 'kind'> & { readonly bytes: number | null }; readonly by: string }>();

  private readonly seen = new Set<string>();

  add(ref: Pick<ArtifactRef, 'sha256' | 'kind'> & { readonly bytes: number | null }, by: string): void {
    if (!this.has(ref.sha256)) this.all.set(ref.sha256, { ref, by });
  }

  /** It was read and hashed: it need not be again. */
  settle(sha256: string): void {
    this.seen.add(sha256);
    this.all.delete(sha256);
  }

  /** Whether it is named, or was settled. */
  has(sha256: string): boolean {
    return this.all.has(sha256) || this.seen.has(sha256);
  }

  values() {
    return this.all.values();
  }

  get size(): number {
    return this.all.size;
  }
}

/** Names of all objects of the store, sorted; what does not look like one is a finding. */
async function objectsIn(shelf: Shelf, findings: Findings): Promise<string[]> {
  const root = 'objects/sha256';
  const names: string[] = [];
  for (const folder of await shelf.list(root)) for (const rest of await shelf.list(`${root}/${folder}`)) names.push(folder + rest);
  for (const name of names) findings.expect(/^[0-9a-f]{64}$/.test(name), `file objects/sha256/${name.slice(0, 2)}/${name.slice(2)}`, 'has a name that is no SHA-256');
  return names.filter((name) => /^[0-9a-f]{64}$/.test(name)).sort();
}

export interface ObjectsOptions {
  /** Also objects that nothing names. */
  readonly others: boolean;
  /** Objects that may be missing → why. */
  readonly gone: ReadonlyMap<string, string>;
}

/**
 * Hash the bytes of every object that is named, once; and, with `others`, of every other one that is in the store. One that is gone by record is a note.
 *
 * About 0.5 GB/s.
 */
export async function checkObjects(shelf: Shelf, wanted: Wanted, { others, gone }: ObjectsOptions, findings: Findings, progress: (done: number, total: number) => void): Promise<void> {
  const unnamed = others ? (await objectsIn(shelf, findings)).filter((sha256) => !wanted.has(sha256)) : [];
  const items = [...wanted.values(), ...unnamed.map((sha256) => ({ ref: { sha256, kind: '', bytes: null }, by: 'named by no finished run' }))];
  let done = 0;
  await atOnce(items, async ({ ref: { sha256, kind, bytes }, by }) => {
    const object = `object ${sha256}${kind === '' ? '' : ` (${kind})`}`;
    const found = await shelf.hash(objectKey(sha256));
    const why = gone.get(sha256);
    if (found === undefined && why !== undefined) findings.notes.push(`${object} is ${why}`);
    else if (found === undefined) findings.wrong(object, `is missing; it is named by ${by}`);
    else if (found.sha256 !== sha256) findings.wrong(object, `holds other bytes than its name says; ${kind === '' ? by : `it is named by ${by}`}`);
    else findings.expect(bytes === null || bytes === found.bytes, object, `has ${found.bytes} bytes, not ${bytes} as ${by} says`);
    findings.counts.objects++;
    findings.counts.bytes += found?.bytes ?? 0;
    progress(++done, items.length);
  });
  if (unnamed.length > 0) findings.notes.push(`${unnamed.length} objects are named by no finished run: intermediate results, runs that failed, or left over`);
}
