import { covarianceModelOf } from '../../../../src/core/clustering/mixture/aliases';
import { COVARIANCE_MODELS } from '../../../../src/core/clustering/mixture/types';

it.each(COVARIANCE_MODELS)('%s is known by its name, in any case', (model) => {
  expect(covarianceModelOf(model)).toBe(model);
  expect(covarianceModelOf(` ${model.toLowerCase()} `)).toBe(model);
});

it.each([
  ['lpa1', 'EEI'],
  ['LPA model 2', 'VVI'],
  ['model 3', 'EEE'],
  ['model6', 'VVV'],
  ['6', 'VVV'],
  ['XXX', 'EEE'],
  ['E', 'EII'],
  ['V', 'VII'],
] as const)('%s is %s', (name, model) => {
  expect(covarianceModelOf(name)).toBe(model);
});

it.each(['lpa4', 'model 5', 'EEX', '', 'lpa', '16', 'toString', 'full'])(
  '%p is refused, with what is allowed',
  (name) => {
    expect(() => covarianceModelOf(name)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining('EEI') as string }),
    );
  },
);
