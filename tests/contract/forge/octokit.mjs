// SPDX-License-Identifier: Apache-2.0
// Drives the forge with GitHub's own client, as an App does: authentication, issues, comments, pull requests,
// checks, deliveries, and the verification of webhook signatures. All that was said both ways is judged by GitHub's
// published descriptions at the end.
// Usage: node octokit.mjs <program>
import assert from 'node:assert/strict';
import {execFileSync, spawn} from 'node:child_process';
import {appendFileSync, mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {createServer} from 'node:http';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {App, Octokit, RequestError} from 'octokit';

const [, , executable] = process.argv;
const folder = mkdtempSync(join(tmpdir(), 'kedge-octokit-'));
const [recordFile, webhookFile] = ['exchanges.jsonl', 'webhooks.jsonl'].map((name) => join(folder, name));
const program = spawn(executable, ['--seed', 'demo', '--ci-delay', '0s', '--record', recordFile], {stdio: ['ignore', 'pipe', 'inherit']});
const facts = {};
for await (const line of createInterface({input: program.stdout})) {
  const [, name, value] = line.match(/^([^:]+): (.*)$/);
  facts[name] = value;
  if (name === 'token of mallory') break;
}
const control = async (method, path, body) => {
  const answer = await fetch(`${facts.url}/_sandbox${path}`, {
    method, body: body && JSON.stringify(body), headers: {authorization: `Bearer ${facts.token}`},
  });
  assert.ok(answer.ok, `${method} ${path}: ${answer.status}`);
  return answer.status === 204 ? null : answer.json();
};
const settle = () => control('POST', '/idle?timeout_ms=30000');

const app = new App({
  appId: facts['app id'],
  privateKey: readFileSync(facts['private key'], 'utf8'),
  webhooks: {secret: facts['webhook secret']},
  Octokit: Octokit.defaults({baseUrl: facts.api, throttle: {enabled: false}, retry: {enabled: false}}),
  log: {debug() {}, info() {}, warn() {}, error() {}},
});
const seen = [];
app.webhooks.onAny(({name, payload}) => {
  seen.push(payload.action ? `${name}.${payload.action}` : name);
  appendFileSync(webhookFile, `${JSON.stringify({event: name, payload})}\n`);
});
let healthy = true;
const receiver = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  if (!healthy) return response.writeHead(500).end();
  try {
    await app.webhooks.verifyAndReceive({
      id: request.headers['x-github-delivery'],
      name: request.headers['x-github-event'],
      signature: request.headers['x-hub-signature-256'],
      payload: Buffer.concat(chunks).toString(),
    });
    response.writeHead(202).end();
  } catch (problem) {
    response.writeHead(401).end(String(problem));
  }
});
await new Promise((ready) => receiver.listen(0, '127.0.0.1', ready));

const repository = {owner: 'acme', repo: 'api'};
const refuses = (promise, status) => assert.rejects(promise, (problem) => problem instanceof RequestError && problem.status === status);

const steps = {
  async 'App authentication'() {
    const {data: self} = await app.octokit.rest.apps.getAuthenticated();
    assert.equal(self.slug, 'kedge-sandbox');
    const {data: installation} = await app.octokit.rest.apps.getRepoInstallation(repository);
    facts.octokit = await app.getInstallationOctokit(installation.id);
    let count = 0;
    for await (const {repository: each} of app.eachRepository.iterator()) {
      assert.equal(each.full_name, 'acme/api');
      count += 1;
    }
    assert.equal(count, 1);
  },
  async 'webhooks verify with their secret'() {
    await settle();
    await control('PUT', '/hook', {url: `http://127.0.0.1:${receiver.address().port}/`});
    await settle();
    assert.deepEqual(seen, ['ping']);
  },
  async 'issues, labels, comments and reactions'() {
    const {octokit} = facts;
    const {data: issue} = await octokit.rest.issues.create({...repository, title: 'CI is red', body: 'Why', labels: ['P0']});
    await octokit.rest.issues.update({...repository, issue_number: issue.number, body: 'Because'});
    const {data: comment} = await octokit.rest.issues.createComment({...repository, issue_number: issue.number, body: 'A word'});
    await octokit.rest.reactions.createForIssueComment({...repository, comment_id: comment.id, content: 'rocket'});
    await octokit.rest.issues.lock({...repository, issue_number: issue.number, lock_reason: 'resolved'});
    await octokit.rest.issues.update({...repository, issue_number: issue.number, state: 'closed', state_reason: 'completed'});
    const all = await octokit.paginate(octokit.rest.issues.listForRepo, {...repository, state: 'all', labels: 'P0', per_page: 1});
    assert.deepEqual(all.map((each) => each.number), [issue.number]);
    assert.equal(all[0].state_reason, 'completed');
    await refuses(octokit.rest.issues.get({...repository, issue_number: 4711}), 404);
    await refuses(octokit.rest.issues.createLabel({...repository, name: 'P0'}), 422);
  },
  async 'pages come whole'() {
    const {octokit} = facts;
    for (let i = 0; i < 7; i += 1) await octokit.rest.issues.create({...repository, title: `Issue ${i}`});
    const all = await octokit.paginate(octokit.rest.issues.listForRepo, {...repository, state: 'all', per_page: 3});
    assert.equal(new Set(all.map((each) => each.number)).size, 8);
  },
  async 'a red run, its jobs, and the suspects'() {
    const {octokit} = facts;
    const {data: before} = await octokit.rest.repos.getBranch({...repository, branch: 'main'});
    const {sha} = await control('POST', '/repos/acme/api/commits', {branch: 'main', files: {'src/limit.js': 'BUG\n'}, message: 'Break it', as: 'bob'});
    await settle();
    const {data: runs} = await octokit.rest.actions.listWorkflowRunsForRepo({...repository, branch: 'main', status: 'failure', head_sha: sha});
    assert.equal(runs.total_count, 1);
    const {data: jobs} = await octokit.rest.actions.listJobsForWorkflowRun({...repository, run_id: runs.workflow_runs[0].id});
    assert.deepEqual(jobs.jobs.map((job) => job.conclusion), ['success', 'failure']);
    const {data: log} = await octokit.rest.actions.downloadJobLogsForWorkflowRun({...repository, job_id: jobs.jobs[1].id});
    assert.match(String(log), /FAIL src\/limit\.js/);
    const {data: compared} = await octokit.rest.repos.compareCommitsWithBasehead({...repository, basehead: `${before.commit.sha}...${sha}`});
    assert.deepEqual(compared.commits.map((each) => each.sha), [sha]);
    assert.equal(compared.commits[0].author.login, 'bob');
    facts.bad = sha;
    facts.good = before.commit.sha;
  },
  async 'a commit made through the API, signed for an App only'() {
    const {octokit} = facts;
    const bob = new Octokit({baseUrl: facts.api, auth: facts['token of bob']});
    const {data: tip} = await octokit.rest.git.getCommit({...repository, commit_sha: facts.good});
    const asked = {...repository, message: 'Made by the forge', tree: tip.tree.sha, parents: [tip.sha]};
    const {data: made} = await octokit.rest.git.createCommit(asked);
    assert.deepEqual([made.tree.sha, made.parents[0].sha, made.verification.verified], [tip.tree.sha, tip.sha, true]);
    const {data: named} = await octokit.rest.git.createCommit({...asked, author: {name: 'Ann', email: 'ann@example.com'}});
    assert.deepEqual([named.author.name, named.verification.verified], ['Ann', false]);
    const {data: persons} = await bob.rest.git.createCommit(asked);
    assert.equal(persons.verification.verified, false);
    await refuses(octokit.rest.git.createCommit({...asked, tree: '1'.repeat(40)}), 422);
    await refuses(octokit.rest.git.createCommit({...asked, parents: ['1'.repeat(40)]}), 422);
    await octokit.rest.git.createRef({...repository, ref: 'refs/heads/made', sha: made.sha});
    await octokit.rest.git.deleteRef({...repository, ref: 'heads/made'});
    await settle();
  },
  async 'a pull request from branch to merge'() {
    const {octokit} = facts;
    const bob = new Octokit({baseUrl: facts.api, auth: facts['token of bob']});
    const head = `rollback/main-${facts.bad.slice(0, 12)}`;
    await octokit.rest.git.createRef({...repository, ref: `refs/heads/${head}`, sha: facts.good});
    await refuses(octokit.rest.git.createRef({...repository, ref: `refs/heads/${head}`, sha: facts.good}), 422);
    await control('POST', '/repos/acme/api/commits', {branch: head, files: {'docs/why.md': 'why\n'}, message: 'Revert', as: 'bob'});
    const {data: pull} = await octokit.rest.pulls.create({...repository, title: 'Roll back', head, base: 'main', body: 'Why'});
    const {data: found} = await octokit.rest.pulls.list({...repository, head: `acme:${head}`, state: 'all'});
    assert.deepEqual(found.map((each) => each.number), [pull.number]);
    await bob.rest.pulls.createReview({...repository, pull_number: pull.number, event: 'APPROVE'});
    await refuses(octokit.rest.pulls.merge({...repository, pull_number: pull.number, sha: facts.good}), 409);
    const {data: merged} = await bob.rest.pulls.merge({...repository, pull_number: pull.number, sha: pull.head.sha});
    assert.equal(merged.merged, true);
    const {data: of} = await octokit.rest.repos.listPullRequestsAssociatedWithCommit({...repository, commit_sha: merged.sha});
    assert.deepEqual(of.map((each) => each.number), [pull.number]);
    await settle();
  },
  async 'check runs and statuses'() {
    const {octokit} = facts;
    const {data: check} = await octokit.rest.checks.create({...repository, name: 'kedge/freeze', head_sha: facts.good, status: 'in_progress', external_id: '1/2/3'});
    await octokit.rest.checks.update({...repository, check_run_id: check.id, status: 'completed', conclusion: 'failure', output: {title: 'Frozen', summary: 'Held'}});
    const {data: checks} = await octokit.rest.checks.listForRef({...repository, ref: facts.good, check_name: 'kedge/freeze'});
    assert.equal(checks.check_runs[0].conclusion, 'failure');
    await refuses(octokit.rest.checks.create({...repository, name: 'x', head_sha: facts.good, status: 'completed'}), 422);
    await octokit.rest.repos.createCommitStatus({...repository, sha: facts.good, state: 'success', context: 'kedge/freeze'});
    const {data: combined} = await octokit.rest.repos.getCombinedStatusForRef({...repository, ref: facts.good});
    assert.equal(combined.state, 'success');
  },
  async 'people and contents'() {
    const {octokit} = facts;
    const {data: maintain} = await octokit.rest.repos.getCollaboratorPermissionLevel({...repository, username: 'alice'});
    assert.deepEqual([maintain.permission, maintain.role_name], ['write', 'maintain']);
    const {data: file} = await octokit.rest.repos.getContent({...repository, path: '.github/kedge.yml'});
    assert.match(Buffer.from(file.content, 'base64').toString(), /^extends: aegis/);
    const {data: bot} = await octokit.rest.users.getByUsername({username: 'kedge-sandbox[bot]'});
    assert.equal(bot.type, 'Bot');
    await refuses(octokit.rest.repos.getBranchProtection({...repository, branch: 'main'}), 404);
    const {data: rules} = await octokit.rest.repos.getBranchRules({...repository, branch: 'main'});
    assert.deepEqual(rules, []);
  },
  async 'failed deliveries are found and sent again'() {
    const {octokit} = facts;
    healthy = false;
    await octokit.rest.issues.createComment({...repository, issue_number: 1, body: 'Unheard'});
    await settle();
    healthy = true;
    const failed = await app.octokit.paginate(app.octokit.rest.apps.listWebhookDeliveries, {status: 'failure'});
    assert.equal(failed.length, 1);
    const before = seen.length;
    await app.octokit.rest.apps.redeliverWebhookDelivery({delivery_id: failed[0].id});
    await settle();
    assert.deepEqual(seen.slice(before), ['issue_comment.created']);
  },
  async 'every delivery was verified'() {
    for (const name of ['issues.opened', 'issues.labeled', 'issue_comment.created', 'push', 'workflow_run.requested', 'workflow_run.completed',
      'check_suite.completed', 'check_run.completed', 'pull_request.opened', 'pull_request.closed', 'pull_request_review.submitted', 'status']) {
      assert.ok(seen.includes(name), `${name} among ${[...new Set(seen)]}`);
    }
    const failed = await app.octokit.paginate(app.octokit.rest.apps.listWebhookDeliveries, {status: 'failure'});
    assert.equal(failed.length, 1, 'only the one that was let fail');
  },
  async 'git takes the installation token'() {
    const {token} = await facts.octokit.auth({type: 'installation'});
    const address = facts.url.replace('://', `://x-access-token:${token}@`);
    const refs = execFileSync('git', ['ls-remote', `${address}/acme/api.git`, 'refs/heads/main'], {encoding: 'utf8'});
    assert.match(refs, /^[0-9a-f]{40}\trefs\/heads\/main/);
  },
  async 'every answer and every webhook is as GitHub describes it'() {
    const judge = join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '../github/judge.mjs');
    const verdict = execFileSync(process.execPath, [judge, '--schema', '--any-client', recordFile, '--webhooks', webhookFile],
                                 {encoding: 'utf8'});
    const [, exchanges] = verdict.match(/^(\d+) exchanges, \d+ operations, 0 violations$/m);
    assert.ok(Number(exchanges) > 100, verdict);
  },
};

let failed = 0;
for (const [name, step] of Object.entries(steps)) {
  try {
    await step();
    console.log(`ok ${name}`);
  } catch (problem) {
    failed += 1;
    console.log(`not ok ${name}\n${problem.stdout ?? ""}${problem.stack}`);
  }
}
receiver.close();
receiver.closeAllConnections();
program.kill('SIGTERM');
const status = await new Promise((done) => program.on('exit', done));
if (status !== 0) console.log(`not ok the program ended with ${status}`);
rmSync(folder, {recursive: true});
console.log(`${Object.keys(steps).length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 && status === 0 ? 0 : 1;
