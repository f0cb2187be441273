import { readFileSync } from 'node:fs';
import { type APIRequestContext, expect } from '@playwright/test';

/** Asks the server's API in a session of its own, and fails where anything is wrong. */
export async function ask<T>(request: APIRequestContext, query: string, variables = {}): Promise<T> {
  const response = await request.post('/graphql', { data: { query, variables } });
  const { data, errors } = await response.json();
  expect(errors, query).toBeUndefined();
  for (const payload of Object.values(data)) {
    expect((payload as { userErrors?: unknown[] } | null)?.userErrors ?? [], query).toEqual([]);
  }
  return data as T;
}

/** What the server has printed: samples print how their editor signs in. */
function printed(): string {
  const log = process.env.UPR_E2E_LOG;
  if (!log) throw new Error('set UPR_E2E_LOG to the file with what the server prints');
  return readFileSync(log, 'utf8');
}

/** Signs the editor of the sample in, who is a manager as well. */
export async function signInStaff(request: APIRequestContext): Promise<void> {
  const [, email, password] = /sign in as editor: (\S+), password (\S+) /.exec(printed()) ?? [];
  await ask(request, 'mutation($i: SignInInput!) { signIn(input: $i) { viewer { name } userErrors { message } } }', {
    i: { email, password },
  });
}

interface Letter {
  ID: string;
  Subject: string;
  Text: string;
}

/** Asks the mail server what it got, the latest first. */
async function letters(to: string): Promise<string[]> {
  const server = process.env.UPR_E2E_MAIL;
  if (!server) throw new Error('set UPR_E2E_MAIL to the address of a Mailpit that the server sends its mail to');
  const get = async <T>(path: string) => (await (await fetch(server + path)).json()) as T;
  const { messages } = await get<{ messages: Letter[] }>(`/api/v1/search?query=${encodeURIComponent(`to:"${to}"`)}`);
  const read = await Promise.all(messages.map(({ ID }) => get<Letter>(`/api/v1/message/${ID}`)));
  return read.map(({ Subject, Text }) => `${Subject}\n${Text}`);
}

/** Waits for a mail to somebody that has what is looked for, and gives the latest one. */
export async function mailed(to: string, what: RegExp): Promise<string> {
  let found: string | undefined;
  await expect
    .poll(
      async () => {
        found = (await letters(to)).map((text) => what.exec(text)?.[0]).find(Boolean);
        return found;
      },
      { message: `a mail to ${to} with ${what}`, timeout: 30_000 },
    )
    .toBeDefined();
  return found as string;
}

export interface Round {
  id: string;
  meetings: { id: string; stateUnderReview: string }[];
}

/** Opens the call for the Pre-sessions of a session: all States that have one are called. */
export async function openCall(request: APIRequestContext, session: number): Promise<Round> {
  const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
  const { createRound } = await ask<{ createRound: { round: Round } }>(
    request,
    `mutation($i: CreateRoundInput!) { createRound(input: $i) {
      round { id meetings { id stateUnderReview } } userErrors { field message } } }`,
    { i: { session, callOpens: day(-1), callCloses: day(20) } },
  );
  await ask(
    request,
    'mutation($i: AdvanceRoundInput!) { advanceRound(input: $i) { userErrors { field message } } }',
    { i: { id: createRound.round.id, revision: 1, to: 'CALL_OPEN' } },
  );
  return createRound.round;
}

/** Moves a registration, as staff. */
export async function move(request: APIRequestContext, id: string, to: string, more = {}): Promise<void> {
  const { desk } = await ask<{ desk: { registration: { revision: number } } }>(
    request,
    'query($id: ID!) { desk { registration(id: $id) { revision } } }',
    { id },
  );
  await ask(
    request,
    'mutation($i: MoveRegistrationInput!) { moveRegistration(input: $i) { userErrors { field message } } }',
    { i: { id, revision: desk.registration.revision, to, ...(['OFFERED', 'MERGED'].includes(to) ? { staged: false } : {}), ...more } },
  );
}

/** Changes a Pre-session, as staff. */
export async function changeMeeting(request: APIRequestContext, round: Round, id: string | undefined, input: Record<string, unknown>): Promise<void> {
  const { desk } = await ask<{ desk: { round: { meetings: { id: string; revision: number }[] } } }>(
    request,
    'query($id: ID!) { desk { round(id: $id) { meetings { id revision } } } }',
    { id: round.id },
  );
  const revision = desk.round.meetings.find((meeting) => meeting.id === id)?.revision;
  await ask(
    request,
    'mutation($i: ChangePreSessionInput!) { changePreSession(input: $i) { userErrors { field message } } }',
    { i: { id, revision, ...input } },
  );
}

/** Publishes the agenda of a round, with all of which it warns, once its decisions are released. */
export async function publishAgenda(request: APIRequestContext, { id }: Round): Promise<void> {
  const read = async () =>
    (
      await ask<{ desk: { round: { revision: number }; agenda: { warnings: { id: string }[] } } }>(
        request,
        'query($id: ID!) { desk { round(id: $id) { revision } agenda(round: $id) { warnings { id } } } }',
        { id },
      )
    ).desk;
  for (const to of ['CALL_CLOSED', 'DECISIONS_RELEASED']) {
    const { revision } = (await read()).round;
    await ask(
      request,
      'mutation($i: AdvanceRoundInput!) { advanceRound(input: $i) { userErrors { field message } } }',
      { i: { id, revision, to } },
    );
  }
  const { round, agenda } = await read();
  await ask(
    request,
    'mutation($i: PublishAgendaInput!) { publishAgenda(input: $i) { userErrors { field message } } }',
    { i: { round: id, revision: round.revision, acknowledged: agenda.warnings.map((warning) => warning.id) } },
  );
}

/** Invites Kenya's mission to a round, and gives the link of the mail. */
export async function invite(staff: APIRequestContext, round: string, address: string): Promise<string> {
  const { invite } = await ask<{ invite: { invitations: { id: string }[] } }>(
    staff,
    'mutation($i: InviteInput!) { invite(input: $i) { invitations { id } userErrors { field message } } }',
    { i: { round, invitees: [{ category: 'MISSION', state: 'KEN', address }] } },
  );
  const { desk } = await ask<{ desk: { outboxMessages: { nodes: { id: string }[] } } }>(
    staff,
    'query($about: ID!) { desk { outboxMessages(filter: { about: $about }) { nodes { id } } } }',
    { about: invite.invitations[0]?.id },
  );
  const drafts = desk.outboxMessages.nodes;
  await ask(
    staff,
    'mutation($i: MessagesInput!) { releaseMessages(input: $i) { userErrors { field message } } }',
    { i: { ids: drafts.map(({ id }) => id), reason: 'They were read.' } },
  );
  return mailed(address, /http\S+\/invitations#\S+/);
}
