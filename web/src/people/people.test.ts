import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSchema, parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { chooseLanguage, languages } from './language.ts';
import { inGeneva } from './time.ts';

const schema = buildSchema(readFileSync(join(import.meta.dirname, '../../../schema.graphqls'), 'utf8'), {
  assumeValidSDL: true,
});
const folder = join(import.meta.dirname, 'documents');

describe.each(readdirSync(folder))('%s', (file) => {
  it('fits the schema, and has one operation', () => {
    const document = parse(readFileSync(join(folder, file), 'utf8'));
    expect(document.definitions.length).toBe(1);
    expect(validate(schema, document).map(String)).toEqual([]);
  });
});

describe('words', () => {
  const { en, ...others } = languages;
  /** The paths of all words that are there: nothing is left out in a language. */
  const paths = (table: object, of = ''): string[] =>
    Object.entries(table).flatMap(([key, value]) =>
      typeof value === 'object' ? paths(value as object, `${of}${key}.`) : [of + key],
    );
  it.each(Object.entries(others))('are all there in %s', (_, words) => {
    expect(paths(words)).toEqual(paths(en));
  });
});

it.each([
  ['?lang=es', ['fr-CH', 'en'], 'es'],
  ['?lang=xx', ['fr-CH', 'en'], 'fr'],
  ['?lang=constructor', ['de-CH'], 'en'],
  ['', ['de-CH', 'ES-mx'], 'es'],
  ['', [], 'en'],
])('the language of %j for who reads %j is %s', (search, preferred, want) => {
  expect(chooseLanguage(search, preferred)).toBe(want);
});

it('times are those of Geneva, in summer and winter', () => {
  expect(inGeneva('2026-02-11T11:30:00Z', 'fr')).toContain('11 février 2026 à 12:30');
  expect(inGeneva('2026-07-12T23:59:59Z', 'en')).toContain('13 July 2026 at 01:59');
});
