'use strict';
/**
 * Loaded into a measured worker before its own code (node --require): notes what each statement of DuckDB costs, as one JSON line in the file that
 * BENCH_STATEMENTS names: {"at", "sql", "ms", "cpuMs"}. CPU is that of the whole process meanwhile, of all threads.
 */
const { appendFileSync } = require('node:fs');
const { performance } = require('node:perf_hooks');
const { isMainThread } = require('node:worker_threads');

const file = process.env.BENCH_STATEMENTS;

/** The model a statement comes from, or its first words. */
function nameOf(sql) {
  const model = /--\s*model:\s*(\S+)/.exec(sql)?.[1];
  const kind = /^\s*(CREATE TABLE|CREATE VIEW|COPY|\w+)/.exec(sql)?.[1] ?? '';
  return model ? `${kind === 'WITH' || kind === '' ? 'SELECT' : kind} ${model}` : sql.replace(/\s+/g, ' ').slice(0, 110);
}

async function timed(sql, work) {
  const at = Date.now();
  const [wall, cpu] = [performance.now(), process.cpuUsage()];
  try {
    return await work();
  } finally {
    const { user, system } = process.cpuUsage(cpu);
    appendFileSync(file, `${JSON.stringify({ at, sql: nameOf(sql), ms: performance.now() - wall, cpuMs: (user + system) / 1_000 })}\n`);
  }
}

if (file && isMainThread && /workers[\\/]main\.js$/.test(process.argv[1] ?? '')) {
  const { DuckDBConnection } = require('@duckdb/node-api');
  const { prepare, run } = DuckDBConnection.prototype;
  DuckDBConnection.prototype.prepare = async function (sql) {
    const statement = await prepare.call(this, sql);
    for (const name of ['run', 'start', 'stream']) {
      const plain = statement[name];
      if (typeof plain === 'function') statement[name] = (...args) => timed(sql, () => plain.apply(statement, args));
    }
    return statement;
  };
  DuckDBConnection.prototype.run = function (sql, ...args) {
    // With values it goes through prepare.
    return args.length > 0 ? run.call(this, sql, ...args) : timed(sql, () => run.call(this, sql));
  };
}
