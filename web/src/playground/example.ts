/** A query to start from. Its name is the file's name without number and ending. */
export interface Example {
  file: string;
  title: string;
  explanation: string;
  query: string;
  /** JSON text, absent where the query takes no variables. */
  variables?: string;
}

/**
 * Reads an example. The comment lines before the query are the title (the
 * first) and the explanation (the others); they stay in the query that is shown.
 */
export function parseExample(file: string, query: string, variables?: string): Example {
  const [title, ...explanation] = leadingComment(query);
  if (!title || explanation.length === 0) {
    throw new Error(`${file}: begin with two comment lines, the title and the explanation`);
  }
  return { file, title, explanation: explanation.join(' '), query, variables: variables?.trim() };
}

function leadingComment(query: string): string[] {
  const lines = query.split('\n');
  const end = lines.findIndex((line) => !line.startsWith('#'));
  return lines.slice(0, end).map((line) => line.replace(/^#\s*/, '').trim());
}
