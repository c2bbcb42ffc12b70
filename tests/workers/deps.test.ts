import { machineOptions } from '../../src/workers/deps';

describe('which kernels a worker uses', () => {
  it('is SIMD unless the environment names the reference', () => {
    expect(machineOptions({}).kernels).toBe('simd');
    expect(machineOptions({ DRAMATIS_KERNELS: 'simd' }).kernels).toBe('simd');
    expect(machineOptions({ DRAMATIS_KERNELS: 'f64' }).kernels).toBe('f64');
  });

  it('is never guessed: an unknown name is refused, with the names there are', () => {
    for (const name of ['f32', 'SIMD', '']) {
      expect(() => machineOptions({ DRAMATIS_KERNELS: name })).toThrow(
        expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining(`DRAMATIS_KERNELS is "${name}": it must be one of simd, f64`) }),
      );
    }
  });
});
