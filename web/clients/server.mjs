// Where the server is that .ci/clients has started.
export const base = process.env.UPR_CLIENTS_URL;
if (!base) throw new Error('UPR_CLIENTS_URL names no server: run .ci/clients');
export const endpoint = `${base}/graphql`;
export const socket = endpoint.replace(/^http/, 'ws');

/** Asks as the simplest client does. */
export async function ask(query, variables) {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  return response.json();
}

/** Signs in as the sample's editor and returns what asks as them. */
export async function editor() {
  const password = process.env.UPR_CLIENTS_EDITOR;
  const begin = await fetch(endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      query: 'mutation($p: String!) { signIn(input: {email: "editor@example.org", password: $p}) { userErrors { message } } }',
      variables: { p: password },
    }),
  });
  const { data } = await begin.json();
  if (data.signIn.userErrors.length > 0) throw new Error(data.signIn.userErrors[0].message);
  const cookie = begin.headers.getSetCookie().map((c) => c.split(';')[0]).join('; ');
  return async (query, variables) => {
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie },
      body: JSON.stringify({ query, variables }),
    });
    const answer = await response.json();
    if (answer.errors) throw new Error(JSON.stringify(answer.errors));
    return answer.data;
  };
}

/** Corrects the text of a recommendation and returns its id: where somebody else does so just then, by their correction. */
async function correctSomething(as) {
  const { recommendations } = await as('{ recommendations(first: 1) { nodes { id text } } }');
  const [{ id, text }] = recommendations.nodes;
  const { desk } = await as('query($id: ID!) { desk { history(filter: {id: $id}, first: 1) { nodes { revision } } } }', { id });
  const { correctStatement } = await as(
    'mutation($i: CorrectStatementInput!) { correctStatement(input: $i) { userErrors { message code } } }',
    { i: { id, revision: desk.history.nodes[0].revision, text: `${text} Again.`, reason: 'A test of clients.' } },
  );
  const wrong = correctStatement.userErrors.find(({ code }) => code !== 'CONFLICT');
  if (wrong) throw new Error(wrong.message);
  return id;
}

/** Corrects again and again until a subscription, which does not say when it has begun, has an event; returns both. */
export async function correctUntil(as, first) {
  const heard = first.then((event) => ({ event }));
  for (;;) {
    const id = await correctSomething(as);
    const got = await Promise.race([heard, new Promise((done) => setTimeout(done, 500))]);
    if (got) return { id, event: got.event };
  }
}
