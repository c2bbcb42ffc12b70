/** `docs/configuration.md` from the JSON Schema of `dramatis.yaml`: a table per section. */

const INTRO = `# dramatis.yaml

<!-- Made by "npm run docs" from src/config; a test compares. Do not edit by hand. -->

Every key of the project file. Unknown keys are errors; \`dramatis validate\` names line and column of what is wrong, and \`dramatis validate --schema\` prints the JSON Schema for editors.
A key with \`[]\` belongs to each entry of a list, one with \`<name>\` to each entry of a mapping. "required" means: where its section is given.
A name is made of lower-case letters, digits, "-" and "_", a column name of the same without "-".
`;

const code = (text) => `\`${text}\``;
/** A pipe would end the cell; outside of code a bracket would begin a tag. */
const cell = (text) =>
  text
    .replaceAll('|', '\\|')
    .split('`')
    .map((part, i) => (i % 2 === 0 ? part.replaceAll('<', '&lt;') : part))
    .join('`');

function bounds({ minimum, maximum, exclusiveMinimum }) {
  if (minimum !== undefined && maximum !== undefined) return ` from ${minimum} to ${maximum}`;
  const low =
    minimum === undefined ? exclusiveMinimum !== undefined && `above ${exclusiveMinimum}` : `at least ${minimum}`;
  const limits = [low, maximum !== undefined && `at most ${maximum}`].filter(Boolean);
  return limits.length > 0 ? `, ${limits.join(', ')}` : '';
}

function size({ minItems, maxItems }) {
  if (maxItems !== undefined) return `, ${minItems ?? 0} to ${maxItems}`;
  return minItems ? `, at least ${minItems}` : '';
}

/** What a value looks like, in words. */
function typeOf(schema) {
  if (schema.const !== undefined) return code(schema.const);
  if (schema.enum) return schema.enum.map(code).join(', ');
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(', ');
  switch (schema.type) {
    case 'null':
      return code(null);
    case 'boolean':
      return 'true or false';
    case 'integer':
    case 'number':
      return `${schema.type === 'integer' ? 'whole number' : 'number'}${bounds(schema)}`;
    case 'string':
      if (schema.title) return schema.title;
      return schema.maxLength !== undefined && schema.maxLength === schema.minLength
        ? `text of ${schema.maxLength} character${schema.maxLength === 1 ? '' : 's'}`
        : 'text';
    case 'array':
      return `list${isTree(schema.items) ? '' : ` of ${typeOf(schema.items)}`}${size(schema)}`;
    default:
      return schema.properties
        ? 'section'
        : isTree(schema.additionalProperties)
          ? 'mapping'
          : `mapping to ${typeOf(schema.additionalProperties)}`;
  }
}

const isTree = (schema) =>
  Boolean(schema.properties ?? schema.oneOf ?? (schema.type === 'object' && schema.additionalProperties));

/** YAML in one line, as one would write it. */
function written(value) {
  if (Array.isArray(value)) return `[${value.map(written).join(', ')}]`;
  if (value !== null && typeof value === 'object') {
    return `{ ${Object.entries(value)
      .map(([key, inner]) => `${key}: ${written(inner)}`)
      .join(', ')} }`;
  }
  return typeof value === 'string' && !/^[A-Za-z][\w -]*$/.test(value) ? `'${value}'` : String(value);
}

const isEmpty = (value) =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;

function defaultOf(schema, required) {
  if (required) return 'required';
  return schema.default === undefined || isEmpty(schema.default) ? '' : code(written(schema.default));
}

const shapeOf = (schema) => JSON.stringify({ ...schema, description: undefined });

/** What each alternative is, by the value of the key that tells them apart. */
const kinds = ({ oneOf }, tag) =>
  oneOf.map(({ description, properties }) => `${code(properties[tag].const)}: ${description ?? ''}`).join('; ');

/** The keys of the alternatives of a list: one row where all agree on a key, else one per shape with the alternatives that have it. */
function alternatives(schema) {
  const [tag] = Object.entries(schema.oneOf[0].properties).find(([, { const: value }]) => value !== undefined) ?? [];
  const rows = new Map();
  for (const branch of schema.oneOf) {
    const name = branch.properties[tag].const;
    for (const [key, inner] of Object.entries(branch.properties)) {
      const shape = key === tag ? key : `${key} ${JSON.stringify(inner)}`;
      const row = rows.get(shape) ?? { key, schema: inner, required: (branch.required ?? []).includes(key), of: [] };
      row.of.push(name);
      rows.set(shape, row);
    }
  }
  return [...rows.values()].map(({ key, schema: inner, required, of }) => {
    if (key === tag) return { key, schema: { enum: of, description: kinds(schema, tag) }, required, note: '' };
    return {
      key,
      schema: inner,
      required,
      note: of.length === schema.oneOf.length ? '' : `${of.map(code).join(', ')} only`,
    };
  });
}

/** Rows below one schema, depth first: key, type, default, meaning. */
function rowsOf(prefix, schema) {
  if (schema.oneOf)
    return alternatives(schema).flatMap(({ key, schema: inner, required, note }) =>
      row(prefix + key, inner, required, note),
    );
  if (schema.properties) {
    const before = [];
    return Object.entries(schema.properties).flatMap(([key, inner]) => {
      const twin = isTree(inner) ? before.find(([, other]) => shapeOf(inner) === shapeOf(other)) : undefined;
      before.push([key, inner]);
      const required = (schema.required ?? []).includes(key);
      return twin
        ? [line(prefix + key, inner, required, `as ${code(prefix + twin[0])}`)]
        : row(prefix + key, inner, required);
    });
  }
  return [];
}

function line(key, schema, required, note = '') {
  const meaning = [schema.description, note].filter(Boolean).join('; ');
  return [code(key), typeOf(schema), defaultOf(schema, required), meaning];
}

function row(key, schema, required, note) {
  return [line(key, schema, required, note), ...inside(key, schema)];
}

function inside(key, schema) {
  if (schema.type === 'array') return isTree(schema.items) ? inside(`${key}[]`, schema.items) : [];
  if (schema.properties ?? schema.oneOf) return rowsOf(`${key}.`, schema);
  return schema.type === 'object' && isTree(schema.additionalProperties)
    ? inside(`${key}.<name>`, schema.additionalProperties)
    : [];
}

function table(rows) {
  const lines = rows.map((cells) => `| ${cells.map(cell).join(' | ')} |`);
  return ['| key | type | default | meaning |', '|---|---|---|---|', ...lines].join('\n');
}

/** @param schema JSON Schema of the whole file. @returns Markdown. */
function configurationDoc(schema) {
  const sections = Object.entries(schema.properties).filter(([, { properties }]) => properties);
  const rest = Object.entries(schema.properties).filter(([, { properties }]) => !properties);
  const required = (key) => schema.required.includes(key);
  const top = `## The project\n\n${table(rest.map(([key, inner]) => line(key, inner, required(key))))}`;
  const parts = sections.map(([key, inner]) => {
    const about = [inner.description, required(key) ? 'This section is required.' : ''].filter(Boolean).join(' ');
    return `## ${key}\n\n${about ? `${about}\n\n` : ''}${table(rowsOf('', inner))}`;
  });
  return `${[INTRO.trimEnd(), top, ...parts].join('\n\n')}\n`;
}

module.exports = { configurationDoc };
