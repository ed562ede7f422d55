// SPDX-License-Identifier: Apache-2.0
// What our client reads of each answer. A `?` at the end: it does without.
const kRepository = '/repos/{owner}/{repo}';
const kRun = ['id', 'name?', 'path', 'head_branch', 'head_sha', 'run_number', 'run_attempt?', 'event', 'status',
              'conclusion', 'html_url', 'run_started_at?', 'actor.login?', 'head_commit.message?',
              'head_repository.id?'];
const kIssue = ['number', 'html_url', 'body', 'state', 'user.login', 'created_at', 'pull_request?'];
const kPull = ['number', 'html_url', 'state', 'merged_at', 'head.ref', 'head.sha', 'head.repo.id?', 'base.ref',
               'labels[].name'];
const kCommit = ['sha', 'author.login?', 'commit.message', 'commit.author.name', 'commit.committer.date'];
const under = (prefix, paths) => paths.map((path) => prefix + path);

export const reads = {
  'GET /app': ['id', 'slug'],
  'GET /user': ['id', 'login'],
  'GET /users/{username}': ['id'],
  [`GET ${kRepository}/installation`]: ['id'],
  'POST /app/installations/{installation_id}/access_tokens': ['token', 'expires_at'],
  'GET /app/hook/deliveries': under('[].', ['id', 'guid', 'delivered_at', 'status']),
  [`GET ${kRepository}`]: ['default_branch'],
  [`GET ${kRepository}/git/ref/{ref}`]: ['object.sha'],
  [`GET ${kRepository}/contents/{path}`]: ['type', 'encoding', 'content'],
  [`GET ${kRepository}/issues`]: under('[].', kIssue),
  [`POST ${kRepository}/issues`]: ['number', 'html_url'],
  [`GET ${kRepository}/issues/{issue_number}`]: ['body', 'state'],
  [`GET ${kRepository}/issues/{issue_number}/comments`]: under('[].', ['body', 'user.login']),
  [`GET ${kRepository}/collaborators/{username}/permission`]: ['permission', 'role_name'],
  [`GET ${kRepository}/pulls`]: under('[].', kPull),
  [`POST ${kRepository}/pulls`]: ['number', 'html_url', 'head.sha', 'merged_at'],
  [`GET ${kRepository}/commits/{ref}`]: kCommit,
  [`GET ${kRepository}/commits/{commit_sha}/pulls`]: under('[].', ['number', 'html_url', 'merged_at', 'base.ref']),
  [`GET ${kRepository}/commits/{ref}/check-runs`]: under('check_runs[].', [
    'id', 'name', 'external_id', 'status', 'conclusion', 'output.title', 'output.summary',
  ]),
  [`GET ${kRepository}/commits/{ref}/status`]: under('statuses[].', ['context', 'state', 'description']),
  [`GET ${kRepository}/compare/{basehead}`]: ['status', 'total_commits', ...under('commits[].', kCommit)],
  [`GET ${kRepository}/actions/runs/{run_id}`]: ['status'],
  [`GET ${kRepository}/actions/runs/{run_id}/jobs`]: under('jobs[].', [
    'name', 'conclusion', 'html_url', 'steps[].name?', 'steps[].conclusion?',
  ]),
  [`GET ${kRepository}/actions/runs`]: under('workflow_runs[].', kRun),
  [`GET ${kRepository}/actions/workflows/{workflow_id}/runs`]: under('workflow_runs[].', kRun),
};
