// Apollo Client with persisted queries, and its pages of a connection.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { relayStylePagination } from '@apollo/client/utilities';
import { endpoint } from './server.mjs';

const sha256 = (text) => createHash('sha256').update(text).digest('hex');

/** A client that tells which requests it made. */
function client(useGETForHashedQueries) {
  const requests = [];
  const link = new PersistedQueryLink({ sha256, useGETForHashedQueries }).concat(
    new HttpLink({
      uri: endpoint,
      fetch: async (url, options) => {
        const response = await fetch(url, options);
        requests.push({ method: options.method ?? 'GET', whole: `${url}${options.body ?? ''}`.includes('query'), response });
        return response;
      },
    }),
  );
  const cache = new InMemoryCache({ typePolicies: { Query: { fields: { states: relayStylePagination() } } } });
  return { apollo: new ApolloClient({ link, cache }), requests };
}

const states = (name) => gql`
  query ${name}($first: Int!, $after: String) {
    states(first: $first, after: $after) { edges { cursor node { id code name } } pageInfo { hasNextPage endCursor } }
  }`;

for (const [name, get] of [['by POST', false], ['by GET', true]]) {
  test(`persisted queries ${name}`, async () => {
    const { apollo, requests } = client(get);
    const query = states(`Persisted_${get}_${Date.now()}`); // no other run has sent it
    const { data } = await apollo.query({ query, variables: { first: 3 } });
    assert.equal(data.states.edges.length, 3);
    assert.equal(requests.length, 2, 'the digest, then the document');
    await apollo.query({ query, variables: { first: 3, after: data.states.pageInfo.endCursor }, fetchPolicy: 'no-cache' });
    assert.equal(requests.length, 3, 'the digest alone');
    if (get) {
      assert.equal(requests[2].method, 'GET');
      assert.match(requests[2].response.headers.get('etag'), /^W\/"/);
      assert.equal(requests[2].response.headers.get('cache-control'), 'public, no-cache');
    }
  });
}

test('pages of a connection are put together', async () => {
  const { apollo } = client(false);
  const query = states('Pages');
  const observed = apollo.watchQuery({ query, variables: { first: 2 } });
  const subscription = observed.subscribe({ next: () => {}, error: () => {} });
  const first = await apollo.query({ query, variables: { first: 2 } });
  await observed.fetchMore({ variables: { after: first.data.states.pageInfo.endCursor } });
  const { states: all } = apollo.readQuery({ query, variables: { first: 2 } });
  assert.equal(all.edges.length, 4);
  assert.equal(new Set(all.edges.map((edge) => edge.node.code)).size, 4);
  subscription.unsubscribe();
});

test('an error has its code', async () => {
  const { apollo } = client(false);
  await assert.rejects(
    apollo.query({ query: gql`{ states(first: -1) { totalCount } }` }),
    (error) => error.errors[0].extensions.code === 'INVALID',
  );
});
