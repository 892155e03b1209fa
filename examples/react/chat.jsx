import { useChat } from 'mixtab/react';
import { useState } from 'react';

export function Chat() {
  const [question, setQuestion] = useState('Tell me a story about a cat.');
  // The model is loaded with the first question, and unloaded with the component.
  const { messages, status, progress, error, send, stop } = useChat({ model: 'tiny', max_tokens: 60 });

  function ask(event) {
    event.preventDefault();
    send(question);
  }

  return (
    <main>
      <form onSubmit={ask}>
        <input aria-label="Question" value={question} onChange={(event) => setQuestion(event.target.value)} />
        {status === 'idle' ? (
          <button type="submit">Ask</button>
        ) : (
          <button type="button" onClick={stop}>
            Stop
          </button>
        )}
      </form>
      <output>
        {messages.map(({ id, role, content }) => (
          <p key={id}>{role === 'user' ? <b>{content}</b> : content}</p>
        ))}
      </output>
      {progress && <progress value={progress.progress} aria-label="Loading the model" />}
      {error && <p role="alert">{error.message}</p>}
    </main>
  );
}
