import { cpSync } from 'node:fs';
import react from '@vitejs/plugin-react';

// The model that comes with the package is a folder of files that the page fetches: it goes where static files are served from.
cpSync('node_modules/mixtab/models', 'public/models', { recursive: true });

export default { plugins: [react()] };
