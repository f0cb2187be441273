import { useState } from 'react';
import { CheckField, ChecksField, Form, TextField, useSending } from '../people/form.tsx';
import { useSpeech } from '../people/language.ts';
import type { Change, Delegate, Invitation, Meeting, Wish } from './types.ts';

const FIELDS = ['name', 'email', 'position'];

/** Registers a delegate, or changes what was said of one, who is known by their address. */
export function DelegateForm(props: { meeting: Meeting; invitation: Invitation; delegate?: Delegate; onChange: Change }) {
  const { meeting, invitation, delegate, onChange } = props;
  const { words } = useSpeech();
  const sending = useSending();
  const [said, setSaid] = useState({
    name: delegate?.name ?? '',
    email: delegate?.email ?? '',
    position: delegate?.position ?? '',
    wants: delegate?.wants ?? [],
    nameState: delegate?.stateNamed ?? false,
    badge: delegate?.badge ?? false,
  });
  const set = (changed: Partial<typeof said>) => setSaid({ ...said, ...changed });
  const { errors } = sending;
  return (
    <Form
      sending={sending}
      label={delegate ? words.changeDelegate : words.registerDelegate}
      fields={FIELDS}
      onSend={() => onChange('register-delegate', { preSession: meeting.id, ...said })}
    >
      <TextField label={words.fullName} name="name" required errors={errors} value={said.name} onChange={(name) => set({ name })} />
      {!delegate && (
        <TextField
          label={words.email}
          hint={`…@${invitation.domain}`}
          name="email"
          type="email"
          required
          errors={errors}
          value={said.email}
          onChange={(email) => set({ email })}
        />
      )}
      <TextField label={words.optional(words.position)} name="position" errors={errors} value={said.position} onChange={(position) => set({ position })} />
      <ChecksField label={words.wants} options={words.wishes} value={said.wants} onChange={(wants) => set({ wants: wants as Wish[] })} />
      {invitation.state && <CheckField label={words.nameState} checked={said.nameState} onChange={(nameState) => set({ nameState })} />}
      <CheckField label={words.badge} checked={said.badge} onChange={(badge) => set({ badge })} />
      <button disabled={sending.busy}>{delegate ? words.save : words.register}</button>
    </Form>
  );
}
