import { type Example, parseExample } from './example.ts';

const queries = import.meta.glob<string>('./examples/*.graphql', {
  query: '?raw',
  import: 'default',
  eager: true,
});
const variables = import.meta.glob<string>('./examples/*.json', {
  query: '?raw',
  import: 'default',
  eager: true,
});

/** The files of examples/, in the order of their numbers. */
export const examples: Example[] = Object.entries(queries)
  .sort(([a], [b]) => a.localeCompare(b))
  .map(([file, query]) => parseExample(file, query, variables[file.replace(/graphql$/, 'json')]));
