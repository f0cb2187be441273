import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSchema, getVariableValues, Kind, parse, validate } from 'graphql';
import type { DocumentNode, OperationDefinitionNode } from 'graphql';
import { describe, expect, it, test } from 'vitest';
import { parseExample } from './example.ts';
import { examples } from './examples.ts';

const PROJECT = join(import.meta.dirname, '../../..');
const schema = buildSchema(publishedSDL(), { assumeValidSDL: true });

/** The merged contract; before `make generate` has printed it, the parts it is made from. */
function publishedSDL(): string {
  const merged = join(PROJECT, 'schema.graphqls');
  if (existsSync(merged)) return readFileSync(merged, 'utf8');
  const parts = join(PROJECT, 'graph');
  return readdirSync(parts)
    .filter((name) => name.endsWith('.graphqls'))
    .map((name) => readFileSync(join(parts, name), 'utf8'))
    .join('\n');
}

function onlyOperation(document: DocumentNode): OperationDefinitionNode {
  const [operation, ...others] = document.definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION || others.length > 0) {
    throw new Error('an example holds exactly one operation');
  }
  return operation;
}

describe.each(examples)('$file', ({ query, variables = '{}' }) => {
  const document = parse(query);
  const operation = onlyOperation(document);

  it('is a valid query of the public graph', () => {
    expect(validate(schema, document).map(String)).toEqual([]);
  });

  it('has a name, which its tab shows', () => {
    expect(operation.operation).toBe('query');
    expect(operation.name?.value).toMatch(/^[A-Z]/);
  });

  it('gives values for its variables and for no others', () => {
    const given = JSON.parse(variables) as Record<string, unknown>;
    const declared = operation.variableDefinitions ?? [];
    expect(getVariableValues(schema, declared, given).errors?.map(String)).toBeUndefined();
    const names = declared.map(({ variable }) => variable.name.value);
    expect(Object.keys(given).filter((name) => !names.includes(name))).toEqual([]);
  });
});

test('examples are numbered from 01 and have different names', () => {
  expect(examples.length).toBeGreaterThanOrEqual(12);
  for (const [i, { file }] of examples.entries()) {
    const number = String(i + 1).padStart(2, '0');
    expect(file).toMatch(new RegExp(`/${number}-[a-z-]+\\.graphql$`));
  }
  const names = examples.map(({ query }) => onlyOperation(parse(query)).name?.value);
  expect(new Set(names).size).toBe(examples.length);
});

test('the first example needs no variables, so that the playground can open with it', () => {
  expect(examples[0]?.variables).toBeUndefined();
});

test('variables lie beside a query of the same name', () => {
  const files = readdirSync(join(import.meta.dirname, 'examples'));
  const orphans = files.filter((name) => !files.includes(name.replace(/json$/, 'graphql')));
  expect(orphans).toEqual([]);
});

test('the comment before the query is title and explanation', () => {
  const query = '# A title\n# An explanation\n# in two lines\nquery A { a }\n# not this\n';
  const example = parseExample('a.graphql', query, '{}');
  expect(example.title).toBe('A title');
  expect(example.explanation).toBe('An explanation in two lines');
  expect(example.query).toBe(query);
});

test('an example without explanation is refused', () => {
  expect(() => parseExample('a.graphql', '# A title\nquery A { a }')).toThrow(/two comment lines/);
});
