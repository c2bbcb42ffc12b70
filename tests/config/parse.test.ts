import { parseProjectConfig } from '../../src/config/parse';
import { configJsonSchema } from '../../src/config/json-schema';
import { PipelineError } from '../../src/contracts/errors';
import { PROJECT_YAML } from '../support/project-yaml';

const VALID = PROJECT_YAML;

const issuesOf = (text: string): string[] => {
  try {
    parseProjectConfig(text, 'dramatis.yaml');
  } catch (error) {
    if (error instanceof PipelineError && error.code === 'CONFIG_INVALID') return error.message.split('\n');
    throw error;
  }
  return [];
};

it('fills in every default', () => {
  const config = parseProjectConfig(VALID, 'dramatis.yaml');
  expect(config.modeling).toMatchObject({ algorithms: ['kmeans'], clusters: { min: 2, max: 10 }, restarts: 20, sizeGates: { minShare: 0.02, minCustomers: 50, maxShare: 0.7 } });
  expect(config.cleaning.missingCustomers).toBe('drop');
  expect(config.publish.targets).toHaveLength(1);
});

describe('names the place of every mistake', () => {
  it.each([
    ['a value out of range', VALID.replace('max: 8', 'max: 80'), 'dramatis.yaml:6:31 objective.granularity.max: more than 30 personas cannot be acted on (given: 80)'],
    ['an unknown key', VALID.replace('touchpoint: newsletter', 'touchpoint: newsletter\n  kpi: 3'), 'dramatis.yaml:5:3 objective.kpi: unknown key "kpi"'],
    ['a missing column', VALID.replace(/ {6}quantity.*\n/, ''), 'dramatis.yaml:11:5 sources.transactions.columns: map the column "quantity"'],
    ['an id that is no text', VALID.replace('{ from: customer, type: text }', '{ from: customer, type: integer }'), 'dramatis.yaml:12:44 sources.transactions.columns.customer_id.type: ids and codes are text'],
    ['a wrong project name', VALID.replace('project: shop', 'project: ../etc'), 'dramatis.yaml:2:10 project: use lower-case letters'],
    ['bounds in the wrong order', VALID.replace('min: 3', 'min: 9'), 'dramatis.yaml:6:23 objective.granularity.min: min must not exceed max'],
    ['a key written twice', VALID.replace('project: shop', 'project: shop\nproject: two'), 'dramatis.yaml:3:1 Map keys must be unique'],
    ['a prototype key', VALID.replace('project: shop', 'project: shop\n__proto__: {a: 1}'), 'dramatis.yaml:3:1 __proto__: this key is not allowed'],
    ['two targets of one name', `${VALID}publish:\n  targets:\n    - { name: crm, type: files, path: a }\n    - { name: crm, type: files, path: b }\n`, 'dramatis.yaml:26:15 publish.targets.1.name: two targets are called "crm"'],
    ['two targets in one folder', `${VALID}publish:\n  targets:\n    - { name: crm, type: files, path: out }\n    - { name: bi, type: files, path: ./out/ }\n`, 'dramatis.yaml:26:38 publish.targets.1.path: "crm" has this folder'],
  ])('%s', (_, text, expected) => {
    expect(issuesOf(text)[0]).toContain(expected);
  });

  it('all mistakes at once, in one error', () => {
    const text = VALID.replace('max: 8', 'max: 80').replace('project: shop', 'project: SHOP').replace('features:', 'feature:');
    expect(issuesOf(text).length).toBeGreaterThanOrEqual(3);
  });

  it('a missing section at the top of the file', () => {
    expect(issuesOf(VALID.replace(/privacy:[\s\S]*$/, ''))[0]).toMatch(/^dramatis\.yaml:1:1 privacy: /);
  });

  it('broken YAML', () => {
    expect(issuesOf('version: 1\nproject: [a')[0]).toMatch(/^dramatis\.yaml:2:\d+ /);
  });

  it('aliases, which can blow up a small file', () => {
    expect(issuesOf(`a: &a [x]\nb: *a\n`)[0]).toContain('aliases');
  });
});

it('exports a JSON Schema that editors understand', () => {
  const schema = configJsonSchema();
  expect(schema.$schema).toContain('2020-12');
  expect(JSON.stringify(schema)).not.toContain(String(Number.MAX_SAFE_INTEGER));
  expect(schema).toMatchObject({ type: 'object', additionalProperties: false, required: expect.arrayContaining(['project', 'sources', 'objective']) });
});
