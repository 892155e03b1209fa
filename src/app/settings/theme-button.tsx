import { AutoIcon, MoonIcon, SunIcon } from '../icons';
import { useAppState, useSession } from '../session-context';
import { THEMES } from '../state/settings';

const ICONS = { auto: <AutoIcon />, light: <SunIcon />, dark: <MoonIcon /> };

/** One button for the three: auto, light, dark, auto. */
export function ThemeButton() {
  const session = useSession();
  const theme = useAppState((state) => state.settings.theme);
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'auto';
  return (
    <button
      type="button"
      className="button"
      title={`Theme: ${theme}`}
      onClick={() => session.changeSettings({ theme: next })}
    >
      {ICONS[theme]} <span className="sr-only">Theme: {theme}</span>
    </button>
  );
}
