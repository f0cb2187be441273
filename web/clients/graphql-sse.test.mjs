// graphql-sse in its mode of distinct connections.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient } from 'graphql-sse';
import { correctUntil, editor, endpoint } from './server.mjs';

test('a question is answered as an event', async () => {
  const client = createClient({ url: endpoint });
  const answers = client.iterate({ query: '{ session(number: 1) { number } }' });
  assert.deepEqual((await answers.next()).value, { data: { session: { number: 1 } } });
  assert.equal((await answers.next()).done, true);
  client.dispose();
});

test('who subscribes hears of a change', async () => {
  const as = await editor();
  const client = createClient({ url: endpoint });
  const changes = client.iterate({ query: 'subscription { recordChanged { id } }' });
  const first = changes.next();
  const { id, event } = await correctUntil(as, first);
  assert.equal(event.value.data.recordChanged.id, id);
  await changes.return();
  client.dispose();
});

test('a document that is wrong is answered with its errors', async () => {
  const client = createClient({ url: endpoint });
  const { value } = await client.iterate({ query: '{ nothing }' }).next();
  assert.equal(value.errors[0].extensions.code, 'INVALID');
  client.dispose();
});
