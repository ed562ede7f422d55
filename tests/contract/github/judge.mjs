// SPDX-License-Identifier: Apache-2.0
// Judges recorded traffic against GitHub's published OpenAPI description and rules that it leaves out.
//   node judge.mjs [--answers] FILE…
// Each line of a file is {method, path, query, headers, body, status, response}; the value of Authorization is
// `jwt`, `installation` or `token`. With --answers the answers must carry what our client reads (for a server that
// plays GitHub). Prints each violation and the counts; exit status 1 where there are any, 2 for wrong use.
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {dirname, join} from 'node:path';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import {reads} from './reads.mjs';

const kMethods = ['get', 'post', 'put', 'patch', 'delete'];
const kTitleMax = 256, kBodyMax = 65536, kLabelMax = 50, kDescriptionMax = 140;

function loadDescription() {
  const require = createRequire(import.meta.url);
  const folder = dirname(require.resolve('@octokit/openapi/package.json'));
  return JSON.parse(readFileSync(join(folder, 'generated/api.github.com.json'), 'utf8'));
}

// OpenAPI 3.0's `nullable` in JSON Schema's words, and references into one shared document.
function toJsonSchema(node) {
  if (Array.isArray(node)) return node.map(toJsonSchema);
  if (node === null || typeof node !== 'object') return node;
  const out = {};
  for (const [key, value] of Object.entries(node)) {
    if (key === 'example' || key === 'examples' || (key === 'nullable' && value === true)) continue;
    out[key] = key === '$ref' && typeof value === 'string' ? value.replace('#/', 'github#/') : toJsonSchema(value);
  }
  return node.nullable === true ? {anyOf: [{type: 'null'}, out]} : out;
}

class Description {
  constructor(document) {
    this.document = document;
    this.ajv = new Ajv({strict: false, allErrors: true, logger: false});
    addFormats(this.ajv);
    this.ajv.addSchema({$id: 'github', components: toJsonSchema({schemas: document.components.schemas})});
    this.compiled = new Map();
    this.operations = [];
    for (const [path, item] of Object.entries(document.paths)) {
      for (const method of kMethods) {
        if (!item[method]) continue;
        const parameters = [...(item.parameters ?? []), ...(item[method].parameters ?? [])].map((p) => this.resolve(p));
        this.operations.push(this.#operation(method, path, item[method], parameters));
      }
    }
    // `{ref}` may hold slashes: what spells more of the path out is the better match.
    this.operations.sort((a, b) => a.parameterCount - b.parameterCount || b.literal - a.literal);
  }

  #operation(method, path, operation, parameters) {
    const multi = new Set(parameters.filter((p) => p['x-multi-segment']).map((p) => p.name));
    const pattern = path.replace(/[.*+?^$()|[\]\\]/g, '\\$&')
                        .replace(/\{([^}]+)\}/g, (_, name) => (multi.has(name) ? '(.+)' : '([^/]+)'));
    return {
      name: `${method.toUpperCase()} ${path}`,
      method: method.toUpperCase(),
      regex: new RegExp(`^${pattern}$`),
      parameterCount: (path.match(/\{/g) ?? []).length,
      literal: path.replace(/\{[^}]+\}/g, '').length,
      query: new Map(parameters.filter((p) => p.in === 'query').map((p) => [p.name, p])),
      operation,
    };
  }

  resolve(node) {
    while (node?.$ref) node = node.$ref.slice(2).split('/').reduce((at, key) => at[key], this.document);
    return node;
  }

  find(method, path) {
    return this.operations.find((one) => one.method === method && one.regex.test(path));
  }

  bodySchema(operation) {
    return this.resolve(operation.requestBody)?.content?.['application/json']?.schema;
  }

  validator(name, schema) {
    if (!this.compiled.has(name)) this.compiled.set(name, this.ajv.compile(toJsonSchema(schema)));
    return this.compiled.get(name);
  }

  // All property names that some branch of a schema knows; nothing where a branch takes any.
  knownKeys(schema) {
    schema = this.resolve(schema);
    const keys = new Set(Object.keys(schema.properties ?? {}));
    for (const branch of [...(schema.oneOf ?? []), ...(schema.anyOf ?? []), ...(schema.allOf ?? [])]) {
      for (const key of this.knownKeys(branch)) keys.add(key);
    }
    return keys;
  }

  // The schemas that a dotted path (`workflow_runs[].actor.login`) leads to.
  follow(schemas, path) {
    let at = schemas;
    for (const part of path.split(/\.|(?=\[\])/).filter(Boolean)) {
      at = at.flatMap((schema) => this.branches(schema))
             .flatMap((schema) => (part === '[]' ? [schema.items] : [schema.properties?.[part]]))
             .filter(Boolean);
    }
    return at;
  }

  branches(schema) {
    schema = this.resolve(schema);
    const inner = [...(schema.oneOf ?? []), ...(schema.anyOf ?? []), ...(schema.allOf ?? [])];
    return [schema, ...inner.flatMap((branch) => this.branches(branch))];
  }
}

const length = (text) => [...text].length;

function judgeQuery(operation, exchange, say) {
  for (const [name, value] of new URLSearchParams(exchange.query)) {
    const parameter = operation.query.get(name);
    if (!parameter) {
      say(`unknown query parameter ${name}`);
      continue;
    }
    const schema = description.resolve(parameter.schema) ?? {};
    if (schema.enum && !schema.enum.includes(value)) say(`query ${name}=${value} is none of ${schema.enum}`);
    if (schema.type === 'integer' && !/^\d+$/.test(value)) say(`query ${name}=${value} is no number`);
    if (schema.type === 'boolean' && !/^(true|false)$/.test(value)) say(`query ${name}=${value} is no boolean`);
    if (name === 'per_page' && Number(value) > 100) say('per_page is above 100');
  }
}

function judgeBody(operation, exchange, say) {
  const schema = description.bodySchema(operation.operation);
  if (!exchange.body) {
    if (description.resolve(operation.operation.requestBody)?.required) say('the body is missing');
    return;
  }
  if (!schema) return say('a body where none is known');
  let body;
  try {
    body = JSON.parse(exchange.body);
  } catch {
    return say('the body is no JSON');
  }
  const validate = description.validator(operation.name, schema);
  if (!validate(body)) say(`the body is not valid: ${description.ajv.errorsText(validate.errors)}`);
  const known = description.knownKeys(schema);
  for (const key of Object.keys(body)) if (known.size > 0 && !known.has(key)) say(`unknown key ${key} in the body`);
  judgeByHand(operation, body, say);
}

function judgeByHand(operation, body, say) {
  const name = operation.name;
  if (/check-runs/.test(name) && body.status === 'completed' && !body.conclusion) say('completed without a conclusion');
  if (/check-runs/.test(name) && body.conclusion && body.status && body.status !== 'completed')
    say('a conclusion while it is not completed');
  if (/(issues|pulls)$|\{(issue|pull)_number\}$/.test(name) && length(String(body.title ?? '')) > kTitleMax)
    say(`the title has more than ${kTitleMax} characters`);
  if (/[\r\n]/.test(String(body.title ?? ''))) say('the title has a line break');
  if (length(String(body.body ?? '')) > kBodyMax) say(`the body text has more than ${kBodyMax} characters`);
  if (/labels$/.test(name) && length(String(body.name ?? '')) > kLabelMax)
    say(`the label's name has more than ${kLabelMax} characters`);
  if (/statuses|deployments/.test(name) && length(String(body.description ?? '')) > kDescriptionMax)
    say(`the description has more than ${kDescriptionMax} characters`);
  if (body.state_reason !== undefined && body.state === undefined) say('state_reason without state');
}

function judgeHeaders(operation, exchange, path, say) {
  const headers = Object.fromEntries(Object.entries(exchange.headers).map(([k, v]) => [k.toLowerCase(), v]));
  if (!headers['user-agent']) say('no User-Agent');
  if (headers['x-github-api-version'] !== '2022-11-28') say('no X-GitHub-Api-Version');
  const kind = headers.authorization ?? 'none';
  const needsJwt = /^\/app(\/|$)/.test(path) || /\/installation$/.test(path);
  if (kind === 'jwt' && !needsJwt) say('the JWT is used outside /app and …/installation');
  if (kind !== 'jwt' && needsJwt) say(`authorization ${kind} where only the JWT works`);
  if (kind === 'none' && !/^\/users\//.test(path)) say('no authorization');
  if (kind === 'installation' && !operation.operation['x-github']?.enabledForGitHubApps)
    say('the operation is not open to installation tokens');
  if (!['jwt', 'installation', 'token', 'none'].includes(kind)) say('the authorization is recorded whole');
}

function valuesAt(value, parts) {
  if (parts.length === 0) return [value];
  const [part, ...rest] = parts;
  if (part === '[]') return Array.isArray(value) ? value.flatMap((one) => valuesAt(one, rest)) : [undefined];
  if (value === null) return [null];
  return valuesAt(value?.[part], rest);
}

function judgeAnswer(operation, exchange, say) {
  if (exchange.status < 200 || exchange.status > 299 || !exchange.response) return;
  let answer;
  try {
    answer = JSON.parse(exchange.response);
  } catch {
    return say('the answer is no JSON');
  }
  for (const path of reads[operation.name] ?? []) {
    const values = valuesAt(answer, path.replace(/\?$/, '').split(/\.|(?=\[\])/).filter(Boolean));
    if (!path.endsWith('?') && values.includes(undefined)) say(`the answer lacks ${path}`);
  }
}

// What our client reads must be in the description, whoever answers.
function judgeReads(say) {
  for (const [name, paths] of Object.entries(reads)) {
    const operation = description.operations.find((one) => one.name === name);
    if (!operation) {
      say(`reads.mjs names ${name}, which is no operation`);
      continue;
    }
    const schemas = Object.entries(operation.operation.responses)
                        .filter(([status]) => status.startsWith('2'))
                        .map(([, one]) => description.resolve(one)?.content?.['application/json']?.schema)
                        .filter(Boolean);
    for (const path of paths) {
      if (description.follow(schemas, path.replace(/\?$/, '')).length === 0) say(`${name} never answers ${path}`);
    }
  }
}

const files = process.argv.slice(2).filter((one) => one !== '--answers');
const withAnswers = process.argv.includes('--answers');
if (files.length === 0) {
  console.error('usage: node judge.mjs [--answers] FILE…');
  process.exit(2);
}

const description = new Description(loadDescription());
const seen = new Map();
let exchanges = 0, violations = 0;
const violation = (text) => {
  ++violations;
  console.log(`violation: ${text}`);
};

judgeReads(violation);
for (const file of files) {
  for (const [index, line] of readFileSync(file, 'utf8').split('\n').entries()) {
    if (line === '') continue;
    ++exchanges;
    const exchange = JSON.parse(line);
    // A redirect and a next page lead to /repositories/{id}: such a query is GitHub's own, not ours.
    const given = /^\/repositories\/\d+/.test(exchange.path);
    const path = exchange.path.replace(/^\/repositories\/\d+/, '/repos/o/r');
    const say = (text) => violation(`line ${index + 1}: ${exchange.method} ${exchange.path}: ${text}`);
    const operation = description.find(exchange.method, path);
    if (!operation) {
      say('no such operation');
      continue;
    }
    seen.set(operation.name, (seen.get(operation.name) ?? 0) + 1);
    judgeHeaders(operation, exchange, path, say);
    if (!given) judgeQuery(operation, exchange, say);
    judgeBody(operation, exchange, say);
    if (withAnswers) judgeAnswer(operation, exchange, say);
  }
}
for (const [name, count] of [...seen].sort()) console.log(`${String(count).padStart(6)} ${name}`);
console.log(`${exchanges} exchanges, ${seen.size} operations, ${violations} violations`);
process.exit(violations === 0 ? 0 : 1);
