import type { Options } from 'react-markdown';
import rehypeKatex from 'rehype-katex';
import remarkMath from 'remark-math';

/** Money has one dollar: see withDollars. */
export const mathsRemark: Options['remarkPlugins'] = [[remarkMath, { singleDollarTextMath: false }]];

/**
 * MathML, which browsers draw themselves: no fonts, no stylesheet. What is no maths is shown as it was written. Bounded, since a model wrote
 * it: macros that run on, sizes that fill the page.
 */
export const mathsRehype: Options['rehypePlugins'] = [
  [rehypeKatex, { output: 'mathml', errorColor: 'currentcolor', maxExpand: 200, maxSize: 20 }],
];
