/** Reads [{ file, text }] from stdin and prints, for each, the ids of the rules the text breaks in place of that file. */
const { readFileSync } = require('node:fs');
const { resolve } = require('node:path');
const { ESLint } = require('eslint');

const root = resolve(__dirname, '../..');

async function main() {
  const eslint = new ESLint({ cwd: root });
  const rules = [];
  for (const { file, text } of JSON.parse(readFileSync(0, 'utf8'))) {
    const [{ messages }] = await eslint.lintText(text, { filePath: resolve(root, file) });
    // A comment that has no effect is reported without a rule, as is a text that does not parse: only the second counts.
    rules.push(
      messages
        .filter(({ ruleId, fatal }) => ruleId !== null || fatal)
        .map(({ ruleId, message }) => ruleId ?? message)
        .sort(),
    );
  }
  process.stdout.write(JSON.stringify(rules));
}

main().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
