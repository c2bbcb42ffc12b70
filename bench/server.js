'use strict';
/** Holds the embedded Temporal server of a store: `node bench/server.js HOME`. Prints its process id once it is ready; ends with stdin. */
const { resolve } = require('node:path');
const dist = resolve(process.cwd(), 'dist', 'adapters', 'temporal');
const { connectClient, temporalTarget } = require(`${dist}/connect.js`);
const { startEmbeddedServer } = require(`${dist}/embedded-server.js`);
const { ensureNamespace } = require(`${dist}/namespace.js`);

async function main(home) {
  const server = await startEmbeddedServer({ home });
  const target = temporalTarget(server.address);
  const connection = await connectClient(target);
  await ensureNamespace(connection, target.namespace, () => undefined);
  await connection.close();
  process.stdout.write(`${server.pid}\n`);
  const stop = () => void server.stop().then(() => process.exit(0));
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, stop);
  process.stdin.on('end', stop).resume();
}

void main(process.argv[2]);
