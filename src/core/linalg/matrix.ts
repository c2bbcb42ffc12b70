/** Row-major numbers with named columns; `values.length === rows * cols`. The buffer may be shared between threads. */
export interface Matrix {
  readonly rows: number;
  readonly cols: number;
  readonly names: readonly string[];
  readonly values: Float64Array;
}
