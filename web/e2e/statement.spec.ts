import { readFileSync } from 'node:fs';
import { type APIRequestContext, type Download, expect, type Page, test } from '@playwright/test';
import { begin, checkPage, fillAnswers, state } from './applicant.ts';
import { ask, invite, mailed, move, openCall, type Round, signInStaff } from './staff.ts';

test.use({ viewport: { width: 320, height: 640 }, locale: 'en-GB', timezoneId: 'Europe/Zurich', colorScheme: 'dark' });

let staff: APIRequestContext;
let round: Round;

test.beforeAll(async ({ playwright, baseURL }) => {
  staff = await playwright.request.newContext({ baseURL });
  await signInStaff(staff);
  round = await openCall(staff, 10);
});

test.afterAll(() => staff.dispose());

/** Has somebody apply and confirm a place, with a speaker of whom missions and the public may know all. */
async function confirmed(page: Page, email: string, of = round): Promise<string> {
  const link = await begin(page, of, email);
  const id = link.replace(/.*\//, '');
  const consents = ['PUBLIC', 'MISSIONS'].flatMap((audience) =>
    ['NAME', 'ORGANISATION', 'STATEMENT', 'ASKS'].map((item) => ({ audience, item })),
  );
  await ask(page.request, 'mutation($i: SaveParticipantInput!) { saveParticipant(input: $i) { userErrors { field message } } }', {
    i: { application: id, identity: { name: 'Ann Wombat' }, consents },
  });
  await page.goto(link);
  await fillAnswers(page);
  await page.getByRole('button', { name: 'Save and submit' }).click();
  await expect(state(page)).toContainText('Submitted, and under review');
  await move(staff, id, 'OFFERED');
  await page.reload();
  await page.getByLabel('I have looked at what the public will know').check();
  await page.getByRole('button', { name: 'Confirm the place' }).click();
  await expect(state(page)).toContainText('have confirmed it');
  return id;
}

/** Decides on the one statement of a registration. */
async function decide(registration: string, to: string): Promise<string> {
  const { desk } = await ask<{ desk: { statements: { id: string; revision: number }[] } }>(
    staff,
    'query($id: ID!) { desk { statements(registration: $id) { id revision } } }',
    { id: registration },
  );
  const [statement] = desk.statements;
  await ask(staff, 'mutation($i: DecideStatementInput!) { decideStatement(input: $i) { userErrors { field message } } }', {
    i: { ...statement, to },
  });
  return statement?.id ?? '';
}

/** Publishes the agenda of a round whose call is open, whatever it warns of. */
async function publishAgenda({ id }: Round): Promise<void> {
  const read = async () => {
    const { desk } = await ask<{ desk: { round: { revision: number }; agenda: { warnings: { id: string }[] } } }>(
      staff,
      'query($id: ID!) { desk { round(id: $id) { revision } agenda(round: $id) { warnings { id } } } }',
      { id },
    );
    return { revision: desk.round.revision, acknowledged: desk.agenda.warnings.map((warning) => warning.id) };
  };
  for (const to of ['CALL_CLOSED', 'DECISIONS_RELEASED']) {
    const { revision } = await read();
    await ask(staff, 'mutation($i: AdvanceRoundInput!) { advanceRound(input: $i) { userErrors { field message } } }', { i: { id, revision, to } });
  }
  await ask(staff, 'mutation($i: PublishAgendaInput!) { publishAgenda(input: $i) { userErrors { field message } } }', {
    i: { round: id, ...(await read()) },
  });
}

test('a statement is read by a mission, and what it asks is confirmed or contested', async ({ page, browser }) => {
  const email = 'speaker@example.org';
  const id = await confirmed(page, email);
  await page.getByText('Hand a statement in').first().click();
  const handIn = page.getByRole('form', { name: 'Hand a statement in' });
  await handIn.getByLabel('Title').fill('Water for all');
  await handIn.getByLabel('File').setInputFiles({ name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from('We ask for water.') });
  await handIn.getByRole('button', { name: 'Hand a statement in' }).click();
  await expect(page.getByRole('region', { name: 'Water for all' })).toContainText('handed in');
  await expect(() => decide(id, 'ACCEPTED')).toPass(); // once metadata is removed
  const statement = await decide(id, 'MISSIONS_ONLY');

  // A mission opens the file from the page of its invitation, and its key stands in no address.
  const link = await invite(staff, round.id, 'water@kenya.example.org');
  const token = link.replace(/.*#/, '');
  const visitor = await browser.newContext({ locale: 'en-GB', viewport: { width: 320, height: 640 }, colorScheme: 'dark' });
  const mission = await visitor.newPage();
  const addresses: string[] = [];
  visitor.on('request', (request) => addresses.push(request.url().replace(/#.*/, '')));
  await mission.goto(link);
  const held = mission.locator('details.card').first();
  await held.locator('summary').first().click();
  await held.getByRole('button', { name: 'Statements that you may read' }).click();
  const read = held.getByRole('button', { name: 'Read Water for all, Rights Now, EN, TEXT' });
  await expect(read).toBeVisible();
  await checkPage(mission);
  const opened = visitor.waitForEvent('response', (response) => response.url().endsWith(`/statements/${statement}`));
  const saved = new Promise<Download>((resolve) => {
    mission.on('download', resolve);
    visitor.on('page', (tab) => tab.on('download', resolve)); // which closes, as there is nothing to show in it
  });
  await read.click();
  expect((await opened).headers()['cache-control']).toContain('no-store');
  expect(readFileSync(await (await saved).path(), 'utf8')).toBe('We ask for water.');
  expect(addresses.filter((address) => address.includes(token))).toEqual([]);
  await visitor.close();

  // Once the meeting has begun, and somebody has spoken, what they ask is taken from the statement.
  const { desk } = await ask<{ desk: { round: { meetings: { id: string; revision: number }[] } } }>(
    staff,
    'query($id: ID!) { desk { round(id: $id) { meetings { id revision } } } }',
    { id: round.id },
  );
  const meeting = desk.round.meetings.find((one) => one.id === round.meetings[0]?.id);
  await ask(staff, 'mutation($i: ChangePreSessionInput!) { changePreSession(input: $i) { userErrors { field message } } }', {
    i: { ...meeting, startsAt: new Date(Date.now() + 15_000).toISOString() },
  });
  await expect(() => move(staff, id, 'SPOKE')).toPass();
  const texts = ['Bring water to every village.', 'Publish what is measured.'];
  const { issues } = await ask<{ issues: { code: string }[] }>(staff, '{ issues { code } }');
  for (const text of texts) {
    await ask(staff, 'mutation($i: AddAskInput!) { addAsk(input: $i) { userErrors { field message } } }', {
      i: { statement, wording: { text, issue: issues[0]?.code, addressedState: 'FRA' } },
    });
  }
  await mailed(email, /[Tt]hank/);
  await page.reload();
  await expect(state(page)).toContainText('You have spoken');
  const asks = page.getByRole('region', { name: 'What you ask of States' });
  const one = (text: string | undefined) => asks.locator('.card').filter({ hasText: text });
  await expect(one(texts[0])).toContainText('France. waits for you');
  await checkPage(page);
  await one(texts[0]).getByRole('button', { name: 'The wording is right' }).press('Enter');
  await expect(one(texts[0])).toContainText('confirmed');
  await expect(one(texts[0]).getByRole('button', { name: 'The wording is right' })).toHaveCount(0);

  const contested = one(texts[1]);
  await contested.getByText('Ask for another wording').first().click();
  const form = contested.getByRole('form', { name: 'Ask for another wording' });
  await form.getByLabel('What is to be changed').fill('   ');
  await form.getByRole('button', { name: 'Ask for another wording' }).click();
  await expect(form.getByLabel('What is to be changed')).toHaveAccessibleDescription(/must say something/);
  await form.getByLabel('What is to be changed').fill('Say who publishes it.');
  await form.getByRole('button', { name: 'Ask for another wording' }).click();
  await expect(contested).toContainText('you want another wording');
  await checkPage(page);
  await page.reload();
  await expect(one(texts[0])).toContainText('confirmed');
  await expect(one(texts[1])).toContainText('you want another wording');
});

test('who withdraws keeps a statement that is published, where they say so', async ({ page }) => {
  const of = await openCall(staff, 8);
  const [meeting] = of.meetings;
  const id = await confirmed(page, 'keeps@example.org', of);
  await page.getByText('Hand a statement in').first().click();
  const handIn = page.getByRole('form', { name: 'Hand a statement in' });
  await handIn.getByLabel('Title').fill('Water for all');
  await handIn.getByLabel('File').setInputFiles({ name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from('We ask for water.') });
  await handIn.getByRole('button', { name: 'Hand a statement in' }).click();
  await expect(page.getByRole('region', { name: 'Water for all' })).toContainText('handed in');

  // Before it is published there is nothing to keep, and nothing is asked.
  const withdraw = page.getByRole('button', { name: 'Withdraw the registration' });
  const keep = page.getByLabel('What is published of the statement stays');
  await withdraw.click();
  await expect(page.getByRole('button', { name: 'Yes, withdraw' })).toBeVisible();
  await expect(keep).toHaveCount(0);
  await page.getByRole('button', { name: 'No, go back' }).click();

  const { desk } = await ask<{ desk: { round: { meetings: { id: string; revision: number }[] } } }>(
    staff,
    'query($id: ID!) { desk { round(id: $id) { meetings { id revision } } } }',
    { id: of.id },
  );
  await ask(staff, 'mutation($i: ChangePreSessionInput!) { changePreSession(input: $i) { userErrors { field message } } }', {
    i: { ...desk.round.meetings.find((one) => one.id === meeting?.id), startsAt: new Date(Date.now() + 9 * 86_400_000).toISOString(), room: 'XX', state: 'SCHEDULED' },
  });
  await publishAgenda(of);
  await expect(() => decide(id, 'ACCEPTED')).toPass(); // once metadata is removed
  const statement = await decide(id, 'PUBLISHED');
  await page.reload();
  await withdraw.click();
  await keep.check();
  await checkPage(page);
  await page.getByRole('button', { name: 'Yes, withdraw' }).click();
  await expect(state(page)).toContainText('You have withdrawn it');
  const { desk: after } = await ask<{ desk: { statements: { id: string; state: string }[] } }>(
    staff,
    'query($id: ID!) { desk { statements(registration: $id) { id state } } }',
    { id },
  );
  expect(after.statements).toEqual([{ id: statement, state: 'PUBLISHED' }]);
  await expect(async () => {
    const { meetings } = await ask<{ meetings: { statements: { path: string }[] }[] }>(page.request, '{ meetings(session: 8) { statements { path } } }');
    const [published] = meetings.flatMap(({ statements }) => statements);
    expect(await (await page.request.get(published?.path ?? '')).text()).toBe('We ask for water.');
  }).toPass();
});
