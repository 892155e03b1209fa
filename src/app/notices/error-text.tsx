import type { ErrorData } from '../../protocol/errors';
import { useWords } from '../i18n/use-words';

/**
 * What failed and what to do. Errors come in English: in another language their code says both, and what came is the detail beneath.
 * `hint` takes the place of the error's own, where the page knows better.
 */
export function ErrorText({ error, hint = error.hint }: { error: ErrorData; hint?: string }) {
  const translated = useWords().notices.errors?.[error.code];
  if (!translated) {
    return (
      <>
        <strong>{error.message}</strong> {hint}
      </>
    );
  }
  return (
    <>
      <strong>{translated.headline}</strong> {hint === error.hint ? translated.advice : hint}
      <span lang="en" className="error-detail">
        {error.message} {error.hint}
      </span>
    </>
  );
}
