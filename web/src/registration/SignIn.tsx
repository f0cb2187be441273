import { useState } from 'react';
import { change } from '../people/ask.ts';
import { Form, TextField, useSending } from '../people/form.tsx';
import { useSpeech } from '../people/language.ts';
import { Title } from '../people/Page.tsx';

/** Asks for a link that leads back to the registration. */
export function SignIn({ registration }: { registration: string }) {
  const { words } = useSpeech();
  return (
    <>
      <Title>{words.signInTitle}</Title>
      <p>{words.signInText}</p>
      <SignInForm registration={registration} />
    </>
  );
}

export function SignInForm(props: { registration?: string; email?: string }) {
  const { words } = useSpeech();
  const sending = useSending();
  const [email, setEmail] = useState(props.email ?? '');
  const [sent, setSent] = useState(false);
  return (
    <>
      <Form
        sending={sending}
        label={words.signInTitle}
        fields={['email']}
        onSend={async () => {
          setSent(false);
          await change('request-sign-in-link', { email, registration: props.registration });
          setSent(true);
        }}
      >
        <TextField
          label={words.email}
          type="email"
          autoComplete="email"
          name="email"
          required
          value={email}
          errors={sending.errors}
          onChange={setEmail}
        />
        <button disabled={sending.busy}>{words.sendLink}</button>
      </Form>
      <p role="status">{sent && words.linkSent}</p>
    </>
  );
}
