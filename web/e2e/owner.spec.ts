import { type APIRequestContext, expect, test } from '@playwright/test';
import { begin, checkPage, fillAnswers, SIGN_IN, state } from './applicant.ts';
import { ask, mailed, move, openCall, type Round, signInStaff } from './staff.ts';

test.use({ viewport: { width: 320, height: 640 }, locale: 'en-GB', timezoneId: 'Europe/Zurich' });

let staff: APIRequestContext;
let round: Round;

test.beforeAll(async ({ playwright, baseURL }) => {
  staff = await playwright.request.newContext({ baseURL });
  await signInStaff(staff);
  round = await openCall(staff, 9);
});

test.afterAll(() => staff.dispose());

test('owners invite each other, say when they can, agree to a merger, and read why they are not selected', async ({ page, browser }) => {
  const first = 'first.owner@example.org';
  const second = 'second.owner@example.org';
  const link = await begin(page, round, first);
  const id = link.replace(/.*\//, '');
  await page.goto(link);
  const owners = page.getByRole('region', { name: 'Who owns this registration' });
  await expect(owners).toContainText(`${first} (you) We write to this address.`);
  await expect(owners.getByRole('button', { name: /^Remove/ })).toHaveCount(0); // the last one
  await expect(page.getByRole('region', { name: 'Speaking together with others' })).toHaveCount(0);
  await owners.getByText('Invite an owner').click();
  const invite = owners.getByRole('form', { name: 'Invite an owner' });
  await invite.getByLabel('Name', { exact: true }).fill('First');
  await invite.getByLabel('E-mail address').fill(first);
  await invite.getByRole('button', { name: 'Invite' }).click();
  await expect(invite.getByLabel('E-mail address')).toHaveAccessibleDescription(/owns it already/);
  await invite.getByLabel('Name', { exact: true }).fill('Second');
  await invite.getByLabel('E-mail address').fill(second);
  await invite.getByRole('button', { name: 'Invite' }).click();
  await expect(owners).toContainText(/second\.owner@example\.org\s+Invited, until .* \(time in Geneva\)/);
  await checkPage(page);

  // Whoever signs in by the link owns it as well, and is removed by being asked about once more.
  const other = await (await browser.newContext({ locale: 'en-GB' })).newPage();
  await other.goto(await mailed(second, SIGN_IN));
  await other.getByRole('button', { name: 'Sign in' }).click();
  await expect(other).not.toHaveURL(/sign-in\/link/);
  await other.goto(link);
  await fillAnswers(other);
  await other.getByRole('button', { name: 'Save and submit' }).click();
  await expect(state(other)).toContainText('Submitted, and under review');
  await other.getByLabel('When who speaks can, and cannot').fill('In the mornings.');
  await other.getByRole('form', { name: 'When they can speak' }).getByRole('button', { name: 'Save' }).click();
  await expect(other.getByText('Saved.')).toBeVisible();
  await page.reload();
  await expect(page.getByLabel('When who speaks can, and cannot')).toHaveValue('In the mornings.');

  const merger = page.getByRole('region', { name: 'Speaking together with others' });
  await merger.locator('summary').click();
  const agree = merger.getByRole('form', { name: 'Agree to a merger' });
  const own = /UPR-\w+/.exec(await page.getByRole('main').innerText())?.[0] ?? '';
  await agree.getByLabel('Reference of the other registration').fill(own);
  await agree.getByRole('button', { name: 'Agree to a merger' }).click();
  await expect(agree.getByLabel('Reference of the other registration')).toHaveAccessibleDescription(/own/);
  await agree.getByLabel('Reference of the other registration').fill('upr-abcdefgh');
  await agree.getByRole('button', { name: 'Agree to a merger' }).click();
  await expect(merger).toContainText('You agree to be merged with UPR-ABCDEFGH.');
  await checkPage(page);
  await merger.getByRole('button', { name: 'Take the agreement back' }).click();
  await expect(merger).not.toContainText('You agree to be merged');

  await owners.getByRole('button', { name: `Remove ${second}` }).click();
  await expect(owners.getByText('This person sees nothing of the registration')).toBeFocused();
  await checkPage(page);
  await owners.getByRole('button', { name: 'Yes, remove' }).click();
  await expect(owners).not.toContainText(second);
  await other.reload();
  await expect(other.getByRole('alert').first()).toContainText('No registration of yours');
  await other.context().close();

  // Why it is not selected is read with the release, and not before.
  await move(staff, id, 'NOT_SELECTED', { staged: true, outcome: 'COVERED_BY_OTHERS', feedback: 'Two others speak of water.' });
  await page.reload();
  await expect(state(page)).toContainText('Submitted, and under review');
  await expect(page.getByText('Two others speak of water.')).toHaveCount(0);
  await ask(staff, 'mutation($i: ReleaseDecisionsInput!) { releaseDecisions(input: $i) { userErrors { field message } } }', {
    i: { round: round.id, expected: 1 },
  });
  await page.reload();
  await expect(state(page)).toContainText('Not selected to speak. Others speak of the same.');
  await expect(page.getByRole('heading', { name: 'What UPR Info says of that' })).toBeVisible();
  await expect(page.getByText('Two others speak of water.')).toBeVisible();
  await expect(page.getByLabel('When who speaks can, and cannot')).toHaveCount(0);
  await checkPage(page);
});

test('who waits says how to reach a speaker, and when they can', async ({ page }) => {
  const link = await begin(page, round, 'waits@example.org');
  const id = link.replace(/.*\//, '');
  await ask(page.request, 'mutation($i: SaveParticipantInput!) { saveParticipant(input: $i) { userErrors { field message } } }', {
    i: { application: id, identity: { name: 'Ann Wombat', position: 'Lawyer' } },
  });
  await page.goto(link);
  await fillAnswers(page);
  await page.getByRole('button', { name: 'Save and submit' }).click();
  await expect(state(page)).toContainText('Submitted, and under review');
  await move(staff, id, 'WAITLISTED', { staged: true, rank: 1 });
  await ask(staff, 'mutation($i: ReleaseDecisionsInput!) { releaseDecisions(input: $i) { userErrors { field message } } }', {
    i: { round: round.id, expected: 1 },
  });
  await page.reload();
  await expect(state(page)).toContainText('On the waiting list');
  await page.getByLabel('When who speaks can, and cannot').fill('Not on Friday.');
  await page.getByRole('form', { name: 'When they can speak' }).getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Saved.')).toBeVisible();
  const card = page.getByRole('region', { name: 'Speaker 1' });
  await card.locator('summary').filter({ hasText: 'Change this speaker' }).click();
  const form = card.getByRole('form', { name: 'Change this speaker' });
  await expect(form.getByLabel('Name', { exact: true })).toHaveCount(0);
  await form.getByLabel('Telephone', { exact: false }).first().fill('+41 22 000 00 00');
  await checkPage(page);
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Saved.')).toBeVisible();
  await page.reload();
  await expect(page.getByLabel('When who speaks can, and cannot')).toHaveValue('Not on Friday.');
  await card.locator('summary').filter({ hasText: 'Change this speaker' }).click();
  await expect(form.getByLabel('Telephone', { exact: false }).first()).toHaveValue('+41 22 000 00 00');
  await expect(card.getByRole('heading', { name: 'Ann Wombat' })).toBeVisible();
});

test('staff confirm and withdraw in the place of who has no account, and say how they were asked to', async ({ page }) => {
  await signInStaff(page.request);
  const { registerOnBehalf } = await ask<{ registerOnBehalf: { application: { id: string } } }>(
    staff,
    'mutation($i: RegisterOnBehalfInput!) { registerOnBehalf(input: $i) { application { id } userErrors { field message } } }',
    { i: { preSession: round.meetings[0]?.id, organisation: 'No Account', reason: 'They telephoned.' } },
  );
  const { id } = registerOnBehalf.application;
  await page.goto(`/registrations/${id}`);
  await fillAnswers(page);
  await page.getByText('Add a speaker').click();
  const speaker = page.getByRole('form', { name: 'Add a speaker' });
  await speaker.getByLabel('Name', { exact: true }).fill('Ann Wombat');
  await speaker.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('region', { name: 'Speaker 1' })).toBeVisible();
  await page.getByRole('button', { name: 'Save and submit' }).click();
  await expect(state(page)).toContainText('Submitted, and under review');
  await move(staff, id, 'OFFERED');
  await page.reload();
  const confirm = page.getByRole('form', { name: 'Confirm' });
  await confirm.getByLabel('I have looked at what the public will know').check();
  await confirm.getByLabel('How you were asked to').fill('   ');
  await confirm.getByRole('button', { name: 'Confirm the place' }).click();
  await expect(confirm.getByLabel('How you were asked to')).toHaveAccessibleDescription(/must say how/);
  await checkPage(page);
  await confirm.getByLabel('How you were asked to').fill('They telephoned again.');
  await confirm.getByRole('button', { name: 'Confirm the place' }).click();
  await expect(state(page)).toContainText('have confirmed it');

  await page.getByRole('button', { name: 'Withdraw the registration' }).click();
  const asked = page.getByRole('group', { name: 'Withdraw the registration' });
  await asked.getByRole('button', { name: 'Yes, withdraw' }).click();
  await expect(asked.getByLabel('How you were asked to')).toHaveAccessibleDescription(/must say how/);
  await checkPage(page);
  await asked.getByLabel('How you were asked to').fill('By a letter.');
  await asked.getByRole('button', { name: 'Yes, withdraw' }).click();
  await expect(state(page)).toContainText('You have withdrawn it');
  const { desk } = await ask<{ desk: { registration: { decisions: { to: string; reason: string }[] } } }>(
    staff,
    'query($id: ID!) { desk { registration(id: $id) { decisions { to reason } } } }',
    { id },
  );
  const reasons = desk.registration.decisions.filter(({ to }) => to === 'CONFIRMED' || to === 'WITHDRAWN').map(({ reason }) => reason);
  expect(reasons).toEqual(['They telephoned again.', 'By a letter.']);
});
