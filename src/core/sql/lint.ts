import { PipelineError } from '../../contracts/errors';
import { tokenize, type Token } from './tokens';

export interface SqlFinding {
  readonly file: string;
  readonly line: number;
  /** The function or clause. */
  readonly what: string;
  readonly why: string;
}

/** Differ from run to run, or from engine to engine. */
const NEVER = new Set([
  'random',
  'setseed',
  'uuid',
  'uuidv4',
  'uuidv7',
  'gen_random_uuid',
  'hash',
  'now',
  'today',
  'get_current_time',
  'get_current_timestamp',
  'transaction_timestamp',
  'current_localtime',
  'current_localtimestamp',
  'nextval',
  'currval',
  'txid_current',
  'version',
  'getenv',
  'current_setting',
  'getvariable',
  'favg',
  'fsum',
  'kahan_sum',
  'sumkahan',
]);
const CLOCKS = new Set(['current_date', 'current_time', 'current_timestamp', 'localtime', 'localtimestamp']);
/** Depend on the order of rows unless an ORDER BY inside fixes it. */
const ORDERED = new Set([
  'first',
  'last',
  'any_value',
  'arbitrary',
  'arg_max',
  'arg_min',
  'argmax',
  'argmin',
  'max_by',
  'min_by',
  'arg_max_null',
  'arg_min_null',
  'list',
  'array_agg',
  'string_agg',
  'group_concat',
  'listagg',
  'mode',
  'row_number',
  'rank',
  'dense_rank',
  'percent_rank',
  'cume_dist',
  'ntile',
  'lag',
  'lead',
  'first_value',
  'last_value',
  'nth_value',
  'avg_kahan',
  'stddev',
  'stddev_samp',
  'stddev_pop',
  'variance',
  'var_samp',
  'var_pop',
  'corr',
  'covar_samp',
  'covar_pop',
  'skewness',
  'kurtosis',
  'kurtosis_pop',
  'geomean',
  'geometric_mean',
  'product',
  'sem',
]);
/** Need no order of rows, but a sum of floating-point numbers depends on it. */
const SUMS = new Set(['sum', 'avg', 'mean']);
const FLOATS = new Set(['double', 'float', 'real', 'float8', 'float4']);
/** Reach outside of the tables a project's SQL is given. */
const OUTSIDE =
  /^(read_\w+|parquet_\w+|sniff_csv|glob|query|query_table|duckdb_\w+|pragma_\w+|sqlite_\w+|postgres_\w+|sql_auto_complete|which_secret|load_aws_credentials|getvariable|write_log|enable_logging)$/;

/** Tokens inside the brackets that open at `open`, and the index after them. */
function inside(tokens: readonly Token[], open: number): { body: readonly Token[]; after: number } {
  const depth = tokens[open]?.depth ?? 0;
  let close = open + 1;
  while (close < tokens.length && !(tokens[close]?.text === ')' && tokens[close]?.depth === depth)) close += 1;
  return { body: tokens.slice(open + 1, close), after: close + 1 };
}

const hasOrder = (body: readonly Token[]): boolean =>
  body.some(({ kind, text }, i) => kind === 'word' && text === 'order' && body[i + 1]?.text === 'by');

/** Order inside the call, or in the window or WITHIN GROUP that follows; a named window must be ordered where it is declared. */
function isOrderedCall(tokens: readonly Token[], open: number): boolean {
  const call = inside(tokens, open);
  if (hasOrder(call.body)) return true;
  let at = call.after;
  if (tokens[at]?.text === 'filter') at = inside(tokens, at + 1).after;
  if (tokens[at]?.text === 'within') return true;
  if (tokens[at]?.text !== 'over') return false;
  if (tokens[at + 1]?.text === '(') return hasOrder(inside(tokens, at + 1).body);
  const name = tokens[at + 1]?.text;
  return tokens.some(
    (token, i) =>
      token.text === name &&
      tokens[i + 1]?.text === 'as' &&
      tokens[i + 2]?.text === '(' &&
      hasOrder(inside(tokens, i + 2).body),
  );
}

function judgeCall(name: string, tokens: readonly Token[], open: number): string | undefined {
  if (NEVER.has(name) || CLOCKS.has(name) || /^(approx_|reservoir_)/.test(name))
    return 'gives another result on another run, engine or clock';
  if (OUTSIDE.test(name)) return 'reaches outside of the tables of the stage';
  if ((ORDERED.has(name) || name.startsWith('regr_')) && !isOrderedCall(tokens, open))
    return 'depends on the order of rows: give it an ORDER BY a unique key';
  if (SUMS.has(name) && inside(tokens, open).body.some(({ kind, text }) => kind === 'word' && FLOATS.has(text)))
    return 'adds floating-point numbers, so it depends on the number of threads: add DECIMAL';
  return undefined;
}

function judgeClause(tokens: readonly Token[], i: number): readonly [string, string] | undefined {
  const { text, depth } = tokens[i] as Token;
  const nextText = tokens[i + 1]?.text ?? '';
  if (CLOCKS.has(text) && tokens[i - 1]?.text !== '.' && nextText !== '(') return [text, 'reads the clock'];
  if (text === 'tablesample' || (text === 'using' && nextText === 'sample'))
    return ['sample', 'draws rows differently on another engine: take the lowest md5 of id and seed'];
  if (text === 'limit' && !selectHasOrder(tokens, i, depth))
    return ['limit', 'keeps any rows unless its SELECT has ORDER BY'];
  if (text === 'distinct' && nextText === 'on' && !selectHasOrder(tokens, i, depth))
    return ['distinct on', 'keeps any row unless its SELECT has ORDER BY'];
  if ((text === 'from' || text === 'join') && tokens[i + 1]?.kind === 'string') return [text, 'reads a file'];
  return undefined;
}

/** ORDER BY at the same depth, within the same brackets as token `at`. */
function selectHasOrder(tokens: readonly Token[], at: number, depth: number): boolean {
  let from = at;
  let to = at;
  while (
    from > 0 &&
    (tokens[from - 1]?.depth ?? 0) >= depth &&
    !(tokens[from - 1]?.text === '(' && tokens[from - 1]?.depth === depth - 1)
  )
    from -= 1;
  while (to < tokens.length && !(tokens[to]?.text === ')' && tokens[to]?.depth === depth - 1)) to += 1;
  return tokens
    .slice(from, to)
    .some((token, i, all) => token.depth === depth && token.text === 'order' && all[i + 1]?.text === 'by');
}

/**
 * Find what makes a result depend on threads, row order, engine version or clock, and what reaches outside of the given tables.
 * It sees text, not types: a floating-point column summed without a cast is not seen.
 *
 * O(tokens) for usual SQL. The list follows measurements on DuckDB 1.5.6 (see docs of determinism in the design).
 */
export function lintSql(text: string, file: string): SqlFinding[] {
  const tokens = tokenize(text);
  return tokens.flatMap((token, i): SqlFinding[] => {
    if (token.kind !== 'word') return [];
    const isCall = tokens[i + 1]?.text === '(';
    const why = isCall ? judgeCall(token.text, tokens, i + 1) : undefined;
    if (why !== undefined) return [{ file, line: token.line, what: `${token.text}()`, why }];
    const clause = judgeClause(tokens, i);
    return clause ? [{ file, line: token.line, what: clause[0], why: clause[1] }] : [];
  });
}

/**
 * Refuse SQL with findings.
 *
 * @throws PipelineError `SQL_REFUSED` naming file, line and function of the first finding, and how many more there are.
 */
export function assertDeterministic(text: string, file: string): void {
  const [first, ...others] = lintSql(text, file);
  if (!first) return;
  const more = others.length > 0 ? ` (and ${others.length} more)` : '';
  throw new PipelineError('SQL_REFUSED', `${file}:${first.line}: ${first.what} ${first.why}${more}`, {
    file,
    findings: [first, ...others].slice(0, 20),
  });
}
