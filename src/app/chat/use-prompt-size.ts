import { useEffect, useState } from 'react';
import { promptLimit } from '../../ui/fit-context';
import { sizePrompt } from '../fit-prompt';
import { useAppState, useSession } from '../session-context';
import { type ChatState, isStreaming, type Question } from '../state/chat';
import type { Draft, DraftFile } from './composer-drafts';

/** How long typing rests before it is counted, ms. */
const REST_MS = 200;

/** From which share of the room on it is worth a look. */
const NEAR = 0.8;

export interface DraftSize {
  /** What was counted: by now, more may have been written. */
  draft: Draft;
  /** Of all that the model would be given if this were sent now. */
  tokens: number;
  contextLength: number;
  /** How many of the oldest messages would no longer fit. */
  forgotten: number;
  /** `forgets`: older messages no longer fit; `tight`: less than wanted is left for the answer; `over`: the draft alone does not fit. */
  level: 'fits' | 'near' | 'forgets' | 'tight' | 'over';
}

/** Counts what would be sent, when typing rests and no answer is being written. Null where nobody can say, as of a server. */
export function useDraftSize(draft: Draft): DraftSize | null {
  const session = useSession();
  const info = useAppState((state) => (state.model.status === 'ready' ? state.model.info : null));
  const chat = useAppState((state) => (isStreaming(state.chat) ? null : state.chat));
  const maxTokens = useAppState((state) => state.settings.maxTokens);
  const [size, setSize] = useState<DraftSize | null>(null);

  useEffect(() => {
    const engine = session.local;
    if (!info || !engine) return setSize(null);
    if (!chat) return; // The last figure stays until the answer has ended.
    let stale = false;
    const count = async () => {
      const { contextLength } = info;
      const { tokens, forgotten } = await sizePrompt(engine, withDraft(chat, draft), maxTokens);
      const limit = promptLimit(contextLength, maxTokens);
      if (!stale)
        setSize({
          draft,
          tokens,
          contextLength,
          forgotten,
          level: levelOf(tokens, forgotten, info.contextLength, limit),
        });
    };
    // What the engine cannot count it refuses when it is sent, and says why.
    const timer = setTimeout(() => void count().catch(() => stale || setSize(null)), REST_MS);
    return () => {
      stale = true;
      clearTimeout(timer);
    };
  }, [session, info, chat, maxTokens, draft]);

  return size;
}

/** Tokens of a file by itself; null until they are counted. */
export function useFileTokens(file: DraftFile): number | null {
  const session = useSession();
  const info = useAppState((state) => (state.model.status === 'ready' ? state.model.info : null));
  const streaming = useAppState((state) => isStreaming(state.chat));
  const [counted, setCounted] = useState<{ by: unknown; tokens: number } | null>(null);

  useEffect(() => {
    const engine = session.local;
    if (!info || !engine || streaming || counted?.by === info) return;
    let stale = false;
    engine.tokenize(file.text).then(
      (ids) => stale || setCounted({ by: info, tokens: ids.length }),
      () => undefined,
    );
    return () => {
      stale = true;
    };
  }, [session, info, streaming, counted, file]);

  return info && counted?.by === info ? counted.tokens : null;
}

function levelOf(tokens: number, forgotten: number, contextLength: number, limit: number): DraftSize['level'] {
  if (tokens > contextLength) return 'over';
  if (tokens > limit) return 'tight';
  if (forgotten > 0) return 'forgets';
  return tokens > NEAR * limit ? 'near' : 'fits';
}

/** A chat as it would be if a draft were sent. */
function withDraft(
  { conversation, path }: ChatState,
  { text, files }: Draft,
): Pick<ChatState, 'conversation' | 'path'> {
  const question: Question = {
    id: '',
    parent: conversation.leaf,
    createdAt: 0,
    role: 'user',
    text: text.trim(),
    files,
  };
  return { conversation, path: [...path, question] };
}
