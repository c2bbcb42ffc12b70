/**
 * Every kernel, one file per concern. Addresses are bytes in the linear memory, which the caller owns: nothing is allocated here, and whatever a kernel
 * needs besides its arguments is scratch that it is given. The TypeScript beside each is src/core/kernels/<concern>.ts.
 */
export * from './covariance';
export * from './kmeans';
export * from './mixture';
export * from './silhouette';
export * from './ward';

/** First byte behind the constants of the compiler: the caller's memory begins here. */
export const heapBase: usize = __heap_base;
