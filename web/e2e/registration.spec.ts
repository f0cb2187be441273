import { type APIRequestContext, expect, test } from '@playwright/test';
import { begin, checkPage, fillAnswers, SIGN_IN_AGAIN, state } from './applicant.ts';
import { changeMeeting, mailed, move, openCall, publishAgenda, type Round, signInStaff } from './staff.ts';

test.use({ viewport: { width: 320, height: 640 }, locale: 'en-GB', timezoneId: 'Europe/Zurich' });

let staff: APIRequestContext;
let round: Round;

test.beforeAll(async ({ playwright, baseURL }) => {
  staff = await playwright.request.newContext({ baseURL });
  await signInStaff(staff);
  round = await openCall(staff, 13);
});

test.afterAll(() => staff.dispose());

test('an applicant follows mailed links, from a draft to a confirmed place, and withdraws', async ({ page, browser }) => {
  const complaints: string[] = [];
  page.on('console', (message) => {
    const refusedFile = message.location().url.endsWith('/files'); // browsers complain of each 400
    if (message.type() === 'error' && !refusedFile) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  const email = 'ann@example.org';
  const other = await browser.newContext();
  const link = await begin(await other.newPage(), round, email);
  await other.close();

  // In a browser in which nobody has signed in, the link leads here again.
  await page.goto(link);
  await expect(page).toHaveTitle('Sign in – UPR Info');
  await page.getByLabel('E-mail address').fill(email);
  await page.getByRole('button', { name: 'Send me a link' }).click();
  await expect(page.getByText('a link is on its way')).toBeVisible();
  await page.goto(await mailed(email, SIGN_IN_AGAIN));
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page).toHaveURL(`${link}?lang=en`); // that of the account
  await expect(state(page)).toContainText('Not submitted yet');
  await expect(page.getByText(/submit by .* 23:59 \(time in Geneva\)/)).toBeVisible();
  await checkPage(page);

  // What is missing is said.
  await page.getByRole('button', { name: 'Save and submit' }).click();
  await expect(page.getByLabel('Name of the organisation')).toHaveAccessibleDescription(/is missing/);
  await expect(page.getByLabel('Name of the organisation')).toBeFocused();
  await fillAnswers(page);
  const aims = page.getByLabel('What you want to say');
  await aims.fill('word '.repeat(201));
  await page.getByRole('button', { name: 'Save', exact: true }).first().click();
  await expect(aims).toHaveAccessibleDescription(/201 words/);
  await expect(aims).toBeFocused();
  await aims.fill('To speak of what we see.');

  await page.getByText('Add a speaker').click();
  const speaker = page.getByRole('form', { name: 'Add a speaker' });
  await speaker.getByLabel('Name', { exact: true }).fill('Ann Wombat');
  await speaker.getByRole('button', { name: 'Save' }).click();
  const card = page.getByRole('region', { name: 'Speaker 1' });
  await expect(card).toContainText('What the public will know: nothing.');
  await card.getByText('What may be shown to whom').click();
  await card.getByRole('group', { name: 'The public' }).getByLabel('Name').check();
  await card.getByRole('button', { name: 'Save what may be shown' }).click();
  await expect(card).toContainText('What the public will know: Ann Wombat');
  await checkPage(page);

  await page.getByRole('button', { name: 'Save and submit' }).click();
  await expect(state(page)).toContainText('Submitted, and under review');
  const id = link.replace(/.*\//, '');

  // Questions are answered.
  const respondBy = new Date(Date.now() + 5 * 86_400_000).toISOString();
  await move(staff, id, 'CHANGES_REQUESTED', { questions: 'Who are your members?', respondBy });
  await page.goto(await mailed(email, /(?<=A question[^]*)http\S+\/registrations\/reg_\w+/));
  await expect(page.getByText('Who are your members?')).toBeVisible();
  await expect(page.getByText(/Answer by .* \(time in Geneva\)/)).toBeVisible();
  await page.getByRole('button', { name: 'Save and send the answers' }).click();
  await expect(state(page)).toContainText('Submitted, and under review');

  // A place is confirmed, and given back.
  await move(staff, id, 'OFFERED');
  await page.goto(await mailed(email, /(?<=confirm or decline by[^]*)http\S+\/registrations\/reg_\w+/));
  await expect(state(page)).toContainText('You are offered a place');
  await expect(page.getByText(/Confirm or decline by .* \(time in Geneva\)/)).toBeVisible();
  await expect(page.getByText('No delegation of the State under review is registered so far.')).toBeVisible();
  await expect(page.getByRole('link', { name: 'How to protect yourself' })).toHaveAttribute('href', /^https:/);
  await page.getByLabel('I have looked at what the public will know').check();
  await page.getByRole('button', { name: 'Confirm the place' }).click();
  await expect(state(page)).toContainText('have confirmed it');
  await expect(state(page)).toBeFocused();
  await page.getByRole('button', { name: 'Ask for a letter of invitation' }).click();
  await expect(page.getByText(/You asked for a letter of invitation on /)).toBeVisible();

  // What is refused can be sent again, as another file.
  await page.getByText('Hand a statement in').first().click();
  const handIn = page.getByRole('form', { name: 'Hand a statement in' });
  await handIn.getByLabel('Title').fill('Water for all');
  await handIn.getByLabel('File').setInputFiles({ name: 'a.exe', mimeType: 'text/plain', buffer: Buffer.from('MZ\0\0') });
  await handIn.getByRole('button', { name: 'Hand a statement in' }).click();
  await expect(handIn.getByLabel('File')).toHaveAccessibleDescription(/./);
  await handIn.getByLabel('File').setInputFiles({ name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from('We ask for water.') });
  await handIn.getByRole('button', { name: 'Hand a statement in' }).click();
  await expect(page.getByRole('region', { name: 'Water for all' })).toContainText('handed in');

  await page.getByRole('button', { name: 'Withdraw the registration' }).click();
  await page.getByRole('button', { name: 'No, go back' }).click();
  await expect(state(page)).toContainText('have confirmed it');
  await page.getByRole('button', { name: 'Withdraw the registration' }).click();
  await page.getByRole('button', { name: 'Yes, withdraw' }).click();
  await expect(state(page)).toContainText('You have withdrawn it');
  await checkPage(page);
  expect(complaints).toEqual([]);

  // What is withdrawn stays so, takes nothing more, and keeps nobody from beginning anew.
  await page.reload();
  await expect(state(page)).toContainText('You have withdrawn it');
  await expect(page.getByText('You do not need to do anything now.')).toBeVisible();
  await expect(page.getByRole('button', { name: /submit|Withdraw|Save$/ })).toHaveCount(0);
  await expect(page.getByText('Hand a statement in')).toHaveCount(0);
  await mailed(email, /withdrawn/);
  await page.goto(`/registrations?call=${round.meetings[0]?.id}`);
  await page.getByRole('button', { name: 'Begin the registration' }).click();
  await expect(state(page)).toContainText('Not submitted yet');
  expect(page.url()).not.toContain(id);
});

test('a registration is shown to its applicant alone', async ({ page, browser }) => {
  const other = await browser.newContext();
  const link = await begin(await other.newPage(), round, 'bob@example.org');
  await other.close();
  const own = await begin(page, round, 'eve@example.org');
  await page.goto(link);
  await expect(page.getByRole('alert').first()).toContainText('No registration of yours');
  await page.goto('/registrations');
  await expect(page.getByRole('main').getByRole('link', { name: /^Pre-session on/ }).and(page.locator(`[href^="${new URL(own).pathname}"]`))).toHaveCount(1);
  await expect(page.locator(`[href^="${new URL(link).pathname}"]`)).toHaveCount(0);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByRole('heading', { name: 'Speak at a Pre-session' })).toBeVisible();
  await expect(page.getByRole('form', { name: 'Sign in' })).toBeVisible();
});

test('who is protected is not shown again, and a lower level is asked for', async ({ page }) => {
  await page.goto(await begin(page, round, 'pat@example.org'));
  await page.getByText('Add a speaker').click();
  const form = page.getByRole('form', { name: 'Add a speaker' });
  await form.getByLabel('Name', { exact: true }).fill('Secret Numbat');
  await form.getByLabel('Protection').selectOption('2');
  await form.getByRole('button', { name: 'Save' }).click();
  const card = page.getByRole('region', { name: 'Speaker 1' });
  await expect(card).toContainText('What the public will know: nothing.');
  await card.getByText('Protection', { exact: true }).first().click();
  await card.getByRole('form', { name: 'Protection' }).getByLabel('Protection').selectOption('0');
  await card.getByRole('button', { name: 'Set the protection' }).click();
  await expect(card).toContainText('Level 0 was asked for.');
  await card.getByText('Change this speaker').click();
  await expect(card.getByLabel('Name', { exact: true }).last()).toHaveValue('');
  expect(await page.content()).not.toContain('Numbat');

  await card.getByRole('button', { name: 'Remove this speaker' }).click();
  await card.getByRole('button', { name: 'Yes, remove' }).click();
  await expect(card).toHaveCount(0);
});

test('an applicant declines an offer, which is asked once more', async ({ page }) => {
  const email = 'dan@example.org';
  const link = await begin(page, round, email);
  await page.goto(link);
  await fillAnswers(page);
  await page.getByRole('button', { name: 'Save and submit' }).click();
  await expect(state(page)).toContainText('Submitted, and under review');
  await move(staff, link.replace(/.*\//, ''), 'OFFERED');
  await page.goto(await mailed(email, /(?<=confirm or decline by[^]*)http\S+\/registrations\/reg_\w+/));
  await expect(state(page)).toContainText('You are offered a place');
  await checkPage(page);

  // Nobody is named yet, and the place cannot be confirmed so.
  await page.getByLabel('I have looked at what the public will know').check();
  await page.getByRole('button', { name: 'Confirm the place' }).click();
  await expect(page.getByRole('form', { name: 'Confirm' }).getByRole('alert')).toContainText('participants: are none');
  const decline = page.getByRole('button', { name: 'Decline the place' });
  await decline.press('Enter');
  await expect(page.getByText('You cannot take this back.')).toBeFocused();
  await page.getByRole('button', { name: 'No, go back' }).press('Enter');
  await expect(decline).toBeFocused();
  await expect(state(page)).toContainText('You are offered a place');
  await decline.press('Enter');
  await page.getByRole('button', { name: 'Yes, decline' }).press('Enter');
  await expect(state(page)).toContainText('You have withdrawn it');
  await expect(state(page)).toBeFocused();
  await expect(page.getByRole('button', { name: 'Confirm the place' })).toHaveCount(0);
  await checkPage(page);
});

test('who has a place reads when and where it is, subscribes to it, and reads that it is postponed', async ({ page, request }) => {
  const email = 'mia@example.org';
  const of = await openCall(staff, 6);
  const [meeting] = of.meetings;
  const link = await begin(page, of, email);
  await page.goto(link);
  await fillAnswers(page);
  await page.getByText('Add a speaker').click();
  const speaker = page.getByRole('form', { name: 'Add a speaker' });
  await speaker.getByLabel('Name', { exact: true }).fill('Mia Potoroo');
  await speaker.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('region', { name: 'Speaker 1' })).toBeVisible();
  await page.getByRole('button', { name: 'Save and submit' }).click();
  await expect(state(page)).toContainText('Submitted, and under review');
  await move(staff, link.replace(/.*\//, ''), 'OFFERED');
  await page.goto(await mailed(email, /(?<=confirm or decline by[^]*)http\S+\/registrations\/reg_\w+/));
  await expect(state(page)).toContainText('You are offered a place');
  await expect(page.getByRole('region', { name: 'Your own calendar' })).toHaveCount(0);
  await page.getByLabel('I have looked at what the public will know').check();
  await page.getByRole('button', { name: 'Confirm the place' }).click();
  await expect(state(page)).toContainText('have confirmed it');

  // What is planned is not told before it is published.
  const startsAt = `${new Date().getUTCFullYear() + 1}-01-20T09:00:00Z`;
  await changeMeeting(staff, of, meeting?.id, { startsAt, room: 'Room XXI', mode: 'HYBRID', state: 'SCHEDULED' });
  const when = page.getByRole('region', { name: 'When and where' });
  const planned = page.waitForResponse(async (response) => (await response.text().catch(() => '')).includes('"postponements"'));
  await page.reload();
  await planned;
  await expect(state(page)).toContainText('have confirmed it');
  await expect(when).toHaveText(/The time and the room will follow\.$/);

  await publishAgenda(staff, of);
  await expect(async () => {
    await page.reload();
    await expect(when).toContainText(/20 January \d{4} at 10:00 \(time in Geneva\), 60 minutes, Room XXI\s*In person and online/, { timeout: 2_000 });
  }).toPass();
  await checkPage(page);
  await when.getByRole('link', { name: 'The whole agenda' }).click();
  await expect(page.getByRole('heading', { name: 'Pre-sessions before session 6' })).toBeVisible();
  await expect(page.locator('body')).toContainText('Room XXI');
  await page.goBack();

  // Mail about a changed agenda asks to say here where the time does not suit.
  const can = page.getByRole('form', { name: 'When they can speak' });
  await can.getByRole('textbox').fill('Not before noon.');
  await can.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Saved.')).toBeVisible();
  await page.reload();
  await expect(can.getByRole('textbox')).toHaveValue('Not before noon.');

  // Its address is made, shown once, and ends the one before.
  const calendar = page.getByRole('region', { name: 'Your own calendar' });
  const make = async () => {
    await calendar.getByRole('button', { name: 'Make an address' }).click();
    await expect(calendar.getByText('it is not shown again')).toBeFocused();
    await expect(calendar.getByRole('button')).toHaveCount(0);
    const address = await calendar.getByText(/^http\S+\/calendar\/own\/\w+\.ics$/).textContent();
    return new URL(address ?? '').pathname;
  };
  const first = await make();
  await checkPage(page);
  const entry = await (await request.get(first)).text();
  expect(entry).toContain(`DTSTART:${startsAt.replace(/[-:]/g, '')}`);
  await page.reload();
  await expect(calendar.getByText('The address is a secret')).toBeVisible();
  await expect(page.getByText('/calendar/own/')).toHaveCount(0);
  const second = await make();
  expect(second).not.toBe(first);
  expect((await request.get(first)).status()).toBe(404);
  expect((await request.get(second)).status()).toBe(200);

  // The time that it had is not taken for the one that it has.
  await changeMeeting(staff, of, meeting?.id, { state: 'POSTPONED', reason: 'The building is closed.' });
  await expect(async () => {
    await page.reload();
    await expect(when).toContainText('The Pre-session is postponed.', { timeout: 2_000 });
  }).toPass();
  await expect(when).not.toContainText('10:00');
  await checkPage(page);

  // No calendar knows of who is protected.
  const card = page.getByRole('region', { name: 'Speaker 1' });
  await card.getByText('Protection', { exact: true }).first().click();
  await card.getByRole('form', { name: 'Protection' }).getByLabel('Protection').selectOption('2');
  await card.getByRole('button', { name: 'Set the protection' }).click();
  await expect(calendar).toContainText('no calendar may know of that');
  await expect(calendar.getByRole('button')).toHaveCount(0);

  // Nothing is asked of who has a place at one that is not held.
  await expect(page.getByText('Hand a statement in').first()).toBeVisible();
  await changeMeeting(staff, of, meeting?.id, { state: 'NOT_HELD', reason: 'The building is closed.' });
  await page.reload();
  await expect(state(page)).toHaveText(/^The Pre-session is not held\.\s*$/);
  await expect(page.getByText('You do not need to do anything now.')).toBeVisible();
  await expect(page.getByText('Hand a statement in')).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Ask for a letter of invitation' })).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Withdraw the registration' })).toBeVisible();
  await checkPage(page);
});

test('the page is in the language of the reader', async ({ page }) => {
  await page.goto('/registrations?lang=fr');
  await expect(page.locator('html')).toHaveAttribute('lang', 'fr');
  await page.getByRole('button', { name: 'Español' }).click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'es');
  await expect(page.getByLabel('Correo electrónico')).toBeVisible();
  await checkPage(page);
});
