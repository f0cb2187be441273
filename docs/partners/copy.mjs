// Keeps a copy of the record in a folder: now.ndjson with an object a line, and the cursor with
// which to go on. Needs Node.js 20 or newer, and nothing else.
//
//   node copy.mjs https://upr.example.org folder
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const [server, folder] = process.argv.slice(2);
if (!folder) throw new Error('usage: node copy.mjs SERVER FOLDER');
await mkdir(folder, { recursive: true });

const ask = async (path) => {
  const response = await fetch(server.replace(/\/$/, '') + path);
  if (response.ok || response.status === 410) return response;
  if (response.status === 429 || response.status === 503) {
    await new Promise((done) => setTimeout(done, 1000 * Number(response.headers.get('Retry-After') ?? 5)));
    return ask(path);
  }
  throw new Error(`${response.status}: ${(await response.json()).errors[0].message}`);
};

const lines = (text) => text.split('\n').filter(Boolean).map((line) => JSON.parse(line));

const begin = async () => {
  const response = await ask('/export/record.ndjson');
  const things = lines(await response.text());
  if (things.length !== Number(response.headers.get('X-Total-Count'))) throw new Error('the line broke: run it again');
  return { things: new Map(things.map(({ id, object }) => [id, object])), cursor: response.headers.get('X-Record-Version') };
};

const read = async () => {
  try {
    const cursor = (await readFile(join(folder, 'cursor'), 'utf8')).trim();
    const things = lines(await readFile(join(folder, 'now.ndjson'), 'utf8'));
    return { things: new Map(things.map((object) => [object.id, object])), cursor };
  } catch (problem) {
    if (problem.code === 'ENOENT') return begin();
    throw problem;
  }
};

let { things, cursor } = await read();
for (let more = true; more; ) {
  const response = await ask(`/changes?first=10000&since=${encodeURIComponent(cursor)}`);
  if (response.status === 410) {
    ({ things, cursor } = await begin()); // the server's record was restored
    continue;
  }
  const page = await response.json();
  for (const { id, deleted, object } of page.changes) {
    if (deleted) things.delete(id);
    else things.set(id, object);
  }
  ({ cursor, more } = page);
}

// The cursor is written last: whatever happens in between, the next time leads to the same end.
const write = async (name, text) => {
  await writeFile(join(folder, `${name}.new`), text);
  await rename(join(folder, `${name}.new`), join(folder, name));
};
await write('now.ndjson', [...things.values()].map((object) => `${JSON.stringify(object)}\n`).join(''));
await write('cursor', `${cursor}\n`);
