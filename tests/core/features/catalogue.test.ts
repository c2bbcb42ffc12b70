import { assembleFeatures } from '../../../src/core/features/assemble';
import { featureCatalogue } from '../../../src/core/features/catalogue';
import { countryGroupColumns } from '../../../src/core/features/country-groups';
import { configOf } from '../../activities/clean-support';

const MIX = { column: 'product_name', categories: [{ name: 'tea', label: 'Tea', pattern: 'tea' }, { name: 'bags', label: 'Bags', pattern: 'bag' }], other: 'Rest' };
const column = (type: string) => ({ from: 'x', type });
const CUSTOMERS = { path: 'c.csv', format: 'csv', columns: { customer_id: column('text'), birth_year: column('integer'), plan: column('text'), member: column('boolean'), joined_on: column('date') } };
const own = (name: string, kind = 'number') => ({ file: 'own.sql', features: [{ name, kind, label: 'Gift wraps' }] });

describe('featureCatalogue', () => {
  it('has the built-in groups alone where nothing else is configured', () => {
    const features = featureCatalogue(configOf());
    expect(features).toHaveLength(21);
    expect([...new Set(features.map(({ group }) => group))]).toEqual(['rfm', 'orders', 'timing', 'seasonality']);
  });

  it('gives every feature words that no other has, but categories, scores and own features without them', () => {
    const features = featureCatalogue(configOf({ features: { productMix: MIX, sql: [own('wraps')] } }));
    const silent = features.filter(({ words }) => words === null).map(({ name }) => name);
    // A project's own feature names only with the words its config gives.
    expect(silent).toEqual(['r_score', 'f_score', 'm_score', 'mix_other', 'wraps']);
    const words = features.flatMap(({ words: pair }) => (pair ? [pair.high, pair.low] : []));
    expect(new Set(words).size).toBe(words.length);
    expect(words.every((word) => /^\S.*\S$/.test(word))).toBe(true);
  });

  it('makes the parts of a whole known as such', () => {
    const features = featureCatalogue(configOf({ features: { productMix: MIX } }));
    const parts = (whole: string) => features.filter((spec) => spec.whole === whole).map(({ name }) => name);
    expect(parts('product_mix')).toEqual(['mix_tea', 'mix_bags', 'mix_other']);
    expect(parts('seasonality')).toEqual(['season_spring', 'season_summer', 'season_autumn', 'season_winter']);
    expect(features.filter(({ whole, kind }) => (whole === null) === (kind === 'part'))).toEqual([]);
    expect(features.find(({ name }) => name === 'mix_other')?.label).toBe('Value bought: Rest');
  });

  it('groups countries only where a country is declared and groups are configured', () => {
    const names = (config: ReturnType<typeof configOf>) => featureCatalogue(config).map(({ name }) => name);
    const grouped = { countryGroups: { south: ['Spain'] } };
    expect(names(configOf({ features: grouped }))).toContain('country_group');
    expect(names(configOf())).not.toContain('country_group');
    const { country: _, ...columns } = configOf().sources.transactions.columns;
    expect(names(configOf({ features: grouped, transactions: { columns } }))).not.toContain('country_group');
  });

  it('tells the kind of a customer attribute from its declared type, and turns the year of birth into an age', () => {
    const features = featureCatalogue(configOf({ customers: CUSTOMERS, features: { customerAttributes: ['birth_year', 'plan', 'member', 'joined_on'] } }));
    expect(features.slice(-4).map(({ name, kind, unit }) => [name, kind, unit])).toEqual([
      ['age', 'number', 'years'], ['plan', 'category', ''], ['member', 'category', ''], ['joined_on', 'days', 'days'],
    ]);
  });

  it.each([
    ['an attribute that is not declared', { customerAttributes: ['city'] }, /customerAttributes\[0\]: "city".*declared are birth_year, plan/],
    ['the customer id', { customerAttributes: ['customer_id'] }, /customer_id/],
    ['an own feature of a built-in name', { sql: [own('frequency')] }, /two features are named "frequency"/],
    ['an own feature named as the key', { sql: [own('pid')] }, /"pid"/],
    ['a category named other', { productMix: { ...MIX, categories: [...MIX.categories, { name: 'other', label: 'O', pattern: 'o' }] } }, /mix_other/],
    ['an age given twice', { customerAttributes: ['age', 'birth_year'] }, /"age"/],
  ])('refuses %s', (_, features, message) => {
    expect(() => featureCatalogue(configOf({ customers: CUSTOMERS, features }))).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringMatching(message) }));
  });
});

describe('assembleFeatures', () => {
  it('joins each group once, on the customers of the group rfm, ordered by pid', () => {
    const sql = assembleFeatures(featureCatalogue(configOf({ features: { productMix: MIX, sql: [own('wraps')] } })));
    expect(sql.match(/LEFT JOIN/g)).toHaveLength(5);
    expect(sql).toContain(`coalesce(product_mix.parts['bags'], 0.0::DOUBLE) AS "mix_bags"`);
    expect(sql).toContain('"own_1"."wraps" AS "wraps"');
    expect(sql.trimEnd().endsWith('ORDER BY rfm.pid')).toBe(true);
  });
});

describe('countryGroupColumns', () => {
  it('lists each country once, in order, whatever the order of the config', () => {
    const columns = countryGroupColumns({ south: ['Spain', 'Italy', 'Spain'], north: ['Norway'] });
    expect(columns.map(({ values }) => values)).toEqual([['Italy', 'Norway', 'Spain'], ['south', 'north', 'south']]);
    expect(countryGroupColumns({})[0].values).toEqual([]);
  });
});
