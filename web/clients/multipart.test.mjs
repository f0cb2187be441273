// A form can be sent from any page without asking first, cookies included: it is not taken.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endpoint } from './server.mjs';

const operations = JSON.stringify({ query: 'mutation { signOut { done } }' });

test('an upload in parts is refused', async () => {
  const form = new FormData();
  form.set('operations', operations);
  form.set('map', '{}');
  const response = await fetch(endpoint, { method: 'POST', body: form });
  assert.equal(response.status, 415);
  const { data, errors } = await response.json();
  assert.equal(data, undefined);
  assert.equal(errors[0].extensions.code, 'INVALID');
});

for (const type of ['application/x-www-form-urlencoded', 'text/plain']) {
  test(`${type} is refused`, async () => {
    const response = await fetch(endpoint, { method: 'POST', headers: { 'content-type': type }, body: operations });
    assert.equal(response.status, 415);
  });
}

test('a mutation by GET is refused', async () => {
  const response = await fetch(`${endpoint}?query=${encodeURIComponent('mutation { signOut { done } }')}`, { headers: { accept: 'application/graphql-response+json' } });
  assert.ok(response.status >= 400);
  assert.equal((await response.json()).errors[0].extensions.code, 'INVALID');
});
