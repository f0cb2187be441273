import type { UserError } from './error.ts';

/**
 * The documents that these pages send, by their file's name. They are files, so that a server that
 * takes only registered documents can be given the folder.
 */
const documents = Object.fromEntries(
  Object.entries(
    import.meta.glob<string>('./documents/*.graphql', { query: '?raw', import: 'default', eager: true }),
  ).map(([path, text]) => [path.replace(/^.*\/|\.graphql$/g, ''), text]),
);

/** What the server refused, in its words. */
export class Refusal extends Error {
  readonly errors: UserError[];
  constructor(errors: UserError[]) {
    super(errors.map(({ message }) => message).join(' '));
    this.errors = errors;
  }
}

/** Whether something was refused because nobody is signed in any more. */
export const isSignedOut = (error: unknown) =>
  error instanceof Refusal && error.errors.some(({ code }) => code === 'UNAUTHENTICATED');

interface Answer<T> {
  data?: T | null;
  errors?: { message: string; extensions?: { code?: string } }[];
}

/** Asks by a document, in the session of the browser. Throws a Refusal. */
export async function ask<T>(document: string, variables: Record<string, unknown> = {}): Promise<T> {
  const query = documents[document];
  if (!query) throw new Error(`there is no document ${document}`);
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as Answer<T>;
  if (errors?.length || !data) {
    throw new Refusal(
      (errors ?? []).map(({ message, extensions }) => ({ field: '', message, code: extensions?.code ?? 'INTERNAL' })),
    );
  }
  return data;
}

/** Uploads a file with the permit that a document has got for it. Throws a Refusal. */
export async function upload(document: string, permit: string, file: File): Promise<void> {
  const body = new FormData();
  body.set('permit', permit); // comes first
  body.set('file', file);
  const response = await fetch('/files', { method: 'POST', body });
  if (response.ok) return;
  const { errors = [] } = (await response.json()) as Answer<never>;
  throw new Refusal(errors.map(({ message, extensions }) => ({ field: 'file', message, code: extensions?.code ?? 'INTERNAL', document })));
}

/** Changes something by a document with an input, and gives what was answered. Throws a Refusal. */
export async function change<T>(document: string, input?: Record<string, unknown>, more?: Record<string, unknown>): Promise<T> {
  const data = await ask<Record<string, T & { userErrors: UserError[] }>>(document, input && { input, ...more });
  const [payload] = Object.values(data);
  if (!payload || payload.userErrors.length > 0) {
    throw new Refusal((payload?.userErrors ?? []).map((error) => ({ ...error, document })));
  }
  return payload;
}
