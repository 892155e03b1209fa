import { createEngine } from 'mixtab';
import OpenAI from 'openai';

const form = document.querySelector('form');
const button = document.querySelector('button');
const output = document.querySelector('output');

let client;

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  button.disabled = true;
  const question = new FormData(form).get('question');
  try {
    client ??= await createClient();
    const answer = await client.chat.completions.create({
      model: 'tiny',
      messages: [{ role: 'user', content: question }],
      max_tokens: 60,
      stream: true,
    });
    output.textContent = '';
    for await (const { choices } of answer) output.textContent += choices[0]?.delta.content ?? '';
  } catch (error) {
    output.textContent = error.message;
  } finally {
    button.disabled = false;
  }
});

/** OpenAI's own client, whose requests never leave the page: the engine answers them. */
async function createClient() {
  const engine = await createEngine('tiny', {
    onProgress: ({ progress }) => {
      output.textContent = `Loading ${Math.round(progress * 100)} %`;
    },
  });
  return new OpenAI({
    fetch: engine.fetch,
    // Nobody is asked at this address, and nobody sees this key: the client wants to have some.
    baseURL: 'http://mixtab.invalid/v1',
    apiKey: 'none',
    dangerouslyAllowBrowser: true,
  });
}
