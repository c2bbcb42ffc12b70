import { readFileSync } from 'node:fs';
import { configJsonSchema } from '../../src/config/json-schema';

const { configurationDoc } = jest.requireActual<{ configurationDoc(schema: object): string }>(
  '../../scripts/lib/configuration-doc.js',
);

it('docs/configuration.md is what "npm run docs" writes', () => {
  expect(readFileSync('docs/configuration.md', 'utf8')).toBe(configurationDoc(configJsonSchema()));
});

const section = (properties: object, more: object = {}): string =>
  configurationDoc({
    type: 'object',
    required: ['part'],
    properties: { part: { type: 'object', properties, ...more } },
  }).split('## part')[1]!;

it('says type, range, default and meaning of a key', () => {
  const text = section({ k: { type: 'integer', minimum: 2, maximum: 30, default: 4, description: 'how many | at most' } });
  expect(text).toContain('| `k` | whole number from 2 to 30 | `4` | how many \\| at most |');
});

it('marks what must be given, and does not show the empty default of a section', () => {
  const text = section({ a: { type: 'string' }, b: { type: 'object', default: {}, properties: { c: { enum: ['x', 'y'] } } } }, { required: ['a'] });
  expect(text).toContain('| `a` | text | required |  |');
  expect(text).toContain('| `b` | section |  |  |');
  expect(text).toContain('| `b.c` | `x`, `y` |  |  |');
});

it('lists the keys of alternatives once, with the alternatives that have them', () => {
  const kind = (name: string, own: object) => ({
    type: 'object',
    description: `the ${name} kind`,
    properties: { kind: { const: name }, id: { type: 'string' }, ...own },
  });
  const text = section({ all: { type: 'array', items: { oneOf: [kind('x', {}), kind('y', { z: { type: 'number' } })] } } });
  expect(text.match(/`all\[\]\.id`/g)).toHaveLength(1);
  expect(text).toContain('| `all[].kind` | `x`, `y` |  | `x`: the x kind; `y`: the y kind |');
  expect(text).toContain('| `all[].z` | number |  | `y` only |');
});

it('describes two sections of one shape once', () => {
  const shape = { type: 'object', properties: { c: { type: 'boolean' } } };
  const text = section({ a: shape, b: { ...shape, description: 'the other' } });
  expect(text).toContain('| `b` | section |  | the other; as `a` |');
  expect(text).not.toContain('b.c');
});
