import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { KernelMeasure } from '../kernels/support';
import type { PeerRun } from './peer';
import type { ProductRun } from './product';
import type { Surroundings } from './surroundings';

/** Seconds and memory of whole runs: ours, and of each peer that did the same in turn. */
export interface WholeMeasure {
  readonly kind: 'whole';
  readonly rows: number;
  readonly customers: number;
  readonly project: string;
  readonly ours: readonly ProductRun[];
  readonly peers: Readonly<Record<string, readonly PeerRun[]>>;
  /** Only extract, clean and features. */
  readonly prepPeers: Readonly<Record<string, readonly PeerRun[]>>;
}

export interface InertiaMeasure {
  readonly kind: 'inertia';
  readonly n: number;
  readonly d: number;
  /** Of all customers around the centroids of each k. */
  readonly byK: readonly { readonly k: number; readonly ours: number; readonly peer: number }[];
}

export interface CurveMeasure {
  readonly kind: 'curve';
  /** What grows: customers at so many rows, columns, or the greatest k. */
  readonly along: 'customers' | 'd' | 'k';
  readonly points: readonly { readonly size: number; readonly run: ProductRun }[];
}

export interface KernelsMeasure {
  readonly kind: 'kernels';
  readonly measures: readonly KernelMeasure[];
}

export type Measure = WholeMeasure | InertiaMeasure | CurveMeasure | KernelsMeasure;

export interface Recorded {
  readonly name: string;
  readonly quick: boolean;
  readonly surroundings: Surroundings;
  readonly measure: Measure;
}

const FILE = resolve('bench/results/measures.jsonl');

export function record(entry: Recorded): void {
  mkdirSync(dirname(FILE), { recursive: true });
  appendFileSync(FILE, `${JSON.stringify(entry)}\n`);
}

/** The newest record of each name, quick and full ones apart. */
export function newest(text: string, quick: boolean): ReadonlyMap<string, Recorded> {
  const found = new Map<string, Recorded>();
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const entry = JSON.parse(line) as Recorded;
    if (entry.quick === quick) found.set(entry.name, entry);
  }
  return found;
}

export const recorded = (quick: boolean): ReadonlyMap<string, Recorded> => newest(existsSync(FILE) ? readFileSync(FILE, 'utf8') : '', quick);
