import { useState } from 'react';
import { change } from '../people/ask.ts';
import { Errors, useSending } from '../people/form.tsx';
import { useSpeech } from '../people/language.ts';
import type { Statement } from './types.ts';

/** The statements that a mission may read. A file is opened by a form: the token stands in no address. */
export function Statements({ token, preSession }: { token: string; preSession: string }) {
  const { words } = useSpeech();
  const sending = useSending();
  const [statements, setStatements] = useState<Statement[]>();
  const open = async () => {
    const answer = await change<{ statements: Statement[] }>('open-statements', { token, preSession });
    setStatements(answer.statements);
  };
  return (
    <>
      {!statements && (
        <button type="button" className="quiet" disabled={sending.busy} onClick={() => void sending.send(open)}>
          {words.showStatements}
        </button>
      )}
      <p role="status">{statements?.length === 0 && words.noStatements}</p>
      {statements?.map(({ id, path, title, organisationName, language, kind }) => (
        <form key={id} method="post" action={path} target="_blank">
          <input type="hidden" name="token" value={token} />
          <button className="quiet">{words.read([title, organisationName, language, kind].filter(Boolean).join(', '))}</button>
        </form>
      ))}
      <Errors errors={sending.errors} />
    </>
  );
}
