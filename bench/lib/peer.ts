import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runChild } from './child';
import { PYTHON } from './environment';
import { cpuOfEndedChildren } from './processes';
import { watch } from './watch';

export const ENGINES = ['pandas', 'polars', 'duckdb'] as const;
export type Engine = (typeof ENGINES)[number];

/** One whole process of peers/pipeline.py. */
export interface PeerRun {
  readonly wallS: number;
  readonly cpuS: number;
  readonly peakMib: number;
  /** Wall and CPU seconds by stage. */
  readonly stages: Readonly<Record<string, readonly [number, number]>>;
  readonly customers: number;
  readonly k: number | null;
}

/** @param args As peers/pipeline.py takes them: `--mixtures`, `--prep-only`. */
export async function measurePeer(engine: Engine, transactions: string, args: readonly string[] = []): Promise<PeerRun> {
  const out = mkdtempSync(join(tmpdir(), 'bench-peer-'));
  try {
    const cpuBefore = cpuOfEndedChildren();
    let stopWatching = watch(() => undefined);
    const { stdout, wallS } = await runChild(PYTHON, ['bench/peers/pipeline.py', engine, transactions, out, ...args], {
      onStart: (pid) => {
        stopWatching();
        stopWatching = watch(() => pid);
      },
    });
    const { peakMib } = stopWatching();
    const { n, k = null, stages } = JSON.parse(stdout) as { n: number; k?: number; stages: PeerRun['stages'] };
    return { wallS, cpuS: cpuOfEndedChildren() - cpuBefore, peakMib, stages, customers: n, k };
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}
