import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requirePublished } from './published-schemas.ts';

test('the published schemas refuse wrong bodies', () => {
  requirePublished('github issues/update', { state: 'open', state_reason: 'reopened' });
  requirePublished('card 1.4', { type: 'AdaptiveCard', version: '1.4', body: [] });
  for (const [name, body] of [
    ['github issues/create', { body: 'no title' }],
    ['github issues/create', { title: 'x', label: ['unknown member'] }],
    ['github issues/update', { state: 'done' }],
    ['github issues/create-comment', { body: 1 }],
    ['jira createIssue', { fields: 'text' }],
    ['jira doTransition', { transition: { id: 31 } }],
    ['jira addComment', { text: 'unknown member' }],
    ['card 1.4', { type: 'AdaptiveCard', version: '1.4', body: [{ type: 'RichText' }] }],
    ['card 1.4', { type: 'AdaptiveCard', version: '1.4', actions: [{ type: 'Action.OpenUrl' }] }],
  ] as const) {
    assert.throws(() => requirePublished(name, body), { code: 'ERR_ASSERTION' }, name);
  }
});
