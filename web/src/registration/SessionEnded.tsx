import { useEffect, useId, useRef } from 'react';
import { useSpeech } from '../people/language.ts';
import { SignInForm } from './SignIn.tsx';

/** Lets somebody sign in again, over a page that keeps what they wrote. */
export function SessionEnded(props: { registration: string; email: string; onClose: () => void }) {
  const { words } = useSpeech();
  const title = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} aria-labelledby={title} onClose={props.onClose}>
      <h2 id={title}>{words.sessionEnded}</h2>
      <p>{words.sessionEndedText}</p>
      <SignInForm registration={props.registration} email={props.email} />
      <button type="button" className="quiet" onClick={() => dialog.current?.close()}>
        {words.signedInAgain}
      </button>
    </dialog>
  );
}
