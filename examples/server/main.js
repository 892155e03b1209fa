import { createEngine } from 'mixtab';

const form = document.querySelector('form');
const button = document.querySelector('button');
const output = document.querySelector('output');

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  button.disabled = true;
  const { address, question } = Object.fromEntries(new FormData(form));
  try {
    // The same API as with a model in the page. The server is asked because it is named here, and only then.
    const engine = await createEngine({ baseUrl: address, model: 'mixtral' });
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
