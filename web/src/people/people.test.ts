import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSchema, getNamedType, type GraphQLEnumType, type GraphQLType, isInputObjectType, parse, TypeInfo, validate, visit, visitWithTypeInfo } from 'graphql';
import { describe, expect, it } from 'vitest';
import { chooseLanguage, languages, linkTo } from './language.ts';
import { type FileRefusal, fileRefusalIn, fileRefusals, refusalIn, refusals } from './refusals.ts';
import { atTime, inGeneva } from './time.ts';

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

describe('refusals', () => {
  it('are all there in each language but English, whose sentences are the server’s', () => {
    expect(Object.keys(refusals.es)).toEqual(Object.keys(refusals.fr));
    for (const key of Object.keys(refusals.en)) expect(refusals.fr).toHaveProperty([key]);
  });

  /** All fields of what a document sends, by their paths. */
  const fieldsOf = (type: GraphQLType): string[] => {
    const named = getNamedType(type);
    if (!isInputObjectType(named)) return [];
    return Object.values(named.getFields()).flatMap((field) => [field.name, ...fieldsOf(field.type).flatMap((of) => [of, `${field.name}.${of}`])]);
  };
  const sent = new Map(
    readdirSync(folder).map((file) => {
      const fields: string[] = [];
      const types = new TypeInfo(schema);
      const document = parse(readFileSync(join(folder, file), 'utf8'));
      visit(document, visitWithTypeInfo(types, { VariableDefinition: { leave: () => void fields.push(...fieldsOf(types.getInputType() ?? schema.getQueryType()!)) } }));
      return [file.replace('.graphql', ''), fields] as const;
    }),
  );
  /** What is refused beside fields that are sent: a part of the upload, and what is there already. */
  const others = ['file', 'participants', 'consents'];
  it.each(Object.keys(refusals.fr))('%s is of a document and a field that there are', (key) => {
    const [, document, field] = /^(?:([a-z-]+) )?[A-Z_]+(?: (.+))?$/.exec(key) ?? [];
    if (document) expect([...sent.keys()]).toContain(document);
    const fields = document ? (sent.get(document) ?? []) : [...sent.values()].flat();
    if (field) expect([...fields, ...others]).toContain(field);
  });

  it('are told by document, by field, by code, and else in the server’s words', () => {
    const error = { field: 'email', message: 'must be an address at x.example', code: 'INVALID' };
    expect(refusalIn('fr', { ...error, document: 'register-delegate' }).text).toContain('domaine');
    expect(refusalIn('fr', { ...error, document: 'request-account' })).toEqual({ text: 'Ce n’est pas une adresse e-mail.', servers: false });
    expect(refusalIn('es', { field: 'to', message: 'is not possible', code: 'CONFLICT' }).text).toContain('ya no lo es');
    expect(refusalIn('es', { field: 'shoe', message: 'is too small', code: 'INVALID' })).toEqual({ text: 'is too small', servers: true });
    expect(refusalIn('en', error)).toEqual({ text: error.message, servers: true });
    expect(refusalIn('fr', { field: 'founded', message: 'Année', code: '' })).toEqual({ text: 'Année', servers: false });
  });
});

describe('why a file was refused', () => {
  const all = (schema.getType('StatementFileRefusal') as GraphQLEnumType).getValues().map(({ name }) => name);
  it.each(Object.entries(fileRefusals))('has words for all that the server knows in %s', (_, words) => {
    expect(Object.keys(words).toSorted()).toEqual(all.toSorted());
  });

  it('is told in the server’s words where there are no others', () => {
    expect(fileRefusalIn('fr', 'PROTECTED', 'is protected').text).toContain('mot de passe');
    expect(fileRefusalIn('en', 'PROTECTED', 'is protected')).toEqual({ text: 'is protected', servers: true });
    expect(fileRefusalIn('es', null, 'is too new')).toEqual({ text: 'is too new', servers: true });
    expect(fileRefusalIn('es', 'NEW' as FileRefusal, 'is too new')).toEqual({ text: 'is too new', servers: true });
  });
});

it.each([
  ['/a', {}, '', '/a'],
  ['/a', {}, '?lang=fr&call=pre_b', '/a?lang=fr'],
  ['/a', { call: 'pre_b' }, '?lang=fr', '/a?call=pre_b&lang=fr'],
])('%s with %j leads on from %j to %s', (path, parameters, search, want) => {
  expect(linkTo(path, parameters, search)).toBe(want);
});

it('a time is told once where both clocks show the same', () => {
  const speech = { language: 'en', words: languages.en } as const;
  const closes = '2026-11-19T22:59:59Z';
  expect(atTime(closes, speech, 'Europe/Paris')).toBe(`${inGeneva(closes, 'en')} (time in Geneva)`);
  expect(atTime(closes, speech, 'Asia/Tokyo')).toMatch(/ 23:59 \(time in Geneva; on your clock Friday,? 20 November 2026 at 07:59\)$/);
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
