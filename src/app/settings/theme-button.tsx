import { useWords } from '../i18n/use-words';
import { AutoIcon, ContrastIcon, MoonIcon, SunIcon } from '../icons';
import { useAppState, useSession } from '../session-context';
import { nextTheme } from '../state/look';

const ICONS = { auto: <AutoIcon />, light: <SunIcon />, dark: <MoonIcon />, contrast: <ContrastIcon /> };

/** One button for all of them: auto, light, dark, high contrast, auto. */
export function ThemeButton() {
  const words = useWords().settings;
  const session = useSession();
  const theme = useAppState((state) => state.settings.theme);
  const label = words.themeIs(words.themes[theme]);
  return (
    <button
      type="button"
      className="button"
      title={label}
      onClick={() => session.changeSettings({ theme: nextTheme(theme) })}
    >
      {ICONS[theme]} <span className="sr-only">{label}</span>
    </button>
  );
}
