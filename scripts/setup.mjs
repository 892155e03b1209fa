import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findChromium } from './chromium.mjs';
import { capture, run } from './process.mjs';

/** A problem that the reader can mend: printed as one line, without a stack. */
export class SetupError extends Error {}

/**
 * Makes a checkout ready: packages and a Chromium. Uses Node alone, as there may be nothing else yet.
 * @param {string} root
 */
export async function setUp(root) {
  await installPackages(root);
  await ensureChromium(root);
}

/** @param {string} root */
export async function installPackages(root) {
  if (packagesMatch(root)) return;
  say('Installing packages (npm ci) ...');
  const npm = process.env.npm_execpath;
  const args = ['ci', '--include=dev'];
  const status = npm?.endsWith('.js')
    ? await run(process.execPath, [npm, ...args], { cwd: root })
    : await run('npm', args, { cwd: root });
  if (status !== 0) throw new SetupError('npm ci failed. Mend what it says above, then run this again.');
}

/**
 * Whether node_modules holds exactly what package-lock.json asks for. npm leaves a lock of what it installed inside node_modules;
 * optional packages of other platforms are missing from it.
 * @param {string} root
 * @returns {boolean}
 */
export function packagesMatch(root) {
  const installedFile = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(installedFile)) return false;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const installed = JSON.parse(readFileSync(installedFile, 'utf8')).packages;
  const isThere = (/** @type {string} */ path) =>
    installed[path]?.version === wanted[path].version || (wanted[path].optional && !installed[path]);
  return Object.keys(wanted).every((path) => path === '' || isThere(path));
}

/**
 * Path of a Chromium that starts; installs one if there is none.
 * @param {string} root
 * @returns {Promise<string>}
 */
export async function ensureChromium(root) {
  const named = process.env.MIXTAB_CHROMIUM;
  if (named && !existsSync(named)) {
    throw new SetupError(`MIXTAB_CHROMIUM names ${named}, which is not there. Correct it, or unset it.`);
  }
  const ways = [aptInstall, playwrightInstall];
  for (let found = findChromium(); ; found = findChromium()) {
    if (found && (await starts(found))) return found;
    const install = ways.shift();
    if (!install) throw new SetupError(`No Chromium. Install one with: ${INSTALL_BY_HAND}`);
    await install(root);
  }
}

const INSTALL_BY_HAND = 'npx playwright install --with-deps chromium (or set MIXTAB_CHROMIUM to the path of yours)';

/** Ubuntu's chromium-browser can be a script that only asks for a snap: it is there, but does not start. */
async function starts(/** @type {string} */ chromium) {
  if (process.platform === 'win32') return true;
  return (await capture(chromium, ['--version'], { timeout: 30_000 })).status === 0;
}

async function aptInstall() {
  if (process.platform !== 'linux' || !isRoot() || !isDebian()) return;
  say('Installing Chromium (apt-get install -y chromium) ...');
  /** @type {Parameters<typeof run>[2]} */
  const quietly = {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    stdio: ['ignore', 'ignore', 'inherit'],
  };
  await run('apt-get', ['update'], quietly);
  await run('apt-get', ['install', '-y', 'chromium'], quietly);
}

async function playwrightInstall(/** @type {string} */ root) {
  say('Installing Chromium (npx playwright install chromium) ...');
  const withSystemLibraries = process.platform === 'linux' && isRoot() ? ['--with-deps'] : [];
  await run(
    process.execPath,
    [join(root, 'node_modules/playwright-core/cli.js'), 'install', ...withSystemLibraries, 'chromium'],
    { cwd: root },
  );
}

const isRoot = () => process.getuid?.() === 0;

function isDebian() {
  if (!existsSync('/etc/os-release')) return false;
  return /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(readFileSync('/etc/os-release', 'utf8'));
}

/** @param {string} text */
export function say(text) {
  process.stderr.write(`${text}\n`);
}
