// Relay: its compiler, and pages of connections that its runtime puts together.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import runtime from 'relay-runtime';
import moreReceived from './__generated__/documentsMoreReceivedQuery.graphql.js';
import moreStates from './__generated__/documentsMoreStatesQuery.graphql.js';
import received from './__generated__/documents_received.graphql.js';
import stateQuery from './__generated__/documentsStateQuery.graphql.js';
import states from './__generated__/documents_states.graphql.js';
import statesQuery from './__generated__/documentsStatesQuery.graphql.js';
import { ask } from './server.mjs';

const { Environment, Network, RecordSource, Store, createOperationDescriptor, fetchQuery, getSingularSelector } = runtime;

function environment() {
  return new Environment({
    network: Network.create((request, variables) => ask(request.text, variables)),
    store: new Store(new RecordSource()),
  });
}

/** Reads a fragment of what a query found. */
function read(relay, query, variables, fragment, at = (data) => data) {
  const { data } = relay.lookup(createOperationDescriptor(query, variables).fragment);
  return relay.lookup(getSingularSelector(fragment, at(data))).data;
}

test('the next page of a refetchable connection of Query', async () => {
  const relay = environment();
  await fetchQuery(relay, statesQuery, {}).toPromise();
  const first = read(relay, statesQuery, {}, states);
  assert.equal(first.states.edges.length, 2);
  relay.retain(createOperationDescriptor(statesQuery, {}));
  await fetchQuery(relay, moreStates, { count: 3, cursor: first.states.pageInfo.endCursor }).toPromise();
  const both = read(relay, statesQuery, {}, states);
  assert.equal(new Set(both.states.edges.map((edge) => edge.node.code)).size, 5);
});

test('the next page of a refetchable connection of a node', async () => {
  const { data } = await ask('{ recommendations(first: 1) { nodes { review { state { code } } } } }');
  const variables = { code: data.recommendations.nodes[0].review.state.code };
  const relay = environment();
  const { state } = await fetchQuery(relay, stateQuery, variables).toPromise();
  relay.retain(createOperationDescriptor(stateQuery, variables));
  const first = read(relay, stateQuery, variables, received, (found) => found.state);
  assert.equal(first.recommendationsReceived.edges.length, 2);
  await fetchQuery(relay, moreReceived, { id: state.id, count: 2, cursor: first.recommendationsReceived.pageInfo.endCursor }).toPromise();
  const both = read(relay, stateQuery, variables, received, (found) => found.state);
  assert.equal(new Set(both.recommendationsReceived.edges.map((edge) => edge.node.id)).size, 4);
});
