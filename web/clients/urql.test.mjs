// urql with its normalised cache, which knows the schema, and with persisted queries.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Client, fetchExchange, gql } from '@urql/core';
import { cacheExchange } from '@urql/exchange-graphcache';
import { relayPagination } from '@urql/exchange-graphcache/extras';
import { persistedExchange } from '@urql/exchange-persisted';
import { buildSchema, introspectionFromSchema } from 'graphql';
import { ask, endpoint } from './server.mjs';

const introspected = introspectionFromSchema(buildSchema(readFileSync(new URL('../../schema.graphqls', import.meta.url), 'utf8')));

/** A client that counts its requests. */
function client(...more) {
  const requests = [];
  const urql = new Client({
    url: endpoint,
    preferGetMethod: false,
    fetch: (url, options) => {
      requests.push({ url, options });
      return fetch(url, options);
    },
    exchanges: [
      cacheExchange({
        schema: introspected,
        keys: Object.fromEntries(
          introspected.__schema.types.filter((type) => type.kind === 'OBJECT' && !type.fields.some((f) => f.name === 'id')).map((type) => [type.name, () => null]),
        ),
        resolvers: { Query: { states: relayPagination() } },
      }),
      ...more,
      fetchExchange,
    ],
  });
  return { urql, requests };
}

test('what was asked once is answered from the cache, by its id', async () => {
  const { urql, requests } = client();
  const list = await urql.query(gql`{ states(first: 5) { edges { node { id code name } } nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`, {});
  assert.ifError(list.error);
  const again = await urql.query(gql`{ states(first: 5) { edges { node { id name } } nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`, {});
  assert.equal(again.data.states.edges.length, 5);
  assert.equal(requests.length, 1);
});

test('pages of a connection are put together', async () => {
  const { urql } = client();
  const query = gql`query($after: String) { states(first: 2, after: $after) { edges { node { id code } } nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`;
  const first = await urql.query(query, {});
  assert.ifError(first.error);
  const second = await urql.query(query, { after: first.data.states.pageInfo.endCursor });
  assert.ifError(second.error);
  assert.equal(second.data.states.edges.length, 4);
});

for (const preferGetForPersistedQueries of [false, true]) {
  test(`persisted queries by ${preferGetForPersistedQueries ? 'GET' : 'POST'}`, async () => {
    const { urql, requests } = client(persistedExchange({ preferGetForPersistedQueries, generateHash: undefined }));
    const query = `query Persisted_${preferGetForPersistedQueries}_${Date.now()}($n: Int!) { session(number: $n) { id number } }`;
    const first = await urql.query(query, { n: 1 });
    assert.ifError(first.error);
    assert.equal(first.data.session.number, 1);
    const second = await urql.query(query, { n: 2 });
    assert.equal(second.data.session.number, 2);
    const last = requests.at(-1);
    assert.ok(!`${last.url}${last.options.body ?? ''}`.includes('session('), 'only the digest is sent');
  });
}

test('the published schema is the one that is served', async () => {
  const { data } = await ask('{ __schema { queryType { fields { name } } } }');
  const published = introspected.__schema.types.find((type) => type.name === 'Query').fields.map((field) => field.name);
  assert.deepEqual(data.__schema.queryType.fields.map((field) => field.name).sort(), published.sort());
});
