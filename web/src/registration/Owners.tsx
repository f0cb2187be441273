import { useState } from 'react';
import { CarefulButton, ChoiceField, Form, LongField, TextField, useSending } from '../people/form.tsx';
import { languageNames, useSpeech } from '../people/language.ts';
import { atTime } from '../people/time.ts';
import { type Change, inPlace, type Owner, owning, type Registration } from './types.ts';

const MOST = 5;

/** Who owns a registration, or is invited to, and how that is changed. */
export function Owners(props: { registration: Registration; email: string; onChange: Change }) {
  const { registration, email, onChange } = props;
  const { words } = useSpeech();
  const { id, owners } = registration;
  const removable = (owner: Owner) => owner.invitedUntil !== null || owning(registration).length > 1;
  return (
    <section aria-label={words.owners}>
      <h2>{words.owners}</h2>
      <p>{words.ownersText}</p>
      {owners.map((owner) => (
        <div className="card" key={owner.id}>
          <About owner={owner} own={owner.email === email} />
          {removable(owner) && (
            <CarefulButton
              label={words.removeOwner(owner.email)}
              warning={owner.email === email ? words.removeSelfWarning : words.removeOwnerWarning}
              yes={words.removeYes}
              onYes={() => onChange('remove-owner', { application: id, id: owner.id })}
            />
          )}
        </div>
      ))}
      {owners.length < MOST && (
        <details>
          <summary>{words.inviteOwner}</summary>
          <Invite key={owners.length} registration={registration} onChange={onChange} />
        </details>
      )}
    </section>
  );
}

function About({ owner, own }: { owner: Owner; own: boolean }) {
  const speech = useSpeech();
  const { words } = speech;
  const { email, invitedUntil, contact } = owner;
  return (
    <p>
      <strong>{email}</strong> {own && words.you} {contact && words.isContact} {invitedUntil && words.invitedUntil(atTime(invitedUntil, speech))}
    </p>
  );
}

function Invite({ registration, onChange }: { registration: Registration; onChange: Change }) {
  const { words, language } = useSpeech();
  const sending = useSending();
  const [invited, setInvited] = useState({ name: '', email: '', language: language.toUpperCase(), reason: '' });
  const { errors } = sending;
  return (
    <Form
      sending={sending}
      label={words.inviteOwner}
      fields={inPlace(registration) ? ['name', 'email', 'reason'] : ['name', 'email']}
      onSend={() => onChange('invite-owner', { application: registration.id, ...invited })}
    >
      <p>{words.inviteOwnerText}</p>
      <TextField label={words.fullName} name="name" required errors={errors} value={invited.name} onChange={(name) => setInvited({ ...invited, name })} />
      <TextField
        label={words.email}
        name="email"
        type="email"
        required
        errors={errors}
        value={invited.email}
        onChange={(email) => setInvited({ ...invited, email })}
      />
      <ChoiceField label={words.language} options={languageNames} value={invited.language} onChange={(to) => setInvited({ ...invited, language: to })} />
      {inPlace(registration) && (
        <LongField
          label={words.reason}
          hint={words.reasonHint}
          name="reason"
          required
          errors={errors}
          value={invited.reason}
          onChange={(reason) => setInvited({ ...invited, reason })}
        />
      )}
      <button disabled={sending.busy}>{words.invite}</button>
    </Form>
  );
}
