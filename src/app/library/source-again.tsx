import type { ImportSource, ModelEntry } from '../../protocol/library';
import { useWords } from '../i18n/use-words';
import { SourceButton } from './source-button';
import { TokenForm } from './token-form';

export interface SourceAgainProps {
  entry: ModelEntry;
  onSource(source: ImportSource): void;
}

/** Asks for a model's source again where it cannot be opened without the user: its file, or the token for it. */
export function SourceAgain({ entry: { name, sourceKind, sourceLabel }, onSource }: SourceAgainProps) {
  const { models: words } = useWords();
  if (sourceKind === 'hub') return <TokenForm sourceLabel={sourceLabel} onSource={onSource} />;
  const suffix = <span className="sr-only">{words.ofModel(name)}</span>;
  return (
    <div className="model-actions">
      <SourceButton what="files" onChoose={onSource}>
        {words.chooseTheFile} {suffix}
      </SourceButton>
      <SourceButton what="folder" onChoose={onSource}>
        {words.orItsFolder} {suffix}
      </SourceButton>
    </div>
  );
}
