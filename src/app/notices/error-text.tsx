import type { ErrorData } from '../../protocol/errors';
import { useWords } from '../i18n/use-words';

export interface ErrorTextProps {
  error: ErrorData;
  /** Takes the place of the error's own, where the page knows better what to do. */
  advice?: string | undefined;
  /** Said after it. */
  more?: string | undefined;
}

/** What failed and what to do. Errors come in English: in another language their code says both, and what came is the detail beneath. */
export function ErrorText({ error, advice, more = '' }: ErrorTextProps) {
  const translated = useWords().notices.errors?.[error.code];
  if (!translated) {
    return (
      <>
        <strong>{error.message}</strong> {advice ?? error.hint} {more}
      </>
    );
  }
  return (
    <>
      <strong>{translated.headline}</strong> {advice ?? translated.advice} {more}
      <span lang="en" className="error-detail">
        {error.message} {error.hint}
      </span>
    </>
  );
}
