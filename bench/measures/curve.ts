import { ensureData, folderOf, SIZES } from '../lib/data';
import { measureRun, type ProductRun } from '../lib/product';
import type { CurveMeasure } from '../lib/results';
import { withVariant, type Variant } from '../lib/variant';

const PROJECT = 'bench/project/dramatis.yaml';

/** The points of each curve; beside rows, which the whole runs give. */
const CURVES: Readonly<Record<CurveMeasure['along'], readonly { readonly size: number; readonly data: string; readonly variant: Variant }[]>> = {
  customers: [
    { size: 5_000, data: '1m-5k', variant: {} },
    { size: 50_000, data: '1m', variant: {} },
    { size: 200_000, data: '1m-200k', variant: {} },
  ],
  d: [4, 8, 12].map((columns) => ({ size: columns, data: '1m', variant: { columns } })),
  k: [5, 10, 20].map((kMax) => ({ size: kMax, data: '1m', variant: { kMax } })),
};

export async function measureCurve(along: CurveMeasure['along'], quick: boolean, say: (line: string) => void): Promise<CurveMeasure> {
  const points: { size: number; run: ProductRun }[] = [];
  for (const { size, data, variant } of CURVES[along]) {
    const source = SIZES[quick ? '100k' : data];
    await ensureData(source, say);
    const run = await withVariant(PROJECT, variant, (project) => measureRun({ project, data: folderOf(source) }));
    say(`${along} = ${size}: ${run.wallS.toFixed(1)} s, ${run.cpuS.toFixed(1)} CPU s`);
    points.push({ size, run });
  }
  return { kind: 'curve', along, points };
}
