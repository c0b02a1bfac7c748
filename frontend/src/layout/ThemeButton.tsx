// A button for light and dark. In: what is chosen. Out: the next choice at each press: as the system has it,
// light, dark.
import { IconButton } from '../ui/IconButton';
import { chooseTheme, type Theme, themeAfter, useTheme } from '../ui/theme';

const ICONS: Readonly<Record<Theme, string>> = {
  system: 'M10 4a6 6 0 1 0 0 12zM10 4a6 6 0 0 1 0 12',
  light: [
    'M10 7a3 3 0 1 0 0 6 3 3 0 0 0 0-6M10 1.500v2M10 16.500v2M1.500 10h2M16.500 10h2',
    'M4 4l1.400 1.400M14.600 14.600L16 16M4 16l1.400-1.400M14.600 5.400L16 4',
  ].join(''),
  dark: 'M16 12A7 7 0 0 1 8 4a7 7 0 1 0 8 8z',
};

const WORDS: Readonly<Record<Theme, string>> = {
  system: 'Light or dark as the system has it',
  light: 'Light',
  dark: 'Dark',
};

export function ThemeButton() {
  const theme = useTheme();
  return (
    <IconButton
      hook="theme"
      className="theme-button"
      label={`Colours: ${WORDS[theme]}`}
      icon={ICONS[theme]}
      onClick={() => chooseTheme(themeAfter(theme))}
    />
  );
}
