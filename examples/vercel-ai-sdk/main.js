import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { streamText } from 'ai';
import { createEngine } from 'mixtab';

const form = document.querySelector('form');
const button = document.querySelector('button');
const output = document.querySelector('output');

let mixtab;

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  button.disabled = true;
  const question = new FormData(form).get('question');
  try {
    mixtab ??= await createProvider();
    const { fullStream } = streamText({
      model: mixtab('tiny'),
      prompt: question,
      maxOutputTokens: 60,
      onError: () => {}, // Met below, as a part of the stream.
    });
    output.textContent = '';
    for await (const part of fullStream) {
      if (part.type === 'text-delta') output.textContent += part.text;
      if (part.type === 'error') throw part.error;
    }
  } catch (error) {
    output.textContent = error.message;
  } finally {
    button.disabled = false;
  }
});

/** A provider for the SDK, whose requests never leave the page: the engine answers them. */
async function createProvider() {
  const engine = await createEngine('tiny', {
    onProgress: ({ progress }) => {
      output.textContent = `Loading ${Math.round(progress * 100)} %`;
    },
  });
  return createOpenAICompatible({
    name: 'mixtab',
    fetch: engine.fetch,
    baseURL: 'http://mixtab.invalid/v1', // Nobody is asked at this address: the SDK wants to have one.
  });
}
