import { SIZES } from './lib/data';
import type { Measure } from './lib/results';
import { measureCurve } from './measures/curve';
import { measureInertia } from './measures/inertia';
import { measureKernels } from './measures/kernels';
import { measureWhole, type WholeSpec } from './measures/whole';

export type Say = (line: string) => void;
export type Depth = 'quick' | 'default' | 'full';

export interface Step {
  readonly name: string;
  /** In which benches it is by itself; `--only` takes any. */
  readonly in: readonly Depth[];
  measure(say: Say): Promise<Measure>;
}

/** Projects, one file each: exactly the peers' work; the same with mixtures on both sides; everything that Dramatis does. */
const [PEERS_WORK, MIXTURES, PRODUCT] = ['dramatis', 'mixtures', 'product'].map((name) => `bench/project/${name}.yaml`);
const USUAL: readonly Depth[] = ['default', 'full'];
const FULL: readonly Depth[] = ['full'];

/** @param repeats Overrides how often each whole run is repeated. */
export function planOf(depth: Depth, repeats?: number): readonly Step[] {
  const quick = depth === 'quick';
  const whole = (name: string, where: readonly Depth[], spec: Omit<WholeSpec, 'size' | 'project' | 'prepPeers' | 'peers'> & Partial<WholeSpec> & { at: string }): Step => ({
    name,
    in: where,
    measure: (say) =>
      measureWhole({ project: PEERS_WORK, peers: [], prepPeers: [], ...spec, size: SIZES[spec.at], repeats: quick ? 1 : (repeats ?? spec.repeats) }, say),
  });
  return [
    whole('whole-20k', ['quick', ...USUAL], { at: '20k', repeats: 3 }),
    whole('whole-100k', ['quick', ...USUAL], { at: '100k', repeats: 3, peers: ['polars'], prepPeers: ['polars'] }),
    whole('whole-1m', USUAL, { at: '1m', repeats: 5, peers: ['pandas', 'polars', 'duckdb'], prepPeers: ['polars'] }),
    whole('whole-10m', USUAL, { at: '10m', repeats: 3, peers: ['pandas'], prepPeers: ['polars'] }),
    whole('whole-50m', FULL, { at: '50m', repeats: 1, memoryLimit: '4GB' }),
    whole('mixtures-100k', [], { at: '100k', repeats: 3, project: MIXTURES, peers: ['polars'], peerArgs: ['--mixtures'] }),
    whole('mixtures-1m', USUAL, { at: '1m', repeats: 3, project: MIXTURES, peers: ['polars'], peerArgs: ['--mixtures'] }),
    whole('mixtures-10m', FULL, { at: '10m', repeats: 1, project: MIXTURES, peers: ['pandas'], peerArgs: ['--mixtures'] }),
    whole('product-100k', [], { at: '100k', repeats: 1, project: PRODUCT }),
    whole('product-1m', USUAL, { at: '1m', repeats: 3, project: PRODUCT }),
    whole('product-10m', FULL, { at: '10m', repeats: 1, project: PRODUCT }),
    { name: 'kernels', in: ['quick', ...USUAL], measure: (say) => measureKernels(SIZES[quick ? '1m' : '10m'], quick ? 1 : 5, say) },
    { name: 'inertia', in: ['quick', ...USUAL], measure: (say) => measureInertia(SIZES[quick ? '100k' : '1m'], PEERS_WORK, say) },
    ...(['customers', 'd', 'k'] as const).map((along): Step => ({ name: `curve-${along}`, in: USUAL, measure: (say) => measureCurve(along, quick, say) })),
  ];
}
