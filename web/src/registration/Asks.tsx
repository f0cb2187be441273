import { useState } from 'react';
import { change } from '../people/ask.ts';
import { Errors, Form, LongField, useSending } from '../people/form.tsx';
import { useSpeech } from '../people/language.ts';
import { useStates } from '../people/Page.tsx';
import type { Ask } from './types.ts';

/** What was taken from statements, for its wording to be confirmed. */
export function Asks({ asks, onChanged }: { asks: Ask[]; onChanged: () => Promise<void> }) {
  const { words } = useSpeech();
  const name = useStates(asks.flatMap(({ addressedState }) => addressedState ?? []));
  return (
    <section aria-label={words.asks}>
      <h2>{words.asks}</h2>
      <p>{words.asksText}</p>
      {asks.map((one) => (
        <One key={one.id} ask={one} to={one.addressedState ? name(one.addressedState) : ''} onChanged={onChanged} />
      ))}
    </section>
  );
}

function One({ ask, to, onChanged }: { ask: Ask; to: string; onChanged: () => Promise<void> }) {
  const { words } = useSpeech();
  const confirming = useSending();
  const contesting = useSending();
  const [comment, setComment] = useState(ask.comment ?? '');
  const { id, revision, state, text } = ask;
  return (
    <div className="card">
      <blockquote>{text}</blockquote>
      <p>
        {to && `${to}. `}
        <strong>{words.askStates[state]}</strong>
      </p>
      {state !== 'CONFIRMED' && (
        <button
          type="button"
          disabled={confirming.busy}
          onClick={() => void confirming.send(() => change('confirm-ask', { id, revision }).then(onChanged))}
        >
          {words.confirmAsk}
        </button>
      )}
      <Errors errors={confirming.errors} />
      <details>
        <summary>{words.contestAsk}</summary>
        <Form
          sending={contesting}
          label={words.contestAsk}
          fields={['comment']}
          onSend={() => change('contest-ask', { id, revision, comment }).then(onChanged)}
        >
          <LongField label={words.comment} name="comment" required errors={contesting.errors} value={comment} onChange={setComment} />
          <button disabled={contesting.busy}>{words.contestAsk}</button>
        </Form>
      </details>
    </div>
  );
}
