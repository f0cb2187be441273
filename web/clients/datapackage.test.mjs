// The packages of exports, read with Frictionless Data's own library: the descriptor against the
// profile of the standard, and every row of every file against its schema, with its keys.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { base } from './server.mjs';

const folder = await mkdtemp(join(tmpdir(), 'upr-packages-'));
after(() => rm(folder, { recursive: true }));
process.env.TMPDIR = folder; // where the library unpacks, and leaves what it has unpacked
const { Package } = await import('datapackage');

/** Takes an export as a package: its path, and how many rows of the kind there are to be. */
async function taken(name, query) {
  const response = await fetch(`${base}/export/${name}.zip?${new URLSearchParams(query)}`);
  assert.equal(response.status, 200, name);
  const path = join(folder, `${name}.zip`);
  await writeFile(path, Buffer.from(await response.arrayBuffer()));
  return { path, rows: Number(response.headers.get('x-total-count')) };
}

const filter = '{"statesUnderReview": ["TLS"]}';
const { kinds } = await (await fetch(`${base}/export/`)).json();
const packages = kinds
  .filter((kind) => !kind.of)
  .map((kind) => [kind.name, kind.filter === 'RecommendationFilter' ? { filter } : {}]);

test('there are packages of what matters', () => {
  for (const name of ['recommendations', 'pledges', 'reviews', 'states', 'action_coding_rules']) {
    assert.ok(packages.some(([other]) => other === name), name);
  }
});

packages.push(['recommendations', { filter, columns: 'id,number,text,state_under_review', language: 'AR' }]);
for (const [name, query] of packages) {
  test(`the package ${name} ${new URLSearchParams(query)}`, async () => {
    const { path, rows } = await taken(name, query);
    const pack = await Package.load(path);
    assert.deepEqual(pack.errors.map(String), []);
    assert.equal(pack.resources[0].name, name);
    for (const resource of pack.resources) {
      const read = await resource.read({ relations: true }).catch((err) => {
        throw new Error(`${resource.name}: ${err.message} ${(err.errors ?? []).slice(0, 3).map((e) => e.message).join('; ')}`);
      });
      if (resource.name === name) assert.equal(read.length, rows);
    }
  });
}

test('a value of another type, and one that refers to nothing, are found', async () => {
  const { path } = await taken('reviews', {});
  const schemas = [
    (schema) => Object.assign(schema.fields.find(({ name }) => name === 'state'), { type: 'integer' }),
    (schema) => Object.assign(schema.foreignKeys.find(({ fields }) => fields[0] === 'session').reference, { fields: ['cycle'] }),
  ];
  for (const spoil of schemas) {
    const pack = await Package.load(path);
    spoil(pack.descriptor.resources[0].schema);
    pack.commit();
    await assert.rejects(pack.getResource('reviews').read({ relations: true }));
  }
});
