// SPDX-License-Identifier: Apache-2.0
// Judges recorded traffic against GitHub's published OpenAPI description and rules that it leaves out.
//   node judge.mjs [--answers] [--schema] [--any-client | --agent=NAME] FILE… [--webhooks FILE…]
// Each line of a file is {method, path, query, headers, body, status, response}; the value of Authorization is
// `jwt`, `installation` or `token`. For a server that plays GitHub: with --answers the answers must carry what our client
// reads, with --schema each must have a described status and be valid against its schema. --any-client leaves out what
// only our client promises: its headers, and to ask for nothing that is refused; --agent judges
// the lines of one User-Agent alone. A line of a webhook file is {event, payload}. Prints each violation and the
// counts; exit status 1 where there are any, 2 for wrong use.
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {dirname, join} from 'node:path';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import {reads} from './reads.mjs';

const kMethods = ['get', 'post', 'put', 'patch', 'delete'];
const kTitleMax = 256, kBodyMax = 65536, kLabelMax = 50, kDescriptionMax = 140;

function load(name) {
  const require = createRequire(import.meta.url);
  const folder = dirname(require.resolve(`${name}/package.json`));
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
    // GitHub's own no-reply address of an App has brackets, which the format of the RFC does not allow.
    const {email} = this.ajv.formats;
    this.ajv.addFormat('email', (text) => email.test(text.replace(/^(\d+\+[\w-]+)\[bot\]@/, '$1@')));
    const {schemas, responses} = document.components;
    this.ajv.addSchema({$id: 'github', components: toJsonSchema({schemas, responses})});
    this.compiled = new Map();
    this.operations = [];
    for (const [path, item] of Object.entries(document.paths ?? {})) {
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

// Where the description contradicts itself: an installation's account as a user and an enterprise at once.
const kSlips = new Map([
  ['GET /app/installations 200', {type: 'array', items: {$ref: '#/components/schemas/installation'}}],
]);
const kAnyError = {type: 'object', required: ['message'], properties: {message: {type: 'string'}}};

// A server error is nobody's promise; 304 has no body, and refusals that every operation knows are described for few.
function judgeSchema(operation, exchange, say) {
  if (exchange.status >= 500 || exchange.status === 304) return;
  const described = description.resolve(operation.operation.responses[exchange.status]);
  if (!described && exchange.status < 400) return say(`status ${exchange.status} is not described`);
  const slip = kSlips.get(`${operation.name} ${exchange.status}`);
  const schema = slip ?? (described ? described.content?.['application/json']?.schema : kAnyError);
  if (!schema) return exchange.response && !described.content ? say(`an answer ${exchange.status} with a body`) : undefined;
  let answer;
  try {
    answer = JSON.parse(exchange.response);
  } catch {
    return say('the answer is no JSON');
  }
  const validate = description.validator(`${operation.name} ${exchange.status}`, schema);
  if (!validate(answer)) say(`the answer is not valid: ${description.ajv.errorsText(validate.errors)}`);
}

// `issue_comment` with action `created` is described as `issue-comment-created`.
function judgeWebhook(hooks, {event, payload}, say) {
  const name = [event, payload.action].filter(Boolean).join('-').replaceAll('_', '-');
  const hook = hooks.document.webhooks?.[name] ?? hooks.document['x-webhooks']?.[name];
  if (!hook) return say(`no webhook ${name} is described`);
  const validate = hooks.validator(name, hook.post.requestBody.content['application/json'].schema);
  if (!validate(payload)) say(`${name} is not valid: ${hooks.ajv.errorsText(validate.errors)}`);
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

const words = process.argv.slice(2);
const parting = words.indexOf('--webhooks');
const webhookFiles = parting < 0 ? [] : words.slice(parting + 1);
const files = (parting < 0 ? words : words.slice(0, parting)).filter((one) => !one.startsWith('--'));
const [withAnswers, withSchema, anyClient] = ['--answers', '--schema', '--any-client'].map((one) => words.includes(one));
const agent = words.find((one) => one.startsWith('--agent='))?.slice('--agent='.length);
if (files.length + webhookFiles.length === 0) {
  console.error('usage: node judge.mjs [--answers] [--schema] [--any-client | --agent=NAME] FILE… [--webhooks FILE…]');
  process.exit(2);
}

const description = new Description(load('@octokit/openapi'));
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
    const exchange = JSON.parse(line);
    if (agent && !String(exchange.headers['user-agent']).startsWith(agent)) continue;
    ++exchanges;
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
    if (!anyClient) judgeHeaders(operation, exchange, path, say);
    if (!given) judgeQuery(operation, exchange, say);
    if (!(anyClient && exchange.status >= 400)) judgeBody(operation, exchange, say);
    if (withAnswers) judgeAnswer(operation, exchange, say);
    if (withSchema) judgeSchema(operation, exchange, say);
  }
}
const hooks = webhookFiles.length > 0 ? new Description(load('@octokit/openapi-webhooks')) : undefined;
for (const file of webhookFiles) {
  for (const [index, line] of readFileSync(file, 'utf8').split('\n').entries()) {
    if (line === '') continue;
    ++exchanges;
    judgeWebhook(hooks, JSON.parse(line), (text) => violation(`line ${index + 1}: ${text}`));
  }
}
for (const [name, count] of [...seen].sort()) console.log(`${String(count).padStart(6)} ${name}`);
console.log(`${exchanges} exchanges, ${seen.size} operations, ${violations} violations`);
process.exit(violations === 0 ? 0 : 1);
