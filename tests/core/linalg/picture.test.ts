import { createComputePool } from '../../../src/adapters/compute';
import { modelingConfig } from '../../../src/config/modeling';
import { drawPicture } from '../../../src/core/clustering/final/picture';
import { bottomK } from '../../../src/core/linalg/sampling';
import type { FinalInput } from '../../../src/core/clustering/final/input';
import { toPoints } from '../../../src/core/clustering/points';
import type { Matrix } from '../../../src/core/linalg/matrix';
import type { PicturePayload, PictureResult } from '../../../src/core/linalg/picture-task';
import { bundleThread } from '../../adapters/compute/bundle';
import { blobs, idsOf, matrixOf } from '../clustering/data';

const { matrix, truth } = blobs(
  [
    [0, 0, 0],
    [9, 0, 0],
    [0, 9, 9],
  ],
  [40, 30, 30],
  1,
);
const points = toPoints(matrix);

// In a thread, as in a run: in the sandbox of the tests umap-js is thirty times slower.
const compute = createComputePool({ entry: bundleThread('src/workers/compute-thread.ts'), threads: 1 });
afterAll(() => compute.close());
async function pictureOf(payload: PicturePayload): Promise<PictureResult> {
  const [result] = await compute.map<PicturePayload, PictureResult>('picture.umap', [payload], {});
  return result;
}

describe('the map of a sample', () => {
  let one: PictureResult;
  beforeAll(async () => {
    one = await pictureOf({ points, seed: 4 });
  });

  it('is the same to the last bit for the same seed, and another for another', async () => {
    expect(JSON.stringify(await pictureOf({ points, seed: 4 }))).toBe(JSON.stringify(one));
    expect((await pictureOf({ points, seed: 5 })).positions).not.toEqual(one.positions);
  });

  it('keeps groups apart that lie apart', () => {
    const nearest = one.positions.map((from, i) => {
      const distances = one.positions.map((to, j) => (j === i ? Infinity : Math.hypot(from[0] - to[0], from[1] - to[1])));
      return truth[distances.indexOf(Math.min(...distances))] === truth[i];
    });
    expect(nearest.filter((own) => !own)).toEqual([]);
    expect(one.trustworthiness).toEqual({ value: expect.any(Number) as number, neighbours: 15 });
    expect(one.trustworthiness.value).toBeGreaterThan(0.9);
  });

  it.each([
    ['16 rows, the fewest', matrixOf(Array.from({ length: 16 }, (_, i) => [i, i * i])), 7],
    ['31 rows', matrixOf(Array.from({ length: 31 }, (_, i) => [i, i * i])), 15],
    ['one column', matrixOf(Array.from({ length: 20 }, (_, i) => [i % 7])), 9],
    ['copies of one customer', matrixOf(Array.from({ length: 20 }, () => [1, 2, 3])), 9],
    ['tiny differences', matrixOf(Array.from({ length: 20 }, (_, i) => [i * 1e-160, 1])), 9],
  ])('of %s has finite positions', async (_, x, neighbours) => {
    const { positions, trustworthiness } = await pictureOf({ points: toPoints(x), seed: 0 });
    expect(positions.every((position) => position.length === 2 && position.every(Number.isFinite))).toBe(true);
    expect(trustworthiness.neighbours).toBe(neighbours);
    expect(trustworthiness.value).toBeGreaterThanOrEqual(0);
    expect(trustworthiness.value).toBeLessThanOrEqual(1);
  });

  it('of fewer rows, or of none that are finite, is refused with a code', async () => {
    const refused = (x: Matrix, code: string): Promise<void> => expect(pictureOf({ points: toPoints(x), seed: 0 })).rejects.toMatchObject({ code });
    await refused(matrixOf(Array.from({ length: 15 }, (_, i) => [i])), 'INSUFFICIENT_DATA');
    await refused(matrixOf(Array.from({ length: 20 }, (_, i) => [i === 3 ? NaN : i])), 'NOT_FINITE');
  });
});

describe('the picture of a run', () => {
  const draw = (x: Matrix, picture: object, clusters: Int32Array = new Int32Array(x.rows)): ReturnType<typeof drawPicture> =>
    drawPicture(
      { matrix: x, ids: idsOf(x.rows), modeling: modelingConfig.parse({ picture }), compute } as unknown as FinalInput,
      clusters,
    );

  it('shows a bottom-k sample with the cluster of each customer and no id', async () => {
    const { picture } = await draw(matrix, { rows: 50 }, truth);
    const rows = bottomK(idsOf(matrix.rows), 0, 50);
    expect(picture?.method).toBe('UMAP, 15 neighbours');
    expect(picture?.scatter.map(([, , cluster]) => cluster)).toEqual(Array.from(rows, (row) => truth[row]));
    expect(JSON.stringify(picture)).not.toContain('c_');
    expect(picture?.scatter.map(([x, y]) => [x, y])).toEqual((await pictureOf({ points: toPoints(matrix, { rows }), seed: 0 })).positions);
  });

  it('is left out where there are too few customers or none is wanted, and says so', async () => {
    expect(await draw(matrixOf(Array.from({ length: 15 }, (_, i) => [i])), {})).toEqual({
      picture: null,
      none: 'no picture: 15 customers, at least 16 are needed',
    });
    expect(await draw(matrix, { method: 'none' })).toEqual({ picture: null, none: 'no picture: modeling.picture.method is none' });
  });
});
