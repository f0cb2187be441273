import { useSpeech } from '../people/language.ts';
import { fileRefusalIn } from '../people/refusals.ts';
import type { StoredFile } from './types.ts';

/** Why a file was refused. */
export function Refused({ file }: { file: StoredFile }) {
  const { language } = useSpeech();
  const { text, servers } = fileRefusalIn(language, file.refusal, file.reason);
  return <span lang={servers ? 'en' : undefined}>{text}</span>;
}
