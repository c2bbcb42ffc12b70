import { basename } from 'node:path';
import { ensureData, fileOf, folderOf, type Size } from '../lib/data';
import { measurePeer, type Engine, type PeerRun } from '../lib/peer';
import { measureRun, type ProductRun } from '../lib/product';
import type { WholeMeasure } from '../lib/results';

export interface WholeSpec {
  readonly size: Size;
  /** YAML file of the project. */
  readonly project: string;
  readonly repeats: number;
  readonly peers: readonly Engine[];
  readonly peerArgs?: readonly string[];
  /** Engines whose preparation is also timed on its own. */
  readonly prepPeers: readonly Engine[];
  readonly memoryLimit?: string;
}

/** Ours, then each peer, then again: what slows the machine for a while meets all of them. */
export async function measureWhole(spec: WholeSpec, say: (line: string) => void): Promise<WholeMeasure> {
  const { size, project, repeats, peers, peerArgs = [], prepPeers, memoryLimit } = spec;
  await ensureData(size, say);
  const ours: ProductRun[] = [];
  const runs = Object.fromEntries(peers.map((engine): [string, PeerRun[]] => [engine, []]));
  const preps = Object.fromEntries(prepPeers.map((engine): [string, PeerRun[]] => [engine, []]));
  for (let round = 1; round <= repeats; round++) {
    const run = await measureRun({ project, data: folderOf(size), ...(memoryLimit !== undefined && { memoryLimit }) });
    ours.push(run);
    say(`${size.name} ${basename(project)} ${round}/${repeats}: ours ${run.wallS.toFixed(1)} s, ${run.cpuS.toFixed(1)} CPU s, ${run.peakMib.toFixed(0)} MiB`);
    const took = (engine: string, what: string, peer: PeerRun): void =>
      say(`${size.name} ${round}/${repeats}: ${engine}${what} ${peer.wallS.toFixed(1)} s, ${peer.cpuS.toFixed(1)} CPU s, ${peer.peakMib.toFixed(0)} MiB`);
    for (const engine of peers) {
      const peer = await measurePeer(engine, fileOf(size), peerArgs);
      if (peer.customers !== run.customers) throw new Error(`${engine} found ${peer.customers} customers, Dramatis ${run.customers}: not the same work`);
      runs[engine].push(peer);
      took(engine, '', peer);
    }
    for (const engine of prepPeers) {
      const peer = await measurePeer(engine, fileOf(size), ['--prep-only']);
      preps[engine].push(peer);
      took(engine, ' preparation', peer);
    }
  }
  return { kind: 'whole', rows: size.rows, customers: ours[0].customers, project: basename(project), ours, peers: runs, prepPeers: preps };
}
