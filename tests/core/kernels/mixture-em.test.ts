// What holds of EM holds of it with the kernel in WebAssembly.
jest.mock('../../../src/core/clustering/mixture/plain-mixture', () => jest.requireActual<object>('../../support/simd-mixture'));

import '../clustering/mixture/em.test';
import '../clustering/mixture/degenerate.test';
import '../clustering/mixture/fit.test';
import '../clustering/mixture/posterior.test';
import '../clustering/mixture/prior.test';
import '../clustering/mixture/blrt.test';
