import { controls } from './styles/controls';
import { layout } from './styles/layout';
import { messages } from './styles/messages';
import { tokens } from './styles/tokens';

/** How the element looks; pages change it by its custom properties. */
export const styles = [tokens, layout, controls, messages];
