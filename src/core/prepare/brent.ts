/** (3 - sqrt 5) / 2 */
const GOLDEN = 0.3819660112501051;

/**
 * Minimum of a unimodal function on [lower, upper]: golden section with parabolic steps where they are safe.
 * Values of `Infinity` are allowed. The same function gives the same bits: nothing is random.
 * Brent, Algorithms for Minimization without Derivatives, 1973, chapter 5.
 *
 * @returns The place of the minimum, to about `tolerance` (absolute); at most 200 evaluations.
 */
export function minimise(f: (x: number) => number, lower: number, upper: number, tolerance = 1e-9): number {
  let [a, b] = [lower, upper];
  let x = a + GOLDEN * (b - a);
  let [w, v] = [x, x];
  let fx = f(x);
  let [fw, fv] = [fx, fx];
  let [step, previous] = [0, 0];
  for (let i = 0; i < 200; i++) {
    const middle = (a + b) / 2;
    const tol = tolerance + 1e-10 * Math.abs(x);
    if (Math.abs(x - middle) <= 2 * tol - (b - a) / 2) break;
    const parabolic = Math.abs(previous) > tol ? parabolicStep(x, w, v, fx, fw, fv) : NaN;
    const safe = Math.abs(parabolic) < Math.abs(previous) / 2 && x + parabolic > a && x + parabolic < b;
    if (safe) {
      previous = step;
      step = parabolic;
      const u = x + step;
      if (u - a < 2 * tol || b - u < 2 * tol) step = x < middle ? tol : -tol;
    } else {
      previous = x < middle ? b - x : a - x;
      step = GOLDEN * previous;
    }
    const u = x + (Math.abs(step) >= tol ? step : Math.sign(step) * tol);
    const fu = f(u);
    if (fu <= fx) {
      if (u < x) b = x;
      else a = x;
      [v, fv, w, fw, x, fx] = [w, fw, x, fx, u, fu];
    } else {
      if (u < x) a = u;
      else b = u;
      if (fu <= fw || w === x) [v, fv, w, fw] = [w, fw, u, fu];
      else if (fu <= fv || v === x || v === w) [v, fv] = [u, fu];
    }
  }
  return x;
}

/** Step from x to the vertex of the parabola through three points; NaN where they do not define one. */
function parabolicStep(x: number, w: number, v: number, fx: number, fw: number, fv: number): number {
  const r = (x - w) * (fx - fv);
  const q = (x - v) * (fx - fw);
  const denominator = 2 * (q - r);
  return denominator === 0 ? NaN : -((x - v) * q - (x - w) * r) / denominator;
}
