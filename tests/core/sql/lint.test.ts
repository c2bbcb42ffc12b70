import { assertDeterministic, lintSql } from '../../../src/core/sql/lint';
import { fillIdentifiers, quoteIdent, quoteTable, quoteText } from '../../../src/core/sql/identifiers';
import { isOrdered, tokenize } from '../../../src/core/sql/tokens';
import fc from 'fast-check';
import { createTestEngine } from '../../support/warehouse';

const whatIn = (sql: string): string[] => lintSql(sql, 'x.sql').map(({ what }) => what);

describe('lint', () => {
  it.each([
    ['SELECT random()', 'random()'],
    ['SELECT Now ( )', 'now()'],
    ['SELECT current_date', 'current_date'],
    ['SELECT current_timestamp', 'current_timestamp'],
    ['SELECT hash(a) FROM t', 'hash()'],
    ['SELECT uuid()', 'uuid()'],
    ['SELECT approx_count_distinct(a) FROM t', 'approx_count_distinct()'],
    ['SELECT approx_quantile(a, 0.5) FROM t', 'approx_quantile()'],
    ['SELECT reservoir_quantile(a, 0.5) FROM t', 'reservoir_quantile()'],
    ['SELECT first(a) FROM t', 'first()'],
    ['SELECT any_value(a) FROM t', 'any_value()'],
    ['SELECT list(a) FROM t', 'list()'],
    ['SELECT array_agg(a) FROM t', 'array_agg()'],
    [`SELECT string_agg(a, ',') FROM t`, 'string_agg()'],
    ['SELECT arg_max(a, b) FROM t', 'arg_max()'],
    ['SELECT max_by(a, b) FROM t', 'max_by()'],
    ['SELECT stddev_samp(a) FROM t', 'stddev_samp()'],
    ['SELECT corr(a, b) FROM t', 'corr()'],
    ['SELECT regr_slope(a, b) FROM t', 'regr_slope()'],
    ['SELECT fsum(a) FROM t', 'fsum()'],
    ['SELECT sum(a::DOUBLE) FROM t', 'sum()'],
    ['SELECT avg(CAST(a AS FLOAT)) FROM t', 'avg()'],
    ['SELECT row_number() OVER () FROM t', 'row_number()'],
    ['SELECT row_number() OVER (PARTITION BY a) FROM t', 'row_number()'],
    ['SELECT lag(a) OVER w FROM t WINDOW w AS (PARTITION BY b)', 'lag()'],
    ['SELECT a FROM t LIMIT 1', 'limit'],
    ['SELECT (SELECT a FROM t LIMIT 1) AS a FROM u ORDER BY a', 'limit'],
    ['SELECT DISTINCT ON (a) b FROM t', 'distinct on'],
    ['SELECT a FROM t USING SAMPLE 10', 'sample'],
    ['SELECT a FROM t TABLESAMPLE 10%', 'sample'],
    [`SELECT * FROM read_parquet('x')`, 'read_parquet()'],
    [`SELECT * FROM 'secrets.csv'`, 'from'],
    [`SELECT * FROM t JOIN 'secrets.csv' ON true`, 'join'],
    [`SELECT * FROM glob('*')`, 'glob()'],
    [`SELECT * FROM query('SELECT 1')`, 'query()'],
    [`SELECT getenv('HOME')`, 'getenv()'],
    ['SELECT * FROM duckdb_settings()', 'duckdb_settings()'],
  ])('refuses %s', (sql, what) => expect(whatIn(sql)).toEqual([what]));

  it.each([
    'SELECT sum(amount) FROM clean.lines',
    'SELECT first(a ORDER BY b, c) FROM t',
    `SELECT string_agg(a, ',' ORDER BY a) FROM t`,
    'SELECT row_number() OVER (PARTITION BY a ORDER BY b, c) FROM t',
    'SELECT row_number() FILTER (WHERE a) OVER (ORDER BY b) FROM t',
    'SELECT lag(a) OVER w FROM t WINDOW w AS (PARTITION BY b ORDER BY c)',
    'SELECT quantile_cont(a, 0.5), median(a), min(a), count(DISTINCT a) FROM t',
    'SELECT a FROM t ORDER BY a LIMIT 1',
    'SELECT DISTINCT ON (a) a, b FROM t ORDER BY a, b',
    `SELECT 'random()' AS a, "now" AS b FROM t -- hash(a)`,
    'SELECT /* uuid() */ a FROM t',
    'SELECT first_name, hash_key, t.current_date FROM t',
    'SELECT list FROM t',
    `SELECT 'FROM ''x.csv''' AS a FROM t`,
    'SELECT sum(a::DECIMAL(38, 12)) / count(*)::DOUBLE FROM t',
  ])('accepts %s', (sql) => expect(whatIn(sql)).toEqual([]));

  it('names file, line and function, and how many more there are', () => {
    expect(() => assertDeterministic('SELECT\n  a,\n  random() AS b,\n  now() AS c\nFROM t', 'sql/own.sql')).toThrow(
      expect.objectContaining({
        code: 'SQL_REFUSED',
        message: expect.stringMatching(/^sql\/own\.sql:3: random\(\) .*\(and 1 more\)$/) as string,
      }) as Error,
    );
  });
});

describe('tokens', () => {
  it('lose nothing but white space and comments', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom(
            'SELECT',
            ' a ',
            '"q""x"',
            `'s''t'`,
            '-- c\n',
            '/* d\n*/',
            '(',
            ')',
            '$p',
            '1.5e3',
            ',',
            '\n',
            'order by',
          ),
          { maxLength: 30 },
        ),
        (parts) => {
          const text = parts.join(' ');
          const kept = tokenize(text)
            .map((token) => token.text)
            .join('');
          const plain = text
            .replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, '')
            .replace(/\s+/g, '')
            .toLowerCase();
          expect(kept.replace(/\s+/g, '').toLowerCase()).toBe(plain);
        },
      ),
    );
  });

  it('see an ORDER BY of the outermost SELECT only', () => {
    expect(isOrdered('WITH x AS (SELECT 1) SELECT * FROM x ORDER BY 1')).toBe(true);
    expect(isOrdered('SELECT row_number() OVER (ORDER BY a) FROM x')).toBe(false);
  });
});

describe('identifiers', () => {
  const env = createTestEngine();
  afterAll(() => env.dispose());

  it('survive quoting, whatever they hold: the engine gives the same name and text back', async () => {
    const session = await env.sql.session();
    await fc.assert(
      fc.asyncProperty(
        fc.string({
          minLength: 1,
          maxLength: 20,
          unit: fc.constantFrom('a', '"', "'", ';', '-', '\\', ' ', '{', '}', '$', 'é', '\n', '%'),
        }),
        async (text) => {
          const [row] = await session.rows(`SELECT ${quoteText(text)} AS ${quoteIdent(text)}`);
          expect(Object.entries(row ?? {})).toEqual([[text, text]]);
        },
      ),
      { numRuns: 200 },
    );
    await session.close();
  });

  it('keep what looks like the end of a statement, and a real end with a comment behind it goes', async () => {
    const session = await env.sql.session();
    expect(await session.rows(`SELECT ${quoteText(';--a')} AS ${quoteIdent(';--a')}`)).toEqual([{ ';--a': ';--a' }]);
    expect(await session.rows(`SELECT ';' AS x; -- the end;\n`)).toEqual([{ x: ';' }]);
    await session.close();
  });

  it('refuse what cannot be quoted', () => {
    for (const name of ['', 'a\0b'])
      expect(() => quoteIdent(name)).toThrow(expect.objectContaining({ code: 'SQL_REFUSED' }) as Error);
    expect(() => quoteTable('a.b.c')).toThrow(expect.objectContaining({ code: 'SQL_REFUSED' }) as Error);
  });

  it('fill every hole of a model and none that is not there', () => {
    expect(fillIdentifiers('SELECT {{a}} FROM {{b}}', { a: ['x', 'y"'], b: 't' })).toBe('SELECT "x", "y""" FROM "t"');
    expect(() => fillIdentifiers('SELECT {{a}}', {})).toThrow(
      expect.objectContaining({ code: 'SQL_REFUSED' }) as Error,
    );
    expect(() => fillIdentifiers('SELECT 1', { a: 'x' })).toThrow(
      expect.objectContaining({ code: 'SQL_REFUSED' }) as Error,
    );
  });
});
