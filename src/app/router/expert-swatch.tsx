/** Colours that experts' tokens have; the line under a token tells apart what the colour does. More experts repeat them, with numbers. */
export const EXPERT_COLORS = 8;

export const colorOf = (expert: number): number => expert % EXPERT_COLORS;

/** An expert by its number, coloured and underlined as its tokens are. */
export function ExpertSwatch({ expert }: { expert: number }) {
  return (
    <span className="expert-ink" data-color={colorOf(expert)}>
      {`\u00a0${expert}\u00a0`}
    </span>
  );
}
