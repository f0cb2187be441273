import { change } from '../people/ask.ts';
import { useSpeech } from '../people/language.ts';

/** Says who is signed in, and signs them out. */
export function SignedIn({ email }: { email: string }) {
  const { words } = useSpeech();
  return (
    <footer>
      <h2>{words.signedInAs(email)}</h2>
      <button type="button" className="quiet" onClick={() => void change('sign-out').finally(() => location.reload())}>
        {words.signOut}
      </button>
    </footer>
  );
}
