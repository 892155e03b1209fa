import { createEngine, openLibrary } from 'mixtab';

const form = document.querySelector('form');
const button = document.querySelector('button');
const output = document.querySelector('output');

// The models of this browser, every tab's alike.
const library = openLibrary();

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  button.disabled = true;
  const { address, question } = Object.fromEntries(new FormData(form));
  let engine;
  try {
    // A .gguf file, a folder of safetensors, or one that Mixtab made. What is here already is not fetched again.
    const id = await library.import({ kind: 'url', url: new URL(address, document.baseURI).href });
    await imported(id);
    engine = await createEngine({ id });
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
    await engine?.unload();
    button.disabled = false;
  }
});

/** Shows how an import gets on, until it is over. */
function imported(id) {
  return new Promise((resolve, reject) => {
    const stop = library.subscribe((models) => {
      const model = models.find((each) => each.id === id);
      if (!model) return;
      output.textContent = `Importing ${Math.round((100 * model.committedBytes) / model.packBytes)} %`;
      if (model.status === 'importing') return;
      stop();
      if (model.status === 'complete') resolve();
      else reject(new Error(model.error?.message ?? 'The import was paused.'));
    });
  });
}
