// graphql-ws: the protocol graphql-transport-ws, and how the server ends what does not keep to it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { correctUntil, editor, socket } from './server.mjs';

/** A browser says of a socket as well what it takes compressed. */
class Compressing extends WebSocket {
  constructor(address, protocols) {
    super(address, protocols, { headers: { 'accept-encoding': 'gzip, br' } });
  }
}

test('a question is answered', async () => {
  const client = createClient({ url: socket, webSocketImpl: Compressing });
  const answers = client.iterate({ query: 'query($n: Int!) { session(number: $n) { number } }', variables: { n: 1 } });
  assert.deepEqual((await answers.next()).value, { data: { session: { number: 1 } } });
  assert.equal((await answers.next()).done, true);
  await client.dispose();
});

test('a document that is wrong is refused, and the socket goes on', async () => {
  const client = createClient({ url: socket, webSocketImpl: Compressing });
  await assert.rejects(client.iterate({ query: '{ nothing }' }).next(), (errors) => errors[0].extensions.code === 'INVALID');
  const answers = client.iterate({ query: '{ __typename }' });
  assert.deepEqual((await answers.next()).value, { data: { __typename: 'Query' } });
  await client.dispose();
});

test('who subscribes hears of a change', async () => {
  const as = await editor();
  const client = createClient({ url: socket, webSocketImpl: Compressing });
  const changes = client.iterate({ query: 'subscription { recordChanged { id node { ... on Recommendation { text } } } }' });
  const first = changes.next();
  const { id, event } = await correctUntil(as, first);
  const { data } = event.value;
  assert.equal(data.recordChanged.id, id);
  assert.match(data.recordChanged.node.text, /Again\.$/);
  await changes.return();
  await client.dispose();
});

/** Sends messages one after the other and returns the code with which the server ends the socket. */
function closing(messages, protocol = 'graphql-transport-ws') {
  return new Promise((resolve, reject) => {
    const ws = new WebSocket(socket, protocol);
    ws.on('error', reject);
    ws.on('close', (code) => resolve(code));
    ws.on('open', () => {
      for (const message of messages) ws.send(typeof message === 'string' ? message : JSON.stringify(message));
    });
  });
}

const init = { type: 'connection_init' };
const lasting = { type: 'subscribe', id: '1', payload: { query: 'subscription { recordChanged { id } }' } };

for (const [name, code, messages] of [
  ['no JSON', 4400, [init, '{']],
  ['no message of the protocol', 4400, [init, { type: 'start' }]],
  ['a question without an id', 4400, [init, { type: 'subscribe', payload: { query: '{ __typename }' } }]],
  ['a question before the beginning', 4401, [{ type: 'subscribe', id: '1', payload: { query: '{ __typename }' } }]],
  ['no beginning', 4408, []],
  ['an id that is in use', 4409, [init, lasting, lasting]],
  ['two beginnings', 4429, [init, init]],
]) {
  test(`${name} ends the socket with ${code}`, async () => assert.equal(await closing(messages), code));
}

test('more than 100 operations on one socket are refused, and the others go on', async () => {
  const ws = new WebSocket(socket, 'graphql-transport-ws');
  await new Promise((resolve) => ws.on('open', resolve));
  const refused = new Promise((resolve) => {
    ws.on('message', (data) => {
      const message = JSON.parse(data);
      if (message.type === 'error') resolve(message);
    });
  });
  ws.send(JSON.stringify(init));
  for (let i = 0; i <= 100; i++) ws.send(JSON.stringify({ ...lasting, id: String(i) }));
  const { id, payload } = await refused;
  assert.equal(id, '100');
  assert.equal(payload[0].extensions.code, 'LIMIT_EXCEEDED');
  const pong = new Promise((resolve) => ws.on('message', (data) => JSON.parse(data).type === 'pong' && resolve()));
  ws.send(JSON.stringify({ type: 'ping' }));
  await pong;
  ws.close();
});

test('another protocol is not spoken', async () => {
  await assert.rejects(closing([init], 'something-else'));
});
