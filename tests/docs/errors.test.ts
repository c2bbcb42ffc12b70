import { readFileSync } from 'node:fs';
import { ERROR_CODES } from '../../src/contracts/errors';

const text = readFileSync('docs/errors.md', 'utf8');
const documented = [...text.matchAll(/^### (\w+)\n(Permanent|Transient)/gm)].map(([, code, cls]) => [code, cls?.toLowerCase()]);

it('documents every error code with its class, and none that does not exist', () => {
  expect(Object.fromEntries(documented)).toEqual(ERROR_CODES);
  expect(documented).toHaveLength(Object.keys(ERROR_CODES).length);
});
