// The references of mixtures hold with the kernel in WebAssembly.
jest.mock('../../src/core/clustering/mixture/plain-mixture', () => jest.requireActual<object>('../support/simd-mixture'));

import './mixture-sklearn.test';
import './mixture-collapse.test';
import './mclust.test';
