import { useCallback, useEffect, useState } from 'react';
import { ask, change, upload } from '../people/ask.ts';
import { CarefulButton, ChoiceField, FileField, Form, TextField, useSending } from '../people/form.tsx';
import { languageNames, useSpeech } from '../people/language.ts';
import { Asks } from './Asks.tsx';
import { Refused } from './Refused.tsx';
import type { Ask, Statement } from './types.ts';

const FILES = '.pdf,.docx,.odt,.txt,.mp4,.webm';

export interface Brought {
  statements: Statement[];
  asks: Ask[];
}

/** What somebody who has, or had, a place has brought, and how it is loaded anew. */
export function useBrought(id: string, place: boolean): [Brought, () => Promise<void>] {
  const [brought, setBrought] = useState<Brought>({ statements: [], asks: [] });
  const load = useCallback(async () => {
    const { mine } = await ask<{ mine: Brought | null }>('own-statements', { id });
    if (mine) setBrought(mine);
  }, [id]);
  useEffect(() => {
    if (place) load().catch((error: unknown) => console.warn('the statements are not known:', error));
  }, [load, place]);
  return [brought, load];
}

/** What somebody who has a place brings to the meeting, and what was taken from it; taken: more is. */
export function Statements(props: { id: string; brought: Brought; load: () => Promise<void>; taken: boolean }) {
  const { id, brought, load, taken } = props;
  const { words } = useSpeech();
  if (!taken && brought.statements.length === 0) return null;
  return (
    <>
      {brought.asks.length > 0 && <Asks asks={brought.asks} onChanged={load} />}
      <section aria-label={words.statements}>
        <h2>{words.statements}</h2>
        {taken && <p>{words.statementsText}</p>}
        {brought.statements.map((statement) => (
          <One key={statement.id} statement={statement} taken={taken} onChanged={load} />
        ))}
        {taken && (
          <details>
            <summary>{words.handIn}</summary>
            <HandIn key={brought.statements.length} application={id} onChanged={load} />
          </details>
        )}
      </section>
    </>
  );
}

function One({ statement, taken, onChanged }: { statement: Statement; taken: boolean; onChanged: () => Promise<void> }) {
  const { words } = useSpeech();
  const { id, state, language, title, questions, file } = statement;
  const name = [title || words.statements, languageNames[language], file?.kind].filter(Boolean).join(', ');
  const gone = state === 'WITHDRAWN' || state === 'SUPERSEDED';
  return (
    <section className="card" aria-label={name}>
      <p>
        {name}: <strong>{words.statementStates[state]}</strong>.
      </p>
      {file?.reason && (
        <p>
          {words.statementRefused} <Refused file={file} />
        </p>
      )}
      {questions && <p className="quoted">{questions}</p>}
      {taken && (state === 'DRAFT' || state === 'CHANGES_REQUESTED') && <HandIn statement={statement} onChanged={onChanged} />}
      {!gone && (
        <CarefulButton
          label={words.takeBack}
          warning={words.takeBackWarning}
          yes={words.takeBackYes}
          onYes={() => change('take-back-statement', { id }).then(onChanged)}
        />
      )}
    </section>
  );
}

interface Permitted {
  statement: { id: string; revision: number };
  permit: string;
}

/** Hands a statement in, another one or one that is begun: a permit, the file, and that it is all. */
function HandIn(props: { application?: string; statement?: Statement; onChanged: () => Promise<void> }) {
  const { application, onChanged } = props;
  const { words, language } = useSpeech();
  const sending = useSending();
  const [statement, setStatement] = useState<{ id: string } | undefined>(props.statement);
  const [said, setSaid] = useState({ language: language.toUpperCase(), title: '' });
  const [file, setFile] = useState<File>();
  const send = async () => {
    if (!file) return;
    const { statement: begun, permit } = statement
      ? await change<Permitted>('permit-statement', { id: statement.id })
      : await change<Permitted>('begin-statement', { application, ...said });
    setStatement(begun); // another try goes on with it
    await upload('permit-statement', permit, file);
    await change('submit-statement', begun);
    await onChanged();
  };
  const { errors } = sending;
  return (
    <Form sending={sending} label={props.statement ? words.handInAgain : words.handIn} fields={['title', 'file']} onSend={send}>
      {!props.statement && (
        <>
          <ChoiceField label={words.language} options={languageNames} value={said.language} onChange={(to) => setSaid({ ...said, language: to })} />
          <TextField
            label={words.optional(words.statementTitle)}
            name="title"
            errors={errors}
            value={said.title}
            onChange={(title) => setSaid({ ...said, title })}
          />
        </>
      )}
      <FileField label={words.file} name="file" required errors={errors} accept={FILES} onChange={setFile} />
      <button disabled={sending.busy}>{props.statement ? words.handInAgain : words.handIn}</button>
    </Form>
  );
}
