// The audits of the specification of GraphQL over HTTP.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serverAudits } from 'graphql-http';
import { endpoint } from './server.mjs';

const audits = serverAudits({ url: endpoint, fetchFn: fetch });

test('all audits are made', () => assert.ok(audits.length >= 61, `${audits.length} audits`));

for (const audit of audits) {
  test(`${audit.id} ${audit.name}`, async () => {
    const result = await audit.fn();
    assert.equal(result.status, 'ok', result.reason);
  });
}
