import { createContext, type ReactNode, useContext, useEffect, useId, useRef, useState } from 'react';
import { isSignedOut, Refusal } from './ask.ts';
import type { UserError } from './error.ts';
import { useSpeech } from './language.ts';
import { refusalIn } from './refusals.ts';

/** What is being sent, and what was wrong with it. */
export interface Sending {
  busy: boolean;
  errors: UserError[];
  send: (work: () => Promise<unknown>) => Promise<void>;
}

/** What is done where something was sent, and nobody is signed in any more. */
export const SignedOutContext = createContext(() => {});

export function useSending(): Sending {
  const { words } = useSpeech();
  const onSignedOut = useContext(SignedOutContext);
  const [state, setState] = useState<{ busy: boolean; errors: UserError[] }>({ busy: false, errors: [] });
  const send = async (work: () => Promise<unknown>) => {
    setState({ busy: true, errors: [] });
    try {
      await work();
      setState({ busy: false, errors: [] });
    } catch (error) {
      const errors = error instanceof Refusal ? error.errors : [];
      const unknown = { field: '', message: words.unreachable, code: '' };
      setState({ busy: false, errors: errors.length > 0 ? errors : [unknown] });
      if (isSignedOut(error)) onSignedOut();
    }
  };
  return { ...state, send };
}

/** A form that sends once at a time, and says what was wrong with it as a whole. */
export function Form(props: {
  sending: Sending;
  label: string;
  onSend: () => Promise<unknown>;
  fields?: readonly string[];
  children: ReactNode;
}) {
  const { sending, fields = [] } = props;
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (sending.errors.length === 0) return;
    form.current?.querySelector<HTMLElement>('[aria-invalid=true], .errors')?.focus();
  }, [sending.errors]);
  return (
    <form
      ref={form}
      aria-label={props.label}
      onSubmit={(event) => {
        event.preventDefault();
        if (!sending.busy) void sending.send(props.onSend);
      }}
    >
      {props.children}
      <Errors errors={sending.errors.filter(({ field }) => !fields.includes(field))} />
    </form>
  );
}

/** The errors that no field shows. */
export function Errors({ errors }: { errors: UserError[] }) {
  return (
    <div role="alert" tabIndex={-1} className={errors.length > 0 ? 'errors' : undefined}>
      {errors.map((error) => (
        <p key={error.message}>
          <Wrong error={error} named />
        </p>
      ))}
    </div>
  );
}

interface Labelled {
  label: string;
  hint?: string;
  /** Of the input, in the errors of the server. */
  name?: string;
  errors?: UserError[];
}

/** One error, in the reader's language where it is known; the server's sentences follow the name of a field. */
function Wrong({ error, named }: { error: UserError; named?: boolean }) {
  const { language } = useSpeech();
  const { text, servers } = refusalIn(language, error);
  return <span lang={servers ? 'en' : undefined}>{named && servers && error.field ? `${error.field}: ${text}` : text} </span>;
}

/** What is wrong with the value of a field. */
function wrongIn({ name, errors = [] }: Labelled): UserError[] {
  return errors.filter(({ field }) => field !== '' && field === name);
}

/** A label with what it labels, a hint and what is wrong with the value. */
function Field(props: Labelled & { children: (a11y: Record<string, unknown>) => ReactNode }) {
  const id = useId();
  const wrong = wrongIn(props);
  const isWrong = wrong.length > 0;
  const described = [props.hint && `${id}-hint`, isWrong && `${id}-error`].filter(Boolean).join(' ');
  return (
    <div className="field">
      <label htmlFor={id}>{props.label}</label>
      {props.hint && (
        <p id={`${id}-hint`} className="hint">
          {props.hint}
        </p>
      )}
      {isWrong && (
        <p id={`${id}-error`} className="error">
          {wrong.map((error) => (
            <Wrong key={error.message} error={error} />
          ))}
        </p>
      )}
      {props.children({
        id,
        'aria-invalid': isWrong || undefined,
        'aria-describedby': described || undefined,
      })}
    </div>
  );
}

type Text = Labelled & { value: string; onChange: (value: string) => void; required?: boolean };

export function TextField({ type = 'text', ...props }: Text & { type?: string; autoComplete?: string }) {
  return (
    <Field {...props}>
      {(a11y) => (
        <input
          {...a11y}
          type={type}
          value={props.value}
          required={props.required}
          autoComplete={props.autoComplete ?? 'off'}
          onChange={(event) => props.onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

export function FileField(props: Labelled & { accept: string; required?: boolean; onChange: (file: File | undefined) => void }) {
  return (
    <Field {...props}>
      {(a11y) => (
        <input
          {...a11y}
          type="file"
          required={props.required}
          accept={props.accept}
          onChange={(event) => props.onChange(event.target.files?.[0])}
        />
      )}
    </Field>
  );
}

export function LongField(props: Text) {
  return (
    <Field {...props}>
      {(a11y) => (
        <textarea {...a11y} rows={6} value={props.value} required={props.required} onChange={(event) => props.onChange(event.target.value)} />
      )}
    </Field>
  );
}

export function ChoiceField(props: Text & { options: Record<string, string>; none?: string }) {
  return (
    <Field {...props}>
      {(a11y) => (
        <select {...a11y} value={props.value} required={props.required} onChange={(event) => props.onChange(event.target.value)}>
          {props.none !== undefined && <option value="">{props.none}</option>}
          {Object.entries(props.options).map(([value, text]) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

export function CheckField(props: Labelled & { checked: boolean; onChange: (checked: boolean) => void; required?: boolean }) {
  const id = useId();
  const wrong = wrongIn(props);
  return (
    <>
      <label className="check">
        <input
          type="checkbox"
          checked={props.checked}
          required={props.required}
          aria-invalid={wrong.length > 0 || undefined}
          aria-describedby={wrong.length > 0 ? id : undefined}
          onChange={(event) => props.onChange(event.target.checked)}
        />
        <span>{props.label}</span>
      </label>
      {wrong.length > 0 && (
        <p id={id} className="error">
          {wrong.map((error) => (
            <Wrong key={error.message} error={error} />
          ))}
        </p>
      )}
    </>
  );
}

/** Several of a list. */
export function ChecksField(props: {
  label: string;
  options: Record<string, string>;
  value: string[];
  onChange: (value: string[]) => void;
}) {
  const { value } = props;
  return (
    <fieldset className="checks">
      <legend>{props.label}</legend>
      {Object.entries(props.options).map(([code, text]) => (
        <CheckField
          key={code}
          label={text}
          checked={value.includes(code)}
          onChange={(on) => props.onChange(on ? [...value, code] : value.filter((other) => other !== code))}
        />
      ))}
    </fieldset>
  );
}

/** A button for what cannot be undone: it asks once more, says what will be, and may have fields of its own. */
export function CarefulButton(props: {
  label: string;
  warning: string;
  yes: string;
  onYes: () => Promise<unknown>;
  fields?: readonly string[];
  children?: (errors: UserError[]) => ReactNode;
}) {
  const { fields = [] } = props;
  const { words } = useSpeech();
  const sending = useSending();
  const [asking, setAsking] = useState(false);
  const question = useRef<HTMLParagraphElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (asking) question.current?.focus();
  }, [asking]);
  if (!asking) {
    return (
      <button ref={button} type="button" className="quiet" onClick={() => setAsking(true)}>
        {props.label}
      </button>
    );
  }
  return (
    <div role="group" aria-label={props.label} className="careful">
      <p ref={question} tabIndex={-1}>
        {props.warning}
      </p>
      {props.children?.(sending.errors)}
      <button type="button" className="danger" disabled={sending.busy} onClick={() => void sending.send(() => props.onYes().then(() => setAsking(false)))}>
        {props.yes}
      </button>{' '}
      <button
        type="button"
        className="quiet"
        onClick={() => {
          setAsking(false);
          requestAnimationFrame(() => button.current?.focus());
        }}
      >
        {words.no}
      </button>
      <Errors errors={sending.errors.filter(({ field }) => !fields.includes(field))} />
    </div>
  );
}
