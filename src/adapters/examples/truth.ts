import { DuckDBInstance } from '@duckdb/node-api';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PipelineError } from '../../contracts/errors';
import type { Matrix } from '../../core/linalg/matrix';
import { fitFrom } from '../../core/clustering/kmeans/kmeans';
import { padCentroids, toPoints } from '../../core/clustering/points';
import { adjustedRandIndex, contingency } from '../../core/validity/rand-index';
import { quoteText } from '../../core/sql/identifiers';
import { TRUTH_FILE } from './shop-files';

/** How well a run found again what was planted. Counts only, no customer-level value. */
export interface TruthComparison {
  /** Customers with both a behaviour and a persona. */
  readonly customers: number;
  /** Adjusted Rand index of personas against behaviours. */
  readonly adjustedRand: number;
  readonly personas: readonly string[];
  /** Planted behaviour × persona: `counts[i]` belongs to `personas[i]`. */
  readonly table: readonly { readonly behaviour: string; readonly customers: number; readonly counts: readonly number[] }[];
  /** K-means that starts from the means of the planted behaviours on the same matrix: about the best that k-means can do there. */
  readonly planted: { readonly k: number; readonly adjustedRand: number } | null;
}

/** The prepared matrix of a run, and the customer number of each of its rows. */
export interface CustomerMatrix {
  readonly customers: readonly string[];
  readonly matrix: Matrix;
}

/**
 * The planted behaviour of each customer, by customer number.
 * @param data The shop's data folder.
 * @throws PipelineError `EXAMPLE_DATA_MISSING`.
 */
export async function readTruth(data: string): Promise<Map<string, string>> {
  const path = join(data, TRUTH_FILE);
  if (!existsSync(path)) throw new PipelineError('EXAMPLE_DATA_MISSING', `there is no ${path}; make the shop's data with "dramatis example shop"`, { file: path });
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  try {
    const rows = await connection.runAndReadAll(`SELECT customer_no, behaviour FROM read_parquet(${quoteText(path)}) ORDER BY customer_no`);
    return new Map(rows.getRowObjects().map(({ customer_no: customer, behaviour }) => [String(customer), String(behaviour)]));
  } finally {
    connection.disconnectSync();
    instance.closeSync();
  }
}

/**
 * Compare personas with the planted behaviours.
 *
 * @param truth Customer number → behaviour.
 * @param personas Customer number → persona key.
 * @param prepared Where given, k-means from the planted means is run on it for the customers that have a behaviour.
 * @throws PipelineError `INSUFFICIENT_DATA` where no customer has both.
 */
export function compareWithTruth(truth: ReadonlyMap<string, string>, personas: ReadonlyMap<string, string>, prepared?: CustomerMatrix): TruthComparison {
  const both = [...personas.keys()].filter((customer) => truth.has(customer)).sort();
  if (both.length === 0) throw new PipelineError('INSUFFICIENT_DATA', 'no customer has both a persona and a planted behaviour');
  const planted = encode(both.map((customer) => truth.get(customer) ?? ''));
  const found = encode(both.map((customer) => personas.get(customer) ?? ''));
  const counts = contingency(planted.labels, planted.levels.length, found.labels, found.levels.length);
  const table = planted.levels.map((behaviour, b) => {
    const row = Array.from(counts.subarray(b * found.levels.length, (b + 1) * found.levels.length));
    return { behaviour, customers: row.reduce((sum, n) => sum + n, 0), counts: row };
  });
  return {
    customers: both.length,
    adjustedRand: adjustedRandIndex(planted.labels, found.labels),
    personas: found.levels,
    table,
    planted: prepared === undefined ? null : fromPlantedMeans(truth, prepared),
  };
}

function fromPlantedMeans(truth: ReadonlyMap<string, string>, { customers, matrix }: CustomerMatrix): TruthComparison['planted'] {
  const rows = customers.flatMap((customer, i) => (truth.has(customer) ? [i] : []));
  const { labels, levels } = encode(rows.map((row) => truth.get(customers[row]) ?? ''));
  const means = levels.map((_, b) => meanOf(matrix, rows.filter((_row, i) => labels[i] === b)));
  const points = toPoints(matrix, { rows });
  const fit = fitFrom(points, null, padCentroids(means, points.stride), levels.length);
  return { k: levels.length, adjustedRand: adjustedRandIndex(labels, fit.labels) };
}

function meanOf({ cols, values }: Matrix, rows: readonly number[]): number[] {
  return Array.from({ length: cols }, (_, j) => rows.reduce((sum, row) => sum + values[row * cols + j], 0) / rows.length);
}

/** Texts as labels 0..k-1 in the order of the sorted levels. */
function encode(texts: readonly string[]): { readonly labels: Int32Array; readonly levels: string[] } {
  const levels = [...new Set(texts)].sort();
  const places = new Map(levels.map((level, i) => [level, i]));
  return { labels: Int32Array.from(texts, (text) => places.get(text) ?? -1), levels };
}
