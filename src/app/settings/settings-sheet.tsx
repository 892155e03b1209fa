import { useWords } from '../i18n/use-words';
import { Dialog } from '../lib/dialogs';
import { AnswersSection } from './answers-section';
import { LookSection } from './look-section';
import { SETTINGS_ID } from './settings-dialog';
import '../styles/settings.css';

/** Each change holds at once. */
export function SettingsSheet() {
  const words = useWords().settings;
  return (
    <Dialog id={SETTINGS_ID} title={words.title} closeName={words.close}>
      <AnswersSection />
      <LookSection />
    </Dialog>
  );
}
