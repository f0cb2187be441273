import { Title } from '../people/Page.tsx';

/** A page that has nothing but what is in the way. */
export function Notice({ title, text }: { title: string; text: string }) {
  return (
    <>
      <Title>{title}</Title>
      <p role="alert">{text}</p>
    </>
  );
}
