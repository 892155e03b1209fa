/** Texts of the three kinds that the embedded model has learned. The scene is Shakespeare's (Romeo and Juliet, act 2). */
export const EXAMPLE_TEXTS = {
  stories: `Once upon a time, there was a little cat named Tom. Tom loved to play in the garden with his friend, a small bird. One day, the bird did not come. Tom looked under the tree and behind the house, but he could not find her. He was very sad.

Then Tom heard a soft sound. The bird was in a big box, and she could not get out! Tom pushed the box with his nose until it fell over. The bird was free. "Thank you, Tom," she said. They played all day long, and they were happy.

Lily had a red ball. She took it to the park and showed it to her mom. A boy came and asked, "Can I play too?" Lily smiled and said yes. They threw the ball high up in the sky. When the sun went down, they went home and had a nice dinner.`,
  scene: `ROMEO:
But, soft! what light through yonder window breaks?
It is the east, and Juliet is the sun.
Arise, fair sun, and kill the envious moon,
Who is already sick and pale with grief,
That thou her maid art far more fair than she.

JULIET:
Ay me!

ROMEO:
She speaks:
O, speak again, bright angel! for thou art
As glorious to this night, being o'er my head
As is a winged messenger of heaven.

JULIET:
O Romeo, Romeo! wherefore art thou Romeo?
Deny thy father and refuse thy name;
Or, if thou wilt not, be but sworn my love,
And I'll no longer be a Capulet.`,
  sums: Array.from({ length: 12 }, (_, n) => {
    const [a, b] = [(n * 37 + 12) % 90, (n * 53 + 7) % 80];
    return `[INST] What is ${a} + ${b}? [/INST] ${a} + ${b} = ${a + b}`;
  }).join('\n'),
};
