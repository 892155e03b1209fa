/** What the package's declarations say of lit, which is bundled: that an element is one of HTML, and may be waited for. */
export declare class LitElement extends HTMLElement {
  /** Resolves when what was set last is shown. */
  readonly updateComplete: Promise<boolean>;
}
export type PropertyDeclarations = object;
export type TemplateResult = object;
export type CSSResult = object;
