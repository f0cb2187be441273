import { type APIRequestContext, expect, test } from '@playwright/test';
import { begin, checkPage, fillAnswers, SIGN_IN, state } from './applicant.ts';
import { ask, mailed, move, openCall, type Round, signInStaff } from './staff.ts';

test.use({ viewport: { width: 320, height: 640 }, locale: 'en-GB', timezoneId: 'Europe/Zurich' });

let staff: APIRequestContext;
let round: Round;

test.beforeAll(async ({ playwright, baseURL }) => {
  staff = await playwright.request.newContext({ baseURL });
  await signInStaff(staff);
  round = await openCall(staff, 7);
});

test.afterAll(() => staff.dispose());

test('who was merged withdraws alone, and the other one goes on', async ({ page, browser }) => {
  const other = await (await browser.newContext({ locale: 'en-GB' })).newPage();
  const joins = await begin(page, round, 'joins@example.org');
  const speaks = await begin(other, round, 'speaks@example.org');
  for (const [who, link] of [[page, joins], [other, speaks]] as const) {
    await who.goto(link);
    await fillAnswers(who);
    await who.getByRole('button', { name: 'Save and submit' }).click();
    await expect(state(who)).toContainText('Submitted, and under review');
  }
  const [id, into] = [joins, speaks].map((link) => link.replace(/.*\//, '')) as [string, string];
  await move(staff, id, 'MERGED', { into, agreement: 'Both wrote on Monday.' });
  await page.goto(joins);
  await expect(state(page)).toContainText('Another registration speaks for yours as well.');
  await checkPage(page);

  const withdraw = page.getByRole('button', { name: 'Withdraw the registration' });
  await withdraw.click();
  const asked = page.getByRole('group', { name: 'Withdraw the registration' });
  await expect(asked.getByLabel('How you were asked to')).toHaveCount(0); // they act for themselves
  await checkPage(page);
  await page.getByRole('button', { name: 'No, go back' }).click();
  await expect(withdraw).toBeFocused();
  await expect(state(page)).toContainText('Another registration speaks for yours as well.');
  await withdraw.click();
  await asked.getByRole('button', { name: 'Yes, withdraw' }).click();
  await expect(state(page)).toContainText('You have withdrawn it');
  await expect(withdraw).toHaveCount(0);
  await page.reload();
  await expect(state(page)).toContainText('You have withdrawn it');

  await mailed('speaks@example.org', /A joint registration has ended/);
  await other.reload();
  await expect(state(other)).toContainText('Submitted, and under review');
  await other.context().close();
  const { desk } = await ask<{ desk: { registration: { state: string; mergedInto: string | null } } }>(
    staff,
    'query($id: ID!) { desk { registration(id: $id) { state mergedInto } } }',
    { id },
  );
  expect(desk.registration).toEqual({ state: 'WITHDRAWN', mergedInto: null });
});

test('staff say how they were asked to invite an owner, who needs no reason any more', async ({ page, browser }) => {
  await signInStaff(page.request);
  const { registerOnBehalf } = await ask<{ registerOnBehalf: { application: { id: string } } }>(
    staff,
    'mutation($i: RegisterOnBehalfInput!) { registerOnBehalf(input: $i) { application { id } userErrors { field message } } }',
    { i: { preSession: round.meetings[0]?.id, organisation: 'No Account', reason: 'They telephoned.' } },
  );
  const address = `/registrations/${registerOnBehalf.application.id}`;
  await page.goto(address);
  const owners = page.getByRole('region', { name: 'Who owns this registration' });
  await owners.getByText('Invite an owner').click();
  const invite = owners.getByRole('form', { name: 'Invite an owner' });
  await invite.getByLabel('Name', { exact: true }).fill('Third');
  await invite.getByLabel('E-mail address').fill('third.owner@example.org');
  await invite.getByRole('button', { name: 'Invite' }).click();
  await expect(owners).not.toContainText('Invited, until'); // the browser asks for a reason
  const reason = invite.getByLabel('How you were asked to');
  await reason.fill('   ');
  await invite.getByRole('button', { name: 'Invite' }).click();
  await expect(reason).toHaveAccessibleDescription(/must say how/);
  await expect(reason).toBeFocused();
  await expect(owners).not.toContainText('Invited, until');
  await checkPage(page);
  await reason.fill('They gave the address by telephone.');
  await invite.getByRole('button', { name: 'Invite' }).click();
  await expect(owners).toContainText(/third\.owner@example\.org\s+Invited, until/);
  await checkPage(page);

  // Whoever comes by the link acts for themselves, and staff do not any more.
  const owner = await (await browser.newContext({ locale: 'en-GB' })).newPage();
  await owner.goto(await mailed('third.owner@example.org', SIGN_IN));
  await owner.getByRole('button', { name: 'Sign in' }).click();
  await expect(owner).not.toHaveURL(/sign-in\/link/);
  await owner.goto(address);
  const theirs = owner.getByRole('region', { name: 'Who owns this registration' });
  await theirs.getByText('Invite an owner').click();
  await expect(theirs.getByLabel('E-mail address')).toBeVisible();
  await expect(theirs.getByLabel('How you were asked to')).toHaveCount(0);
  await owner.context().close();
  await page.reload();
  await expect(page.getByRole('alert').first()).toContainText('No registration of yours');
});
