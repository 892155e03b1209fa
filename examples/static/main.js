import { createEngine } from './mixtab/index.js';

// The model lies in the package's folder.
const tiny = { id: 'tiny', url: new URL('mixtab/models/tiny/', document.baseURI).href };

const form = document.querySelector('form');
const button = document.querySelector('button');
const output = document.querySelector('output');

let engine;

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  button.disabled = true;
  const question = new FormData(form).get('question');
  try {
    // Loaded with the first question: 8 MB, kept by the browser for the next visit.
    engine ??= await createEngine(tiny, {
      onProgress: ({ progress }) => {
        output.textContent = `Loading ${Math.round(progress * 100)} %`;
      },
    });
    const answer = await engine.chat.completions.create({
      messages: [{ role: 'user', content: question }],
      max_tokens: 60,
      stream: true,
    });
    output.textContent = '';
    for await (const { choices } of answer) output.textContent += choices[0]?.delta.content ?? '';
  } catch (error) {
    output.textContent = `${error.message} ${error.hint ?? ''}`;
  } finally {
    button.disabled = false;
  }
});
