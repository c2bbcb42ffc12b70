/** Workflows and everything that mostly waits for disk or DuckDB. */
export const MAIN_QUEUE = 'dramatis';
/** Heavy kernels: as many at once as the machine can take. */
export const COMPUTE_QUEUE = 'dramatis-compute';
